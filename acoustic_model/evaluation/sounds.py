"""How many sounds a network mistakes in whole sentences, without graph or phrases."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from acoustic_model.data.features import compute_likelihoods
from acoustic_model.data.pronunciation import UNITS, find_units
from acoustic_model.data.recordings import RATE, Clip, Sound, find_clips, read_sound
from acoustic_model.errors import RecipeError
from acoustic_model.evaluation.channel_trials import (
    MU_LAW,
    TELEPHONE,
    UP_TO_4_KHZ,
    put_across_room,
)
from acoustic_model.evaluation.decoder import PADDING
from acoustic_model.exporting.network_reader import read_network
from local_voice.own_sounds.shipped_network import Affine, Matrix

EVERY = {"tune": 2, "test": 3}
"""Every so-many-th sentence tells enough."""
LONGEST = 8 * RATE
NEVER = -1e30


@dataclass(frozen=True)
class Mistakes:
    """Sounds of one row, and how many were left out, put in or taken for others."""

    said: int
    wrong: int
    surprise: float
    """Summed: how unlikely the network finds what was said, in natural logarithms.

    It tells of learning sooner than the mistakes do: a network that is less sure hears
    nothing rather than another sound.
    """


def measure_surprise(likely: Matrix, units: list[int]) -> float:
    """Return minus the logarithm of the likelihood of the units, summed over time."""
    states = np.array([0, *(number for unit in units for number in (unit, 0))])
    may_skip = np.zeros(len(states), bool)
    may_skip[2:] = (states[2:] != 0) & (states[2:] != states[:-2])
    paths = np.full(len(states), NEVER)
    paths[:2] = likely[0, states[:2]]
    for moment in likely[1:]:
        stepped = np.concatenate([[NEVER], paths[:-1]])
        skipped = np.concatenate([[NEVER, NEVER], paths])[: len(paths)]
        skipped = np.where(may_skip, skipped, NEVER)
        paths = np.logaddexp(np.logaddexp(paths, stepped), skipped) + moment[states]
    return -float(np.logaddexp.reduce(paths[-2:]))


def count_edits(meant: list[str], heard: list[str]) -> int:
    """Count the fewest sounds to leave out, put in or change."""
    row = list(range(len(heard) + 1))
    for number, unit in enumerate(meant, start=1):
        before, row[0] = row[0], number
        for place, other in enumerate(heard, start=1):
            least = min(row[place], row[place - 1]) + 1, before + (unit != other)
            before, row[place] = row[place], min(least)
    return row[-1]


def hear_units(likely: Matrix) -> list[str]:
    """Return the likeliest unit of each moment, without blanks and repetitions.

    The units of yes and no count as their sounds.
    """
    chosen = likely.argmax(1)
    kept = [n for n, last in zip(chosen, [0, *chosen[:-1]], strict=True) if n != last]
    return [UNITS[n].partition("_")[0] for n in kept if n]


def _as_is(sound: Sound) -> Sound:
    return sound


def _across_room(sound: Sound) -> Sound:
    return put_across_room(sound, 0.6, np.random.default_rng(len(sound))).sound


WAYS: dict[str, Callable[[Sound], Sound]] = {
    "as they are": _as_is,
    TELEPHONE.label: TELEPHONE.send,
    UP_TO_4_KHZ.label: UP_TO_4_KHZ.send,
    MU_LAW.label: MU_LAW.send,
    "3 m, echo of 0.6 s": _across_room,
}


def _measure(layers: list[Affine], clips: list[Clip], way: str) -> Mistakes:
    said, wrong, surprise = 0, 0, 0.0
    for clip in clips:
        units = find_units(clip.said)
        sound = read_sound(clip.path)
        if units is None or len(sound) > LONGEST:
            continue
        meant = [UNITS[number].partition("_")[0] for number in units]
        padded = np.pad(WAYS[way](sound), PADDING)
        likely = compute_likelihoods(layers, np.round(padded * 32_767) / 32_767)
        said, wrong = said + len(meant), wrong + count_edits(meant, hear_units(likely))
        surprise += measure_surprise(likely, units)
    return Mistakes(said, wrong, surprise)


def measure_sounds(data: Path, model: Path, part: str) -> None:
    """Print one row for each way a sentence comes to the microphone."""
    layers = read_network(model / "am" / "final.mdl")
    clips = [c for c in find_clips(data) if (c.source, c.part) == ("transcribed", part)]
    if not clips:
        raise RecipeError(
            f"{data / 'transcribed'}: holds no sentence of the {part} part. Sounds are "
            "measured in sentences. Add transcribed recordings."
        )
    print("\n".join(_render(clips, partial(_measure, layers, clips[:: EVERY[part]]))))


def _render(clips: list[Clip], measure: Callable[[str], Mistakes]) -> Iterator[str]:
    people = len({clip.speaker for clip in clips})
    yield f"| sentences of {people} people | sounds | wrong | surprise a sound |"
    yield "|---|---|---|---|"
    for way in WAYS:
        found = measure(way)
        wrong, surprise = 100 * found.wrong / found.said, found.surprise / found.said
        yield f"| {way} | {found.said} | {wrong:.1f} % | {surprise:.2f} |"
