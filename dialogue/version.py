"""The version of this program, as records and /health name it, and its day."""

import tomllib
from datetime import date
from importlib import metadata
from pathlib import Path

RELEASED = date(2026, 11, 21)
"""A clock that stands before this day is wrong. Each release sets it anew."""


def get_program_version() -> str:
    """Return the version from the project file of a checkout, else of the package.

    It is `unknown` where the program runs from a folder that is neither.
    """
    project = Path(__file__).parents[1] / "pyproject.toml"
    if project.is_file():
        return str(tomllib.loads(project.read_text("utf-8"))["project"]["version"])
    try:
        return metadata.version("backtalk")
    except metadata.PackageNotFoundError:
        return "unknown"
