"""Steps that take minutes, kept in the work folder and taken from there again."""

import hashlib
import pickle
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

Made = TypeVar("Made")


def find_checksum(parts: Iterable[bytes]) -> str:
    """Return the name of a folder for what is made of these parts, and of no others."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()[:12]


def keep(folder: Path, name: str, make: Callable[[], Made]) -> Made:
    """Return what an earlier call under `name` has made, else make and keep it."""
    path = folder / f"{name}.pickle"
    if path.is_file():
        kept: Made = pickle.loads(path.read_bytes())
        return kept
    made = make()
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pickle.dumps(made))
    print(f"{path}: made", file=sys.stderr)
    return made
