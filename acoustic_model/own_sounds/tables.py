"""Distances between all clips of one person, and from strangers' to theirs.

Lessons are drawn from these tables, so that each pair of clips is compared once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from acoustic_model.data.recordings import Sound
from acoustic_model.own_sounds.speakers import Person, Pools, make_chance
from local_voice.own_sounds.features import (
    PARTS,
    FeatureExtractor,
    SoundFeatures,
    measure_distances,
    trim,
)
from local_voice.own_sounds.matcher import add_noise
from local_voice.own_sounds.warping import Distances

STRANGERS = "strangers"
OWN = ("clean", "noisy", "far", "unmeant")


@dataclass(frozen=True)
class Table:
    """One person's clips beside each other and beside everybody else's."""

    group: str
    name: str
    tuning: bool
    labels: tuple[str, ...]
    """Of each clean clip."""
    distances: dict[str, dict[str, Distances]]
    """By part and by kind of clip: to each clean clip, then to each one in noise."""
    seconds: dict[str, Distances]
    """Length of each clip, by kind."""
    above_noise: tuple[float, ...]
    """Decibels of each noisy clip over its room."""


PoolFeatures = dict[str, tuple[SoundFeatures, ...]]


def extract_pools(pools: Pools, extractor: FeatureExtractor) -> PoolFeatures:
    """Return the features of everybody else's clips, by kind."""
    every = {STRANGERS: pools.strangers, **pools.measured}
    return {kind: _extract(clips, extractor) for kind, clips in every.items()}


def build_table(
    person: Person, pools: PoolFeatures, extractor: FeatureExtractor
) -> Table:
    """Compare everything with a person's clips; some seconds of one processor."""
    rng = make_chance(person.group, person.name, "copies")
    clean = _extract(person.clean, extractor)
    copies = _extract([trim(add_noise(c, rng)) for c in person.clean], extractor)
    own = {kind: _extract(getattr(person, kind), extractor) for kind in OWN[1:]}
    rows: PoolFeatures = {"clean": clean, **own, **pools}
    distances = {
        part: {
            kind: np.stack(
                [
                    measure_distances(part, template, clips)
                    for template in (*clean, *copies)
                ],
                1,
            )
            for kind, clips in rows.items()
            if clips
        }
        for part in PARTS
    }
    seconds = {k: np.array([c.seconds for c in clips]) for k, clips in rows.items()}
    return Table(
        person.group,
        person.name,
        person.tuning,
        person.labels,
        distances,
        seconds,
        person.above_noise,
    )


def _extract(
    clips: Sequence[Sound], extractor: FeatureExtractor
) -> tuple[SoundFeatures, ...]:
    return tuple(map(extractor.extract, clips))
