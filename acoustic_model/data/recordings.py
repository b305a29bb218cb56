"""The recordings of real people: found, checked, split by speaker."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from acoustic_model.data.split import part_of
from acoustic_model.errors import RecipeError

if TYPE_CHECKING:
    from acoustic_model.data.features import Sound

RATE = 16_000


@dataclass(frozen=True)
class Clip:
    """One recording."""

    path: Path
    said: str
    """The words; empty for silence and noise, `?` for talk nobody wrote down."""
    speaker: str
    source: str
    """speech_commands, an4, sentences or silence."""

    @property
    def part(self) -> str:
        """train, tune or test: by the speaker, so nobody is in two parts."""
        return part_of(self.speaker)


def read_sound(path: Path) -> Sound:
    """Samples from -1 to 1; refuses what is no 16 kHz mono recording."""
    # Only here, so that faults of the folder are told even where it is not installed.
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


def _speech_commands(folder: Path) -> Iterator[Clip]:
    for path in sorted(folder.glob("*/*.flac")):
        word = path.parent.name
        if word == "_silence_":
            yield Clip(path, "", f"silence-{path.stem}", "silence")
        else:
            yield Clip(path, word, path.stem.split("_")[0], "speech_commands")


def _an4(folder: Path) -> Iterator[Clip]:
    listing = folder / "transcripts.csv"
    if listing.is_file():
        with listing.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                speaker = f"an4-{row['speaker']}"
                yield Clip(folder / row["file"], row["text"], speaker, "an4")


def find_clips(data: Path) -> list[Clip]:
    """All recordings below the data folder."""
    if not data.is_dir():
        raise RecipeError(
            f"{data}: is not a folder. Training needs the recorded speech. Give the "
            "folder that holds speech_commands/, an4/, sentences/ and noise/."
        )
    clips = [
        *_speech_commands(data / "speech_commands"),
        *_an4(data / "an4"),
        # Who speaks is not told: each sentence counts as a speaker of its own.
        *(
            Clip(path, "?", f"sentence-{path.stem}", "sentences")
            for path in sorted((data / "sentences").glob("*.flac"))
        ),
    ]
    people = {c.speaker for c in clips if c.source in ("speech_commands", "an4")}
    if len(people) < 2:
        raise RecipeError(
            f"{data}: holds recordings of {len(people)} speaker(s). A model is "
            "measured "
            "on people it never heard. Give recordings of at least two speakers."
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
    """The long noises by name."""
    noises = {p.stem: read_sound(p) for p in sorted((data / "noise").glob("*.wav"))}
    if not noises:
        raise RecipeError(
            f"{data / 'noise'}: holds no WAV file. Clips are mixed with real noise. "
            "Put at least one noise of 30 seconds there."
        )
    return noises
