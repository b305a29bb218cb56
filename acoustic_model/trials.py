"""What is decoded to measure a model: clips of people it never heard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from acoustic_model import voices
from acoustic_model.augment import HELD_OUT_NOISE, held_out_noises, loudness
from acoustic_model.features import Sound
from acoustic_model.recordings import Clip, find_clips, find_noises, read_sound
from acoustic_model.vocabulary import Vocabulary

NOISE_RATIOS = (10, 5)
"""Decibels of speech over noise."""
FAINT_PEAKS = (-40, -50)
"""Decibels under full scale."""
NOISE_PIECE = 2 * 16_000


@dataclass(frozen=True)
class Trial:
    """One decoding."""

    group: str
    meaning: str
    """What it means; empty when it is not meant for us."""
    said: str
    sound: Sound
    voice: str = ""
    """Of a synthetic clip: counted by voice as well as by meaning."""


def clean_trials(clips: list[Clip], vocabulary: Vocabulary) -> Iterator[Trial]:
    """The recordings as they are."""
    for clip in clips:
        meaning = vocabulary.meanings.get(clip.said, "")
        sound = read_sound(clip.path)
        if clip.source == "speech_commands":
            group = f'"{clip.said}"' if meaning else "other single words"
            if clip.said == "go":
                yield Trial('the word "go" alone', "", clip.said, sound)
        elif clip.source == "an4" and meaning:
            group = f'"{clip.said}" (AN4)'
        else:
            group = {
                "an4": "spelled letters, numbers, other commands (AN4)",
                "sentences": "sentences said in the room",
                "silence": "silence and background noise",
            }[clip.source]
        yield Trial(group, meaning, clip.said, sound)


def _mixed(sound: Sound, noise: Sound, decibels: float, start: int) -> Sound:
    """The noise is heard before and after the word too."""
    around = np.pad(sound, 8000)
    piece = np.take(noise, range(start, start + len(around)), mode="wrap")
    ratio = 10 ** (-decibels / 20) * loudness(sound) / loudness(piece)
    mixed = around + piece * ratio
    return np.asarray(mixed / max(1.0, float(np.abs(mixed).max())), np.float32)


def hard_trials(
    clips: list[Clip], noises: dict[str, Sound], rng: np.random.Generator
) -> Iterator[Trial]:
    """Yes and no in noise, and said faintly."""
    names = sorted(noises)
    answers = [c for c in clips if c.said in ("yes", "no")]
    for number, clip in enumerate(answers):
        sound = read_sound(clip.path)
        name = names[number % len(names)]
        start = int(rng.integers(len(noises[name])))
        for ratio in NOISE_RATIOS:
            mixed = _mixed(sound, noises[name], ratio, start)
            yield Trial(f"{clip.said} at {ratio} dB", clip.said, clip.said, mixed)
        peak = float(np.abs(sound).max()) + 1e-6
        for level in FAINT_PEAKS:
            faint = sound * (10 ** (level / 20) / peak)
            group = f"{clip.said}, peak {level} dBFS"
            yield Trial(group, clip.said, clip.said, faint)


def noise_trials(noises: dict[str, Sound]) -> Iterator[Trial]:
    """Two-second pieces of the noises kept out of training."""
    for name, noise in noises.items():
        group = "long noises, 2 s each"
        if name == HELD_OUT_NOISE:
            group = "exercise bike (a noise never trained on), 2 s each"
        for start in range(0, len(noise) - NOISE_PIECE, NOISE_PIECE):
            yield Trial(group, "", name, noise[start : start + NOISE_PIECE])


def synthetic_trials(vocabulary: Vocabulary, work: Path, part: str) -> Iterator[Trial]:
    """Every phrase by the voices kept out of training."""
    folder = work / "synthetic"
    orders = voices.held_out_orders(vocabulary, folder, part)
    for clip in voices.synthesize(orders, folder):
        meaning = vocabulary.meanings[clip.said]
        sound = read_sound(clip.path)
        group = f"synthetic: {meaning}"
        yield Trial(group, meaning, clip.said, sound, clip.speaker)


def all_trials(
    data: Path, work: Path, part: str, vocabulary: Vocabulary
) -> Iterator[Trial]:
    """Everything, always the same."""
    clips = [clip for clip in find_clips(data) if clip.part == part]
    noises = held_out_noises(find_noises(data))
    yield from clean_trials(clips, vocabulary)
    yield from hard_trials(clips, noises, np.random.default_rng(5))
    yield from noise_trials(noises)
    yield from synthetic_trials(vocabulary, work, part)
