"""People of the simulated room: recordings, and raw audio on a file descriptor."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from local_voice.audio.audio_files import stream_audio
from local_voice.audio.interfaces import BLOCK_SAMPLES, AudioClip, AudioError
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.audio.simulated_room import SimulatedPerson

BEFORE_SPEAKING = SAMPLE_RATE * 3 // 10
"""Recorded people begin 0.3 s after Back Talk began to listen."""
LONGEST_LINE = 60
"""Seconds that are taken of one recorded line; a small file may claim to last hours."""


class NoRecordings(AudioError):
    """A folder of recorded lines is empty."""


class NotRawAudio(AudioError):
    """A stream of raw audio begins as a WAV file does."""


class RecordedPerson(SimulatedPerson):
    """A person on file: each turn begins the next recording.

    The last one goes on for as long as it lasts, pausing while Back Talk speaks.
    """

    def __init__(self, files: Sequence[str | Path]) -> None:
        """Check every file; raises AudioError for what is no recording."""
        self._files = deque(files)
        for file in files:
            stream_audio(file, BLOCK_SAMPLES)
        self._playing: Iterator[bytes] = iter(())
        self._waiting = bytearray()
        self.says_nothing_next = self._says_nothing = False
        """Set it for one turn in which any sound would mean something else."""

    def begin_turn(self) -> None:
        """Begin the next file, if there is one."""
        self._says_nothing, self.says_nothing_next = self.says_nothing_next, False
        if self._says_nothing:
            return
        if self._files:
            self._waiting.clear()
            self._playing = self._begin(self._files.popleft())
        self._waiting[:0] = bytes(2 * BEFORE_SPEAKING)

    @staticmethod
    def _begin(file: str | Path) -> Iterator[bytes]:
        """Open a file that was whole at the start; damaged since, it is silence."""
        try:
            return stream_audio(file, BLOCK_SAMPLES)
        except AudioError:
            return iter(())

    def read(self, samples: int) -> bytes:
        """Return audio of the file, then silence, also from where it is damaged."""
        if self._says_nothing:
            return bytes(2 * samples)
        while len(self._waiting) < samples * 2:
            try:
                piece = next(self._playing, b"")
            except AudioError:
                piece = b""
            if not piece:
                break
            self._waiting += piece
        pcm = bytes(self._waiting[: samples * 2])
        del self._waiting[: samples * 2]
        return pcm.ljust(samples * 2, b"\0")


def build_recorded_voice(
    folder: str | Path,
    otherwise: Callable[[str], AudioClip],
    note: Callable[[str], None],
) -> Callable[[str], AudioClip]:
    """Build a patient's voice of the recordings in `folder`.

    A file is named by its words: `no_anna.wav`, `not_really_2.wav`; several of
    the same words take turns. Words that nobody
    has recorded are said by `otherwise`, and handed to `note`. Raises NoRecordings.
    """
    known: dict[str, deque[Path]] = {}
    for path in sorted(Path(folder).glob("*.wav")):
        for words in {path.stem, path.stem.rpartition("_")[0]} - {""}:
            known.setdefault(words.replace("_", " "), deque()).append(path)
    if not known:
        raise NoRecordings(f"The folder {folder} holds no recordings")

    def say(words: str) -> AudioClip:
        files = known.get(words.lower())
        if not files:
            note(words)
            return otherwise(words)
        files.rotate(-1)
        seconds = islice(stream_audio(files[-1], SAMPLE_RATE), LONGEST_LINE)
        return AudioClip(b"".join(seconds))

    return say


class RawAudioPerson(SimulatedPerson):
    """A person as raw audio on a file descriptor: 16 kHz, mono, signed 16-bit."""

    def __init__(self, descriptor: int) -> None:
        """Read the first bytes; raises NotRawAudio when they are a WAV's."""
        self._descriptor = descriptor
        self._open = True
        self._waiting = bytearray()
        self._fill(4)
        if self._waiting.startswith(b"RIFF"):
            raise NotRawAudio("Standard input holds a WAV, not raw sound")

    def read(self, samples: int) -> bytes:
        """Return what has come, then silence; an odd last byte is dropped."""
        self._fill(samples * 2)
        pcm = bytes(self._waiting[: min(len(self._waiting) // 2, samples) * 2])
        del self._waiting[: samples * 2]
        return pcm.ljust(samples * 2, b"\0")

    def read_during_playback(self, samples: int) -> bytes:
        """Return what comes meanwhile, which nobody listens to."""
        return self.read(samples)

    def _fill(self, wanted: int) -> None:
        while self._open and len(self._waiting) < wanted:
            try:
                piece = os.read(self._descriptor, wanted - len(self._waiting))
            except OSError:
                piece = b""
            self._open = bool(piece)
            self._waiting += piece
