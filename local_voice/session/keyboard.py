"""Keys as input events: each does what saying its word would do."""

import contextlib
import importlib.util
import os
import select
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from local_voice.session.events import NAMED_INPUTS, InputEvent, PushToTalk

LOOK_EVERY = 0.1
"""Seconds between two looks whether the session has ended."""

KEYS = {
    "yes": ("y", "1"),
    "no": ("n", "2"),
    "unsure": ("u", "3"),
    "repeat": ("r", "0"),
    "help": ("h",),
    "next": (".", "\x1b[C"),
    "back": (",", "\x1b[D"),
    "stop": ("q", "\x1b"),
    "louder": ("+", "="),
    "quieter": ("-",),
    "slower": ("[",),
    "faster": ("]",),
}
"""By name of the input. Right and left arrow arrive as `ESC [ C` and `ESC [ D`."""
PUSH_KEYS = (" ", "\n")
"""Push to talk, or the presses of a switch."""
SWITCH_GAP = 0.8
"""Seconds without a press after which a count of presses is over."""
SWITCH_INPUTS = ("yes", "no", "repeat", "stop")
"""One switch: by the number of presses; more than four are four."""


@dataclass
class Switch:
    """Counts the presses of one switch, for who can press nothing else."""

    gap: float
    show: Callable[[str], None]
    """Gets the count while it grows."""
    _count: int = 0
    _until: float = 0.0

    def press(self, now: float) -> None:
        """Count one more press at `now`, in seconds."""
        self._count = min(self._count + 1, len(SWITCH_INPUTS))
        self._until = now + self.gap
        self.show(f"[switch: {self._count}, {SWITCH_INPUTS[self._count - 1]}]")

    def take_event(self, now: float) -> InputEvent | None:
        """Return what the presses amount to, once they are over."""
        if not self._count or now < self._until:
            return None
        count, self._count = self._count, 0
        return NAMED_INPUTS[SWITCH_INPUTS[count - 1]]


def split_key_presses(text: str) -> list[str]:
    """Return single key presses: an arrow is three characters, others are one."""
    return [text] if text.startswith("\x1b") else list(text)


def find_key_event(pressed: str) -> InputEvent | None:
    """Return what a key press amounts to, None for a key without meaning."""
    if pressed in PUSH_KEYS:
        return PushToTalk.PRESSED
    either = {pressed, pressed.lower()}
    names = (name for name, keys in KEYS.items() if either.intersection(keys))
    return NAMED_INPUTS.get(next(names, ""))


def has_keys(*, typed: bool = False) -> bool:
    """Tell whether somebody at a terminal answers by keys, or types lines there."""
    if not sys.stdin or not sys.stdin.isatty():
        return False
    return typed or all(map(importlib.util.find_spec, ("termios", "tty")))


@contextlib.contextmanager
def read_keys(
    receive: Callable[[InputEvent], object], switch: Switch | None = None
) -> Iterator[bool]:
    """Pass key presses to `receive`; yields False where there is no terminal to read.

    With a `switch`, Space and Enter are its presses.
    """
    if not has_keys():  # on Windows keys are not read yet
        yield False
        return
    import termios
    import tty

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    ended = threading.Event()

    def read() -> None:
        while not ended.is_set():
            event = switch.take_event(time.monotonic()) if switch else None
            if event is not None:
                receive(event)
            if not select.select([terminal], [], [], LOOK_EVERY)[0]:
                continue
            text = os.read(terminal, 8).decode("utf-8", "replace")
            if not text:
                return
            for pressed in split_key_presses(text):
                if switch and pressed in PUSH_KEYS:
                    switch.press(time.monotonic())
                elif (event := find_key_event(pressed)) is not None:
                    receive(event)

    tty.setcbreak(terminal)
    reader = threading.Thread(target=read, daemon=True)
    try:
        reader.start()
        yield True
    finally:
        ended.set()
        reader.join(2 * LOOK_EVERY)
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
