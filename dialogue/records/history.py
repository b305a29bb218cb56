"""The history of sessions on this computer: one row a session, in one SQLite file.

It holds a day, the disposition and whether it was the same spot; no name, no answer,
no time of day. It is off unless asked for, and grows only after a yes.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

SCHEMA = 1
"""Kept in the file as its `user_version`; a file with a higher one is refused."""
APPLICATION = 0x42544C4B
"""Kept in the file as its `application_id`, so that no other file is taken for ours."""
PATIENCE = 1.0
"""Seconds to wait for another program that has the file open."""


class HistoryRefused(ValueError):
    """The history cannot be used; the text says why and what to do."""


@dataclass(frozen=True)
class Entry:
    """One session."""

    day: date
    disposition: str
    same_spot: bool
    """The person said that the same spot keeps going into spasm."""


def get_history_file(environment: Mapping[str, str], home: Path) -> Path:
    """Return where the history stands: the XDG folder for data, or its usual place."""
    given = environment.get("XDG_DATA_HOME", "")
    # A relative path is to be ignored. Source: the XDG base directory specification.
    folder = Path(given) if Path(given).is_absolute() else home / ".local" / "share"
    return folder / "backtalk" / "history.sqlite3"


def add_entry(file: Path, entry: Entry) -> None:
    """Add one session; the file is made where there is none. Raises HistoryRefused."""
    with _explain_errors(file):
        _create(file)
        with _open(file, "rw") as history, history:
            history.execute(
                "INSERT INTO talks VALUES (?, ?, ?)",
                (entry.day.isoformat(), entry.disposition, entry.same_spot),
            )


def entries(file: Path) -> list[Entry]:
    """Return every session, the newest first; none where there is no file.

    Raises HistoryRefused where the file cannot be read or is not ours.
    """
    with _explain_errors(file):
        if not file.exists():
            return []
        with _open(file, "ro") as history:
            rows = history.execute(
                "SELECT day, disposition, same_spot FROM talks ORDER BY day DESC"
            ).fetchall()
        return [Entry(date.fromisoformat(d), f"{id_}", bool(s)) for d, id_, s in rows]


def delete(file: Path) -> bool:
    """Delete the whole history, readable or not; tell whether there was one.

    The rows are overwritten first where the file can be opened. What the disk itself
    keeps of old blocks is out of our reach. Raises HistoryRefused.
    """
    with _explain_errors(file):
        if not file.exists():
            return False
        with (
            suppress(HistoryRefused, sqlite3.Error, ValueError),
            _open(file, "rw") as history,
            history,
        ):
            history.execute("DELETE FROM talks")
        file.unlink()
        return True


def _create(file: Path) -> None:
    """Make an empty file that only its owner can read, unless there is one."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    if file.stat().st_mode & 0o077:
        file.chmod(0o600)


@contextmanager
def _open(file: Path, mode: str) -> Iterator[sqlite3.Connection]:
    """Yield the open history, with its table; close it whatever happens."""
    uri = f"{file.absolute().as_uri()}?mode={mode}"
    history = sqlite3.connect(uri, uri=True, timeout=PATIENCE)
    try:
        # What is deleted is overwritten, and no journal keeps a copy on the disk.
        history.execute("PRAGMA secure_delete = ON")
        history.execute("PRAGMA journal_mode = MEMORY")
        _check_schema(history, file, empty_is_new=mode == "rw")
        yield history
    finally:
        history.close()


def _check_schema(
    history: sqlite3.Connection, file: Path, *, empty_is_new: bool
) -> None:
    (version,) = history.execute("PRAGMA user_version").fetchone()
    (application,) = history.execute("PRAGMA application_id").fetchone()
    (tables,) = history.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if empty_is_new and not (version or application or tables):
        history.execute("CREATE TABLE talks (day TEXT, disposition TEXT, same_spot)")
        history.execute(f"PRAGMA application_id = {APPLICATION}")
        history.execute(f"PRAGMA user_version = {SCHEMA}")
    elif application != APPLICATION:
        raise HistoryRefused(
            f"{file}: this is not a history of Back Talk, so it is left alone. Give "
            "another file, or move this one away."
        )
    elif version > SCHEMA:
        raise HistoryRefused(
            f"{file}: a newer version of Back Talk wrote this history, so it is left "
            "alone. Use that version, or delete the history."
        )


@contextmanager
def _explain_errors(file: Path) -> Iterator[None]:
    """Turn what can go wrong with `file` into one sentence."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise HistoryRefused(
            f"{file}: the history cannot be used just now: {error}. Close other "
            "programs that use it, and look at the rights of its folder."
        ) from error
    except (sqlite3.Error, ValueError, TypeError) as error:
        if isinstance(error, HistoryRefused):
            raise
        raise HistoryRefused(
            f"{file}: the history is damaged: {error}. Delete it with: "
            "python -m dialogue history delete."
        ) from error
    except OSError as error:
        raise HistoryRefused(
            f"{file}: the history cannot be used: {error.strerror}. Look at the rights "
            "of its folder."
        ) from error
