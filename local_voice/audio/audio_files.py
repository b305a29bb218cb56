"""Reads foreign recordings as 16 kHz, mono, signed 16-bit audio; writes WAV."""

import wave
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from local_voice.audio.decoder import DecoderProcess
from local_voice.audio.interfaces import AudioError
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.audio.sound_library import load_sound_library
from local_voice.worker_process import EngineError, EngineRefusal

KINDS = "WAV, FLAC and MP3"
HEAD_BYTES = 12
"""So many first bytes tell the kind of a recording."""

decoder = DecoderProcess()
"""One child decodes all the recordings of this process."""


def stream_audio(path: str | Path, samples: int) -> Iterator[bytes]:
    """Stream a file in pieces of `samples` samples, the last one shorter.

    Raises AudioError at once where it cannot be read as a recording, and later where
    what follows is damaged.
    """
    load_sound_library()  # the child cannot say that it is missing
    file = Path(path).absolute()
    try:
        if file.is_dir():
            raise AudioError(f"{path} is a folder, not a recording.")
        size = file.stat().st_size
        if not file.is_file():
            # A pipe would be waited for, and a device never ends.
            raise AudioError(f"{path} is no file on a disk, and so no recording.")
        if size == 0:
            raise AudioError(f"{path} is an empty file, not a recording.")
        with file.open("rb") as opened:
            kind = _find_kind(path, opened.read(HEAD_BYTES))
    except OSError as error:
        raise AudioError(
            f"{path} cannot be read: {error.strerror or error}."
        ) from error
    return _cut(path, file, kind, _read(path, file, kind, 0), samples)


def _find_kind(path: str | Path, head: bytes) -> str:
    """Return the kind of a recording by its first bytes, whatever it is called."""
    if head.startswith(b"RIFF") and head[8:] == b"WAVE":
        return "wav"
    if head.startswith(b"fLaC"):
        return "flac"
    if head.startswith(b"ID3") or (head[0] == 0xFF and head[1:2] >= b"\xe0"):
        return "mp3"
    if head.startswith(b"OggS"):
        raise AudioError(
            f"{path} is an OGG file, which cannot be read safely; {KINDS} can. "
            "Convert it first."
        )
    raise AudioError(f"{path} is not a recording that can be used; {KINDS} can.")


def _read(path: str | Path, file: Path, kind: str, at: int) -> bytes:
    try:
        return decoder.read(file, kind, at)
    except EngineRefusal as refusal:
        if refusal.unfit:
            raise AudioError(
                f"{path} is not a recording that can be used; {KINDS} can."
            ) from refusal
        raise AudioError(f"{path} cannot be read: {refusal}.") from refusal
    except EngineError as error:
        raise AudioError(
            f"{path} is a damaged recording, and decoding it failed: {error}. Save it "
            f"anew; {KINDS} can be used."
        ) from error


def _cut(
    path: str | Path, file: Path, kind: str, first: bytes, samples: int
) -> Iterator[bytes]:
    """Yield the audio in pieces of `samples`; `first` is where it begins."""
    waiting = bytearray(first)
    at = len(first) // 2
    piece = first
    while piece:
        while len(waiting) >= 2 * samples:
            yield bytes(waiting[: 2 * samples])
            del waiting[: 2 * samples]
        piece = _read(path, file, kind, at)
        waiting += piece
        at += len(piece) // 2
    if waiting:
        yield bytes(waiting)


def resample(pcm: bytes, rate: int) -> bytes:
    """Convert 16-bit mono audio of `rate` hertz to 16 kHz."""
    if rate == SAMPLE_RATE:
        return pcm
    miniaudio = load_sound_library()
    converted = miniaudio.convert_frames(
        miniaudio.SampleFormat.SIGNED16,
        1,
        rate,
        pcm,
        miniaudio.SampleFormat.SIGNED16,
        1,
        SAMPLE_RATE,
    )
    return bytes(converted)


def write_wav(file: BinaryIO, pcm: bytes) -> None:
    """Write `pcm` as a WAV into the open `file`."""
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        sound.writeframes(pcm)
