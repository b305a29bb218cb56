"""A recording to what a Vosk model hears, in the way the spoken loop does it."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import vosk

from acoustic_model.data.features import Sound
from acoustic_model.data.recordings import RATE
from acoustic_model.data.vocabulary import UNKNOWN_WORD, phrase_of, word_of
from acoustic_model.errors import RecipeError

# The same numbers as in the loop: silence around a clip; below which peak a clip is
# decoded once more, and to which peak it is raised for that.
PADDING = RATE // 2
FAINT_DBFS, RAISED_DBFS = -25.0, -20.0
BLOCK = 512


@dataclass(frozen=True)
class Heard:
    """What came of one clip."""

    phrase: str
    """The phrase, or nothing when the text was not one whole phrase."""
    text: str
    milliseconds: float
    seconds: float
    """Length of the clip with its padding."""


class Hearing(Protocol):
    """Anything that is measured: the shipped model, or another one beside it."""

    name: str
    load_seconds: float
    grammar: str
    """As the engine wants it; empty when it takes none."""
    known: int
    """How many of the phrases it can hear at all."""

    def hear(self, sound: Sound) -> Heard:
        """Decode a clip."""


def _spelled(phrase: str, words: frozenset[str]) -> str | None:
    """A phrase as a model spells it: one joined word, plain words, or not at all."""
    joined = word_of(phrase)
    if joined in words:
        return joined
    return phrase if all(word in words for word in phrase.split()) else None


def pcm_of(sound: Sound) -> bytes:
    """Signed 16-bit samples."""
    pcm: bytes = (np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()
    return pcm


class VoskEar:
    """One loaded model and its grammar."""

    def __init__(
        self, model: Path, phrases: Sequence[str], decoys: Sequence[str], name: str
    ) -> None:
        listing = model / "graph" / "words.txt"
        if not listing.is_file():
            raise RecipeError(
                f"{model}: holds no graph/words.txt. Only a whole model of Vosk can be "
                "evaluated. Unpack it, or run python -m acoustic_model export first."
            )
        self.name = name
        vosk.SetLogLevel(-1)
        began = time.perf_counter()
        try:
            self._model = vosk.Model(str(model))
        except Exception as why:  # vosk raises nothing more precise
            raise RecipeError(
                f"{model}: cannot be loaded by Vosk. Its files are damaged or of "
                "another kind. Export or unpack it again."
            ) from why
        self.load_seconds = time.perf_counter() - began
        lines = listing.read_text("utf-8").splitlines()
        words = frozenset(line.split()[0] for line in lines if line.split())
        spelled = [s for p in phrases if (s := _spelled(p, words))]
        self._phrases = {phrase_of(spelling) for spelling in spelled}
        self.known = len(self._phrases)
        grammar = [*spelled, *(d for d in decoys if d in words), UNKNOWN_WORD]
        # A static graph takes no phrases: what it knows was fixed when it was made.
        static = (model / "graph" / "HCLG.fst").is_file()
        self.grammar = "" if static else json.dumps(grammar)

    def _decode(self, sound: Sound) -> str:
        grammar = [self.grammar] if self.grammar else []
        recognizer = vosk.KaldiRecognizer(self._model, RATE, *grammar)
        pcm = pcm_of(sound)
        for start in range(0, len(pcm), 2 * BLOCK):
            recognizer.AcceptWaveform(pcm[start : start + 2 * BLOCK])
        return phrase_of(str(json.loads(recognizer.FinalResult())["text"]))

    def hear(self, sound: Sound) -> Heard:
        """Decode a clip; a faint one that gave no phrase is decoded twice."""
        sound = np.pad(sound, PADDING)
        began = time.perf_counter()
        text = self._decode(sound)
        peak = float(np.abs(sound).max())
        if text not in self._phrases and 0 < peak < 10 ** (FAINT_DBFS / 20):
            second = self._decode(sound * (10 ** (RAISED_DBFS / 20) / peak))
            text = second if second in self._phrases else text
        spent = 1000 * (time.perf_counter() - began)
        phrase = text if text in self._phrases else ""
        return Heard(phrase, text, spent, len(sound) / RATE)
