"""Keeps verified certificate files on disk, for other workers and the next start.

What is read is verified like a download: a file here can refuse a request or bring one
of Amazon's own certificates, and nothing else.
"""

import hashlib
import json
import logging
import os
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from skill.errors import SkillRefused
from skill.http_client import LONGEST

_LOG = logging.getLogger(__name__)
MOST_FILES = 16
_LONGEST_FILE = 2 * LONGEST
"""Bytes: a certificate file as JSON, and its address."""
_UNREADABLE = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    RecursionError,
)
_NO_LINKS = getattr(os, "O_NOFOLLOW", 0)


@dataclass(frozen=True)
class KeptFile:
    """One certificate file, as it was downloaded."""

    checked: datetime
    """When it was downloaded and verified."""
    pem: bytes


class CertificateFiles:
    """A folder of ours with one small file an address."""

    def __init__(self, folder: Path) -> None:
        """Use `folder`, which is made where it is missing.

        Raises SkillRefused where others could write in it.
        """
        self._folder = folder
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            status = folder.lstat()
        except OSError as error:
            raise SkillRefused(_describe(folder, "cannot be made")) from error
        if not stat.S_ISDIR(status.st_mode):
            raise SkillRefused(_describe(folder, "is no folder"))
        if os.name == "posix" and (
            status.st_uid != os.geteuid() or status.st_mode & 0o022
        ):
            raise SkillRefused(_describe(folder, "can be written by others"))

    def read(self, url: str) -> KeptFile | None:
        """Return what was kept for a normalized address."""
        try:
            handle = os.open(self._find_path(url), os.O_RDONLY | _NO_LINKS)
            with os.fdopen(handle, "rb") as file:
                kept = json.loads(file.read(_LONGEST_FILE))
            if kept["url"] != url:
                return None
            checked = datetime.fromisoformat(kept["checked"])
            pem = kept["pem"].encode("ascii")
        except FileNotFoundError:
            return None
        except _UNREADABLE:
            return None  # spoilt: the download writes it anew
        return None if checked.tzinfo is None else KeptFile(checked, pem)

    def write(self, url: str, kept: KeptFile) -> None:
        """Keep a verified file; a disk that refuses is a warning and nothing more."""
        text = json.dumps(
            {"url": url, "checked": kept.checked.isoformat(), "pem": kept.pem.decode()}
        )
        try:
            handle, name = tempfile.mkstemp(dir=self._folder, prefix="new-")
            try:
                with os.fdopen(handle, "w", encoding="ascii") as file:
                    file.write(text)
                Path(name).replace(self._find_path(url))
            except OSError:
                with suppress(OSError):
                    Path(name).unlink()
                raise
            self._make_room()
        except (OSError, ValueError) as error:
            kind = type(error).__name__
            _LOG.warning("a verified certificate could not be kept: %s", kind)

    def remove(self, url: str) -> None:
        """Forget an address whose file does not hold any more."""
        with suppress(OSError):
            self._find_path(url).unlink()

    def _find_path(self, url: str) -> Path:
        return self._folder / f"{hashlib.sha256(url.encode()).hexdigest()[:32]}.json"

    def _make_room(self) -> None:
        files = [(f.stat().st_mtime, f) for f in self._folder.iterdir()]
        for _, file in sorted(files)[:-MOST_FILES]:
            file.unlink(missing_ok=True)


def _describe(folder: Path, what: str) -> str:
    return (
        f"BACKTALK_CERTIFICATES is '{folder}', which {what}, but verified certificates "
        "are kept in a folder that only the endpoint's own user can write; give such "
        "a folder, or a name in one that does not exist yet."
    )
