"""The protocol as a diagram: boxes, lines and labels on pages, not yet drawn."""

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap

from dialogue.engine.protocol import (
    Condition,
    Question,
    Rule,
    Stage,
    TriageProtocol,
    Urgency,
)

WIDE, BOX, BESIDE = 540.0, 320.0, 160.0
"""Points: a page, a question's box, an outcome's box."""
LINE, MARGIN, GAP = 11.0, 7.0, 16.0
"""Points: height of a line, space in a box, space between boxes."""
COLUMNS = 66
"""Characters in a line of a question's box."""

COLOURS = {
    Urgency.EMERGENCY: "#f4b6b0",
    Urgency.URGENT: "#f9d9a8",
    Urgency.CLINIC: "#c4dcf2",
    Urgency.HOME: "#cfe8c9",
}
"""Fills by tier; every box names its disposition in words too."""


@dataclass(frozen=True)
class Box:
    """A box with lines of words; the first is set bold. Points, from the top left."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    fill: str = "#ffffff"
    round: bool = False


@dataclass(frozen=True)
class Arrow:
    """A line with a head at its end, and a word beside it."""

    x: float
    y: float
    to_x: float
    to_y: float
    label: str = ""


@dataclass(frozen=True)
class Page:
    """One page of the diagram."""

    title: str
    height: float
    shapes: tuple[Box | Arrow, ...]


def pages(protocol: TriageProtocol, asked: dict[str, str]) -> tuple[Page, ...]:
    """Return the danger signs, the other questions, and the rules that need several.

    `asked` has the words of each question by its id.
    """
    numbered = list(enumerate(protocol.questions, start=1))
    danger = [(n, q) for n, q in numbered if q.stage is Stage.SCREEN]
    others = [(n, q) for n, q in numbered if q.stage is not Stage.SCREEN]
    beside = {
        rule.id for q in protocol.questions for rule in _single_rules(protocol, q)
    }
    rest = [rule for rule in protocol.rules if rule.id not in beside]
    return (
        _questions("First: the danger signs", protocol, danger, asked),
        _questions(
            "Then: what decides between home and clinic", protocol, others, asked
        ),
        _rules("Rules that need several answers, most urgent first", protocol, rest),
    )


def in_words(condition: Condition) -> str:
    """Return a condition in words: "yes to any of: a, b"."""
    parts = []
    if condition.any_yes:
        parts.append(_listed("yes to any of", "yes to", condition.any_yes))
    if condition.all_yes:
        parts.append(_listed("yes to all of", "yes to", condition.all_yes))
    if condition.of:
        of = ", ".join(condition.of)
        parts.append(f"yes to at least {condition.count} of: {of}")
    return "; and ".join(parts)


def _questions(
    title: str,
    protocol: TriageProtocol,
    numbered: list[tuple[int, Question]],
    asked: dict[str, str],
) -> Page:
    y, shapes = 0.0, list[Box | Arrow]()
    for number, question in numbered:
        box = _question_box(y, number, question, asked[question.id])
        if shapes:
            shapes.append(Arrow(BOX / 2, y - GAP, BOX / 2, y))
        shapes.append(box)
        for rule in _single_rules(protocol, question)[:1]:
            shapes += _outcome(protocol, box, rule)
        y += box.height + GAP
    return Page(title, y - GAP, tuple(shapes))


def _question_box(y: float, number: int, question: Question, words: str) -> Box:
    lines = [f"{number}. {question.id}", *wrap(words, COLUMNS)]
    if question.only_if is not None:
        lines += wrap(f"Asked only if {in_words(question.only_if)}.", COLUMNS)
    height = LINE * len(lines) + 2 * MARGIN
    return Box(0, y, BOX, height, tuple(lines))


def _outcome(protocol: TriageProtocol, box: Box, rule: Rule) -> Iterator[Box | Arrow]:
    """Yield the arrow and the box of the rule that a yes alone makes hold."""
    middle = box.y + box.height / 2
    x = WIDE - BESIDE
    yield Arrow(BOX, middle, x, middle, "yes")
    lines = (rule.disposition, *wrap(rule.id, 32))
    height = LINE * len(lines) + 2 * MARGIN
    colour = COLOURS[protocol.disposition[rule.disposition].urgency]
    yield Box(x, middle - height / 2, BESIDE, height, lines, colour, round=True)


def _rules(title: str, protocol: TriageProtocol, rules: list[Rule]) -> Page:
    y, shapes = 0.0, list[Box | Arrow]()
    for rule in rules:
        words = wrap(f"{in_words(rule.when)[:1].upper()}{in_words(rule.when)[1:]}", 100)
        lines = (f"{rule.disposition}: {rule.id}", *words)
        height = LINE * len(lines) + 2 * MARGIN
        colour = COLOURS[protocol.disposition[rule.disposition].urgency]
        if shapes:
            shapes.append(Arrow(WIDE / 2, y - GAP, WIDE / 2, y, "if not"))
        shapes.append(Box(0, y, WIDE, height, lines, colour, round=True))
        y += height + GAP
    return Page(title, y - GAP, tuple(shapes))


def _single_rules(protocol: TriageProtocol, question: Question) -> list[Rule]:
    """Return the rules that this question's yes alone makes hold.

    Home care is none of them: it waits until everything more urgent is out.
    """
    return [
        rule
        for rule in protocol.rules
        if protocol.disposition[rule.disposition].urgency is not Urgency.HOME
        and question.id in (rule.when.any_yes or rule.when.all_yes[:1])
        and (rule.when.any_yes or len(rule.when.all_yes) == 1)
    ]


def _listed(several: str, one: str, names: tuple[str, ...]) -> str:
    return f"{several if len(names) > 1 else one}: {', '.join(names)}"
