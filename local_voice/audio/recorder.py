"""Records a session as 16 kHz stereo WAV: left the person, right Back Talk."""

import struct
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path

from local_voice.audio.interfaces import AudioChunk, AudioError, Microphone
from local_voice.audio.pcm import SAMPLE_RATE, to_samples
from local_voice.audio.playback_reference import PlaybackReference

FRAME = 4
"""Bytes of one sample of both sides."""
FLUSH_BYTES = 5 * SAMPLE_RATE * FRAME
"""The file is readable up to the last 5 s, even after a crash."""


class RecordingError(AudioError):
    """The file that a session is to be recorded into cannot be written."""


class Recorder:
    """Writes both sides; a full disk ends the recording and lets the session go on."""

    def __init__(self, path: str | Path, warn: Callable[[str], None]) -> None:
        """Open the file; `warn` shows one line when recording has to stop.

        Raises RecordingError.
        """
        self._warn = warn
        self._waiting = bytearray()
        self._written = 0
        self._works = True
        try:
            # Open for the whole talk, so no context manager.
            self._file = Path(path).open("wb", buffering=0)  # noqa: SIM115
            self._file.write(build_header(0))
            self._file.seek(0)
        except OSError as error:
            raise RecordingError(
                f"The recording cannot be written to {path}: {error.strerror or error}."
            ) from error

    def write(self, left: bytes, right: bytes) -> None:
        """Add a stretch of both sides, mono and equally long."""
        both = array("h", bytes(len(left) * 2))
        both[0::2], both[1::2] = to_samples(left), to_samples(right)
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
            self._file.seek(len(build_header(0)) + self._written)
            self._written += self._file.write(self._waiting) or 0
            self._file.seek(0)
            self._file.write(build_header(self._written))
            self._waiting.clear()
        except OSError as error:
            self._works = False
            self._warn(
                f"The recording stopped: {error.strerror or error}. The talk goes on."
            )


class RecordedMicrophone:
    """A microphone that is recorded beside what we play, once `recorder` is set."""

    def __init__(self, microphone: Microphone, reference: PlaybackReference) -> None:
        """Record nothing yet."""
        self._microphone = microphone
        self._reference = reference
        self.recorder: Recorder | None = None

    def blocks(self) -> Iterator[AudioChunk]:
        """Yield audio as it comes."""
        for block in self._microphone.blocks():
            if self.recorder:
                ours = self._reference.take(block.at, len(block.pcm) // 2)
                self.recorder.write(block.pcm, ours)
            yield block

    def close(self) -> None:
        """Finish the recording; the device stays open for its owner."""
        if self.recorder:
            self.recorder.close()


def build_header(size: int) -> bytes:
    """Build the header of a WAV with `size` bytes of 16-bit stereo audio."""
    form = struct.pack(
        "<IHHIIHH", 16, 1, 2, SAMPLE_RATE, SAMPLE_RATE * FRAME, FRAME, 16
    )
    rest = b"WAVEfmt " + form + b"data" + struct.pack("<I", size)
    return b"RIFF" + struct.pack("<I", len(rest) + size) + rest
