"""Interface of a recogniser: phrases and audio in, a transcript out.

Audio is 16 kHz, mono, signed 16-bit little-endian. A phrase is spelled as the model
spells it: as one word (`i_don't_know`) or as several (`go back`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

UNKNOWN = "[unk]"
"""Vosk's word for a sound that is none of the phrases."""
MORE = "<more>"
"""A graph's word for talk beside a plain answer; it leaves the recogniser as UNKNOWN,
since the dialogue has a command "more"."""
OPPOSITE = "<opposite>"
"""A graph's word for the opposite of a phrase; it leaves the recogniser as UNKNOWN."""

BEGUN, ENDED = "_", "_"
"""A graph writes a phrase as soon as no other can follow, with BEGUN before it, and
ENDED as a word of its own where it ends."""


def to_words(spelling: str) -> str:
    """Return a model's spelling as words with spaces."""
    return " ".join(spelling.replace("_", " ").split())


def drop_begun(text: str) -> str:
    """Return a graph's text without its marks, and without a word that did not end."""
    words: list[str] = []
    begun = ""
    for word in text.split():
        if word == ENDED:
            words.append(begun)
        elif word.startswith(BEGUN):
            begun = word.removeprefix(BEGUN)
        else:
            words.append(word)
    return " ".join(words)


@dataclass(frozen=True)
class SoundMatch:
    """What an utterance is among the sounds that a person has taught."""

    pieces: int
    """Sounds with pauses between them; only one alone is judged."""
    name: str
    """The answer that the taught sound stands for; empty: none of them."""
    is_sure: bool
    above_room: float
    """Decibels."""


@dataclass(frozen=True)
class RecognitionResult:
    """The transcript of one utterance."""

    text: str
    """Words with spaces; `[unk]` for sounds that are none of the phrases."""
    peak_dbfs: float
    looked_twice: bool
    """The text comes from a second look at the same audio, made louder."""
    ms: float
    """Milliseconds spent decoding."""
    rivals: tuple[str, ...] = ()
    """Other texts that are nearly as likely, the likeliest first."""
    own: SoundMatch | None = None
    """What the person's own sounds say; None where none were taught or asked."""


class RecognizerError(Exception):
    """The same audio ended the engine twice; that audio is dropped."""


class RecognizerUnavailable(Exception):
    """The engine failed more often in a row than restarts are allowed."""


class Recognizer(Protocol):
    """Decodes one utterance at a time."""

    def begin(self, phrases: Sequence[str], decoys: Sequence[str], graph: str) -> None:
        """Begin an utterance of these phrases; raises ValueError without any.

        `graph` is the folder of the graph that was made of them, empty for none.
        """

    def feed(self, pcm: bytes) -> str:
        """Take more audio and return the text so far; raises both errors above."""

    def finish(self) -> RecognitionResult:
        """End the utterance and return its transcript; raises both errors above."""

    def close(self) -> None:
        """End the engine."""
