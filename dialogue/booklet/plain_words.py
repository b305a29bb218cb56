"""Conditions and sources of the protocol in plain words, by question number."""

import re
from collections.abc import Iterable, Mapping

from dialogue.engine.protocol import (
    CareLine,
    Condition,
    Question,
    Source,
    Stage,
    TriageProtocol,
    Urgency,
)
from dialogue.printing.document import Line, Link

SEEN = {
    "text": "the page was read, at least in extract",
    "abstract": "only the abstract was read: check the full text",
    "copy": "only a copy or secondary page was read: check the original",
}
"""What the sources file says of how much of each was read."""


def describe_condition(protocol: TriageProtocol, of: Condition) -> str:
    """Return a condition in words: "yes to question 1 (chest_or_breathing)"."""
    least = f"at least {of.count} of these: "
    groups = (("", "or", of.any_yes), ("", "and", of.all_yes), (least, "or", of.of))
    return ", and at the same time ".join(
        lead + f" {word} ".join(describe_statement(protocol, name) for name in names)
        for lead, word, names in groups
        if names
    )


def describe_statement(protocol: TriageProtocol, name: str) -> str:
    """Return one statement in words, such as a no to a question by its number."""
    numbers = number_questions(protocol)
    if name in numbers:
        return f"yes to question {numbers[name]} ({name})"
    if name in protocol.opposite_of:
        question = protocol.opposite_of[name]
        return f"no to question {numbers[question.id]} ({question.id})"
    if (unheard := protocol.statement[name].unheard) is not None:
        kind = "danger question" if unheard is Stage.SCREEN else "question on the facts"
        return f"a {kind} that was set aside as unheard"
    return f"\u201c{name.replace('_', ' ')}\u201d said unasked"


def number_questions(protocol: TriageProtocol) -> dict[str, int]:
    """Return each question's number in the booklet, by its id."""
    return {q.id: n for n, q in enumerate(protocol.questions, start=1)}


def find_tier(protocol: TriageProtocol, question: Question) -> Urgency | None:
    """Return the most urgent tier that a yes to a danger sign leads to by itself."""
    if not question.red_flag:
        return None
    tiers = (
        protocol.disposition[rule.disposition].urgency
        for rule in protocol.rules
        if question.id in rule.when.any_yes
    )
    return min(tiers, default=None)


def describe_when(protocol: TriageProtocol, line: CareLine) -> str:
    """Return when a care line is said, in words."""
    no = "a clear no to "
    parts = [
        f"{lead} {answer}{words.removeprefix('yes to ') if answer else words}"
        for lead, answer, names in (
            ("after", "", line.if_yes),
            ("only after", no, line.if_no),
            ("not after", "", line.unless_yes),
            ("not after", no, line.unless_no),
        )
        for words in (describe_statement(protocol, name) for name in names)
    ]
    if line.home_only:
        parts.append("home care only, never after clinic")
    words = "; ".join(parts)
    return f"{words[:1].upper()}{words[1:]}" if words else "Always"


def describe_known_from(question: Question) -> str:
    """Return the fact of an opening sentence that answers `question`, if any."""
    known = question.known_from
    if known.duration_at_most is not None:
        return f"a length of {known.duration_at_most:g} hours or less means yes"
    if known.duration_over is not None:
        return f"a length over {known.duration_over:g} hours means yes"
    if known.trigger is not None:
        return f"words for the cause '{known.trigger}' mean yes"
    return ""


def describe_unheard(protocol: TriageProtocol, question: Question) -> str:
    """Return what a question counts as that was set aside, in words."""
    if question.stage is Stage.SCREEN:
        return "counts as no, is asked once more, and is named in the reply"
    if question.id in protocol.cautions:
        return "counts as yes: no medicine is named"
    return f"counts as {question.unsure_means.value}"


def cite_all(sources: Mapping[str, Source], keys: Iterable[str]) -> tuple[Link, ...]:
    """Return a link to each source of `keys` in the list of sources."""
    return tuple(cite(sources, key) for key in keys)


def cite(sources: Mapping[str, Source], key: str) -> Link:
    """Return the link to one source: its number, publisher and title."""
    number = list(sources).index(key) + 1
    source = sources[key]
    text = f"[{number}] {source.publisher}: {source.title}"
    return Link(text, f"#{name_anchor(key)}")


def name_anchor(key: str) -> str:
    """Return where the entry of a source stands in the booklet."""
    return f"source-{key}"


def link_address(address: str) -> Line:
    """Return where a source is found, as a link where it is an address of the web."""
    if re.match(r"https?://", address):
        return Link(address, address)
    return address
