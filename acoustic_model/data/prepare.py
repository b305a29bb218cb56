"""Step 1: computes augmented features of recordings and synthetic clips."""

import multiprocessing
import sys
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from acoustic_model.data import augmentation, voices
from acoustic_model.data.excerpts import find_excerpts
from acoustic_model.data.features import Features, compute_mfcc
from acoustic_model.data.meaning import is_meant
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
REPEATED = {"no": 6, "yes": 5, "stop": 3, "go": 3, "down": 3}
REPEATED_AN4 = {"yes": 6, "no": 6, "repeat": 6, "help": 6, "stop": 4}
OTHER_AN4 = 2
# Nearest to people among the synthetic voices, and the hardest to hear.
REPEATED_KOKORO = 2
# People who say any words: the sounds are learnt from them. People who say what the
# lexicon holds are few.
REPEATED_TRANSCRIBED = 2
REPEATED_PHRASES = 8
# Cut out of those sentences; of the others, each stands once.
REPEATED_MEANT_EXCERPTS = 5
TALK_SHARE = 3
"""Every so-many-th transcribed sentence is also heard behind other people."""
NOISE_PIECES = 900
PAIRS = 700
LONGEST = int(6.5 * RATE)
SET_FILE = "features-{:03d}.npz"
Example = tuple[Features, list[int], str]
"""Features, units, and what was said."""
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
        elif clip.source == "transcribed":
            times = REPEATED_TRANSCRIBED
        elif clip.source == "phrases":
            times = REPEATED_PHRASES
        elif clip.source == "excerpts" and is_meant(clip.said):
            times = REPEATED_MEANT_EXCERPTS
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
    """Build an example of augmented clips; None where it does not fit."""
    number, parts = job
    rng = np.random.default_rng([seed, number])
    if not parts:
        return compute_mfcc(augmentation.build_noise_clip(room, rng)), [], ""
    sound = _join_clips(parts, rng)
    units: list[int] = []
    for clip in parts:
        if (of_clip := find_units(clip.said)) is None:
            return None
        units += of_clip
    if not 2000 <= len(sound) <= LONGEST:
        return None
    said = " ".join(clip.said for clip in parts)
    return compute_mfcc(augmentation.augment(sound, room, rng)), units, said


def build_jobs(chosen: list[Clip], seed: int, share: float) -> list[Job]:
    """Build the jobs of a set; a share of them, chosen by chance, the same always."""
    rng = np.random.default_rng([seed, 7])
    real = [clip for clip in chosen if clip.source == "speech_commands"]
    jobs: list[tuple[Clip, ...]] = [(clip,) for clip in chosen]
    for _ in range(PAIRS):
        first, second = rng.integers(len(real), size=2)
        jobs.append((real[first], real[second]))
    jobs += [()] * NOISE_PIECES
    kept = rng.permutation(len(jobs))[: max(1, round(share * len(jobs)))]
    return [(int(number), jobs[number]) for number in sorted(kept)]


def _save(path: Path, examples: list[Example]) -> None:
    unfinished = path.with_name(f"unfinished-{path.name}")
    np.savez(
        unfinished,
        features=np.concatenate([features for features, _, _ in examples]),
        frames=np.array([len(features) for features, _, _ in examples]),
        units=np.array([u for _, units, _ in examples for u in units], np.int32),
        lengths=np.array([len(units) for _, units, _ in examples]),
        said=np.array([said for _, _, said in examples]),
    )
    unfinished.rename(path)


@dataclass(frozen=True)
class Request:
    """What prepare is asked for."""

    sets: int
    share: float = 1.0
    """Of all clips that stands in one set."""
    choice: voices.Choice = field(default_factory=voices.Choice)
    processes: int = 2


def _build_orders(work: Path) -> list[voices.Order]:
    return voices.build_training_orders(read_vocabulary(), work / "synthetic")


def speak(work: Path, choice: voices.Choice, threads: int) -> None:
    """Make the synthetic clips that are missing, also those that measure.

    It can be stopped at any time.
    """
    folder, vocabulary = work / "synthetic", read_vocabulary()
    orders = _build_orders(work)
    for part in ("tune", "test"):
        orders += voices.build_held_out_orders(vocabulary, folder, part)
        orders += voices.build_orders_in_ways(voices.IN_WAYS, folder, part)
        orders += voices.build_held_out_talk_orders(folder, part)
    voices.synthesize(choice.choose(orders), folder, threads)


def _read_talk(clips: list[Clip]) -> tuple[Sound, ...]:
    """Read what people in the background say."""
    talking = [clip for clip in clips if clip.source == "transcribed"][::TALK_SHARE]
    talking += [clip for clip in clips if clip.source == "sentences"]
    return tuple(read_sound(clip.path) for clip in talking if not is_held_out(clip))


def prepare(data: Path, work: Path, request: Request) -> None:
    """Write `features-N.npz` for every set that is not there yet.

    Makes the synthetic clips that are missing, too, unless only those that are there
    shall be used.
    """
    recorded = find_clips(data)
    noises = find_noises(data)
    room = augmentation.Room(
        augmentation.get_training_noises(noises), _read_talk(recorded)
    )
    orders = _build_orders(work)
    for seed in range(request.sets):
        path = work / SET_FILE.format(seed)
        if path.is_file():
            continue
        # Looked for anew at each set: more may have been spoken since the last one.
        chosen_orders = request.choice.choose(orders)
        folder = work / "synthetic"
        spoken = voices.synthesize(chosen_orders, folder, request.processes)
        cut_out = find_excerpts(work, "train")
        chosen = choose_training_clips([*recorded, *spoken, *cut_out])
        jobs = build_jobs(chosen, seed, request.share)
        _write_set(path, jobs, room, seed, request.processes)


def _write_set(
    path: Path, jobs: list[Job], room: augmentation.Room, seed: int, processes: int
) -> None:
    make = partial(build_example, seed=seed, room=room)
    examples: list[Example] = []
    with multiprocessing.Pool(processes) as pool:
        for done, example in enumerate(pool.imap(make, jobs, chunksize=50), start=1):
            if example is not None:
                examples.append(example)
            if done % 4000 == 0:
                print(f"{path.name}: {done} of {len(jobs)}", file=sys.stderr)
    _save(path, examples)
    hours = sum(len(features) for features, _, _ in examples) / 360_000
    print(f"{path.name}: {len(examples)} examples, {hours:.1f} hours", file=sys.stderr)
