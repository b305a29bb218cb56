"""The library of sound devices and recordings, miniaudio: loaded when it is needed.

A typed session and a page do without it. Raises SoundLibraryMissing.
"""

import importlib
from typing import Any

NAME = "miniaudio"


class SoundLibraryMissing(Exception):
    """The library is not installed, so nothing can be heard or played."""

    def __init__(self) -> None:
        """Say which library it is."""
        super().__init__(f"The sound library {NAME} is not installed.")


def load_sound_library() -> Any:
    """Return the module miniaudio."""
    try:
        return importlib.import_module(NAME)
    except ModuleNotFoundError as error:
        raise SoundLibraryMissing from error
