"""The buttons: what each amounts to, and when a press counts."""

import time
from collections.abc import Callable, Mapping
from enum import Enum
from threading import Lock

from dialogue.engine import events
from dialogue.engine.protocol import Answer
from local_voice.session.input_events import Tap
from local_voice.tts.speech import Adjust

TAPS: Mapping[str, Tap] = {
    "yes": events.Answered(Answer.YES),
    "no": events.Answered(Answer.NO),
    "unsure": events.Answered(Answer.UNSURE),
    "next": events.Next(),
    "repeat": events.Repeat(),
    "back": events.Previous(),
    "help": events.Help(),
    "stop": events.Stop(),
    "start": events.Begin(),
    "slower": Adjust.SLOWER,
    "faster": Adjust.FASTER,
    "quieter": Adjust.QUIETER,
    "louder": Adjust.LOUDER,
}
"""`start` wakes us between two talks."""
SETTLING = 0.6
"""Seconds in which a new question takes no press: a double press means one thing."""


class Verdict(Enum):
    """What became of a press."""

    TAKEN = "taken"
    SOON = "soon"
    LATE = "late"


class Buttons:
    """Decides which press counts: the first one, for the question that it names."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds."""
        self._clock = clock
        self._lock = Lock()
        self._offered: tuple[str, ...] = ()
        self._turn = 0
        self._pressed: int | None = None
        self._since = 0.0
        self.tap: Callable[[Tap, int], bool] = lambda tap, turn: False
        """The loop's own; false where a turn has gone by."""

    def offer(self, turn: int, names: tuple[str, ...]) -> None:
        """Let `names` be pressed in `turn`."""
        with self._lock:
            if turn != self._turn or names != self._offered:
                self._since = self._clock()
                self._pressed = None
            self._turn, self._offered = turn, names

    def press(self, name: str, turn: int) -> Verdict:
        """Take a press of `name` on a page that shows `turn`."""
        with self._lock:
            if turn != self._turn or name not in self._offered:
                return Verdict.LATE
            if turn == self._pressed:
                # One press a turn, whichever page it comes from.
                return Verdict.LATE
            if name != "stop" and self._clock() - self._since < SETTLING:
                return Verdict.SOON
            self._pressed = turn
        return Verdict.TAKEN if self.tap(TAPS[name], turn) else Verdict.LATE
