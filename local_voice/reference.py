"""What we play, by the microphone's clock: to take our echo out, and to record us."""

from collections import deque

from local_voice.levels import SAMPLE_RATE

JITTER = SAMPLE_RATE * 60 // 1000
"""Two device threads are never quite in step; up to 60 ms is not taken for a gap."""
KEPT = 35 * SAMPLE_RATE
"""A little more than the microphone keeps, in samples."""


class Reference:
    """One thread puts what it plays, another takes what was played at a sample."""

    def __init__(self) -> None:
        """Nothing was played yet."""
        self._parts: deque[tuple[int, bytes]] = deque()
        self._until = 0

    def put(self, at: int, pcm: bytes) -> None:
        """Note that `pcm` is played from sample `at` on."""
        if abs(at - self._until) <= JITTER:
            at = self._until
        self._parts.append((at, pcm))
        self._until = at + len(pcm) // 2
        while self._parts and self._parts[0][0] < self._until - KEPT:
            self._parts.popleft()

    def take(self, at: int, samples: int) -> bytes:
        """Return what was played from `at` on, zeros where that is not known."""
        taken = bytearray(2 * samples)
        for begins, pcm in tuple(self._parts):
            offset = begins - at
            first, last = max(0, offset), min(samples, offset + len(pcm) // 2)
            if first < last:
                piece = pcm[2 * (first - offset) : 2 * (last - offset)]
                taken[2 * first : 2 * last] = piece
        self._forget(at)
        return bytes(taken)

    def _forget(self, before: int) -> None:
        while self._parts and self._parts[0][0] + len(self._parts[0][1]) // 2 <= before:
            self._parts.popleft()
