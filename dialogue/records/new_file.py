"""New files, whole or not there: never over another one, or in the place of its own.

A file is written beside its name, as `NAME.part`, readable by its owner only, and gets
its name when all of it is on the disk. What a person said is never written over a name
that is taken, also by a link; `replace_file` is for files whose newest state alone
counts. All of it raises OSError.
"""

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path

_NEW = (
    os.O_RDWR
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_BINARY", 0)
)


PRIVATE, USUAL = 0o600, 0o666
"""Modes: for the owner only; for whom the process's mask lets read it."""


class NewFile:
    """A file that is being written; `keep` or `discard` it at the end."""

    def __init__(
        self, path: Path, *, replaces: bool = False, mode: int = PRIVATE
    ) -> None:
        """Open it under another name; FileExistsError where `path` is taken.

        With `replaces` it will take the place of what has its name by then.
        """
        if not replaces and os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), f"{path}")
        self._path, self._replaces = path, replaces
        # A part that a kill has left is somebody's recording: it is not touched.
        for number in count(1):
            self._part = get_part(path, number)
            with suppress(FileExistsError):
                self._handle = os.open(self._part, _NEW, mode)
                break
        self._is_open = self._is_waiting = True

    def write(self, data: bytes | bytearray, at: int) -> None:
        """Write all of `data` from byte `at` on."""
        os.lseek(self._handle, at, os.SEEK_SET)
        # A copy: while an error is handled, its frame would hold the caller's buffer.
        rest = memoryview(bytes(data))
        while rest:
            rest = rest[os.write(self._handle, rest) :]

    def sync(self) -> None:
        """Wait until what was written is on the disk."""
        os.fsync(self._handle)

    def keep(self) -> Path:
        """Give it its name, or a numbered one where that was taken meanwhile."""
        self.sync()
        for path in number_names(self._path):
            with suppress(FileExistsError):
                self.place(path)
                break
        return path

    def place(self, path: Path) -> None:
        """Give it, synced before, the name `path`; FileExistsError where taken."""
        self._close()
        if self._replaces:
            os.replace(self._part, path)  # noqa: PTH105 (atomic, also over a file)
        else:
            self._link(path)
        self._is_waiting = False
        _sync_folder(path.parent)

    def discard(self) -> None:
        """Remove it, unless it has got its name."""
        self._close()
        if self._is_waiting:
            self._is_waiting = False
            _remove(self._part)

    def _link(self, path: Path) -> None:
        try:
            os.link(self._part, path)
        except FileExistsError:
            raise
        except OSError:
            # There are no hard links, as on a stick: the name is taken first, empty.
            os.close(os.open(path, _NEW, 0o600))
            try:
                os.replace(self._part, path)  # noqa: PTH105
            except OSError:
                _remove(path)
                raise
        else:
            _remove(self._part)

    def _close(self) -> None:
        if self._is_open:
            self._is_open = False
            os.close(self._handle)


def check_new_file(path: Path) -> None:
    """Raise where no new file `path` can be written; leaves nothing there."""
    NewFile(path).discard()


def replace_file(path: Path, data: bytes, mode: int = PRIVATE) -> None:
    """Put `data` in the place of the file or link `path`, whole or not at all.

    Where it cannot be written, what was there stays.
    """
    file = NewFile(path, replaces=True, mode=mode)
    try:
        file.write(data, 0)
        file.keep()
    except BaseException:
        file.discard()
        raise


def write_new_files(folder: Path, stem: str, parts: Mapping[str, bytes]) -> list[Path]:
    """Write `<stem>_<name>` for each of `parts`, all under one number if one is taken.

    Where one cannot be written none is left.
    """
    for free in number_names(folder / stem):
        with suppress(FileExistsError):
            paths = [free.with_name(f"{free.name}_{name}") for name in parts]
            return _write_all(paths, list(parts.values()))
    raise AssertionError("numbers do not end")


def get_part(path: Path, number: int = 1) -> Path:
    """Return where `path` is written first; a number above 1 where that is taken."""
    more = f"-{number}" if number > 1 else ""
    return path.with_name(f"{path.name}.part{more}")


def number_names(path: Path) -> Iterator[Path]:
    """Yield `path`, then `NAME-2.KIND`, `NAME-3.KIND` and so on."""
    yield path
    for number in count(2):
        yield path.with_name(f"{path.stem}-{number}{path.suffix}")


def _write_all(paths: list[Path], contents: list[bytes]) -> list[Path]:
    """Write new files, each with its content; FileExistsError where one is taken."""
    files: list[NewFile] = []
    placed: list[Path] = []
    try:
        for path, content in zip(paths, contents, strict=True):
            files.append(NewFile(path))
            files[-1].write(content, 0)
            files[-1].sync()
        for path, file in zip(paths, files, strict=True):
            file.place(path)
            placed.append(path)
    except OSError:
        for file in files:
            file.discard()
        for path in placed:
            _remove(path)
        raise
    return placed


def _remove(path: Path) -> None:
    with suppress(OSError):
        os.unlink(path)  # noqa: PTH108


def _sync_folder(folder: Path) -> None:
    """Wait until the names in `folder` are on the disk, where a system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
