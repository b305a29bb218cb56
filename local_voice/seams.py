"""The seams of the loop: audio in, audio out, the ear and the voice, and what passes.

Audio is everywhere 16 kHz, mono, signed 16-bit little-endian.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from local_voice.levels import SAMPLE_RATE

BLOCK_SAMPLES = SAMPLE_RATE // 50
"""One block of microphone audio, 20 ms."""


@dataclass(frozen=True)
class Block:
    """A stretch of microphone audio."""

    at: int
    """Samples since the microphone was opened."""
    pcm: bytes
    spoken: bool = False
    """Somebody was noticed to speak here, so nobody need find out once more."""


@dataclass(frozen=True)
class Audio:
    """Something to play."""

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
class Played:
    """How a playback ended."""

    began_at: int
    ended_at: int
    """Both in samples of the microphone's clock; measured, never estimated."""
    cut: bool
    """It was stopped, or the device went away, before its last sample."""


@dataclass(frozen=True)
class Heard:
    """What the ear made of one utterance."""

    text: str
    """Words with spaces; `[unk]` for sounds that are none of the phrases."""
    peak_dbfs: float
    looked_twice: bool
    """The text comes from a second, louder look at the same audio."""
    ms: float
    """Time spent decoding, in milliseconds."""


class DeviceLost(Exception):
    """A microphone or loudspeaker went away in mid-talk."""


class EarLost(Exception):
    """The same audio ended the ear twice; that audio is dropped."""


class EarGone(Exception):
    """The ear failed more often in a row than restarts are allowed."""


class SynthesisFailed(Exception):
    """The voice could not make this sentence, twice."""


class Microphone(Protocol):
    """Where the person's sound comes from."""

    def blocks(self) -> Iterator[Block]:
        """Yield sound as it comes; ends where a recording ends.

        Raises DeviceLost when a device stops giving blocks.
        """

    def close(self) -> None:
        """Give the device back."""


class Speaker(Protocol):
    """Where our sound goes."""

    def play(self, audio: Audio) -> Played:
        """Play to the end, or to `stop`; raises DeviceLost."""

    def stop(self) -> None:
        """Be silent now; safe when nothing plays, and from any thread."""

    def close(self) -> None:
        """Give the device back."""


class Recognizer(Protocol):
    """The ear."""

    def begin(self, phrases: Sequence[str], decoys: Sequence[str]) -> None:
        """Listen for these from here on; an empty list of phrases is a ValueError."""

    def feed(self, pcm: bytes) -> str:
        """Take more audio and return the text so far."""

    def finish(self) -> Heard:
        """Return what was heard since `begin`."""

    def close(self) -> None:
        """End the engine."""


class Synthesizer(Protocol):
    """The voice."""

    @property
    def rate(self) -> int:
        """Return the words a minute."""

    def speak_at(self, rate: int) -> None:
        """Speak at another rate from here on."""

    def render(self, text: str) -> Audio:
        """Return `text` spoken; raises SynthesisFailed."""

    def close(self) -> None:
        """End the engine."""
