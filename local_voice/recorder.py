"""Records a talk as stereo WAV: left the person, right Back Talk."""

import wave
from array import array
from collections.abc import Callable
from pathlib import Path

from local_voice.levels import SAMPLE_RATE, samples_of
from local_voice.problems import LocalVoiceProblem

FLUSH_BYTES = 5 * SAMPLE_RATE * 4
"""The file is readable up to the last 5 s, whatever happens to us."""


class Recorder:
    """Writes both sides of the room; a full disk ends the recording, not the talk."""

    def __init__(self, path: str | Path, trouble: Callable[[str], None]) -> None:
        """Open the file; `trouble` is told when recording has to stop."""
        self._path = Path(path)
        self._trouble = trouble
        self._waiting = bytearray()
        try:
            self._file = self._path.open("wb", buffering=0)
            self._wave: wave.Wave_write | None = wave.open(self._file, "wb")
            self._wave.setnchannels(2)
            self._wave.setsampwidth(2)
            self._wave.setframerate(SAMPLE_RATE)
            self._wave.writeframes(b"")
        except OSError as error:
            raise LocalVoiceProblem(
                f"The recording cannot be written to {path}: "
                f"{error.strerror or error}. Name another file with --output."
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
        if self._wave is not None:
            self._wave.close()
            self._wave = None
        self._file.close()

    def _flush(self) -> None:
        if self._wave is None:
            return
        try:
            self._wave.writeframes(bytes(self._waiting))
            self._waiting.clear()
        except OSError as error:
            self._wave = None
            self._trouble(
                f"The recording stopped: {error.strerror or error}. The talk goes on."
            )
