"""Lets a command end in order whose standard streams are closed, full or unread.

A closed stream is opened on nothing, since the next file that is opened would get its
number, and what a library prints would be written into it.
"""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any, TextIO

MOST_PIECES = 1000
"""A line of more pieces than that is taken for one that never ends."""
STREAMS = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))
"""Names and modes, by the number of the stream."""
NO_OUTPUT = (
    "Standard output cannot be written: {why}. What was to be printed from there on is "
    "lost. Make room for it, or choose another place, and start again.\n"
)


class EndlessLine(Exception):
    """A line is longer than any that people write: a device, or no text at all."""


class OutputFailed(Exception):
    """Standard output cannot be written any more."""

    def __init__(self, error: OSError) -> None:
        """Keep why; whoever read from a pipe may just have had enough."""
        super().__init__(error.strerror or str(error))
        self.reader_left = isinstance(error, BrokenPipeError)


class _Output:
    """A stream whose first failure is remembered; all that follows goes nowhere."""

    def __init__(self, stream: TextIO, *, lasting: bool) -> None:
        self._stream = stream
        self.lasting = lasting
        self.failure: OutputFailed | None = None

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except OSError as error:
            self._give_up(error)
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError as error:
            self._give_up(error)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _give_up(self, error: OSError) -> None:
        # What is still unwritten goes nowhere, so that Python does not stumble over it
        # on its way out.
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)
        self.failure = OutputFailed(error)
        if not self.lasting:
            raise self.failure from error


def read_lines(stream: TextIO, most: int) -> Iterator[str]:
    """Yield each line of `stream` without its end, cut off behind `most` characters.

    Raises EndlessLine where one goes on for `MOST_PIECES` times that. A line is never
    held whole, so that one without an end cannot fill the memory.
    """
    while piece := stream.readline(most):
        line = piece
        for _ in range(MOST_PIECES):
            if piece.endswith("\n") or not piece:
                break
            piece = stream.readline(most)
        else:
            raise EndlessLine(f"it is longer than {most * MOST_PIECES} characters")
        yield line.removesuffix("\n")


def run_command(command: Callable[[], int], *, no_output: int, no_reader: int) -> int:
    """Run `command` and return its exit code, or `no_output` where that cannot be said.

    `no_reader` is the code where whoever read from a pipe left. Output that fails ends
    the command, unless it called `outlive_output`.
    """
    failure: OutputFailed | None = None
    code = 0
    with _guard_streams() as output:
        try:
            try:
                code = command()
            finally:
                output.flush()
        except OutputFailed as failed:
            failure = failed
        failure = failure or output.failure
        if failure and not failure.reader_left:
            sys.stderr.write(NO_OUTPUT.format(why=failure))
    if failure:
        return no_reader if failure.reader_left else no_output
    return code


def outlive_output() -> None:
    """Let what runs go on when its output fails: a spoken session is not read."""
    if isinstance(sys.stdout, _Output):
        sys.stdout.lasting = True


@contextlib.contextmanager
def _guard_streams() -> Iterator[_Output]:
    open_closed_streams()
    before: tuple[Any, Any] = sys.stdout, sys.stderr
    for stream in before:
        with contextlib.suppress(AttributeError):
            # A sign that a terminal does not know is no reason to end either.
            stream.reconfigure(errors="replace")
    output = _Output(sys.stdout, lasting=False)
    errors = _Output(sys.stderr, lasting=True)
    sys.stdout, sys.stderr = output, errors
    try:
        yield output
    finally:
        errors.flush()
        sys.stdout, sys.stderr = before


def open_closed_streams() -> None:
    """Open each standard stream that is closed, on nothing."""
    for number, (_, mode) in enumerate(STREAMS):
        try:
            os.fstat(number)
        except OSError:
            # It gets the lowest number that is free, and all below are taken.
            os.open(os.devnull, os.O_RDONLY if mode == "r" else os.O_WRONLY)
            os.set_inheritable(number, True)
    for name, mode in STREAMS:
        if getattr(sys, name) is None:
            stream = open(os.devnull, mode, encoding="utf-8")  # noqa: SIM115
            setattr(sys, name, stream)
