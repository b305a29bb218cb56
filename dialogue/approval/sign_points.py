"""Reads and checks the open points that a clinician decides before signing."""

from collections.abc import Iterable
from dataclasses import dataclass

from dialogue.content import messages
from dialogue.content.content import Content
from dialogue.content.content_store import ContentStore
from dialogue.content.problems import suggest_name
from dialogue.content.schema import ProblemLog, TableReader


@dataclass(frozen=True)
class SignPoint:
    """One thing that a named clinician must decide before the protocol is approved."""

    id: str
    """Its number, such as `5`."""
    title: str
    item: str
    default: str
    """What the protocol does until somebody decides otherwise."""
    design: str
    """Where the clinical design marks it."""
    concerns: tuple[str, ...]
    """Ids of questions, rules, statements, thresholds, care lines and prompts."""


def read_sign_points(store: ContentStore) -> tuple[SignPoint, ...]:
    """Read the open points in order; what is wrong goes to the store's log."""
    table = store.read_table("protocols/sign_points.yaml")
    top = TableReader(table, store.log, "sign_points", what="the file of open points")
    points = []
    for id_, entry in top.named_tables("points"):
        points.append(
            SignPoint(
                id=id_.removeprefix("point_"),
                title=entry.text("title"),
                item=entry.text("item"),
                default=entry.text("default"),
                design=entry.text("design"),
                concerns=entry.words("concerns"),
            )
        )
        entry.done()
    top.done()
    return tuple(points)


def check_sign_points(
    points: Iterable[SignPoint], contents: Iterable[Content], log: ProblemLog
) -> None:
    """Note each name that an open point concerns and that is nothing known."""
    known = {name for content in contents for name in _list_names(content)}
    for point in points:
        for name in point.concerns:
            if name not in known:
                at = ("sign_points", "points", f"point_{point.id}", "concerns", name)
                words = {"id": point.id, "name": name}
                hint = suggest_name(name, known)
                log.report(messages.UNKNOWN_CONCERN, at, **words, hint=hint)


def _list_names(content: Content) -> set[str]:
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
