"""The table of words as a file: built at release, and fresh as long as they are."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from dialogue.understanding.words import FORMAT, Words, to_table

TABLE = "table.json"


def compute_digest(files: Iterable[bytes]) -> str:
    """Return the checksum of the files that a table is built of."""
    digest = hashlib.sha256(f"format {FORMAT}".encode())
    for raw in files:
        digest.update(hashlib.sha256(raw).digest())
    return digest.hexdigest()


def is_fresh(table: Any, files: Iterable[bytes]) -> bool:
    """Tell whether a table was built of just these files."""
    if not isinstance(table, dict) or table.get("format") != FORMAT:
        return False
    return bool(table.get("digest") == compute_digest(files))


def render_table(words: Words, files: Iterable[bytes]) -> str:
    """Return the table as JSON, one entry a line, so that changes can be seen."""
    table = {"digest": compute_digest(files), **to_table(words)}
    lines = []
    for key, value in table.items():
        if isinstance(value, list) and key in ("labels", "accepted", "steps"):
            rows = ",\n".join(json.dumps(row, separators=(",", ":")) for row in value)
            lines.append(f"{json.dumps(key)}: [\n{rows}\n]")
        else:
            shown = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
            lines.append(f"{json.dumps(key)}: {shown}")
    return "{\n" + ",\n".join(lines) + "\n}\n"
