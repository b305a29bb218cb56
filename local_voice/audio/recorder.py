"""Records a session as 16 kHz stereo WAV: left the person, right Back Talk.

The file gets its name at the end; until then, and after a kill, it is `NAME.part`.
"""

import struct
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path

from dialogue.records.new_file import NewFile, check_new_file
from local_voice.audio.interfaces import AudioChunk, AudioError, Microphone
from local_voice.audio.pcm import SAMPLE_RATE, to_samples
from local_voice.audio.playback_reference import PlaybackReference

FRAME = 4
"""Bytes of one sample of both sides."""
HEADER = 44
"""Bytes of the header of a WAV."""
FLUSH_BYTES = 5 * SAMPLE_RATE * FRAME
"""The file is readable up to the last 5 s, even after a crash."""


class RecordingError(AudioError):
    """The file that a session is to be recorded into cannot be written."""


class Recorder:
    """Writes both sides; a full disk ends the recording and lets the session go on."""

    def __init__(self, path: str | Path, warn: Callable[[str], None]) -> None:
        """Open a new file, for its owner only; `warn` shows one line of trouble.

        Raises RecordingError, also where there is anything of that name.
        """
        self._warn = warn
        self._path = Path(path)
        self._waiting = bytearray()
        self._written = 0
        self._works = True
        self._file: NewFile | None = None
        try:
            self._file = NewFile(self._path)
            self._file.write(build_header(0), 0)
        except OSError as error:
            if self._file is not None:
                self._file.discard()
            raise _explain(path, error) from error

    def write(self, left: bytes, right: bytes) -> None:
        """Add a stretch of both sides, mono and equally long."""
        both = array("h", bytes(len(left) * 2))
        both[0::2], both[1::2] = to_samples(left), to_samples(right)
        self._waiting += both.tobytes()
        if len(self._waiting) >= FLUSH_BYTES and self._file is not None:
            self._flush(self._file)

    def close(self) -> None:
        """Write what is left, and give the file its name."""
        file, self._file = self._file, None
        if file is None:
            return
        self._flush(file)
        try:
            # Once more: a full disk may have taken the sound and not this.
            file.write(build_header(self._written), 0)
            kept = file.keep()
        except OSError as error:
            self._warn(
                f"The recording stays under the name {self._path.name}.part: "
                f"{error.strerror or error}."
            )
            return
        if kept != self._path:
            self._warn(f"{self._path} was taken meanwhile: the recording is {kept}.")

    def _flush(self, file: NewFile) -> None:
        if not self._works:
            return
        try:
            file.write(self._waiting, HEADER + self._written)
            self._written += len(self._waiting)
            file.write(build_header(self._written), 0)
            self._waiting.clear()
        except OSError as error:
            self._works = False
            self._waiting.clear()
            self._warn(
                f"The recording stopped: {error.strerror or error}. The talk goes on."
            )


def check_recording(path: str | Path) -> None:
    """Raise RecordingError where no new recording `path` can be written."""
    try:
        check_new_file(Path(path))
    except OSError as error:
        raise _explain(path, error) from error


def _explain(path: str | Path, error: OSError) -> RecordingError:
    if isinstance(error, FileExistsError):
        return RecordingError(
            f"{path}: there is something of this name already, and no recording is "
            "written over anything."
        )
    return RecordingError(
        f"The recording cannot be written to {path}: {error.strerror or error}."
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
