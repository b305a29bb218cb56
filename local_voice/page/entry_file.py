"""Files of a page that runs, readable by their owner only: bookmark, return secret.

The bookmark's file opens the page. It holds the address with the key, which is another
one after each start, so no bookmark has to. What stands at the page's port while Back
Talk does not run, a program of somebody else perhaps, gets a key that will never open
anything. The return secret outlives a crash, and nothing else: see `access.Return`.
"""

import html
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from dialogue.records.new_file import replace_file

FOLDER = "backtalk"
SECRET_LENGTH = 64
"""Hexadecimal digits."""
PAGE = """\
<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url={address}">
<title>Back Talk</title>
<p><a href="{address}">Back Talk</a></p>
"""


def get_runtime_folder(environment: Mapping[str, str], home: Path) -> Path:
    """Return the folder for what lives as long as the program; it is the person's own.

    Source: the XDG base directory specification; it says nothing for systems without
    a runtime folder, where the one for state takes its place.
    """
    for name in ("XDG_RUNTIME_DIR", "XDG_STATE_HOME"):
        given = environment.get(name, "")
        if given and Path(given).is_absolute():
            return Path(given) / FOLDER
    return home / ".local" / "state" / FOLDER


def get_entry_file(folder: Path, port: int) -> Path:
    """Return where the file of the page at `port` stands; it need not be there."""
    return folder / f"page-{port}.html"


def write_entry_file(file: Path, address: str) -> None:
    """Write `file`, which opens `address`, for its owner alone; raises OSError."""
    _write_own(file, PAGE.format(address=html.escape(address)))


def take_return_secret(folder: Path, port: int) -> str:
    """Return the secret that a crash left behind, else a new one that is kept.

    Raises OSError.
    """
    file = _get_secret_file(folder, port)
    _make_own_folder(folder)
    with suppress(OSError, UnicodeError):
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(handle, encoding="ascii") as found:
            kept = found.read(SECRET_LENGTH + 1)
        if len(kept) == SECRET_LENGTH:
            return kept
    secret = secrets.token_hex(SECRET_LENGTH // 2)
    _write_own(file, secret)
    return secret


def remove_return_secret(folder: Path, port: int) -> None:
    """Forget the secret: this was a usual end, and no page is to come back."""
    with suppress(OSError):
        _get_secret_file(folder, port).unlink()


def _get_secret_file(folder: Path, port: int) -> Path:
    return folder / f"page-{port}.secret"


def _make_own_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if hasattr(os, "geteuid"):
        seen = folder.lstat()
        if folder.is_symlink() or seen.st_uid != os.geteuid():
            raise PermissionError(f"{folder} is not this account's own folder")
        if seen.st_mode & 0o077:
            folder.chmod(0o700)


def _write_own(file: Path, text: str) -> None:
    _make_own_folder(file.parent)
    replace_file(file, text.encode())


def remove_entry_file(file: Path, address: str) -> None:
    """Remove `file` if it still opens `address`; another program's stays."""
    with suppress(OSError):
        if html.escape(address) in file.read_text(encoding="utf-8"):
            file.unlink()
