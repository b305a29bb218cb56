"""Recordings of real people: finds and checks them, and splits them by speaker."""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from acoustic_model.errors import RecipeError

RATE = 16_000
"""Samples a second, everywhere in the recipe."""
TEST_SHARE, TUNE_SHARE = 20, 8
"""Shares of the speakers in per cent; the rest is trained on."""
Sound = npt.NDArray[np.float32]
"""Samples from -1 to 1."""


@dataclass(frozen=True)
class Clip:
    """One recording."""

    path: Path
    said: str
    """The words; empty for silence and noise, `?` for talk nobody wrote down."""
    speaker: str
    source: str
    """speech_commands, an4, transcribed, phrases, sentences or silence."""

    @property
    def part(self) -> str:
        """Return train, tune or test."""
        return get_part(self.speaker)


def get_part(speaker: str) -> str:
    """Return test, tune or train: the same on every machine, for ever.

    By the speaker and never by the clip, so nobody is in two parts.
    """
    number = int(hashlib.sha256(speaker.encode()).hexdigest(), 16) % 100
    if number < TEST_SHARE:
        return "test"
    return "tune" if number < TEST_SHARE + TUNE_SHARE else "train"


def read_sound(path: Path) -> Sound:
    """Read samples from -1 to 1; raises RecipeError unless they are 16 kHz mono."""
    # Only here, so that faults of the folder are named even without the extra.
    import soundfile

    try:
        sound, rate = soundfile.read(path, dtype="float32")
    except (OSError, soundfile.LibsndfileError) as why:
        raise RecipeError(
            f"{path}: cannot be read as a recording ({why}). Training data are FLAC or "
            "WAV files. Replace the file or delete it."
        ) from why
    if rate != RATE or sound.ndim != 1:
        raise RecipeError(
            f"{path}: has {rate} samples a second in {sound.ndim} channel(s). Training "
            f"data have {RATE} in one. Convert it, for instance with sox -r 16k -c 1."
        )
    samples: Sound = sound
    return samples


def _find_speech_commands(folder: Path) -> Iterator[Clip]:
    for path in sorted(folder.glob("*/*.flac")):
        word = path.parent.name
        if word == "_silence_":
            yield Clip(path, "", f"silence-{path.stem}", "silence")
        else:
            yield Clip(path, word, path.stem.split("_")[0], "speech_commands")


def _read_listing(path: Path) -> Iterator[dict[str, str]]:
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines)


def _find_an4(folder: Path) -> Iterator[Clip]:
    for row in _read_listing(folder / "transcripts.csv"):
        speaker = f"an4-{row['speaker']}"
        yield Clip(folder / row["file"], row["text"], speaker, "an4")


def _find_transcribed(folder: Path) -> Iterator[Clip]:
    """Yield whole sentences with their words."""
    for row in _read_listing(folder / "transcripts.csv"):
        yield Clip(folder / row["file"], row["words"], row["speaker"], "transcribed")


def _find_phrases(folder: Path) -> Iterator[Clip]:
    """Yield phrases of the lexicon, cut from longer recordings of people."""
    for row in _read_listing(folder / "phrases.csv"):
        # One person is in one part, whichever folder a recording of theirs is in.
        prefix = "an4-" if row["corpus"] == "an4" else ""
        speaker = prefix + row["speaker"]
        yield Clip(folder / row["file"], row["words"], speaker, "phrases")


def find_clips(data: Path) -> list[Clip]:
    """Return all recordings below the data folder; raises RecipeError for too few."""
    if not data.is_dir():
        raise RecipeError(
            f"{data}: is not a folder. Training needs the recorded speech. Give the "
            "folder that holds speech_commands/, an4/, sentences/ and noise/."
        )
    clips = [
        *_find_speech_commands(data / "speech_commands"),
        *_find_an4(data / "an4"),
        *_find_transcribed(data / "transcribed"),
        *_find_phrases(data / "phrases"),
        # Who speaks is unknown: each sentence counts as a speaker of its own.
        *(
            Clip(path, "?", f"sentence-{path.stem}", "sentences")
            for path in sorted((data / "sentences").glob("*.flac"))
        ),
    ]
    people = {c.speaker for c in clips if c.source in ("speech_commands", "an4")}
    if len(people) < 2:
        raise RecipeError(
            f"{data}: holds recordings of {len(people)} speaker(s). A model is "
            "measured on people it never heard. Give recordings of at least two "
            "speakers."
        )
    for part in ("train", "test"):
        for word in ("yes", "no"):
            if not any(c.said == word and c.part == part for c in clips):
                raise RecipeError(
                    f"{data}: no {word!r} falls into the {part} part. Each part needs "
                    "yes and no. Add recordings of more speakers."
                )
    return clips


def find_noises(data: Path) -> dict[str, Sound]:
    """Return the long noises by name; raises RecipeError without any."""
    noises = {p.stem: read_sound(p) for p in sorted((data / "noise").glob("*.wav"))}
    if not noises:
        raise RecipeError(
            f"{data / 'noise'}: holds no WAV file. Clips are mixed with real noise. "
            "Put at least one noise of 30 seconds there."
        )
    return noises
