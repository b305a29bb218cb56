"""The protocol as a diagram of boxes and arrows, and as an outline of text."""

from collections.abc import Iterator
from textwrap import fill, wrap

from dialogue.content.content import Content
from dialogue.engine.protocol import (
    Condition,
    Question,
    Rule,
    Stage,
    TriageProtocol,
    Urgency,
)
from dialogue.printing.document import LINE, MARGIN, WIDE, Arrow, Box, Drawing
from dialogue.printing.svg import render_drawings

BOX, BESIDE, GAP = 320.0, 160.0, 16.0
"""Points: a question's box, an outcome's box, space between boxes."""
COLUMNS = 66
"""Characters in a line of a question's box."""

COLOURS = {
    Urgency.EMERGENCY: "#f4b6b0",
    Urgency.URGENT: "#f9d9a8",
    Urgency.CLINIC: "#c4dcf2",
    Urgency.HOME: "#cfe8c9",
}
"""Fills by tier; every box names its disposition in words too."""


def build_drawings(content: Content) -> tuple[Drawing, ...]:
    """Build the danger signs, the other questions, and the rules that need several."""
    protocol = content.protocol
    asked = {id_: content.prompts[f"ask.{id_}"] for id_ in protocol.question}
    numbered = list(enumerate(protocol.questions, start=1))
    danger = [(n, q) for n, q in numbered if q.stage is Stage.SCREEN]
    others = [(n, q) for n, q in numbered if q.stage is not Stage.SCREEN]
    single = [_find_single_rules(protocol, q) for q in protocol.questions]
    beside = {rule.id for rules in single for rule in rules}
    rest = [rule for rule in protocol.rules if rule.id not in beside]
    then = "Then: what decides between home and clinic"
    several = "Rules that need several answers, most urgent first"
    return (
        _draw_questions("First: the danger signs", protocol, danger, asked),
        _draw_questions(then, protocol, others, asked),
        _draw_rules(several, protocol, rest),
    )


def render_svg(content: Content) -> str:
    """Return the whole diagram as SVG text, its pages below each other."""
    protocol = content.protocol
    title = f"{protocol.id} {protocol.version} ({protocol.status})"
    return render_drawings(title, build_drawings(content))


def describe_condition(condition: Condition) -> str:
    """Return a condition in words: "yes to any of: a, b"."""
    parts = []
    for each, names in (("any", condition.any_yes), ("all", condition.all_yes)):
        several = f" {each} of" if len(names) > 1 else ""
        parts += [f"yes to{several}: {', '.join(names)}"] if names else []
    if condition.of:
        of = ", ".join(condition.of)
        parts.append(f"yes to at least {condition.count} of: {of}")
    return "; and ".join(parts)


def _draw_questions(
    title: str,
    protocol: TriageProtocol,
    numbered: list[tuple[int, Question]],
    asked: dict[str, str],
) -> Drawing:
    y, shapes = 0.0, list[Box | Arrow]()
    for number, question in numbered:
        lines = [f"{number}. {question.id}", *wrap(asked[question.id], COLUMNS)]
        if question.only_if is not None:
            only_if = f"Asked only if {describe_condition(question.only_if)}."
            lines += wrap(only_if, COLUMNS)
        box = Box(0, y, BOX, LINE * len(lines) + 2 * MARGIN, tuple(lines))
        if shapes:
            shapes.append(Arrow(BOX / 2, y - GAP, BOX / 2, y))
        shapes.append(box)
        for rule in _find_single_rules(protocol, question)[:1]:
            shapes += _draw_outcome(protocol, box, rule)
        y += box.height + GAP
    return Drawing(title, y - GAP, tuple(shapes))


def _draw_outcome(
    protocol: TriageProtocol, box: Box, rule: Rule
) -> Iterator[Box | Arrow]:
    middle = box.y + box.height / 2
    x = WIDE - BESIDE
    yield Arrow(BOX, middle, x, middle, "yes")
    lines = (rule.disposition, *wrap(rule.id, 32))
    height = LINE * len(lines) + 2 * MARGIN
    colour = COLOURS[protocol.disposition[rule.disposition].urgency]
    yield Box(x, middle - height / 2, BESIDE, height, lines, colour, round=True)


def _draw_rules(title: str, protocol: TriageProtocol, rules: list[Rule]) -> Drawing:
    y, shapes = 0.0, list[Box | Arrow]()
    for rule in rules:
        when = describe_condition(rule.when)
        words = wrap(f"{when[:1].upper()}{when[1:]}", 100)
        lines = (f"{rule.disposition}: {rule.id}", *words)
        height = LINE * len(lines) + 2 * MARGIN
        colour = COLOURS[protocol.disposition[rule.disposition].urgency]
        if shapes:
            shapes.append(Arrow(WIDE / 2, y - GAP, WIDE / 2, y, "if not"))
        shapes.append(Box(0, y, WIDE, height, lines, colour, round=True))
        y += height + GAP
    return Drawing(title, y - GAP, tuple(shapes))


def _find_single_rules(protocol: TriageProtocol, question: Question) -> list[Rule]:
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


def list_outline(content: Content) -> Iterator[str]:
    """Yield questions, rules and care lines, in the order in which they are used."""
    protocol = content.protocol
    yield f"{protocol.id} {protocol.version} ({protocol.status})"
    yield "\nQuestions, in the order in which they are asked"
    for number, question in enumerate(protocol.questions, start=1):
        sign = ", danger sign" if question.red_flag else ""
        yield f"{number:3}. {question.id} ({question.stage.value}{sign})"
        yield _indent(content.prompts[f"ask.{question.id}"])
        if question.only_if is not None:
            yield _indent(f"Only if: {describe_condition(question.only_if)}.")
        yield f"     Unsure counts as {question.unsure_means.value}."
    yield "\nRules; the most urgent that holds decides"
    for rule in protocol.rules:
        yield f"  {rule.disposition:15} {rule.id}"
        yield _indent(describe_condition(rule.when))
    yield f"  {protocol.otherwise:15} otherwise"
    yield "\nCare lines, by chunk"
    for line in protocol.care_lines:
        yield f"  {line.chunk} {'/'.join(line.lists):9} {line.key}"


def _indent(words: str) -> str:
    return fill(words, 84, initial_indent=" " * 5, subsequent_indent=" " * 5)
