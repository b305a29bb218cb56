"""From distances to a score of how surely a clip is one sound of one person.

A distance counts beside the person's own spread and beside strangers' clips, in each
part of the features. What comes of it is weighed by a logistic regression that was
fitted on many people; a score is its logit. Arrays are `[clips, sounds, parts]`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from local_voice.own_sounds.features import PARTS

NEAREST = 2
"""Distance to a sound is the mean of that to its so many nearest examples."""
LEAST = 1e-3
"""A distance below is this one, so that its logarithm exists."""
STRANGERS_NEAR = 0.05
"""The share of strangers' clips that are nearer than what counts as near for one."""
VIEWS = 5
"""Numbers that one part gives."""
LENGTHS = 2
"""Numbers that the length gives: how much longer, and how much shorter it is."""
STEADY_RANGE = (-1.0, 7.0)
OUTERMOST = 6
"""Of so many leads the smallest and the largest do not count: one slip is no twin."""
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Spread:
    """How near a sound's own examples and strangers' clips are to it, in one part."""

    own: float
    strangers_near: float
    strangers_mean: float
    strangers_deviation: float


@dataclass(frozen=True)
class Limit:
    """From where on an answer counts."""

    score: float
    lead: float
    """Over the next best sound."""


@dataclass(frozen=True)
class DecisionModel:
    """Weights and limits, the same for everybody."""

    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    weights: tuple[float, ...]
    """One more than the numbers: the last is added."""
    steadiness: float
    """How much of a limit is the person's own steadiness."""
    usual: Limit
    sure: Limit
    alike: float
    """Two sounds with a smaller separation sound alike."""

    def score(self, numbers: Numbers) -> Numbers:
        """Return the logit of each sound; `numbers` is `[clips, sounds, numbers]`."""
        scaled = (numbers - np.array(self.mean)) / np.array(self.deviation)
        scores: Numbers = scaled @ np.array(self.weights[:-1]) + self.weights[-1]
        return scores


def find_nearness(distances: npt.NDArray[np.floating[Any]]) -> Numbers:
    """Return the mean of the two smallest distances along the last axis."""
    ordered = np.sort(np.asarray(distances, np.float64), -1)
    nearness: Numbers = ordered[..., :NEAREST].mean(-1)
    return nearness


def measure_spread(own: Numbers, strangers: Numbers) -> Spread:
    """Return the spread of one sound in one part.

    `own` is the nearness of each example to the others, `strangers` that of each
    stranger's clip.
    """
    return Spread(
        max(float(own.mean()), LEAST),
        max(float(np.quantile(strangers, STRANGERS_NEAR)), LEAST),
        float(strangers.mean()),
        float(strangers.std()) + LEAST,
    )


def build_numbers(
    nearness: Numbers,
    spreads: Sequence[Sequence[Spread]],
    nothing: Numbers | None,
    lengths: Numbers,
) -> Numbers:
    """Return what is weighed: `[clips, sounds, 5 numbers a part and 2 of length]`.

    `spreads` is by sound and part; `nothing` is the distance to the nearest sound that
    means nothing, `[clips, parts]`; `lengths` is the logarithm of a clip's length over
    a sound's, `[clips, sounds]`.
    """
    nearness = np.maximum(nearness, LEAST)
    own, near, mean, deviation = (
        np.array([[getattr(spread, name) for spread in sound] for sound in spreads])
        for name in Spread.__dataclass_fields__
    )
    beside_own = np.log(nearness / own)
    beside_nothing = np.zeros_like(nearness)
    if nothing is not None:
        beside_nothing = np.log(np.maximum(nothing, LEAST)[:, None] / nearness)
    views = np.stack(
        [
            beside_own,
            np.log(nearness / near),
            (nearness - mean) / deviation,
            find_leads(-beside_own, axis=1),
            beside_nothing,
        ],
        -1,
    )
    flat = views.reshape(*nearness.shape[:2], len(PARTS) * VIEWS)
    longer, shorter = np.maximum(lengths, 0), np.maximum(-lengths, 0)
    return np.concatenate([flat, longer[..., None], shorter[..., None]], -1)


def find_leads(scores: Numbers, axis: int = -1) -> Numbers:
    """Return by how much each sound is ahead of the best other one."""
    count = scores.shape[axis]
    best_other = np.stack(
        [np.delete(scores, n, axis).max(axis) for n in range(count)], axis
    )
    leads: Numbers = scores - best_other
    return leads


def measure_steadiness(own_scores: Numbers) -> float:
    """Return how alike a person's examples are, by the score of each among others."""
    return float(np.clip(np.median(own_scores), *STEADY_RANGE))


def measure_separation(leads: Sequence[Numbers]) -> float:
    """Return how far apart the two sounds are that are least so.

    `leads` has, for each sound, those of its examples when all others judge them.
    """
    least = sorted(leads, key=lambda each: float(np.median(each)))[:2]
    ordered = np.sort(np.concatenate(least))
    left_out = len(ordered) // OUTERMOST
    return float(ordered[left_out : len(ordered) - left_out].mean())
