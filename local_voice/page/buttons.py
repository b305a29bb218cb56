"""Buttons of the page: what each amounts to, and when a press counts."""

import time
from collections.abc import Callable
from enum import Enum
from threading import Lock

from local_voice.session.events import NAMED_INPUTS, InputEvent

SETTLING = 0.6
"""Seconds in which a new question takes no press: a double press means one thing."""


class Press(Enum):
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
        self._receive: Callable[[InputEvent, int], bool] = lambda event, turn: False

    def connect(self, receive: Callable[[InputEvent, int], bool]) -> None:
        """Pass presses on to `receive`, which is false where a turn has gone by."""
        self._receive = receive

    def offer(self, turn: int, names: tuple[str, ...]) -> None:
        """Let `names` be pressed in `turn`."""
        with self._lock:
            if turn != self._turn or names != self._offered:
                self._since = self._clock()
                self._pressed = None
            self._turn, self._offered = turn, names

    def press(self, name: str, turn: int) -> Press:
        """Take a press of `name` on a page that shows `turn`."""
        with self._lock:
            if turn != self._turn or name not in self._offered:
                return Press.LATE
            if turn == self._pressed:
                # One press a turn, whichever page it comes from.
                return Press.LATE
            if name != "stop" and self._clock() - self._since < SETTLING:
                return Press.SOON
            self._pressed = turn
        return Press.TAKEN if self._receive(NAMED_INPUTS[name], turn) else Press.LATE
