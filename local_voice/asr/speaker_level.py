"""Tells the person from people behind by loudness, learnt from the person's answers.

Levels are in dBFS, audio is 16 kHz, mono, signed 16-bit.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from local_voice.audio.pcm import SAMPLE_RATE, measure_rms, to_dbfs

FRAME_BYTES = 1024
"""32 ms."""
LOUDEST = 4
"""A vowel lasts so many frames: the level of the fourth loudest is that of the speech,
which a click or a knock is too short for."""
REMEMBERED = 5
"""Answers, of which the softest counts."""
LEAST_KNOWN = 3
ALIKE_WITHIN = 10.0
"""The person's level is known from so many answers that differ by no more decibels:
where several people answer, or a telephone moves, loudness tells nothing."""
FAINTER_BY = 15.0
"""Decibels under the softest of them, beyond which somebody else may speak. Of 5,174
words by 414 people, in any order, 0.3 % lay so far under their speaker's others."""
NEAR_WITHIN = 12.0
"""Decibels under it, within which a frame is the person's."""
AUDIBLE_WITHIN = 30.0
"""Decibels under it, beyond which a frame is the room."""
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

    def forget(self) -> None:
        """Begin anew: what was learnt may be somebody else's level."""
        self._levels.clear()

    def is_faint(self, pcm: bytes) -> bool:
        """Tell whether `pcm` is so much fainter that it may be somebody behind."""
        own = self._own
        return own is not None and _measure_loudness(pcm) < own - FAINTER_BY

    def cut_near(self, pcm: bytes) -> bytes:
        """Return what is as loud as the person, in silence.

        As loud as the loudest in it, where the person is not known yet or is softer.
        Nothing, where nobody is heard beside it.
        """
        levels = list(_measure_frames(pcm))
        loudest = _get_loudness(levels)
        own = min(loudest, self._own or loudest)
        near = [n for n, level in enumerate(levels) if level >= own - NEAR_WITHIN]
        first, last = max(0, near[0] - BEFORE), near[-1] + AFTER + 1
        beside = [*levels[:first], *levels[last:]]
        if not beside or _get_loudness(beside) < own - AUDIBLE_WITHIN:
            return b""
        return AROUND + pcm[first * FRAME_BYTES : last * FRAME_BYTES] + AROUND

    @property
    def _own(self) -> float | None:
        if len(self._levels) < LEAST_KNOWN:
            return None
        softest = min(self._levels)
        return softest if max(self._levels) - softest <= ALIKE_WITHIN else None


def _measure_loudness(pcm: bytes) -> float:
    return _get_loudness(list(_measure_frames(pcm)))


def _get_loudness(levels: list[float]) -> float:
    return sorted(levels, reverse=True)[:LOUDEST][-1]


def _measure_frames(pcm: bytes) -> Iterator[float]:
    for at in range(0, max(1, len(pcm)), FRAME_BYTES):
        yield to_dbfs(measure_rms(pcm[at : at + FRAME_BYTES]))
