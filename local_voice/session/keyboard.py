"""Keys as input events: each does what saying its word would do."""

import contextlib
import os
import select
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping

from dialogue.engine import events
from dialogue.engine.protocol import Answer
from local_voice.session.events import InputEvent, PushToTalk
from local_voice.tts.speech import Adjust

LOOK_EVERY = 0.1
"""Seconds between two looks whether the session has ended."""

KEY_EVENTS: Mapping[str, InputEvent] = {
    "y": events.Answered(Answer.YES),
    "1": events.Answered(Answer.YES),
    "n": events.Answered(Answer.NO),
    "2": events.Answered(Answer.NO),
    "u": events.Answered(Answer.UNSURE),
    "3": events.Answered(Answer.UNSURE),
    "r": events.Repeat(),
    "0": events.Repeat(),
    "h": events.Help(),
    ".": events.Next(),
    "\x1b[C": events.Next(),
    ",": events.Previous(),
    "\x1b[D": events.Previous(),
    "q": events.Stop(),
    "\x1b": events.Stop(),
    " ": PushToTalk.PRESSED,
    "\n": PushToTalk.PRESSED,
    "+": Adjust.LOUDER,
    "=": Adjust.LOUDER,
    "-": Adjust.QUIETER,
    "[": Adjust.SLOWER,
    "]": Adjust.FASTER,
}
"""Right and left arrow arrive as `ESC [ C` and `ESC [ D`."""


SWITCH_KEYS = (" ", "\n")
SWITCH_GAP = 0.8
"""Seconds without a press after which a count of presses is over."""
SWITCH_EVENTS: tuple[InputEvent, ...] = (
    events.Answered(Answer.YES),
    events.Answered(Answer.NO),
    events.Repeat(),
    events.Stop(),
)
"""One switch: by the number of presses; more than four are four."""


class Switch:
    """Counts the presses of one switch, for who can press nothing else."""

    def __init__(self, gap: float, show: Callable[[str], None]) -> None:
        """`show` gets the count while it grows."""
        self._gap = gap
        self._show = show
        self._count = 0
        self._until = 0.0

    def press(self, now: float) -> None:
        """Count one more press at `now`, in seconds."""
        self._count = min(self._count + 1, len(SWITCH_EVENTS))
        self._until = now + self._gap
        meaning = ("yes", "no", "repeat", "stop")[self._count - 1]
        self._show(f"[switch: {self._count}, {meaning}]")

    def take_event(self, now: float) -> InputEvent | None:
        """Return what the presses amount to, once they are over."""
        if not self._count or now < self._until:
            return None
        count, self._count = self._count, 0
        return SWITCH_EVENTS[count - 1]


def split_key_presses(text: str) -> list[str]:
    """Return single key presses: an arrow is three characters, others are one."""
    return [text] if text.startswith("\x1b") else list(text)


def find_key_event(pressed: str) -> InputEvent | None:
    """Return what a key press amounts to, None for a key without meaning."""
    return KEY_EVENTS.get(pressed) or KEY_EVENTS.get(pressed.lower())


@contextlib.contextmanager
def read_keys(
    receive: Callable[[InputEvent], object], switch: Switch | None = None
) -> Iterator[bool]:
    """Pass key presses to `receive`; yields False where there is no terminal to read.

    With a `switch`, Space and Enter are its presses.
    """
    if not sys.stdin or not sys.stdin.isatty():
        yield False
        return
    try:
        import termios
        import tty
    except ImportError:  # Windows: keys are not read there yet
        yield False
        return
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    ended = threading.Event()
    tty.setcbreak(terminal)
    reader = threading.Thread(
        target=_read, args=(terminal, receive, ended, switch), daemon=True
    )
    try:
        reader.start()
        yield True
    finally:
        ended.set()
        reader.join(2 * LOOK_EVERY)
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _read(
    terminal: int,
    receive: Callable[[InputEvent], object],
    ended: threading.Event,
    switch: Switch | None,
) -> None:
    while not ended.is_set():
        event = switch.take_event(time.monotonic()) if switch else None
        if event is not None:
            receive(event)
        if not select.select([terminal], [], [], LOOK_EVERY)[0]:
            continue
        read = os.read(terminal, 8).decode("utf-8", "replace")
        if not read:
            return
        for pressed in split_key_presses(read):
            if switch and pressed in SWITCH_KEYS:
                switch.press(time.monotonic())
                continue
            event = find_key_event(pressed)
            if event is not None:
                receive(event)
