"""The booklet that a clinician reads: every chapter, in the order of reading."""

from pathlib import Path

from dialogue.approval.fingerprint import build_fingerprint, compute_checksum
from dialogue.approval.sign import format_checksum
from dialogue.approval.sign_points import read_sign_points
from dialogue.booklet import chapters, chapters_said
from dialogue.booklet.document import Document
from dialogue.content.content import Content
from dialogue.content.content_store import ContentStore


def booklet(content: Content, data: Path | None = None) -> Document:
    """Return the whole booklet of `content`, which was read from `data`."""
    store = ContentStore(data)
    points = read_sign_points(store)
    whole = compute_checksum(build_fingerprint(content, points))
    protocol = content.protocol
    name = f"{protocol.id} {protocol.version}"
    clinic = content.clinic.name if content.clinic else "none set"
    return Document(
        title="Review booklet",
        subtitle=f"The protocol \u201c{protocol.id}\u201d, version {protocol.version}",
        language=content.locale,
        foot=f"{name} \u00b7 {content.locale} \u00b7 {protocol.status} \u00b7 "
        f"checksum {format_checksum(whole)}",
        facts=(
            ("Protocol", f"{protocol.id}, version {protocol.version}"),
            ("Status", _status(content)),
            ("Language", content.locale),
            ("Clinic in the examples", clinic),
            ("Checksum of the content", whole),
        ),
        sections=(
            chapters.how_to_read(content),
            chapters.diagram(content),
            chapters.questions(content),
            chapters.unasked(content),
            chapters.thresholds(content),
            chapters.rules(content),
            chapters_said.replies(content),
            chapters_said.care(content),
            chapters_said.other_words(content),
            chapters_said.worked(content, store),
            chapters.sources(content),
            chapters_said.open_points(points),
            chapters_said.signature(content, whole, len(points)),
        ),
    )


def _status(content: Content) -> str:
    status_line = content.status_line
    return status_line[status_line.index("(") + 1 : -1]
