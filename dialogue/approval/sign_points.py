"""The open points that need a clinician's decision, from their table."""

from dataclasses import dataclass

from dialogue.content.schema import ProblemLog, TableReader
from dialogue.content.yaml_reader import TableValue


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


def points_from(table: TableValue, notes: ProblemLog) -> tuple[SignPoint, ...]:
    """Return the points in order; what is wrong goes to `notes`."""
    top = TableReader(table, notes, "sign_points", what="the file of open points")
    listed = top.table("points")
    found = []
    for id_ in listed.names() if listed else ():
        entry = listed.table(id_) if listed else None
        if entry is None:
            continue
        found.append(
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
    return tuple(found)
