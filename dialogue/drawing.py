"""The protocol for the eye: as text and as an SVG diagram."""

from collections.abc import Iterator
from textwrap import fill

from dialogue.loading import Content
from dialogue.protocol import Condition, Question, Rule, TriageProtocol, Urgency

COLOURS = {
    Urgency.EMERGENCY: "#f4b6b0",
    Urgency.URGENT: "#f9d9a8",
    Urgency.CLINIC: "#c4dcf2",
    Urgency.HOME: "#cfe8c9",
}
"""Fills by tier; every box names its disposition in words too."""

WIDE = 7.4
"""Width of the boxes in the main column, in the drawing's own units."""


def as_text(content: Content) -> str:
    """Return questions, rules and care lines, in the order in which they are used."""
    return "\n".join(_lines(content))


def in_words(condition: Condition) -> str:
    """Return a condition in words: "any of a, b is yes"."""
    parts = []
    if condition.any_yes:
        parts.append(_listed("yes to any of", "yes to", condition.any_yes))
    if condition.all_yes:
        parts.append(_listed("yes to all of", "yes to", condition.all_yes))
    if condition.of:
        of = ", ".join(condition.of)
        parts.append(f"yes to at least {condition.count} of: {of}")
    return "; and ".join(parts)


def as_svg(content: Content) -> str:
    """Return the diagram as SVG text.

    Raises ModuleNotFoundError where the `draw` extra is not installed.
    """
    import schemdraw  # an optional extra, wanted by this one command only
    from schemdraw import flow

    protocol = content.protocol
    schemdraw.use("svg")
    drawing = schemdraw.Drawing(show=False, fontsize=9, unit=0.6)
    title = f"{protocol.id} {protocol.version} ({protocol.status})"
    above = flow.Start(w=WIDE, h=1).label(f"Welcome: {title}")
    drawing += above
    beside = set()
    for number, question in enumerate(protocol.questions, start=1):
        drawing += flow.Arrow().down().at(above.S)
        above = flow.Box(w=WIDE, h=2.3).anchor("N")
        drawing += above.label(_box(content, number, question))
        rule = _single_rule(protocol, question)
        if rule is not None:
            beside.add(rule)
            drawing += flow.Arrow().right(1.6).at(above.E).label("yes", "top")
            outcome = flow.RoundBox(w=5.4, h=1.3).anchor("W")
            words = f"{rule.disposition}\n{rule.id}"
            drawing += outcome.fill(_colour(protocol, rule)).label(words)
    drawing += flow.Arrow().down().at(above.S)
    above = flow.Box(w=WIDE, h=1).anchor("N")
    drawing += above.label("The most urgent rule that holds decides; further rules:")
    for rule in protocol.rules:
        if rule not in beside:
            drawing += flow.Arrow().down().at(above.S)
            above = flow.RoundBox(w=WIDE, h=1.9).anchor("N")
            words = f"{rule.disposition}: {rule.id}\n{fill(in_words(rule.when), 52)}"
            drawing += above.fill(_colour(protocol, rule)).label(words)
    return str(drawing.get_imagedata("svg").decode("utf-8"))


def _colour(protocol: TriageProtocol, rule: Rule) -> str:
    return COLOURS[protocol.disposition[rule.disposition].urgency]


def _lines(content: Content) -> Iterator[str]:
    protocol = content.protocol
    yield f"{protocol.id} {protocol.version} ({protocol.status})"
    yield "\nQuestions, in the order in which they are asked"
    for number, question in enumerate(protocol.questions, start=1):
        sign = ", danger sign" if question.red_flag else ""
        yield f"{number:3}. {question.id} ({question.stage.value}{sign})"
        yield _indented(content.prompts[f"ask.{question.id}"])
        if question.only_if is not None:
            yield _indented(f"Only if: {in_words(question.only_if)}.")
        yield f"     Unsure counts as {question.unsure_means.value}."
    yield "\nRules; the most urgent that holds decides"
    for rule in protocol.rules:
        yield f"  {rule.disposition:15} {rule.id}"
        yield _indented(in_words(rule.when))
    yield f"  {protocol.otherwise:15} otherwise"
    yield "\nCare lines, by chunk"
    for line in protocol.care_lines:
        yield f"  {line.chunk} {'/'.join(line.lists):9} {line.key}"


def _indented(words: str) -> str:
    return fill(words, 84, initial_indent=" " * 5, subsequent_indent=" " * 5)


def _listed(several: str, one: str, names: tuple[str, ...]) -> str:
    return f"{several if len(names) > 1 else one}: {', '.join(names)}"


def _box(content: Content, number: int, question: Question) -> str:
    words = content.prompts[f"ask.{question.id}"]
    lines = [f"{number}. {question.id}", fill(words, 52)]
    if question.only_if is not None:
        lines.append(fill(f"only if {in_words(question.only_if)}", 52))
    return "\n".join(lines)


def _single_rule(protocol: TriageProtocol, question: Question) -> Rule | None:
    """Return the rule that this question's yes alone makes hold."""
    return next((r for r in protocol.rules if question.id in r.when.any_yes), None)
