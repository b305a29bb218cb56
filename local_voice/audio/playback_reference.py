"""Keeps what was played by the microphone's clock, for echo cancellation and recording.

Moments and lengths are samples at 16 kHz.
"""

from collections import deque

from local_voice.audio.pcm import SAMPLE_RATE

TIMELY = 5
"""Of so many parts, 100 ms, at least one is handed over in time: what they are all
late by is a gap, in which the loudspeaker stood still. Were each part laid where its
thread came, the echo would seem to jump, and no canceller can follow that."""
LATE, EARLY = SAMPLE_RATE * 20 // 1000, SAMPLE_RATE * 200 // 1000
"""20 ms, and 200 ms: a loudspeaker's buffer is filled faster than it sounds, so only
much too early means that the microphone lost sound."""
STILL_WANTED = SAMPLE_RATE
"""Who records and who cancels take the same sound a little apart."""
KEPT = 35 * SAMPLE_RATE
"""A little more than the microphone keeps, in samples."""


class PlaybackReference:
    """What was played: one thread puts it, others take stretches of it."""

    def __init__(self) -> None:
        """Begin with silence."""
        self._parts: deque[tuple[int, bytes]] = deque()
        self.lead = 0
        """Samples by which everything is laid later than it was handed over: less than
        the echo needs, and enough that it is there when the echo is taken out."""
        self._until: int | None = None
        self._late_by: deque[int] = deque(maxlen=TIMELY)

    def put(self, at: int, pcm: bytes) -> None:
        """Add `pcm`, handed over at sample `at`, behind the part before it."""
        at += self.lead
        if self._until is None:
            self._until = at
        self._late_by.append(at - self._until)
        if len(self._late_by) == TIMELY:
            gap = min(self._late_by, key=abs)
            if gap > LATE or gap < -EARLY:
                self._until += gap
                self._late_by.clear()
        self._parts.append((self._until, pcm))
        self._until += len(pcm) // 2
        while self._parts and self._parts[0][0] < self._until - KEPT:
            self._parts.popleft()

    def take(self, at: int, samples: int) -> bytes:
        """Return `samples` of what was played from `at` on, zeros where unknown."""
        taken = bytearray(2 * samples)
        for begins, pcm in tuple(self._parts):
            offset = begins - at
            first, last = max(0, offset), min(samples, offset + len(pcm) // 2)
            if first < last:
                piece = pcm[2 * (first - offset) : 2 * (last - offset)]
                taken[2 * first : 2 * last] = piece
        self._forget(at - STILL_WANTED)
        return bytes(taken)

    def _forget(self, before: int) -> None:
        while self._parts and self._parts[0][0] + len(self._parts[0][1]) // 2 <= before:
            self._parts.popleft()
