"""The history of sessions on this computer: one row a session, in one SQLite file.

It holds a day, the disposition and whether it was the same spot; no name, no answer,
no time of day. It is off unless asked for, and grows only after a yes.

A note is one transaction with a rollback journal on the disk, which is synced before
the file is touched: a kill, a full disk or a loss of power costs at most the row being
written. The journal stays beside the file (`journal_mode = PERSIST`), so that deleting
can overwrite it too. Source: sqlite.org/atomiccommit.html, sqlite.org/pragma.html.
"""

import errno
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dialogue.xdg_folders import XdgFolder, get_xdg_folder

SCHEMA = 1
"""Kept in the file as its `user_version`; a file with a higher one is refused."""
APPLICATION = 0x42544C4B
"""Kept in the file as its `application_id`, so that no other file is taken for ours."""
TABLE = "CREATE TABLE talks (day TEXT, disposition TEXT, same_spot)"
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
    folder = get_xdg_folder(XdgFolder.DATA, environment, home)
    return folder / "backtalk" / "history.sqlite3"


def add_entry(file: Path, entry: Entry) -> None:
    """Add one session; the file is made where there is none. Raises HistoryRefused."""
    with _explain_errors(file):
        _create(file)
        with _open(file) as history, history:
            history.execute("BEGIN IMMEDIATE")
            if _is_empty(history, file):
                history.execute(TABLE)
            history.execute(f"PRAGMA application_id = {APPLICATION}")
            history.execute(f"PRAGMA user_version = {SCHEMA}")
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
        # Not read-only: a journal that a kill has left must be rolled back first.
        with _open(file) as history:
            if _is_empty(history, file):
                return []
            rows = history.execute(
                "SELECT day, disposition, same_spot FROM talks ORDER BY day DESC"
            ).fetchall()
        return [Entry(date.fromisoformat(d), f"{id_}", bool(s)) for d, id_, s in rows]


def delete(file: Path) -> bool:
    """Delete the whole history, readable or not; tell whether there was one.

    The file and its journal are overwritten first. What the disk itself keeps of old
    blocks is out of our reach. A deletion that was cut short is finished by the next
    call, and nothing of it is read any more. Raises HistoryRefused.
    """
    with _explain_errors(file):
        if file.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if file.is_symlink():
            # SQLite keeps the journal beside the file that the link leads to.
            link, file = file, file.resolve()
            link.unlink()
        if file.exists():
            with (
                suppress(HistoryRefused, sqlite3.Error, ValueError),
                _open(file) as history,
            ):
                # Whoever writes just now has finished then.
                history.execute("BEGIN EXCLUSIVE")
            file.replace(_get_deleted(file))
        return any([_overwrite(_get_journal(file)), _overwrite(_get_deleted(file))])


def _get_journal(file: Path) -> Path:
    return file.with_name(f"{file.name}-journal")


def _get_deleted(file: Path) -> Path:
    """Return the name under which a history waits to be overwritten."""
    return file.with_name(f"{file.name}.deleted")


def _overwrite(file: Path) -> bool:
    """Write zeros over `file` and remove it; tell whether there was one."""
    if not os.path.lexists(file):
        return False
    with suppress(OSError), file.open("r+b", buffering=0) as data:
        left = os.fstat(data.fileno()).st_size
        while left > 0:
            left -= data.write(bytes(min(left, 1 << 16))) or 0
        os.fsync(data.fileno())
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
def _open(file: Path) -> Iterator[sqlite3.Connection]:
    """Yield the open history, outside a transaction; close it whatever happens."""
    uri = f"{file.absolute().as_uri()}?mode=rw"
    history = sqlite3.connect(uri, uri=True, timeout=PATIENCE, isolation_level=None)
    try:
        # What is deleted is overwritten; what a write replaces is in the journal.
        history.execute("PRAGMA secure_delete = ON")
        history.execute("PRAGMA journal_mode = PERSIST")
        history.execute("PRAGMA synchronous = FULL")
        yield history
    finally:
        history.close()


def _is_empty(history: sqlite3.Connection, file: Path) -> bool:
    """Tell whether nothing was ever noted; raises HistoryRefused where it is not ours.

    A table of ours without its mark was left by a kill in an earlier version, which
    made the file in four steps.
    """
    (version,) = history.execute("PRAGMA user_version").fetchone()
    (application,) = history.execute("PRAGMA application_id").fetchone()
    tables = [sql for (sql,) in history.execute("SELECT sql FROM sqlite_master")]
    if not (version or application or tables):
        return True
    if application != APPLICATION and (application or version or tables != [TABLE]):
        raise HistoryRefused(
            f"{file}: this is not a history of Back Talk, so it is left alone. Give "
            "another file, or move this one away."
        )
    if version > SCHEMA:
        raise HistoryRefused(
            f"{file}: a newer version of Back Talk wrote this history, so it is left "
            "alone. Use that version, or delete the history."
        )
    return False


@contextmanager
def _explain_errors(file: Path) -> Iterator[None]:
    """Turn what can go wrong with `file` into one sentence."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
            raise HistoryRefused(
                f"{file}: the disk is full, so this talk is not noted; what was noted "
                "before is kept. Make room on the disk."
            ) from error
        raise HistoryRefused(
            f"{file}: the history cannot be used just now: {error}. Close other "
            "programs that use it, and look at the rights of its folder."
        ) from error
    except (sqlite3.Error, ValueError, TypeError) as error:
        if isinstance(error, HistoryRefused):
            raise
        raise HistoryRefused(
            f"{file}: the history is damaged: {error}. Move it away to keep what can "
            "be saved of it, or delete it with: python -m dialogue history delete."
        ) from error
    except OSError as error:
        raise HistoryRefused(
            f"{file}: the history cannot be used: {error.strerror}. Look at the rights "
            "of its folder."
        ) from error
