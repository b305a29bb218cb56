"""A recorded voice on disk: a manifest, and one MP3 a sentence or piece and speed.

The folder of a voice holds `manifest.csv`, `usual/NAME.mp3` and `slow/NAME.mp3`. Every
sound is checked against its checksum before it is decoded, in this process: these are
our own files, unlike a recording that somebody brings.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from pathlib import Path

from dialogue.records.new_file import USUAL, replace_file
from dialogue.xdg_folders import XdgFolder, get_xdg_folder
from local_voice.audio.interfaces import AudioClip
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.audio.sound_library import SoundLibraryMissing, load_sound_library
from local_voice.tts import mastering
from local_voice.tts.recording_script import Form, ScriptLine

BUNDLED = Path(__file__).resolve().parent.parent / "voice"
MANIFEST, LEXICON, STYLE = "manifest.csv", "lexicon.csv", "style.npy"
MISSING, STALE, DAMAGED = "missing", "stale", "damaged"
"""What a fault is: never recorded, the words changed since, the file harmed."""
RECORDED_RATE = mastering.RATE
DELAY = mastering.DECODER_DELAY * SAMPLE_RATE // RECORDED_RATE
"""Samples in front of the sound that MP3 adds, as it is played."""
MOST_REMEMBERED = 256
"""Decoded sounds, some 20 MB; the first stay: the emergency, then the questions."""


class Speed(StrEnum):
    """How fast a recording is spoken; the values are names of folders."""

    USUAL = "usual"
    SLOW = "slow"


class UnusableRecording(Exception):
    """A sound is missing or damaged; says which."""


@dataclass(frozen=True)
class Recording:
    """One row of the manifest."""

    name: str
    form: Form
    text: str
    text_checksum: str
    said: str
    """What the engine was given: words respelled by the lexicon."""
    speed: Speed
    sound_checksum: str
    samples: int
    """Of the sound at `RECORDED_RATE`, margins included."""
    voice: str
    engine: str

    @property
    def key(self) -> tuple[str, Form, Speed]:
        """Return what it is found by."""
        return self.text, self.form, self.speed

    @property
    def file(self) -> str:
        """Return its place in the folder of the voice."""
        return f"{self.speed}/{self.name}.mp3"


def get_checksum(data: bytes) -> str:
    """Return the first 128 bits of SHA-256, in hexadecimal figures."""
    return hashlib.sha256(data).hexdigest()[:32]


class VoiceStore:
    """The recordings of one folder."""

    def __init__(self, folder: Path) -> None:
        """Read the manifest; rows that are damaged are no recordings."""
        self.folder = folder
        self.damage: list[str] = []
        """What is wrong with the manifest itself, in sentences."""
        self.recordings: dict[tuple[str, Form, Speed], Recording] = {}
        """By text, form and speed."""
        for recording in self._read_manifest():
            self.recordings[recording.key] = recording
        self._decoded: dict[Recording, AudioClip] = {}

    def find(self, text: str, form: Form, speed: Speed) -> Recording | None:
        """Return the recording of `text`."""
        return self.recordings.get((text, form, speed))

    def read(self, recording: Recording) -> AudioClip:
        """Return the sound of `recording`; raises UnusableRecording."""
        clip = self._decoded.get(recording)
        if clip is None:
            clip = self._decode(recording)
            if len(self._decoded) < MOST_REMEMBERED:
                self._decoded[recording] = clip
        return clip

    def prefetch(self, recording: Recording) -> None:
        """Decode `recording` ahead, while there is room; raises UnusableRecording."""
        if len(self._decoded) < MOST_REMEMBERED:
            self.read(recording)

    def check(self, recording: Recording) -> bytes:
        """Return the file of `recording`, unharmed; raises UnusableRecording."""
        path = self.folder / recording.file
        try:
            data = path.read_bytes()
        except OSError as error:
            raise UnusableRecording(f"{path}: is missing") from error
        if get_checksum(data) != recording.sound_checksum:
            raise UnusableRecording(f"{path}: is damaged, its checksum is another")
        return data

    def add(self, recording: Recording, data: bytes) -> None:
        """Keep the sound of `recording` in place of an older one; not the manifest."""
        path = self.folder / recording.file
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, data, USUAL)
        self.recordings = {
            key: other
            for key, other in self.recordings.items()
            if other.file != recording.file
        }
        self.recordings[recording.key] = recording

    def remove(self, recording: Recording) -> None:
        """Drop `recording` and its sound."""
        self.recordings.pop(recording.key, None)
        (self.folder / recording.file).unlink(missing_ok=True)

    def save(self) -> None:
        """Write the manifest, in the order of the names."""
        rows = sorted(self.recordings.values(), key=lambda r: (r.name, r.speed))
        text = io.StringIO(newline="")
        names = [field.name for field in fields(Recording)]
        table = csv.writer(text, lineterminator="\n")
        table.writerow(names)
        for row in rows:
            # Most is said as it is written, and is not written down twice.
            shown = replace(row, said="") if row.said == row.text else row
            table.writerow([getattr(shown, name) for name in names])
        self.folder.mkdir(parents=True, exist_ok=True)
        replace_file(self.folder / MANIFEST, text.getvalue().encode(), USUAL)

    def _read_manifest(self) -> Iterator[Recording]:
        path = self.folder / MANIFEST
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return
        except (OSError, UnicodeDecodeError):
            self.damage.append(f"{path}: cannot be read")
            return
        for number, row in enumerate(csv.DictReader(io.StringIO(text)), 2):
            try:
                made = Recording(
                    name=row["name"],
                    form=Form(row["form"]),
                    text=row["text"],
                    text_checksum=row["text_checksum"],
                    said=row["said"] or row["text"],
                    speed=Speed(row["speed"]),
                    sound_checksum=row["sound_checksum"],
                    samples=int(row["samples"]),
                    voice=row["voice"],
                    engine=row["engine"],
                )
                if get_checksum(made.text.encode()) != made.text_checksum:
                    raise ValueError
            except (KeyError, TypeError, ValueError):
                self.damage.append(f"{path}, line {number}: is damaged")
                continue
            yield made

    def _decode(self, recording: Recording) -> AudioClip:
        data = self.check(recording)
        path = self.folder / recording.file
        try:
            miniaudio = load_sound_library()
        except SoundLibraryMissing as error:
            raise UnusableRecording(f"{path}: cannot be decoded: {error}") from error
        try:
            decoded = miniaudio.decode(
                data,
                output_format=miniaudio.SampleFormat.SIGNED16,
                nchannels=1,
                sample_rate=SAMPLE_RATE,
            )
        except miniaudio.MiniaudioError as error:
            raise UnusableRecording(f"{path}: cannot be decoded") from error
        length = recording.samples * SAMPLE_RATE // RECORDED_RATE
        pcm = decoded.samples.tobytes()[2 * DELAY : 2 * (DELAY + length)]
        return AudioClip(pcm)


@dataclass(frozen=True)
class Fault:
    """One line of the script that a voice cannot say as it should."""

    name: str
    what: str
    """One of the three above."""
    text: str = ""

    def __str__(self) -> str:
        """Return it as a line for people."""
        return f"{self.name}: {self.what}" + (f": {self.text}" if self.text else "")


def find_faults(
    script: Sequence[ScriptLine], stores: Sequence[VoiceStore], *, sounds: bool = True
) -> Iterator[Fault]:
    """Yield what the recordings lack of `script`; `sounds`: files are read too.

    A recording whose words were changed since is stale: it is never spoken.
    """
    names = {
        (recording.name, recording.speed)
        for store in stores
        for recording in store.recordings.values()
    }
    for line in script:
        for speed in get_speeds(line):
            at = f"{speed}/{line.name}"
            found = [store.find(line.text, line.form, speed) for store in stores]
            if not any(found):
                stale = (line.name, speed) in names
                yield Fault(at, STALE if stale else MISSING, line.text)
            elif sounds:
                yield from _check_sounds(at, zip(stores, found, strict=True))


def _check_sounds(
    at: str, found: Iterable[tuple[VoiceStore, Recording | None]]
) -> Iterator[Fault]:
    for store, recording in found:
        if recording is not None:
            try:
                store.check(recording)
            except UnusableRecording as error:
                yield Fault(at, DAMAGED, str(error))
            return


def find_unneeded(script: Iterable[ScriptLine], store: VoiceStore) -> list[Recording]:
    """Return the recordings that no line of `script` has."""
    needed = {
        (line.text, line.form, speed) for line in script for speed in get_speeds(line)
    }
    return [r for key, r in store.recordings.items() if key not in needed]


def get_speeds(line: ScriptLine) -> tuple[Speed, ...]:
    """Return the speeds that `line` is recorded at.

    Pieces are single words, which are slow already.
    """
    return (Speed.USUAL,) if line.is_piece else tuple(Speed)


def get_own_folder(environment: Mapping[str, str], home: Path, locale: str) -> Path:
    """Return where recordings for a clinic of one's own are kept."""
    folder = get_xdg_folder(XdgFolder.DATA, environment, home)
    return folder / "backtalk" / "voice" / locale
