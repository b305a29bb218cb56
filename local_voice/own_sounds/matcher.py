"""Learns a person's sounds from examples and tells which one a clip is.

Everything here is numbers: no clip is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from local_voice.own_sounds.features import (
    PARTS,
    FeatureExtractor,
    SoundFeatures,
    measure_distances,
    trim,
)
from local_voice.own_sounds.packing import round_features
from local_voice.own_sounds.scoring import (
    DecisionModel,
    Numbers,
    Spread,
    build_numbers,
    find_leads,
    find_nearness,
    measure_separation,
    measure_spread,
    measure_steadiness,
)
from local_voice.own_sounds.spectrum import Clip

NOTHING = "nothing"
"""The name under which sounds are taught that are no answer."""
LEAST_EXAMPLES, MOST_EXAMPLES = 3, 8
NOISE_DB = 8.0
"""Each example is learnt again with noise, so many decibels below it."""


@dataclass(frozen=True)
class Sound:
    """One taught sound: its examples, and behind them the same in noise."""

    name: str
    examples: tuple[SoundFeatures, ...]
    strangers: Mapping[str, Numbers]
    """By part: distances of strangers' clips to each example, `[clips, examples]`."""

    @property
    def count(self) -> int:
        """Return how many clips were taught."""
        return len(self.examples) // 2

    def find_others(self, left_out: int | None) -> list[int]:
        """Return the places of all examples but one clip's two."""
        places = range(len(self.examples))
        return [place for place in places if place % self.count != left_out]


@dataclass(frozen=True)
class Judged:
    """One clip beside a person's sounds."""

    name: str
    """The likeliest sound."""
    score: float
    """Its logit, less the person's steadiness."""
    lead: float

    def reaches(self, model: DecisionModel, *, sure: bool) -> bool:
        """Tell whether the usual limit is reached, or the one of a sure answer."""
        limit = model.sure if sure else model.usual
        return self.score >= limit.score and self.lead >= limit.lead


@dataclass(frozen=True)
class Example:
    """One taught clip, judged by the others."""

    name: str
    number: int
    score: float
    lead: float


class Matcher:
    """What one person taught."""

    def __init__(
        self,
        sounds: Sequence[Sound],
        nothing: Sequence[SoundFeatures],
        model: DecisionModel,
    ) -> None:
        """Measure the sounds beside each other; there are two at the least."""
        self.sounds, self.nothing = tuple(sounds), tuple(nothing)
        self._model = model
        self._spreads = [_measure_spreads(sound) for sound in self.sounds]
        self._seconds = [_get_usual_length(sound) for sound in self.sounds]
        self.examples = tuple(self._judge_examples())
        self.steadiness = measure_steadiness(np.array([e.score for e in self.examples]))

    @property
    def separation(self) -> float:
        """Return how far apart the two sounds are that are least so."""
        names = [sound.name for sound in self.sounds]
        return measure_separation(
            [np.array([e.lead for e in self.examples if e.name == n]) for n in names]
        )

    def judge(self, features: SoundFeatures) -> Judged:
        """Return which sound a clip is likeliest, and how surely."""
        scores = self._score(features, self._spreads)
        best = int(scores.argmax())
        own = self._model.steadiness * self.steadiness
        lead = float(find_leads(scores)[best])
        return Judged(self.sounds[best].name, float(scores[best]) - own, lead)

    def _judge_examples(self) -> list[Example]:
        """Judge each example by all others."""
        examples = []
        for place, sound in enumerate(self.sounds):
            for number in range(sound.count):
                spreads = list(self._spreads)
                spreads[place] = _measure_spreads(sound, number)
                left_out = place, number
                scores = self._score(sound.examples[number], spreads, left_out)
                lead = float(find_leads(scores)[place])
                examples.append(Example(sound.name, number, float(scores[place]), lead))
        return examples

    def _score(
        self,
        features: SoundFeatures,
        spreads: Sequence[Sequence[Spread]],
        left_out: tuple[int, int] | None = None,
    ) -> Numbers:
        nearness = np.zeros((1, len(self.sounds), len(PARTS)))
        for place, sound in enumerate(self.sounds):
            number = left_out[1] if left_out and left_out[0] == place else None
            used = [sound.examples[other] for other in sound.find_others(number)]
            for part, name in enumerate(PARTS):
                distances = measure_distances(name, features, tuple(used))
                nearness[0, place, part] = find_nearness(distances)
        lengths = np.log(features.seconds / np.array([self._seconds]))
        numbers = build_numbers(
            nearness, spreads, self._measure_nothing(features), lengths
        )
        scores: Numbers = self._model.score(numbers)[0]
        return scores

    def _measure_nothing(self, features: SoundFeatures) -> Numbers | None:
        if not self.nothing:
            return None
        nearest = [
            measure_distances(name, features, self.nothing).min() for name in PARTS
        ]
        return np.array([nearest], np.float64)


def build_sound(
    name: str, examples: tuple[SoundFeatures, ...], strangers: Sequence[SoundFeatures]
) -> Sound:
    """Return a sound of its examples, with strangers' clips to compare."""
    by_part = {}
    for part in PARTS:
        columns = [
            measure_distances(part, example, tuple(strangers)) for example in examples
        ]
        by_part[part] = np.stack(columns, 1).astype(np.float64)
    return Sound(name, examples, by_part)


def learn_examples(
    clips: Sequence[Clip], extractor: FeatureExtractor
) -> tuple[SoundFeatures, ...]:
    """Return the features of each clip, then of each in noise, rounded as in a file."""
    trimmed = [trim(clip) for clip in clips]
    noisy = [trim(add_noise(clip, _make_chance(clip))) for clip in trimmed]
    every = (*trimmed, *noisy)
    return tuple(round_features(extractor.extract(clip)) for clip in every)


def add_noise(clip: Clip, rng: np.random.Generator) -> Clip:
    """Return `clip` in pink noise, with 0.3 s of it around."""
    level = float(np.sqrt(np.mean(np.square(clip, dtype=np.float64)))) + 1e-7
    padded = np.pad(clip, 4800)
    spectrum = np.fft.rfft(rng.normal(size=len(padded)))
    noise = np.fft.irfft(
        spectrum / np.sqrt(np.arange(1, len(spectrum) + 1)), len(padded)
    )
    noise *= level / noise.std() * 10 ** (-NOISE_DB / 20)
    return np.asarray(padded + noise, np.float32)


def _make_chance(clip: Clip) -> np.random.Generator:
    """Return chance that is the same for the same clip."""
    return np.random.default_rng(int(np.abs(clip).sum() * 1000))


def _measure_spreads(sound: Sound, left_out: int | None = None) -> list[Spread]:
    """Return the spread of a sound in each part, without one clip."""
    kept = sound.find_others(left_out)
    numbers = [n for n in range(sound.count) if n != left_out]
    spreads = []
    for part in PARTS:
        own = []
        for number in numbers:
            others = [p for p in kept if p % sound.count != number]
            many = tuple(sound.examples[place] for place in others)
            own.append(
                find_nearness(measure_distances(part, sound.examples[number], many))
            )
        strangers = find_nearness(sound.strangers[part][:, kept])
        spreads.append(measure_spread(np.array(own), strangers))
    return spreads


def _get_usual_length(sound: Sound) -> float:
    return float(np.median([e.seconds for e in sound.examples[: sound.count]]))
