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
NEARER_WITHIN = (9.0, 7.0, 5.0)
"""The same where the room talks: somebody was heard before the person, and nobody is
much louder behind the answer than they were."""
ROOM_FRAMES = 8
"""So many audible ones before the person tell how loud the room talks."""
ROOM_VARIES = 5.0
"""Decibels by which it may be louder behind the answer than before it."""
AUDIBLE_WITHIN = 30.0
"""Decibels under it, beyond which a frame is the room."""
MOST_NEAR = 5 * SAMPLE_RATE * 2 // FRAME_BYTES
"""Frames, 5 s: what is longer is no phrase, and looking at it keeps people waiting."""
BEFORE, AFTER = 3, 6
"""Frames around those: a soft beginning, and the end of a "yes" or "stop"."""
AROUND = bytes(2 * (SAMPLE_RATE * 3 // 10))
"""Silence put around what is cut out."""


@dataclass(frozen=True)
class NearPart:
    """The part of an utterance that is as loud as the person."""

    pcm: bytes
    """In silence."""
    is_far: bool
    """From all that is left out it is NEAR_WITHIN away."""


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

    def list_near(self, pcm: bytes) -> Iterator[NearPart]:
        """Yield what is as loud as the person, the most of it first.

        As loud as the loudest in it, where the person is not known yet or is softer.
        Nothing, where nobody is heard beside it, or where it may be the person.
        """
        levels = list(_measure_frames(pcm))
        loudest = _get_loudness(levels)
        own = min(loudest, self._own or loudest)
        seen = set[tuple[int, int]]()
        for within in (NEAR_WITHIN, *NEARER_WITHIN):
            near = [n for n, level in enumerate(levels) if level >= own - within]
            first, last = max(0, near[0] - BEFORE), near[-1] + AFTER + 1
            if last - first > MOST_NEAR:
                continue
            before, after = (
                [level for level in beside if level >= own - AUDIBLE_WITHIN]
                for beside in (levels[:first], levels[last:])
            )
            is_far = within == NEAR_WITHIN
            is_lead = is_far and len(before) >= LOUDEST > len(after)
            if (first, last) not in seen and (is_lead or _is_room(before, after)):
                seen.add((first, last))
                cut = pcm[first * FRAME_BYTES : last * FRAME_BYTES]
                yield NearPart(AROUND + cut + AROUND, is_far)

    @property
    def _own(self) -> float | None:
        if len(self._levels) < LEAST_KNOWN:
            return None
        softest = min(self._levels)
        return softest if max(self._levels) - softest <= ALIKE_WITHIN else None


def _is_room(before: list[float], after: list[float]) -> bool:
    """Tell whether whoever is audible behind an answer was as loud before it."""
    if len(before) < ROOM_FRAMES or len(after) < LOUDEST:
        return False
    return _get_loudness(after) <= _get_loudness(before) + ROOM_VARIES


def _measure_loudness(pcm: bytes) -> float:
    return _get_loudness(list(_measure_frames(pcm)))


def _get_loudness(levels: list[float]) -> float:
    return sorted(levels, reverse=True)[:LOUDEST][-1]


def _measure_frames(pcm: bytes) -> Iterator[float]:
    for at in range(0, max(1, len(pcm)), FRAME_BYTES):
        yield to_dbfs(measure_rms(pcm[at : at + FRAME_BYTES]))
