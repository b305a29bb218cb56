"""A signature: who read which content when, what was decided; to and from text."""

from collections.abc import Mapping
from dataclasses import dataclass

from dialogue.approval.fingerprint import Reviewed, changes, checksum, items
from dialogue.content import messages
from dialogue.content.schema import ProblemLog, TableReader
from dialogue.content.yaml_reader import TableValue
from dialogue.engine.protocol import TriageProtocol

AS_WRITTEN = "as written"
"""The one decision that approves a point; any other asks for a change first."""


@dataclass(frozen=True)
class Signature:
    """What `python -m dialogue sign` records."""

    name: str
    role: str
    """Profession and credentials, as the signer gave them."""
    signed_on: str
    """`YYYY-MM-DD`."""
    checksum: str
    """Of everything that was read."""
    decisions: Mapping[str, str]
    """By open point: `as written`, and a remark behind a colon if there was one."""
    items: Mapping[str, str]


def signature_from(table: TableValue, notes: ProblemLog) -> Signature:
    """Return the signature that `table` holds; what is wrong goes to `notes`."""
    top = TableReader(table, notes, "signature", what="the signature")
    for said in ("protocol", "version", "locale"):
        top.text(said)
    signature = Signature(
        name=top.text("name"),
        role=top.text("role"),
        signed_on=top.text("signed_on"),
        checksum=top.text("checksum"),
        decisions={
            id_.removeprefix("point_"): decision
            for id_, decision in _texts(top, "decisions").items()
        },
        items=_texts(top, "items"),
    )
    top.done()
    if signature.items and checksum(signature.items) != signature.checksum:
        top.wrong(messages.SIGNATURE_EDITED, "checksum")
    return signature


def why_not_approved(signature: Signature, reviewed: Reviewed) -> tuple[str, ...]:
    """Return why `signature` does not approve what stands here; nothing if it does."""
    after = f"after {signature.name} signed on {signature.signed_on}"
    found = changes(signature.items, items(reviewed))
    return tuple(f"{change} {after}" for change in found)


def as_text(signature: Signature, protocol: TriageProtocol, locale: str) -> str:
    """Return the file that records `signature`."""
    lines = [
        "# Written by python -m dialogue sign; an edit by hand makes it void. A later",
        "# change of an item makes the protocol a draft again.",
        f"protocol: {protocol.id}",
        f"version: {protocol.version}",
        f"locale: {locale}",
        f"name: {_quoted(signature.name)}",
        f"role: {_quoted(signature.role)}",
        f"signed_on: {_quoted(signature.signed_on)}",
        f"checksum: {_quoted(signature.checksum)}",
        "decisions:",
        *(f"  point_{id_}: {_quoted(d)}" for id_, d in signature.decisions.items()),
        "items:",
        *(f"  {name}: {_quoted(sum_)}" for name, sum_ in signature.items.items()),
    ]
    return "\n".join(lines) + "\n"


def _texts(top: TableReader, key: str) -> dict[str, str]:
    part = top.table(key)
    return {name: part.text(name) for name in part.names()} if part else {}


def _quoted(text: str) -> str:
    """Return `text` in quotes, as the strict reader takes it."""
    escaped = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
