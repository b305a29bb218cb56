"""Steps that take minutes, kept in the work folder and taken from there again."""

import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Made = TypeVar("Made")


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
