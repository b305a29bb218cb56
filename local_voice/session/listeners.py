"""What listens to the person: the interface, typed lines, and buttons alone."""

import os
import queue
import threading
import time
from collections.abc import Callable
from typing import Protocol

from local_voice.asr.grammar import GrammarState
from local_voice.asr.listener import Utterance
from local_voice.session.events import InputEvent
from local_voice.session.keyboard import find_key_event

MOST_CHARACTERS = 300
"""Of one line; nobody says more in one answer."""
MOST_BYTES = 4 * MOST_CHARACTERS
"""A character has at most four."""
ENDLESS_BYTES = 10_000_000
"""So many of one line are no typing: the input is taken for ended."""
LOOK_EVERY = 0.05
LOOK_FOR_BUTTON = 0.02
"""Seconds between two looks for an input event."""


def _never() -> bool:
    return False


class Listener(Protocol):
    """Turns what the person says into text: by microphone or by keyboard."""

    def prepare(self, state: GrammarState) -> None:
        """Get ready for what may be said next."""

    def listen(
        self,
        from_sample: int,
        patience: float | None = None,
        interrupted: Callable[[], bool] = ...,
        ended_by_hand: Callable[[], bool] = ...,
    ) -> Utterance | None:
        """Return what is said, None when interrupted."""


class ManualInput:
    """Takes the place of a microphone: waits for keys and buttons, with no time-out."""

    def prepare(self, state: GrammarState) -> None:
        """Buttons need no preparation."""

    def listen(
        self,
        from_sample: int,
        patience: float | None = None,
        interrupted: Callable[[], bool] = _never,
        ended_by_hand: Callable[[], bool] = _never,
    ) -> Utterance | None:
        """Return when there is an input event; silence means nothing here."""
        while not interrupted():
            time.sleep(LOOK_FOR_BUTTON)
        return None


class TypedListener:
    """Reads lines, each an utterance or a key."""

    def __init__(
        self,
        descriptor: int,
        at_end: Callable[[], None],
        press: Callable[[InputEvent], object],
    ) -> None:
        """Start to read in a thread, so that signals still work.

        `press` is given the event of a line that is a key; `at_end` is called after
        the last line was taken.
        """
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._at_end, self._press = at_end, press
        threading.Thread(target=self._read, args=(descriptor,), daemon=True).start()

    def prepare(self, state: GrammarState) -> None:
        """Typed words need no preparation."""

    def listen(
        self,
        from_sample: int,
        patience: float | None = None,
        interrupted: Callable[[], bool] = _never,
        ended_by_hand: Callable[[], bool] = _never,
    ) -> Utterance | None:
        """Return the next line; an empty one is silence."""
        while True:
            if interrupted():
                return None
            try:
                line = self._lines.get(timeout=LOOK_EVERY)
            except queue.Empty:
                continue
            if line is None:
                self._at_end()
                return None
            if line and (event := find_key_event(line)) is not None:
                self._press(event)
                continue
            return Utterance(line, ended_at=time.perf_counter())

    def _read(self, descriptor: int) -> None:
        waiting, dropped = b"", 0
        while dropped < ENDLESS_BYTES:
            # Not through sys.stdin: its lock would be held when the program ends.
            try:
                piece = os.read(descriptor, 4096)
            except OSError:
                piece = b""
            if not piece:
                break
            *lines, waiting = (waiting + piece).split(b"\n")
            for line in lines:
                self._put(line)
            # What lies behind it is cut off anyway, and a line may never end.
            dropped = 0 if lines else dropped + max(0, len(waiting) - MOST_BYTES)
            waiting = waiting[:MOST_BYTES]
        if waiting:
            self._put(waiting)
        self._lines.put(None)

    def _put(self, line: bytes) -> None:
        text = line.decode("utf-8", "replace").strip()
        self._lines.put(text[:MOST_CHARACTERS])
