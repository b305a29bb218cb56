"""Tells the person from people behind by loudness, learnt from the person's answers.

Levels are in dBFS, audio is 16 kHz, mono, signed 16-bit.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median

from local_voice.audio.pcm import SAMPLE_RATE, measure_rms, to_dbfs

FRAME_BYTES = 1024
"""32 ms."""
LOUDEST = 4
"""A vowel lasts so many frames: the level of the fourth loudest is that of the speech,
which a click or a knock is too short for."""
REMEMBERED = 5
"""Answers, of which the median counts."""
LEAST_KNOWN = 2
"""After so many answers the person's level is known."""
FAINTER_BY = 20.0
"""Decibels under the person's own level, beyond which somebody else speaks."""
NEAR_WITHIN = 12.0
"""Decibels under it, within which a frame is the person's."""
BEFORE, AFTER = 3, 6
"""Frames around those: a soft beginning, and the end of a "yes" or "stop"."""
AROUND = bytes(2 * (SAMPLE_RATE * 3 // 10))
"""Silence put around what is cut out."""


@dataclass
class SpeakerLevel:
    """How loud the person is, as far as is known."""

    _levels: deque[float] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def note(self, pcm: bytes) -> None:
        """Learn from an answer of the person."""
        self._levels.append(_measure_loudness(pcm))

    def is_faint(self, pcm: bytes) -> bool:
        """Tell whether `pcm` is so much fainter that it is somebody behind."""
        own = self._own
        return own is not None and _measure_loudness(pcm) < own - FAINTER_BY

    def cut_near(self, pcm: bytes) -> bytes:
        """Return what is as loud as the person, in silence; nothing if that is all.

        As loud as the loudest in it, where the person is not known yet or is softer.
        """
        levels = list(_measure_frames(pcm))
        loudest = _get_loudness(levels)
        least = min(loudest, self._own or loudest) - NEAR_WITHIN
        near = [number for number, level in enumerate(levels) if level >= least]
        if not near:
            return b""
        first, last = max(0, near[0] - BEFORE), near[-1] + AFTER
        cut = pcm[first * FRAME_BYTES : (last + 1) * FRAME_BYTES]
        return AROUND + cut + AROUND if len(cut) < len(pcm) else b""

    @property
    def _own(self) -> float | None:
        return median(self._levels) if len(self._levels) >= LEAST_KNOWN else None


def _measure_loudness(pcm: bytes) -> float:
    return _get_loudness(list(_measure_frames(pcm)))


def _get_loudness(levels: list[float]) -> float:
    return sorted(levels, reverse=True)[:LOUDEST][-1]


def _measure_frames(pcm: bytes) -> Iterator[float]:
    for at in range(0, max(1, len(pcm)), FRAME_BYTES):
        yield to_dbfs(measure_rms(pcm[at : at + FRAME_BYTES]))
