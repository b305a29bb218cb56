"""Cuts writes short: a kill or a full disk at the n-th system call that writes.

SQLite's unix layer lets a test replace its system calls (`xSetSystemCall` of
`sqlite3_vfs`, sqlite.org/c3ref/vfs.html); our own files are written by `os` alone. The
calls here count, and at the wanted one the process kills itself, before it, in the
middle of it or behind it, or is told that the disk is full: once, or from there on.
"""

import _sqlite3
import ctypes
import errno
import os
import signal
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Method = ctypes.c_void_p


class _Vfs(ctypes.Structure):
    """The head of `struct sqlite3_vfs`, version 3."""

    _fields_ = [
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("most_path", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("data", ctypes.c_void_p),
        *((f"method_{number}", Method) for number in range(13)),
        ("set_system_call", Method),
        ("get_system_call", Method),
        ("next_system_call", Method),
    ]


PWRITE = ctypes.CFUNCTYPE(
    ctypes.c_ssize_t,
    ctypes.c_int,
    ctypes.c_void_p,
    ctypes.c_size_t,
    ctypes.c_int64,
    use_errno=True,
)
UNLINK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_char_p, use_errno=True)
TRUNCATE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_int64, use_errno=True)
SYNC = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, use_errno=True)
SHARED_MEMORY = Path("/dev/shm")  # there a sync costs nothing
KILLED, RAISED = -1, 255
FAULTS = ("kill_before", "kill_within", "kill_behind", "full", "full_once")


@dataclass
class FailingWrites:
    """Counts the calls that write, and fails at number `at` (from 1) by `fault`."""

    fault: str = ""
    at: int = 0
    count: int = 0

    def install_in_sqlite(self) -> None:
        """Stand in the place of SQLite's calls, in this process, until it ends."""
        library = ctypes.PyDLL(_sqlite3.__file__)
        library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
        library.sqlite3_vfs_find.argtypes = [ctypes.c_char_p]
        vfs = library.sqlite3_vfs_find(None)
        change = ctypes.CFUNCTYPE(
            ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p
        )(vfs.contents.set_system_call)
        self._kept = {
            b"pwrite": PWRITE(self._pwrite),
            b"pwrite64": PWRITE(self._pwrite),
            b"unlink": UNLINK(self._unlink),
            b"ftruncate": TRUNCATE(self._truncate),
        }
        for name, function in self._kept.items():
            change(vfs, name, ctypes.cast(function, ctypes.c_void_p))

    def install_in_os(self, *, links: bool) -> None:
        """Stand in the place of the calls of `os`; `links`: there are hard links."""
        write = os.write

        def write_some(handle: int, data: bytes) -> int:
            half = bytes(data[: len(data) // 2])
            return self._try(lambda: write(handle, data), lambda: write(handle, half))

        os.write = write_some
        for name in ("link", "replace", "fsync"):
            setattr(os, name, self._wrap(getattr(os, name)))
        if not links:
            os.link = _refuse_link

    def _wrap(self, call: Callable[..., object]) -> Callable[..., object]:
        return lambda *given: self._try(lambda: call(*given))

    def _try(
        self, call: Callable[[], Any], begin: Callable[[], object] = lambda: None
    ) -> Any:
        """Do what `_run` does, with exceptions and results of Python."""
        result: list[Any] = []

        def keep_result() -> int:
            result.append(call())
            return 0

        if self._run(keep_result, begin) == -1:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return result[0]

    def _pwrite(self, file: int, data: int, size: int, offset: int) -> int:
        whole = ctypes.string_at(data, size)
        half = whole[: size // 2]
        return self._run(
            lambda: os.pwrite(file, whole, offset),
            lambda: os.pwrite(file, half, offset),
        )

    def _unlink(self, name: bytes) -> int:
        return self._run(lambda: os.unlink(name))  # noqa: PTH108

    def _truncate(self, file: int, size: int) -> int:
        return self._run(lambda: os.ftruncate(file, size))

    def _run(
        self,
        call: Callable[[], int | None],
        begin: Callable[[], object] = lambda: None,
    ) -> int:
        self.count += 1
        here = self.count == self.at
        if here and self.fault == "kill_within":
            begin()
        if here and self.fault in ("kill_before", "kill_within"):
            os.kill(os.getpid(), signal.SIGKILL)
        full = self.fault == "full" and 0 < self.at <= self.count
        if full or (here and self.fault == "full_once"):
            begin()
            ctypes.set_errno(errno.ENOSPC)
            return -1
        try:
            result = call() or 0
        except OSError as error:
            ctypes.set_errno(error.errno or errno.EIO)
            return -1
        if here and self.fault == "kill_behind":
            os.kill(os.getpid(), signal.SIGKILL)
        return result


def make_folder() -> Path:
    """Return a new folder, in shared memory where there is some."""
    memory = SHARED_MEMORY if os.access(SHARED_MEMORY, os.W_OK) else None
    return Path(tempfile.mkdtemp(dir=memory))


def _refuse_link(*_: object) -> None:
    """Stand for a file system without hard links."""
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))


def run_in_child(work: Callable[[], int]) -> int:
    """Run `work` in a fork, so that a kill ends the child only.

    Returns what `work` does, at most 254; KILLED, or RAISED where it broke down.
    """
    child = os.fork()
    if child == 0:
        code = RAISED
        try:
            code = min(work(), RAISED - 1)
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else KILLED
