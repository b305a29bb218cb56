"""Where a person's files belong, by the XDG base directory specification."""

from collections.abc import Mapping
from enum import Enum
from pathlib import Path


class XdgFolder(Enum):
    """A kind of file; the value is its variable and its usual place below the home."""

    CONFIG = "XDG_CONFIG_HOME", ".config"
    DATA = "XDG_DATA_HOME", ".local/share"


def get_xdg_folder(kind: XdgFolder, environ: Mapping[str, str], home: Path) -> Path:
    """Return the folder of `kind`, as its variable says, or in its usual place.

    A relative path is to be ignored. Source: the XDG base directory specification.
    """
    variable, usual = kind.value
    given = Path(environ.get(variable, ""))
    return given if given.is_absolute() else home / usual
