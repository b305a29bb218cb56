"""A person at the keyboard: each line is an utterance."""

import os
import queue
import threading
import time
from collections.abc import Callable

from local_voice.asr.grammar import GrammarState
from local_voice.asr.listener import Utterance

MOST_CHARACTERS = 300
"""Of one line; nobody says more in one answer."""
LOOK_EVERY = 0.05
"""Seconds between two looks for a tap."""


class TypedListener:
    """Reads lines; `at_end` is called after the last of them was taken."""

    def __init__(self, descriptor: int, at_end: Callable[[], None]) -> None:
        """Start to read in a thread, so that keys and signals still work."""
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._at_end = at_end
        threading.Thread(target=self._read, args=(descriptor,), daemon=True).start()

    def prepare(self, state: GrammarState) -> None:
        """Typed words need no preparation."""

    def listen(
        self,
        from_sample: int,
        patience: float | None = None,
        interrupted: Callable[[], bool] = lambda: False,
        ended_by_hand: Callable[[], bool] = lambda: False,
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
            return Utterance(line, ended_at=time.perf_counter())

    def _read(self, descriptor: int) -> None:
        waiting = b""
        while True:
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
        if waiting:
            self._put(waiting)
        self._lines.put(None)

    def _put(self, line: bytes) -> None:
        text = line.decode("utf-8", "replace").strip()
        self._lines.put(text[:MOST_CHARACTERS])
