"""A signature, who read what when: to and from its file, and applied to content."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from dialogue.approval.fingerprint import (
    build_fingerprint,
    compute_checksum,
    describe_changes,
)
from dialogue.approval.sign_points import read_sign_points
from dialogue.content import messages
from dialogue.content.content import Content
from dialogue.content.content_store import ContentStore
from dialogue.content.schema import TableReader
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
    """The fingerprint: a short checksum of every item by its name."""


def get_signature_file(data: Path | None, protocol: str, locale: str) -> Path:
    """Return where the signature of `protocol` in `locale` is written."""
    root = data or Path(__file__).parents[1] / "data"
    return root / "signatures" / f"{protocol}.{locale}.yaml"


def read_signature(store: ContentStore, protocol: str, locale: str) -> Signature | None:
    """Read the signature of a protocol in a locale, None where there is none.

    What is wrong with it goes to the store's log.
    """
    name = f"{protocol}.{locale}"
    if name not in store.find_names("signatures"):
        return None
    table = store.read_table(f"signatures/{name}.yaml")
    top = TableReader(table, store.log, "signature", what="the signature")
    for key in ("protocol", "version", "locale"):
        top.text(key)
    signature = Signature(
        name=top.text("name"),
        role=top.text("role"),
        signed_on=top.text("signed_on"),
        checksum=top.text("checksum"),
        decisions={
            id_.removeprefix("point_"): decision
            for id_, decision in top.mapping("decisions", TableReader.text).items()
        },
        items=top.mapping("items", TableReader.text),
    )
    top.done()
    if signature.items and compute_checksum(signature.items) != signature.checksum:
        top.report(messages.SIGNATURE_EDITED, "checksum")
    return signature


def apply_signature(
    content: Content, signature: Signature | None, store: ContentStore
) -> Content:
    """Return `content` with its status: approved by `signature`, or why it is not."""
    if signature is None:
        return replace(content, unsigned=("nobody has signed it",))
    items = build_fingerprint(content, read_sign_points(store))
    if changes := describe_changes(signature.items, items):
        after = f"after {signature.name} signed on {signature.signed_on}"
        return replace(content, unsigned=tuple(f"{one} {after}" for one in changes))
    protocol = replace(
        content.protocol,
        status="approved",
        reviewed_by=signature.name,
        reviewed_on=signature.signed_on,
    )
    return replace(content, protocol=protocol)


def to_yaml(signature: Signature, protocol: TriageProtocol, locale: str) -> str:
    """Return the text of the file that records `signature`."""
    lines = [
        "# Written by python -m dialogue sign; an edit by hand makes it void. A later",
        "# change of an item makes the protocol a draft again.",
        f"protocol: {protocol.id}",
        f"version: {protocol.version}",
        f"locale: {locale}",
        f"name: {_quote(signature.name)}",
        f"role: {_quote(signature.role)}",
        f"signed_on: {_quote(signature.signed_on)}",
        f"checksum: {_quote(signature.checksum)}",
        "decisions:",
        *(f"  point_{id_}: {_quote(d)}" for id_, d in signature.decisions.items()),
        "items:",
        *(f"  {name}: {_quote(sum_)}" for name, sum_ in signature.items.items()),
    ]
    return "\n".join(lines) + "\n"


def _quote(text: str) -> str:
    escaped = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
