"""Who is learnt from, who tunes and who is measured: real people and their clips.

People who said two words or more four times or more are never learnt from; by their
name they tune weights and limits, or are measured.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from acoustic_model.data.recordings import RATE, Clip, Sound, find_clips, read_sound
from local_voice.own_sounds.spectrum import HOP, measure_levels

DIGITS = frozenset("zero one two three four five six seven eight nine".split())
REPEATED, WORDS = 4, 2
"""So often somebody said so many words who can teach and be tested."""
COMMANDS = frozenset("yes no stop go right on off up down left".split())
"""Words that the network never learnt, so that tests are of sounds new to it."""
TUNING = 2, 5
"""Two of five who can teach are tuned on."""
_PAUSE_DB, _PAUSE_FRAMES = 28, 20
"""A pause in talk: 0.2 s so far below its loudest."""
ByWord = dict[str, list[Clip]]


@dataclass(frozen=True)
class Person:
    """One person's clips, trimmed as the product trims them."""

    group: str
    name: str
    tuning: bool
    labels: tuple[str, ...]
    """Of each clip."""
    clean: tuple[Sound, ...]
    noisy: tuple[Sound, ...]
    """The same in noise, 10 dB below."""
    above_noise: tuple[float, ...]
    """Decibels by which the product finds each of these over its room."""
    far: tuple[Sound, ...]
    """The same in another room and by another microphone."""
    unmeant: tuple[Sound, ...]
    """Other words, or coughs and groans."""


@dataclass(frozen=True)
class Pools:
    """Everybody else's sounds, by kind."""

    strangers: tuple[Sound, ...]
    """Ship with the product, to compare with."""
    measured: dict[str, tuple[Sound, ...]]
    """Words, talk, noise, household: never learnt from."""


def hash_name(name: str) -> int:
    """Return a number that is the same on every machine."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16)


def make_chance(*names: object) -> np.random.Generator:
    """Return chance of its own for a person and a purpose."""
    return np.random.default_rng(hash_name("/".join(map(str, names))) % 2**32)


def is_tuned_on(speaker: str) -> bool:
    """Tell whether a person who can teach tunes; all others are measured."""
    share, of = TUNING
    return hash_name(f"tune {speaker}") % of < share


def find_speakers(data: Path) -> dict[str, ByWord]:
    """Return the clips of single words by speaker and word."""
    speakers: dict[str, ByWord] = defaultdict(lambda: defaultdict(list))
    for clip in find_clips(data):
        if clip.source == "speech_commands":
            speakers[clip.speaker][clip.said].append(clip)
    return {name: dict(words) for name, words in speakers.items()}


def can_teach(words: ByWord) -> bool:
    """Tell whether a person said enough words often enough to teach and be tested."""
    return sum(len(clips) >= REPEATED for clips in words.values()) >= WORDS


def read_all(clips: Sequence[Clip]) -> list[Sound]:
    """Return the sound of each clip."""
    return [read_sound(clip.path) for clip in clips]


def cut_at_pauses(
    talk: Sound, shortest: float = 0.35, longest: float = 2.5
) -> list[Sound]:
    """Return the pieces of talk between its pauses, in seconds at least and at most."""
    levels = measure_levels(talk)
    loud = np.flatnonzero(levels > levels.max() - _PAUSE_DB)
    groups = np.split(loud, np.flatnonzero(np.diff(loud) > _PAUSE_FRAMES) + 1)
    pieces = [talk[max(0, g[0] - 5) * HOP : (g[-1] + 6) * HOP] for g in groups]
    kept = (piece for piece in pieces if len(piece) >= shortest * RATE)
    return [piece[: int(longest * RATE)] for piece in kept]
