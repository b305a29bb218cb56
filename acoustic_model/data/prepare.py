"""Step 1: computes augmented features of recordings and synthetic clips."""

import multiprocessing
import sys
from functools import partial
from pathlib import Path

import numpy as np

from acoustic_model.data import augmentation, voices
from acoustic_model.data.features import Features, compute_mfcc
from acoustic_model.data.pronunciation import find_units
from acoustic_model.data.recordings import (
    RATE,
    Clip,
    Sound,
    find_clips,
    find_noises,
    read_sound,
)
from acoustic_model.data.vocabulary import read_vocabulary

# How often a clip stands in one set. Real answers are few and matter most; a short,
# soft "no" is what a model loses first, and "go" and "down" are what it takes for one.
REPEATED = {"no": 4, "yes": 4, "stop": 3, "go": 3, "down": 3}
REPEATED_AN4 = {"yes": 6, "no": 6, "repeat": 6, "help": 6, "stop": 4}
OTHER_AN4 = 2
# Nearest to people among the synthetic voices, and the hardest to hear.
REPEATED_KOKORO = 2
NOISE_PIECES = 900
PAIRS = 700
LONGEST = 6 * RATE
Example = tuple[Features, list[int]]
Job = tuple[int, tuple[Clip, ...]]


def is_held_out(clip: Clip) -> bool:
    """Tell whether the clip must not be trained on."""
    return clip.source != "synthetic" and clip.part != "train"


def choose_training_clips(clips: list[Clip]) -> list[Clip]:
    """Return the clips of one set, each as often as it counts."""
    chosen: list[Clip] = []
    for clip in clips:
        if is_held_out(clip) or clip.said in ("", "?"):
            continue
        times = 1
        if clip.source == "speech_commands":
            times = REPEATED.get(clip.said, 1)
        elif clip.source == "an4":
            times = REPEATED_AN4.get(clip.said, OTHER_AN4)
        elif clip.speaker.startswith("kokoro:"):
            times = REPEATED_KOKORO
        chosen += [clip] * times
    return chosen


def _join_clips(parts: tuple[Clip, ...], rng: np.random.Generator) -> Sound:
    """Join two words of one clip each, with a short pause between them."""
    sounds = [read_sound(clip.path) for clip in parts]
    if len(sounds) == 1:
        return sounds[0]
    pause = np.zeros(int(RATE * rng.uniform(0, 0.3)), np.float32)
    return np.concatenate([sounds[0], pause, sounds[1]])


def build_example(job: Job, seed: int, room: augmentation.Room) -> Example | None:
    """Build features and units of one augmented clip; None where it does not fit."""
    number, parts = job
    rng = np.random.default_rng([seed, number])
    if not parts:
        return compute_mfcc(augmentation.build_noise_clip(room, rng)), []
    sound = _join_clips(parts, rng)
    units: list[int] = []
    for clip in parts:
        if (of_clip := find_units(clip.said)) is None:
            return None
        units += of_clip
    if not 2000 <= len(sound) <= LONGEST:
        return None
    return compute_mfcc(augmentation.augment(sound, room, rng)), units


def _build_jobs(chosen: list[Clip], seed: int) -> list[Job]:
    rng = np.random.default_rng([seed, 7])
    real = [clip for clip in chosen if clip.source == "speech_commands"]
    jobs: list[tuple[Clip, ...]] = [(clip,) for clip in chosen]
    for _ in range(PAIRS):
        first, second = rng.integers(len(real), size=2)
        jobs.append((real[first], real[second]))
    jobs += [()] * NOISE_PIECES
    return list(enumerate(jobs))


def _save(path: Path, examples: list[Example]) -> None:
    unfinished = path.with_suffix(".part.npz")
    np.savez(
        unfinished,
        features=np.concatenate([features for features, _ in examples]),
        frames=np.array([len(features) for features, _ in examples]),
        units=np.array([u for _, units in examples for u in units], np.int32),
        lengths=np.array([len(units) for _, units in examples]),
    )
    unfinished.rename(path)


def prepare(data: Path, work: Path, sets: int) -> None:
    """Write `features-N.npz` for every set that is not there yet.

    Makes the synthetic clips that are missing, too.
    """
    clips = find_clips(data)
    noises = find_noises(data)
    folder = work / "synthetic"
    orders = voices.build_training_orders(read_vocabulary(), folder)
    clips += voices.synthesize(orders, folder)
    talk = tuple(
        read_sound(clip.path)
        for clip in clips
        if clip.source == "sentences" and not is_held_out(clip)
    )
    room = augmentation.Room(augmentation.get_training_noises(noises), talk)
    chosen = choose_training_clips(clips)
    for seed in range(sets):
        path = work / f"features-{seed}.npz"
        if not path.is_file():
            _write_set(path, chosen, room, seed)


def _write_set(
    path: Path, clips: list[Clip], room: augmentation.Room, seed: int
) -> None:
    make = partial(build_example, seed=seed, room=room)
    examples: list[Example] = []
    jobs = _build_jobs(clips, seed)
    with multiprocessing.Pool(2) as pool:
        for done, example in enumerate(pool.imap(make, jobs, chunksize=50), start=1):
            if example is not None:
                examples.append(example)
            if done % 4000 == 0:
                print(f"{path.name}: {done} of {len(jobs)}", file=sys.stderr)
    _save(path, examples)
    hours = sum(len(features) for features, _ in examples) / 360_000
    print(f"{path.name}: {len(examples)} examples, {hours:.1f} hours", file=sys.stderr)
