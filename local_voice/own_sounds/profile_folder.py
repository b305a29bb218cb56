"""Where profiles stand, what one says about itself, and how it is forgotten.

A profile is one file, readable by its owner only, in a folder of this person's. It
holds numbers, no sound. Raises ProfileRefused, which says why and what to do.
"""

import hashlib
import json
import os
import re
import stat
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from dialogue.records.new_file import NewFile
from dialogue.xdg_folders import XdgFolder, get_xdg_folder
from local_voice.asr.graph.network_units import NETWORK
from local_voice.asr.model_files import SHIPPED

FORMAT = 1
"""Kept in each profile; one of another format is refused."""
ABOUT = "about.json"
"""The part of a profile that can be read without numpy."""
SUFFIX = ".npz"
LESSON = ".part-lesson"
"""Behind the name of a profile: a lesson that goes on another time."""
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
MOST_BYTES = 4 << 20
"""Of a profile; a usual one has some 60 kB."""
PRACTISE_AFTER = 14
"""Days after which a profile should be tried again."""
WEIGHTS = Path(__file__).with_name("model") / "weights.npz"
TEACH_AGAIN = "Teach the sounds again with backtalk learn"


class ProfileRefused(Exception):
    """A profile cannot be used; says why and what to do."""


@dataclass(frozen=True)
class ProfileAbout:
    """What is known of a profile besides its numbers."""

    day: date
    sounds: Mapping[str, int]
    """How many examples there are of each, by name."""
    versions: str
    """A checksum of both networks: others would compare other numbers."""
    device: str = ""
    """A checksum of the microphone's name; empty for recordings."""
    asks_twice: bool = False
    """Its sounds were alike, and a carer wanted them all the same."""
    unheeded: tuple[str, ...] = ()
    """Answers that the usual recogniser hears in these sounds, and is wrong."""

    def to_json(self) -> str:
        """Return it as it stands in the file."""
        fields = {**vars(self), "day": self.day.isoformat(), "format": FORMAT}
        return json.dumps(fields)

    @property
    def age(self) -> int:
        """Return how many days ago it was taught."""
        return (date.today() - self.day).days  # noqa: DTZ011 (the person's own day)


def get_profiles_folder(environment: Mapping[str, str], home: Path) -> Path:
    """Return the folder of all profiles of this person."""
    return get_xdg_folder(XdgFolder.DATA, environment, home) / "backtalk" / "voices"


def get_profile_file(folder: Path, name: str) -> Path:
    """Return the file of the profile `name`; refuses a name that is none."""
    if not NAME.fullmatch(name):
        raise ProfileRefused(
            f"The name {name!r} cannot be that of a profile. It has small letters, "
            "digits and hyphens, at most 32. Choose another."
        )
    return folder / f"{name}{SUFFIX}"


def get_lesson_file(file: Path) -> Path:
    """Return where a lesson for a profile waits that was not ended."""
    return file.with_name(f"{file.name}{LESSON}")


def list_profiles(folder: Path) -> list[str]:
    """Return the names of all profiles."""
    names = sorted(path.stem for path in folder.glob(f"*{SUFFIX}"))
    return [name for name in names if NAME.fullmatch(name)]


def read_about(file: Path) -> ProfileAbout:
    """Return what a profile says about itself, after a look at its file."""
    with explain_errors(file):
        _refuse_file(file)
        with zipfile.ZipFile(file) as parts:
            found = json.loads(parts.read(ABOUT))
        return _parse_about(found, file)


def refuse_other_versions(about: ProfileAbout, file: Path) -> None:
    """Refuse a profile that was taught with other networks than those of now."""
    if about.versions != find_versions():
        raise ProfileRefused(
            f"The profile {file} was taught with another version of Back Talk, whose "
            f"numbers cannot be compared. {TEACH_AGAIN} {file.stem}."
        )


def find_versions() -> str:
    """Return a checksum of the networks that sounds are compared by."""
    return find_checksum(map(Path.read_bytes, (SHIPPED / NETWORK, WEIGHTS)))


def find_checksum(parts: Iterable[bytes]) -> str:
    """Return one checksum of several parts, which tells where each of them ends."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def hash_device(name: str) -> str:
    """Return the checksum under which a microphone is known again."""
    return hashlib.sha256(name.encode()).hexdigest()


def prepare_folder(folder: Path) -> None:
    """Make the folder, for its owner only."""
    with explain_errors(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)


def check_folder(file: Path) -> None:
    """Raise ProfileRefused where no profile `file` can be written."""
    prepare_folder(file.parent)
    with explain_errors(file):
        NewFile(file, replaces=True).discard()


def forget(file: Path) -> bool:
    """Overwrite and delete a profile, readable or not; tell whether there was one.

    What a write that was cut short has left goes too. What the disk itself keeps of
    old blocks is out of our reach.
    """
    with explain_errors(file):
        found = [file, *file.parent.glob(f"{file.name}.part*")]
        there = [path for path in found if os.path.lexists(path)]
        for path in there:
            if path.is_file() and not path.is_symlink():
                with path.open("r+b") as opened:
                    opened.write(bytes(path.stat().st_size))
                    opened.flush()
                    os.fsync(opened.fileno())
            path.unlink()
        return bool(there)


def _refuse_file(file: Path) -> None:
    """Refuse what is no file of this person's own, before it is opened."""
    found = file.lstat()
    if not stat.S_ISREG(found.st_mode):
        raise ProfileRefused(
            f"The profile {file} is no file. Remove what stands there, and teach again."
        )
    if hasattr(os, "getuid"):
        if found.st_uid != os.getuid():
            raise ProfileRefused(
                f"The profile {file} belongs to somebody else, so it is not used. "
                f"{TEACH_AGAIN} under your own name."
            )
        if stat.S_IMODE(found.st_mode) & 0o077:
            raise ProfileRefused(
                f"The profile {file} can be read by others. A voice is for its owner "
                f"only. Close it with: chmod 600 {file}"
            )
    if found.st_size > MOST_BYTES:
        raise ProfileRefused(
            f"The profile {file} is larger than {MOST_BYTES >> 20} MB, and so is none. "
            f"{TEACH_AGAIN} {file.stem}."
        )


def _parse_about(found: Any, file: Path) -> ProfileAbout:
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ProfileRefused(
            f"The profile {file} has another format than this version of Back Talk "
            f"reads. {TEACH_AGAIN} {file.stem}."
        )
    sounds = {str(name): int(count) for name, count in found["sounds"].items()}
    return ProfileAbout(
        date.fromisoformat(found["day"]),
        sounds,
        str(found["versions"]),
        str(found["device"]),
        bool(found["asks_twice"]),
        tuple(map(str, found["unheeded"])),
    )


@contextmanager
def explain_errors(file: Path) -> Iterator[None]:
    """Raise ProfileRefused in place of what went wrong with a file."""
    try:
        yield
    except FileNotFoundError as error:
        raise ProfileRefused(
            f"There is no profile {file}. Teach one with backtalk learn {file.stem}."
        ) from error
    except OSError as error:
        raise ProfileRefused(
            f"The profile {file} cannot be used ({error.strerror or error}). "
            "Look at its folder and the room on the disk."
        ) from error
    except (
        zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError,
        NotImplementedError, RecursionError, EOFError,
    ) as error:  # fmt: skip
        raise ProfileRefused(
            f"The profile {file} is damaged. {TEACH_AGAIN} {file.stem}."
        ) from error
