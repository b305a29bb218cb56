"""Every open point concerns something that is there."""

from collections.abc import Iterable

from dialogue.approval.sign_points import SignPoint
from dialogue.content import messages
from dialogue.content.content import Content
from dialogue.content.problems import did_you_mean
from dialogue.content.schema import ProblemLog


def check_points(
    points: Iterable[SignPoint], contents: Iterable[Content], notes: ProblemLog
) -> None:
    """Note each name that an open point concerns and that is nothing known."""
    known = {name for content in contents for name in known_names(content)}
    for point in points:
        for name in point.concerns:
            if name not in known:
                at = ("sign_points", "points", f"point_{point.id}", "concerns", name)
                notes.wrong(
                    messages.UNKNOWN_CONCERN,
                    notes.place(*at),
                    id=point.id,
                    name=name,
                    hint=did_you_mean(name, known),
                )


def known_names(content: Content) -> set[str]:
    """Return every name that an open point may concern."""
    protocol = content.protocol
    return {
        *protocol.question,
        *protocol.statement,
        *protocol.disposition,
        *protocol.thresholds,
        *(rule.id for rule in protocol.rules),
        *(line.key for line in protocol.care_lines),
        *content.prompts,
    }
