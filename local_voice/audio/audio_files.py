"""Recordings of any rate, width and kind, streamed as 16 kHz mono."""

from collections.abc import Iterator
from pathlib import Path

import miniaudio

from local_voice.audio.interfaces import AudioError
from local_voice.audio.pcm import SAMPLE_RATE

KINDS = "WAV, FLAC, MP3 and OGG"


def stream(path: str | Path, samples: int) -> Iterator[bytes]:
    """Yield the sound of a file in pieces of `samples`, the last one shorter.

    A file is never loaded whole. Raises AudioError when it is no recording.
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


def resampled(pcm: bytes, rate: int) -> bytes:
    """Return 16-bit mono sound of `rate` samples a second at 16 kHz."""
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
