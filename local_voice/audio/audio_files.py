"""Reads recordings of any kind as 16 kHz, mono, signed 16-bit audio; writes WAV."""

import wave
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import miniaudio

from local_voice.audio.interfaces import AudioError
from local_voice.audio.pcm import SAMPLE_RATE

KINDS = "WAV, FLAC, MP3 and OGG"


def stream_audio(path: str | Path, samples: int) -> Iterator[bytes]:
    """Stream a file in pieces of `samples` samples, the last one shorter.

    Raises AudioError at once where it cannot be read as a recording.
    """
    file = Path(path)
    try:
        if file.is_dir():
            raise AudioError(f"{path} is a folder, not a recording.")
        if file.stat().st_size == 0:
            raise AudioError(f"{path} is an empty file, not a recording.")
        with file.open("rb"):
            pass
        segments = miniaudio.stream_file(
            str(path),
            output_format=miniaudio.SampleFormat.SIGNED16,
            nchannels=1,
            sample_rate=SAMPLE_RATE,
            frames_to_read=samples,
        )
    except OSError as error:
        raise AudioError(
            f"{path} cannot be read: {error.strerror or error}."
        ) from error
    except miniaudio.MiniaudioError as error:
        raise AudioError(
            f"{path} is not a recording that can be used; {KINDS} can."
        ) from error
    return (piece.tobytes() for piece in segments)


def resample(pcm: bytes, rate: int) -> bytes:
    """Convert 16-bit mono audio of `rate` hertz to 16 kHz."""
    if rate == SAMPLE_RATE:
        return pcm
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
