"""How many sounds a network mistakes in whole sentences, without graph or phrases."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from acoustic_model.data.features import compute_mfcc
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
from acoustic_model.training.affine import Affine, compute_outputs

EVERY = {"tune": 2, "test": 3}
"""Every so-many-th sentence tells enough."""
LONGEST = 8 * RATE


@dataclass(frozen=True)
class Mistakes:
    """Sounds of one row, and how many were left out, put in or taken for others."""

    said: int
    wrong: int


def count_edits(meant: list[str], heard: list[str]) -> int:
    """Count the fewest sounds to leave out, put in or change."""
    row = list(range(len(heard) + 1))
    for number, unit in enumerate(meant, start=1):
        before, row[0] = row[0], number
        for place, other in enumerate(heard, start=1):
            least = min(row[place], row[place - 1]) + 1, before + (unit != other)
            before, row[place] = row[place], min(least)
    return row[-1]


def hear_units(layers: list[Affine], sound: Sound) -> list[str]:
    """Return the likeliest unit of each moment, without blanks and repetitions.

    The units of yes and no count as their sounds.
    """
    chosen = compute_outputs(layers, compute_mfcc(sound).astype(float)).argmax(1)
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
    said, wrong = 0, 0
    for clip in clips:
        units = find_units(clip.said)
        sound = read_sound(clip.path)
        if units is None or len(sound) > LONGEST:
            continue
        meant = [UNITS[number].partition("_")[0] for number in units]
        padded = np.pad(WAYS[way](sound), PADDING)
        heard = hear_units(layers, np.round(padded * 32_767) / 32_767)
        said, wrong = said + len(meant), wrong + count_edits(meant, heard)
    return Mistakes(said, wrong)


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
    yield f"| sentences of {people} people | sounds | wrong |"
    yield "|---|---|---|"
    for way in WAYS:
        found = measure(way)
        yield f"| {way} | {found.said} | {100 * found.wrong / found.said:.1f} % |"
