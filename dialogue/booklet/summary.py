"""The first two pages of the booklet: what is asked, decided and left to decide."""

from collections.abc import Iterator, Sequence

from dialogue.approval.sign_points import SignPoint
from dialogue.booklet.plain_words import find_tier
from dialogue.booklet.wording_chapters import render_prompt
from dialogue.content.content import Content
from dialogue.engine.protocol import Rule, Urgency
from dialogue.printing.document import Block, Heading, Paragraph, Section, Table
from dialogue.validation.question_words import split_sentences

LEAD = (
    "Back Talk is a voice assistant that a spine clinic gives to its patients. It asks "
    "short yes/no questions about a back spasm, danger signs first, and then says to "
    "call the emergency number, to see a doctor today, to call the clinic, or reads "
    "care steps aloud. It does not diagnose."
)
CONTACT, CLINIC = "contact", "clinic.say"
"""The clinic block in a reply, and what it begins with."""


def build_summary(content: Content, points: Sequence[SignPoint]) -> Section:
    """Build the summary; it fills two pages of paper at most."""
    protocol = content.protocol
    blocks: list[Block] = [
        Paragraph(LEAD, "lead"),
        Heading("Where an interview ends"),
        Table(
            ("Outcome", "Rules", "It begins with"),
            tuple(_list_outcomes(content)),
            (0.18, 0.09, 0.73),
        ),
        Heading("Danger signs that decide by themselves"),
        Table(("Tier", "Signs"), tuple(_list_signs(content)), (0.16, 0.84)),
        Heading("Between home and clinic"),
        Table(
            ("Leads to", "Why"),
            tuple(_list_reasons(content, protocol.rules)),
            (0.18, 0.82),
        ),
        Heading("Times, medicines, doubts"),
        Paragraph(_describe_limits(content)),
        Heading("In figures"),
        Paragraph(_count(content)),
        Heading("To decide before signing"),
        Paragraph("; ".join(f"{p.id}. {p.title}" for p in points) + ".", "small"),
    ]
    return Section("summary", "Summary", tuple(blocks))


def _list_outcomes(content: Content) -> Iterator[tuple[str, ...]]:
    protocol = content.protocol
    for disposition in protocol.dispositions:
        rules = sum(rule.disposition == disposition.id for rule in protocol.rules)
        keys = (CLINIC if key == CONTACT else key for key in disposition.says)
        said = (key for key in keys if key in content.prompts)
        first = split_sentences(render_prompt(content, next(said, "")))[:2]
        yield disposition.id, str(rules), f"\u201c{' '.join(first)}\u201d"


def _list_signs(content: Content) -> Iterator[tuple[str, str]]:
    protocol, prompts = content.protocol, content.prompts
    for tier in (Urgency.EMERGENCY, Urgency.URGENT):
        signs = [q for q in protocol.questions if find_tier(protocol, q) is tier]
        yield tier.value, ", ".join(prompts[f"sign.{sign.id}"] for sign in signs)


def _list_reasons(content: Content, rules: Sequence[Rule]) -> Iterator[tuple[str, str]]:
    """Yield each ordinary rule by the first sentence of its explanation."""
    for rule in rules:
        tier = content.protocol.disposition[rule.disposition].urgency
        if tier in (Urgency.CLINIC, Urgency.HOME):
            first, *_ = split_sentences(content.prompts[f"because.{rule.id}"])
            yield rule.disposition, first


def _describe_limits(content: Content) -> str:
    protocol = content.protocol
    lengths = ", ".join(
        f"{name.replace('_', ' ').removesuffix(' hours')} {hours:g} hours"
        for name, hours in protocol.thresholds.items()
    )
    return (
        f"Lengths, all inclusive: {lengths}; ice for {protocol.timer_minutes} minutes. "
        "No dose is ever said. A medicine is named only at home care, to somebody who "
        f"asked, after a plain no to each of {len(protocol.cautions)} questions. A "
        "doubt about a danger sign, said twice, counts as yes. What was not understood "
        "three times is set aside, named in the reply, and never taken for safe."
    )


def _count(content: Content) -> str:
    protocol = content.protocol
    red = sum(question.red_flag for question in protocol.questions)
    gates = sum(question.gate for question in protocol.questions)
    return (
        f"{len(protocol.questions)} questions: {red} danger signs, {gates} broad ones "
        f"that open danger signs, and others; {len(protocol.rules)} rules, "
        f"{len(protocol.dispositions)} outcomes, "
        f"{len(protocol.care_lines)} care lines, "
        f"{len(content.sources)} sources."
    )
