"""Records a talk as stereo WAV: left the person, right Back Talk."""

import struct
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path

from local_voice.audio.interfaces import AudioChunk, AudioError, Microphone
from local_voice.audio.pcm import SAMPLE_RATE, samples_of
from local_voice.audio.playback_reference import Reference

FRAME = 4
"""Bytes of one sample of both sides."""
FLUSH_BYTES = 5 * SAMPLE_RATE * FRAME
"""The file is readable up to the last 5 s, whatever happens to us."""


class RecordingError(AudioError):
    """The file that a session is to be recorded into cannot be written."""


class Recorder:
    """Writes both sides of the room; a full disk ends the recording, not the talk."""

    def __init__(self, path: str | Path, trouble: Callable[[str], None]) -> None:
        """Open the file; `trouble` is told when recording has to stop."""
        self._trouble = trouble
        self._waiting = bytearray()
        self._written = 0
        self._works = True
        try:
            # Open for the whole talk, so no context manager.
            self._file = Path(path).open("wb", buffering=0)  # noqa: SIM115
            self._file.write(header(0))
            self._file.seek(0)
        except OSError as error:
            raise RecordingError(
                f"The recording cannot be written to {path}: {error.strerror or error}."
            ) from error

    def write(self, left: bytes, right: bytes) -> None:
        """Add a stretch of both sides, of equal length."""
        both = array("h", bytes(len(left) * 2))
        both[0::2], both[1::2] = samples_of(left), samples_of(right)
        self._waiting += both.tobytes()
        if len(self._waiting) >= FLUSH_BYTES:
            self._flush()

    def close(self) -> None:
        """Write what is left."""
        self._flush()
        self._file.close()

    def _flush(self) -> None:
        if not self._works:
            return
        try:
            self._file.seek(len(header(0)) + self._written)
            self._written += self._file.write(self._waiting) or 0
            self._file.seek(0)
            self._file.write(header(self._written))
            self._waiting.clear()
        except OSError as error:
            self._works = False
            self._trouble(
                f"The recording stopped: {error.strerror or error}. The talk goes on."
            )


class RecordedMicrophone:
    """A live microphone, recorded beside what we play, once the person said yes."""

    def __init__(self, microphone: Microphone, reference: Reference) -> None:
        """Record nothing yet."""
        self._microphone = microphone
        self._reference = reference
        self.recorder: Recorder | None = None

    def blocks(self) -> Iterator[AudioChunk]:
        """Yield sound as it comes."""
        for block in self._microphone.blocks():
            if self.recorder:
                ours = self._reference.take(block.at, len(block.pcm) // 2)
                self.recorder.write(block.pcm, ours)
            yield block

    def close(self) -> None:
        """Finish the recording; the device belongs to somebody else."""
        if self.recorder:
            self.recorder.close()


def header(size: int) -> bytes:
    """Return the head of a WAV with `size` bytes of 16-bit stereo sound."""
    form = struct.pack(
        "<IHHIIHH", 16, 1, 2, SAMPLE_RATE, SAMPLE_RATE * FRAME, FRAME, 16
    )
    rest = b"WAVEfmt " + form + b"data" + struct.pack("<I", size)
    return b"RIFF" + struct.pack("<I", len(rest) + size) + rest
