"""What is decoded to measure a model: clips of people it never heard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from acoustic_model.data import voices
from acoustic_model.data.augmentation import HELD_OUT_NOISE, held_out_noises
from acoustic_model.data.features import Sound
from acoustic_model.data.recordings import Clip, find_clips, find_noises, read_sound
from acoustic_model.data.vocabulary import Vocabulary
from acoustic_model.evaluation.degradation import hardships
from acoustic_model.evaluation.metrics import SYNTHETIC

NOISE_PIECE = 2 * 16_000
LONG_NOISES = "long noises, 2 s each"
# So that several engines, states or costs can be measured in minutes.
EVERY = {
    "other single words": 4,
    "spelled letters, numbers, other commands (AN4)": 2,
    "synthetic talk": 2,
    LONG_NOISES: 3,
}


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
    kind: str = ""
    """Of a clip made harder: what makes it so, and by how much."""
    value: float = 0.0


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


def hard_trials(
    clips: list[Clip], noises: dict[str, Sound], rng: np.random.Generator
) -> Iterator[Trial]:
    """Yes and no in noise, faintly, fast, far away, cut and over a telephone."""
    names = sorted(noises)
    answers = [c for c in clips if c.said in ("yes", "no")]
    for number, clip in enumerate(answers):
        noise = noises[names[number % len(names)]]
        for made in hardships(read_sound(clip.path), noise, rng):
            group = f"{clip.said}, {made.label}"
            yield Trial(
                group, clip.said, clip.said, made.sound, "", made.kind, made.value
            )


def noise_trials(noises: dict[str, Sound]) -> Iterator[Trial]:
    """Two-second pieces of the noises kept out of training, at three loudnesses."""
    for name, noise in noises.items():
        group = LONG_NOISES
        if name == HELD_OUT_NOISE:
            group = "exercise bike (a noise never trained on), 2 s each"
        for start in range(0, len(noise) - NOISE_PIECE, NOISE_PIECE):
            piece = noise[start : start + NOISE_PIECE]
            for gain in (1.0, 0.1, 0.01):
                yield Trial(group, "", name, (piece * gain).astype(np.float32))
    for seconds in (1, 2, 5):
        silence = np.zeros(seconds * 16_000, np.float32)
        yield Trial("digital silence", "", "silence", silence)


def synthetic_trials(vocabulary: Vocabulary, work: Path, part: str) -> Iterator[Trial]:
    """Every phrase by the voices kept out of training."""
    folder = work / "synthetic"
    orders = voices.held_out_orders(vocabulary, folder, part)
    for clip in voices.synthesize(orders, folder):
        meaning = vocabulary.meanings[clip.said]
        sound = read_sound(clip.path)
        yield Trial(f"{SYNTHETIC}{meaning}", meaning, clip.said, sound, clip.speaker)


def needed_most_trials(
    vocabulary: Vocabulary, work: Path, part: str
) -> Iterator[Trial]:
    """The phrases needed most, in several ways by each of those voices.

    They are counted by phrase only: the rows by voice are about all phrases alike.
    """
    folder = work / "synthetic"
    for clip in voices.synthesize(voices.needed_most_orders(folder, part), folder):
        group = f'{SYNTHETIC}"{clip.said}" in {voices.WAYS} ways'
        meaning = vocabulary.meanings[clip.said]
        yield Trial(group, meaning, clip.said, read_sound(clip.path))


def talk_trials(work: Path, part: str) -> Iterator[Trial]:
    """Sentences and rows of words that no training had, by the held-out voices."""
    folder = work / "synthetic"
    for clip in voices.synthesize(voices.held_out_talk(folder, part), folder):
        yield Trial("synthetic talk", "", clip.said, read_sound(clip.path))


def real_trials(data: Path, part: str, vocabulary: Vocabulary) -> Iterator[Trial]:
    """The recordings of the part as they are, and its noises."""
    clips = [clip for clip in find_clips(data) if clip.part == part]
    yield from clean_trials(clips, vocabulary)
    yield from noise_trials(held_out_noises(find_noises(data)))


def thinned(trials: Iterable[Trial]) -> Iterator[Trial]:
    """Of the large groups that are no answer only every so-many-th, always the same."""
    seen: Counter[str] = Counter()
    for trial in trials:
        every = 1 if trial.meaning else EVERY.get(trial.group, 1)
        if seen[trial.group] % every == 0:
            yield trial
        seen[trial.group] += 1


def all_trials(
    data: Path, work: Path, part: str, vocabulary: Vocabulary
) -> Iterator[Trial]:
    """Everything, always the same."""
    clips = [clip for clip in find_clips(data) if clip.part == part]
    noises = held_out_noises(find_noises(data))
    yield from real_trials(data, part, vocabulary)
    yield from hard_trials(clips, noises, np.random.default_rng(5))
    yield from synthetic_trials(vocabulary, work, part)
    yield from needed_most_trials(vocabulary, work, part)
    yield from talk_trials(work, part)
