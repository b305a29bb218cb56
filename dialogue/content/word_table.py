"""The table of words as a file: built at release, and fresh as long as they are.

Its first line is JSON, then each state of the automaton has a line.
"""

import hashlib
import json
from collections.abc import Iterable
from functools import lru_cache

from dialogue.understanding.words import FORMAT, Words, from_table, to_table

TABLE = "table.txt"


def parse_table(raw: bytes, files: Iterable[bytes]) -> Words | None:
    """Return the words of a table; None where it was not built of just these files."""
    return _parse_fresh(raw, compute_digest(files))


@lru_cache(maxsize=2)
def _parse_fresh(raw: bytes, digest: str) -> Words | None:
    """Return the words of a table with this checksum; the same ones every time."""
    try:
        first, *states = raw.decode("utf-8").rstrip("\n").split("\n")
        table = json.loads(first)
    except ValueError:
        return None
    if not isinstance(table, dict) or table.get("digest") != digest:
        return None
    return from_table({**table, "states": states})


def render_table(words: Words, files: Iterable[bytes]) -> str:
    """Return the table as text, with the checksum of its files in it."""
    table = {"digest": compute_digest(files), **to_table(words)}
    states = table.pop("states")
    first = json.dumps(table, separators=(",", ":"), ensure_ascii=False)
    return "\n".join((first, *states)) + "\n"


def compute_digest(files: Iterable[bytes]) -> str:
    """Return the checksum of the files that a table is built of."""
    digest = hashlib.sha256(f"format {FORMAT}".encode())
    for raw in files:
        digest.update(hashlib.sha256(raw).digest())
    return digest.hexdigest()
