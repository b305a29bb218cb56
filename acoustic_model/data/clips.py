"""Copies clips of held-out people for the product's own tests."""

import csv
import math
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile

from acoustic_model.data.recordings import RATE, Clip, find_clips, read_sound
from acoustic_model.errors import RecipeError

# How many clips of each; never chosen by what a model hears in them.
COMMANDS = {"yes": 24, "no": 24, "stop": 12}
OTHER_WORDS = 16
SILENCES = 8
AN4_WORDS = {"repeat": 4, "help": 4, "yes": 2, "no": 2}
SEED = 2026
FAINT_DBFS = -40


def _choose_one_each(clips: list[Clip], count: int, rng: random.Random) -> list[Clip]:
    mixed = sorted(clips, key=lambda clip: clip.path.name)
    rng.shuffle(mixed)
    first = {clip.speaker: clip for clip in reversed(mixed)}
    chosen = [clip for clip in mixed if first[clip.speaker] is clip]
    return chosen[:count]


def _choose_clips(clips: list[Clip]) -> Iterator[tuple[str, Clip]]:
    rng = random.Random(SEED)
    spoken = [clip for clip in clips if clip.source == "speech_commands"]
    for word, count in COMMANDS.items():
        for clip in _choose_one_each([c for c in spoken if c.said == word], count, rng):
            yield f"{word}_{clip.speaker}.wav", clip
    words = sorted({clip.said for clip in spoken} - set(COMMANDS))
    for word in rng.sample(words, min(OTHER_WORDS, len(words))):
        for clip in _choose_one_each([c for c in spoken if c.said == word], 1, rng):
            yield f"oov_{word}_{clip.speaker}.wav", clip
    an4 = [clip for clip in clips if clip.source == "an4"]
    for word, count in AN4_WORDS.items():
        for clip in _choose_one_each([c for c in an4 if c.said == word], count, rng):
            yield f"{word}_{clip.speaker}.wav", clip
    silent = [clip for clip in clips if clip.source == "silence"]
    for number, clip in enumerate(_choose_one_each(silent, SILENCES, rng), start=1):
        yield f"silence_{number}.wav", clip


def copy_clips(data: Path, into: Path) -> None:
    """Write the clips as WAV and manifest.csv, which names each one's source."""
    clips = [clip for clip in find_clips(data) if clip.part == "test"]
    into.mkdir(parents=True, exist_ok=True)
    for old in into.glob("*.wav"):
        old.unlink()
    rows = []
    for name, clip in _choose_clips(clips):
        sound = read_sound(clip.path)
        if not len(sound):
            raise RecipeError(
                f"{clip.path}: has no samples. A test needs sound. Replace the file."
            )
        soundfile.write(into / name, sound, RATE, subtype="PCM_16")
        peak = 20 * math.log10(float(np.abs(sound).max()) + 1e-6)
        note = "near silent" if clip.said and peak < FAINT_DBFS else ""
        original = clip.path.relative_to(data).as_posix()
        source = f"{clip.source}: {original}"
        rows.append([name, clip.said, clip.speaker, source, f"{peak:.0f}", note])
    with (into / "manifest.csv").open("w", encoding="utf-8", newline="") as listing:
        writer = csv.writer(listing, lineterminator="\n")
        writer.writerow(["file", "said", "speaker", "source", "peak_dbfs", "note"])
        writer.writerows(sorted(rows))
    print(f"{into}: {len(rows)} clips", file=sys.stderr)
