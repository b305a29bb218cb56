"""The parent's side of the matcher: a child process, asked with deadlines.

Audio is 16 kHz, mono, signed 16-bit. Raises EngineError and EngineRefusal.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec

from local_voice.asr.interfaces import SoundMatch
from local_voice.worker_process import (
    EngineError,
    EngineProcess,
    EngineRefusal,
    parse_fields,
)

LIBRARY = "numpy"
"""What the child needs and this process does not."""
CHUNK = 8192
"""Bytes of one message, below the size of a pipe's buffer."""
WITHIN = 1.0
"""Seconds that an answer may take."""
TEACH_WITHIN = 5.0
MOST_RESTARTS = 3
"""So many failures in a row are the end; each answer that comes makes up for one."""


@dataclass(frozen=True)
class LessonState:
    """What the examples of a lesson say of each other."""

    is_complete: bool
    """There are two sounds with three examples or more of each."""
    are_alike: bool = False
    odd: tuple[str, int] | None = None
    """Name and number of an example that is unlike the others."""
    is_unsteady: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    """Examples of each sound."""

    def is_worse(self, before: "LessonState") -> bool:
        """Tell whether there is a warning that was not there `before`."""
        return (
            (self.are_alike and not before.are_alike)
            or (self.is_unsteady and not before.is_unsteady)
            or self.odd not in (None, before.odd)
        )


class MatcherProcess:
    """A person's own sounds in a child process, or a lesson there."""

    def __init__(self, file: str = "", *, verbose: bool = False) -> None:
        """Load the profile in `file`; empty for a lesson that begins with nothing."""
        if find_spec(LIBRARY) is None:
            why = f"{LIBRARY} is not installed"
            raise EngineRefusal(why, unfit=False, missing=LIBRARY)
        # Its matrices are too small to share: threads would wait for each other.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        module = "local_voice.own_sounds.matcher_engine"
        self._engine = EngineProcess(module, [file], verbose=verbose)
        self._failures = 0
        self._engine.start()

    @property
    def pid(self) -> int | None:
        """Return the child's process id."""
        return self._engine.pid

    @property
    def is_lost(self) -> bool:
        """Tell whether it failed too often to be asked again."""
        return self._failures > MOST_RESTARTS

    def judge(self, pcm: bytes) -> SoundMatch | None:
        """Return what `pcm` is among the taught sounds; None where the child failed."""
        if self.is_lost:
            return None
        try:
            if self._engine.pid is None:
                self._engine.start()
            self._send(pcm)
            answer = self._engine.ask(("judge",), WITHIN).value
            match = SoundMatch(*parse_fields(answer, int, str, bool, float))
        except (EngineError, EngineRefusal):
            self._failures += 1
            self._engine.stop()
            return None
        self._failures = max(0, self._failures - 1)
        return match

    def take(self, name: str, pcm: bytes) -> str:
        """Take an example of `name` out of `pcm`; return why it cannot be used."""
        self._send(pcm)
        return str(self._ask("take", name))

    def drop(self, name: str, number: int) -> None:
        """Forget one example of the lesson."""
        self._ask("drop", name, number)

    def check(self) -> LessonState:
        """Return how the examples of the lesson stand to each other."""
        kinds = bool, bool, list, bool, dict
        complete, alike, odd, unsteady, counts = parse_fields(
            self._ask("check"), *kinds
        )
        example = None
        if odd:
            name, number = parse_fields(odd, str, int)
            example = name, number
        return LessonState(complete, alike, example, unsteady, counts)

    def use_lesson(self) -> None:
        """Judge by what was taught so far."""
        self._ask("use")

    def save(
        self, file: str, device: str, *, alike: bool, unheeded: Sequence[str]
    ) -> int:
        """Write the lesson into a profile; return its size in bytes."""
        answer = self._ask("save", file, device, alike, list(unheeded))
        (size,) = parse_fields([answer], int)
        return int(size)

    def save_lesson(self, file: str, unheeded: Sequence[str]) -> None:
        """Write a lesson that goes on another time."""
        self._ask("save lesson", file, list(unheeded))

    def add_example(self, name: str, pcm: bytes, file: str) -> bool:
        """Add an example to the profile `file` in use; tell whether its check let it.

        What was there stays else. Raises EngineError, EngineRefusal.
        """
        if self._engine.pid is None:
            self._engine.start()
        self._send(pcm)
        (added,) = parse_fields([self._ask("add", name, file)], bool)
        return bool(added)

    def close(self) -> None:
        """End the child."""
        self._engine.stop()

    def _ask(self, *request: object) -> object:
        return self._engine.ask(request, TEACH_WITHIN).value

    def _send(self, pcm: bytes) -> None:
        for at in range(0, len(pcm), CHUNK):
            self._engine.ask(("audio",), WITHIN, pcm[at : at + CHUNK])
