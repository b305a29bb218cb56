"""Interface of a synthesizer: text in, audio out."""

from typing import Protocol

from local_voice.audio.interfaces import AudioClip


class SynthesisError(Exception):
    """The engine could not render a text, twice."""


class Synthesizer(Protocol):
    """Renders text as speech."""

    @property
    def rate(self) -> int:
        """Return the words a minute."""

    def set_rate(self, rate: int) -> None:
        """Set the words a minute of what is rendered from here on."""

    def render(self, text: str) -> AudioClip:
        """Render `text`; raises SynthesisError."""

    def prefetch(self, text: str) -> None:
        """Get `text` ready to be rendered at once; raises SynthesisError."""

    def close(self) -> None:
        """End the engine."""
