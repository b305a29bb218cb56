"""Interfaces of the audio devices: chunks in, clips out; and their errors.

Audio is 16 kHz, mono, signed 16-bit little-endian; moments are samples of the
microphone's clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from local_voice.audio.pcm import SAMPLE_RATE

BLOCK_SAMPLES = SAMPLE_RATE // 50
"""Samples of one block of microphone audio, 20 ms."""


@dataclass(frozen=True)
class AudioChunk:
    """A stretch of microphone audio."""

    at: int
    """Samples since the microphone was opened."""
    pcm: bytes
    spoken: bool = False
    """It is known to hold speech, so the VAD need not find it again."""


@dataclass(frozen=True)
class AudioClip:
    """Audio to play."""

    pcm: bytes

    @property
    def samples(self) -> int:
        """Return the length in samples."""
        return len(self.pcm) // 2

    @property
    def seconds(self) -> float:
        """Return the length in seconds."""
        return self.samples / SAMPLE_RATE


@dataclass(frozen=True)
class Playback:
    """How a playback ended."""

    began_at: int
    ended_at: int
    """Both in samples of the microphone's clock, as measured."""
    cut: bool
    """It was stopped, or the device went away, before its last sample."""


class AudioError(Exception):
    """A device, a recording or a file that cannot be used; says what is wrong."""


class NoDevice(AudioError):
    """A microphone or loudspeaker is missing or cannot be opened."""


class DeviceLost(AudioError):
    """A microphone or loudspeaker went away in mid-session."""


class Microphone(Protocol):
    """A source of audio."""

    def blocks(self) -> Iterator[AudioChunk]:
        """Yield audio as it comes; ends where a recording ends.

        Raises DeviceLost when a device stops giving blocks.
        """

    def close(self) -> None:
        """Give the device back."""


class Speaker(Protocol):
    """A sink of audio."""

    def play(self, audio: AudioClip) -> Playback:
        """Play to the end, or to `stop`; raises DeviceLost."""

    def stop(self) -> None:
        """Fall silent at once; safe when nothing plays, and from any thread."""

    def close(self) -> None:
        """Give the device back."""
