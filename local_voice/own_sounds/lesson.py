"""A lesson: examples are taken one by one, checked at once, and judged together."""

from collections.abc import Mapping
from enum import Enum

import numpy as np

from local_voice.audio.input_quality import LEAST_ABOVE_ROOM
from local_voice.own_sounds.features import SoundFeatures
from local_voice.own_sounds.known_numbers import KnownNumbers
from local_voice.own_sounds.matcher import (
    LEAST_EXAMPLES,
    MOST_EXAMPLES,
    NOTHING,
    Example,
    Matcher,
    build_sound,
    learn_examples,
)
from local_voice.own_sounds.matcher_process import LessonState
from local_voice.own_sounds.piece import LONGEST, find_pieces
from local_voice.own_sounds.spectrum import Clip

ODD_BELOW, ODD_BEHIND = 0.0, 1.5
"""An example is odd with a lower score, and so far behind the others of its sound."""
UNSTEADY_BELOW = 1.0
"""Examples whose middle score is lower differ much from each other."""


class TakeFault(Enum):
    """Why an example cannot be used."""

    SILENT = "silent"
    PIECES = "pieces"
    LONG = "long"
    FAINT = "faint"
    CLIPPED = "clipped"


class Lesson:
    """What has been taught so far."""

    def __init__(
        self,
        known: KnownNumbers,
        taught: Mapping[str, tuple[SoundFeatures, ...]] | None = None,
    ) -> None:
        """Begin with nothing, or with what was taught before."""
        self._known = known
        self._examples: dict[str, list[SoundFeatures]] = {}
        self._copies: dict[str, list[SoundFeatures]] = {}
        for name, clips in (taught or {}).items():
            half = len(clips) // 2
            self._examples[name] = list(clips[:half])
            self._copies[name] = list(clips[half:])

    @property
    def examples(self) -> Mapping[str, tuple[SoundFeatures, ...]]:
        """Return all examples of each sound, as they are kept."""
        return {name: self._join(name) for name in self._examples}

    @property
    def counts(self) -> Mapping[str, int]:
        """Return how many examples there are of each sound."""
        return {name: len(clips) for name, clips in self._examples.items()}

    def take(self, name: str, audio: Clip) -> TakeFault | None:
        """Take one example out of `audio`, or tell why it cannot be used."""
        pieces = find_pieces(audio)
        if not pieces:
            return TakeFault.SILENT
        if len(pieces) > 1:
            return TakeFault.PIECES
        (piece,) = pieces
        if piece.seconds > LONGEST:
            return TakeFault.LONG
        if piece.is_clipped:
            return TakeFault.CLIPPED
        if piece.above_room < LEAST_ABOVE_ROOM:
            return TakeFault.FAINT
        clean, copy = learn_examples([piece.clip], self._known.extractor)
        self._examples.setdefault(name, []).append(clean)
        self._copies.setdefault(name, []).append(copy)
        if name != NOTHING and len(self._examples[name]) > MOST_EXAMPLES:
            self._drop_likest(name)
        return None

    def drop(self, name: str, number: int) -> None:
        """Forget one example."""
        del self._examples[name][number]
        del self._copies[name][number]

    def check(self) -> LessonState:
        """Return what is to be said of the examples before they are kept."""
        matcher = self.build_matcher()
        if matcher is None:
            return LessonState(is_complete=False, counts=self.counts)
        return LessonState(
            is_complete=True,
            are_alike=matcher.separation < self._known.model.alike,
            odd=_find_odd(matcher),
            is_unsteady=matcher.steadiness < UNSTEADY_BELOW,
            counts=self.counts,
        )

    def build_matcher(self) -> Matcher | None:
        """Return the matcher of what was taught, None while something is missing."""
        taught = {name: self._join(name) for name in self._examples if name != NOTHING}
        if len(taught) < 2 or any(
            len(examples) < 2 * LEAST_EXAMPLES for examples in taught.values()
        ):
            return None
        strangers = self._known.strangers
        sounds = [build_sound(name, each, strangers) for name, each in taught.items()]
        nothing = self._join(NOTHING) if NOTHING in self._examples else ()
        return Matcher(sounds, nothing, self._known.model)

    def _join(self, name: str) -> tuple[SoundFeatures, ...]:
        return (*self._examples[name], *self._copies[name])

    def _drop_likest(self, name: str) -> None:
        """Forget the example that adds least; the first three stay."""
        clips = self._examples[name]
        rows = np.concatenate([clip.embedding for clip in clips])
        alike = rows @ rows.T - 2 * np.eye(len(clips))
        self.drop(name, LEAST_EXAMPLES + int(alike.max(1)[LEAST_EXAMPLES:].argmax()))


def _find_odd(matcher: Matcher) -> tuple[str, int] | None:
    """Return the example that is furthest behind the others of its sound."""
    found: list[tuple[float, Example]] = []
    for sound in matcher.sounds:
        own = sorted(
            (e for e in matcher.examples if e.name == sound.name), key=lambda e: e.score
        )
        behind = own[1].score - own[0].score
        if own[0].score < ODD_BELOW and behind > ODD_BEHIND:
            found.append((behind, own[0]))
    if not found:
        return None
    worst = max(found, key=lambda pair: pair[0])[1]
    return worst.name, worst.number
