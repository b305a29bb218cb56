"""Runs an engine in a child process: asks with a deadline, kills and restarts it.

A speech library may end its process on a wrong call or a damaged file, or block for
ever; in a child the session goes on. A child that is late is hung, or starved of CPU by
a busy computer: Linux tells which in /proc, elsewhere a late child counts as hung.
Times are in seconds.

Both sides exchange messages of JSON and raw bytes, since a child that a damaged file
has taken over must not be able to run anything here. A message is two lengths as
unsigned 32-bit big-endian numbers, the JSON, and the bytes.
"""

import contextlib
import json
import os
import queue
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NoReturn

START_WITHIN = 20.0
"""Seconds that an engine may take to load."""
LOOK = 0.2
"""Seconds between two looks at an engine that is late. The deadlines of recogniser and
usual synthesizer leave room for one."""
RUNNABLE = "R"
"""The state of a thread in Linux's /proc that runs or waits for a processor."""
MOST_STARVED = 8.0
"""Seconds that an engine gets on top of its deadline while it is starved."""
LENGTHS = struct.Struct(">II")
MOST_JSON = 1 << 20
MOST_RAW = 32 << 20
"""Bytes of one message; more is none that an engine of ours sends."""
MOST_UNREAD = 2
"""Messages that a child may have sent and nobody asked for: a refusal, and its end."""


class EngineError(Exception):
    """The engine died, or did not answer in time. It can be started again."""


class EngineRefusal(Exception):
    """The engine answered that it cannot do what was asked, and why."""

    def __init__(self, why: str, *, unfit: bool, missing: str = "") -> None:
        """Keep what is wrong: `unfit` is the request, `missing` a Python package."""
        super().__init__(why)
        self.unfit = unfit
        self.missing = missing


class BadMessage(Exception):
    """Bytes that are no message, or a message that nobody asked for."""


@dataclass(frozen=True)
class Message:
    """What one side says to the other."""

    value: Any = None
    """What JSON can say; a tuple arrives as a list."""
    raw: bytes = b""


class EngineProcess:
    """One child, one request at a time.

    Requests must stay well below the size of a pipe's buffer (16 kB at the least),
    so that writing one never blocks, whatever state the child is in.
    """

    def __init__(
        self, module: str, arguments: Sequence[str], *, verbose: bool = False
    ) -> None:
        """Name the module to run as the child; `start` runs it."""
        # -P: a file in the folder that we are run in must not stand in for a module.
        self._command = [sys.executable, "-P", "-m", module, *arguments]
        self._verbose = verbose
        self._child: subprocess.Popen[bytes] | None = None
        self._answers: _Answers = queue.Queue(MOST_UNREAD)
        self.starts = 0

    @property
    def pid(self) -> int | None:
        """Return the child's process id, None when there is none."""
        return self._child.pid if self._child else None

    def start(self, within: float = START_WITHIN) -> Message:
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
        self._answers = queue.Queue(MOST_UNREAD)
        threading.Thread(
            target=_read_answers,
            args=(self._child.stdout, self._answers),
            daemon=True,
        ).start()
        return self._get_answer(within)

    def ask(self, request: tuple[Any, ...], within: float, raw: bytes = b"") -> Message:
        """Return the answer to `request`; raises EngineError `within` s and a look on.

        Time in which the engine is starved comes on top. Raises EngineRefusal too.
        """
        if self._child is None or self._child.stdin is None:
            raise EngineError("the engine is not running")
        if not self._answers.empty():
            # It ended, or it said what nobody asked: which answer is whose?
            self.stop()
            raise EngineError("the engine has ended or speaks unasked")
        try:
            write_message(self._child.stdin, Message(request, raw))
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

    def _get_answer(self, within: float) -> Message:
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
        try:
            kind, value = parse_fields(answer.value, str, object)
            if kind == "refused":
                why, unfit, missing = parse_fields(value, str, bool, str)
                raise EngineRefusal(why, unfit=unfit, missing=missing)
        except EngineError:
            self.stop()
            raise
        return Message(value, answer.raw)

    def _await_answer(self, within: float) -> Message | None:
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


_Answers = queue.Queue[Message | None]


def parse_fields(value: Any, *kinds: type) -> list[Any]:
    """Return the items of `value`, a list of one of each of `kinds`.

    Raises EngineError: what a child says is believed no further than its form.
    """
    if not isinstance(value, list) or len(value) != len(kinds):
        raise EngineError("the engine gave an answer of another form")
    for item, kind in zip(value, kinds, strict=True):
        if not isinstance(item, kind):
            raise EngineError("the engine gave an answer of another form")
    return value


def write_message(pipe: IO[bytes], message: Message) -> None:
    """Write `message` to `pipe`; raises OSError, and ValueError where it is closed."""
    words = json.dumps(message.value).encode()
    pipe.write(LENGTHS.pack(len(words), len(message.raw)) + words + message.raw)
    pipe.flush()


def read_message(pipe: IO[bytes]) -> Message:
    """Read the next message of `pipe`; raises EOFError, OSError, BadMessage."""
    words, raw = LENGTHS.unpack(_read_exactly(pipe, LENGTHS.size))
    if words > MOST_JSON or raw > MOST_RAW:
        raise BadMessage("the message is too long")
    text = _read_exactly(pipe, words)
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BadMessage("the message is not JSON") from error
    return Message(value, _read_exactly(pipe, raw))


def _read_exactly(pipe: IO[bytes], count: int) -> bytes:
    read = pipe.read(count)
    if len(read) < count:
        raise EOFError
    return read


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _read_answers(pipe: IO[bytes], answers: _Answers) -> None:
    """Pass answers on until the child's pipe closes, then say so with None.

    A child that sends more than it is asked for is read no further.
    """
    with contextlib.suppress(queue.Full):
        try:
            while True:
                answers.put_nowait(read_message(pipe))
        except (EOFError, OSError, ValueError, BadMessage):
            answers.put_nowait(None)


Handler = Callable[[Message], Message]
"""What an engine does with a request: returns the answer."""


def serve(
    prepare: Callable[[], tuple[Message, Handler]], *, most_memory: int | None = None
) -> None:
    """Run an engine in this process until the parent goes away.

    `prepare` loads it and returns what it says about itself and a function to call
    with each request. ValueError, OSError and RuntimeError are answered as refusals.
    With `most_memory`, in bytes, the engine may not have more than that, nor write to
    any file (Unix).
    """
    _prepare_child(most_memory)
    # Engines may print; what they print must never reach the parent as an answer.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    requests: queue.Queue[Message] = queue.Queue()

    def answer(kind: str, message: Message) -> None:
        write_message(answers, Message([kind, message.value], message.raw))

    def refuse(error: Exception) -> None:
        missing = error.name or "" if isinstance(error, ImportError) else ""
        why = [str(error), isinstance(error, ValueError), missing]
        answer("refused", Message(why))

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
            answered = handle(request)
        except (ValueError, OSError, RuntimeError) as error:
            refuse(error)
        else:
            answer("done", answered)


def _prepare_child(most_memory: int | None) -> None:
    with contextlib.suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # not on Windows

        # A core dump would keep the person's voice on disk.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if most_memory is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
            resource.setrlimit(resource.RLIMIT_AS, (most_memory, most_memory))


def _read_requests(requests: queue.Queue[Message]) -> None:
    """Queue requests; when the parent is gone, end even a blocked engine."""
    try:
        while True:
            requests.put(read_message(sys.stdin.buffer))
    except (EOFError, OSError, BadMessage):
        os._exit(0)
