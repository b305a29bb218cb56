"""Runs an engine in a child process: asks with a deadline, kills and restarts it.

A speech library may end its process on a wrong call or a damaged file, or block for
ever; in a child the session goes on. A child that is late is hung, or starved of CPU by
a busy computer: Linux tells which in /proc, elsewhere a late child counts as hung.
Times are in seconds.
"""

import contextlib
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

START_WITHIN = 20.0
"""Seconds that an engine may take to load."""
LOOK = 0.2
"""Seconds between two looks at an engine that is late. The deadlines of recogniser and
usual synthesizer leave room for one."""
RUNNABLE = "R"
"""The state of a thread in Linux's /proc that runs or waits for a processor."""
MOST_STARVED = 8.0
"""Seconds that an engine gets on top of its deadline while it is starved."""


class EngineError(Exception):
    """The engine died, or did not answer in time. It can be started again."""


class EngineRefusal(Exception):
    """The engine answered that it cannot do what was asked, and why."""

    def __init__(self, why: str, *, unfit: bool, missing: str = "") -> None:
        """Keep what is wrong: `unfit` is the request, `missing` a Python package."""
        super().__init__(why)
        self.unfit = unfit
        self.missing = missing


class EngineProcess:
    """One child, one request at a time.

    Requests must stay well below the size of a pipe's buffer (16 kB at the least),
    so that writing one never blocks, whatever state the child is in.
    """

    def __init__(
        self, module: str, arguments: Sequence[str], *, verbose: bool = False
    ) -> None:
        """Name the module to run as the child; `start` runs it."""
        self._command = [sys.executable, "-m", module, *arguments]
        self._verbose = verbose
        self._child: subprocess.Popen[bytes] | None = None
        self._answers: queue.Queue[tuple[str, Any] | None] = queue.Queue()
        self.starts = 0

    @property
    def pid(self) -> int | None:
        """Return the child's process id, None when there is none."""
        return self._child.pid if self._child else None

    def start(self, within: float = START_WITHIN) -> Any:
        """Start a fresh child and return what it says about itself.

        Raises EngineError, EngineRefusal.
        """
        self.stop()
        self.starts += 1
        package_parent = str(Path(__file__).resolve().parent.parent)
        paths = [package_parent, os.environ.get("PYTHONPATH", "")]
        self._child = subprocess.Popen(  # noqa: S603 (our own module)
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if self._verbose else subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
            # Out of the terminal's group: Ctrl-C is the parent's to handle.
            start_new_session=True,
        )
        self._answers = queue.Queue()
        threading.Thread(
            target=_read_answers,
            args=(self._child.stdout, self._answers),
            daemon=True,
        ).start()
        return self._get_answer(within)

    def ask(self, request: tuple[Any, ...], within: float) -> Any:
        """Return the answer to `request`; raises EngineError `within` s and a look on.

        Time in which the engine is starved comes on top. Raises EngineRefusal too.
        """
        if self._child is None or self._child.stdin is None:
            raise EngineError("the engine is not running")
        try:
            pickle.dump(request, self._child.stdin)
            self._child.stdin.flush()
        except OSError as error:
            self.stop()
            raise EngineError("the engine has ended") from error
        return self._get_answer(within)

    def stop(self) -> None:
        """End the child at once; safe when there is none."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _get_answer(self, within: float) -> Any:
        began = time.monotonic()
        try:
            answer = self._await_answer(within)
        except queue.Empty:
            self.stop()
            waited = time.monotonic() - began
            raise EngineError(f"no answer after {waited:.1f} seconds") from None
        if answer is None:
            self.stop()
            raise EngineError("the engine has ended")
        kind, value = answer
        if kind == "refused":
            why, unfit, missing = value
            raise EngineRefusal(why, unfit=unfit, missing=missing)
        return value

    def _await_answer(self, within: float) -> tuple[str, Any] | None:
        """Return the next answer; raises queue.Empty where the engine hangs."""
        until = time.monotonic() + within + MOST_STARVED
        try:
            return self._answers.get(timeout=within)
        except queue.Empty:
            child = self.pid
            if child is None:
                raise
        before = get_runnable_threads(child)
        while True:
            try:
                return self._answers.get(timeout=LOOK)
            except queue.Empty:
                after = get_runnable_threads(child)
                if time.monotonic() > until or not is_starved(before, after, LOOK):
                    raise
                before = after


def get_runnable_threads(pid: int) -> dict[str, int]:
    """Return the threads of `pid` that run or wait for a processor.

    Each has the time that it has run, in ticks of the system's clock.
    Source: proc_pid_stat(5), fields 3, 14 and 15.
    """
    ticks = {}
    for thread in Path(f"/proc/{pid}/task").glob("*"):
        try:
            # The name in brackets may hold spaces and brackets of its own.
            fields = (thread / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        if fields[0] == RUNNABLE:
            ticks[thread.name] = int(fields[11]) + int(fields[12])
    return ticks


def is_starved(
    before: Mapping[str, int], after: Mapping[str, int], between: float
) -> bool:
    """Tell whether a thread wanted to run all the time and ran less than half of it.

    `before` and `after` are two looks `between` seconds apart.
    """
    if not before:
        return False
    half = between * os.sysconf("SC_CLK_TCK") / 2
    both = before.keys() & after.keys()
    return any(after[thread] - before[thread] < half for thread in both)


def _read_answers(
    pipe: BinaryIO, answers: "queue.Queue[tuple[str, Any] | None]"
) -> None:
    """Pass answers on until the child's pipe closes, then say so with None."""
    try:
        while True:
            answers.put(pickle.load(pipe))  # noqa: S301 (our own child)
    except (EOFError, OSError, ValueError, pickle.UnpicklingError):
        answers.put(None)


def serve(prepare: Callable[[], tuple[Any, Callable[..., Any]]]) -> None:
    """Run an engine in this process until the parent goes away.

    `prepare` loads it and returns what it says about itself and a function to call
    with each request. ValueError, OSError and RuntimeError are answered as refusals.
    """
    _prepare_child()
    # Engines may print; what they print must never reach the parent as an answer.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    requests: queue.Queue[tuple[Any, ...]] = queue.Queue()

    def answer(kind: str, value: Any) -> None:
        pickle.dump((kind, value), answers)
        answers.flush()

    def refuse(error: Exception) -> None:
        missing = error.name or "" if isinstance(error, ImportError) else ""
        answer("refused", (str(error), isinstance(error, ValueError), missing))

    threading.Thread(target=_read_requests, args=(requests,), daemon=True).start()
    try:
        about, handle = prepare()
    except (ValueError, OSError, RuntimeError, ImportError) as error:
        refuse(error)
        return
    answer("done", about)
    while True:
        request = requests.get()
        try:
            answer("done", handle(*request))
        except (ValueError, OSError, RuntimeError) as error:
            refuse(error)


def _prepare_child() -> None:
    with contextlib.suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # not on Windows

        # A core dump would keep the person's voice on disk.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read_requests(requests: "queue.Queue[tuple[Any, ...]]") -> None:
    """Queue requests; when the parent is gone, end even a blocked engine."""
    try:
        while True:
            requests.put(pickle.load(sys.stdin.buffer))  # noqa: S301 (our parent)
    except (EOFError, OSError, pickle.UnpicklingError):
        os._exit(0)
