"""Interface of a synthesizer: text in, sound out."""

from typing import Protocol

from local_voice.audio.interfaces import AudioClip


class SynthesisError(Exception):
    """The voice could not make this sentence, twice."""


class Synthesizer(Protocol):
    """The voice."""

    @property
    def rate(self) -> int:
        """Return the words a minute."""

    def speak_at(self, rate: int) -> None:
        """Speak at another rate from here on."""

    def render(self, text: str) -> AudioClip:
        """Return `text` spoken; raises SynthesisFailed."""

    def close(self) -> None:
        """End the engine."""
