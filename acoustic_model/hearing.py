"""A recording to what the shipped model hears, in the way the spoken loop does it."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import vosk

from acoustic_model.errors import RecipeError
from acoustic_model.features import Sound
from acoustic_model.recordings import RATE
from acoustic_model.vocabulary import UNKNOWN_WORD, word_of

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


class Ear:
    """One loaded model and its grammar."""

    def __init__(
        self, model: Path, phrases: Sequence[str], decoys: Sequence[str]
    ) -> None:
        if not (model / "am" / "final.mdl").is_file():
            raise RecipeError(
                f"{model}: holds no am/final.mdl. Only an exported model can be "
                "evaluated. Run python -m acoustic_model export first."
            )
        vosk.SetLogLevel(-1)
        began = time.perf_counter()
        self._model = vosk.Model(str(model))
        self.load_seconds = time.perf_counter() - began
        self._phrases = {word_of(phrase): phrase for phrase in phrases}
        self._grammar = json.dumps([*self._phrases, *decoys, UNKNOWN_WORD])

    def _decode(self, sound: Sound) -> str:
        recognizer = vosk.KaldiRecognizer(self._model, RATE, self._grammar)
        pcm = (np.clip(sound, -1, 1) * 32767).astype("<i2")
        for start in range(0, len(pcm), BLOCK):
            recognizer.AcceptWaveform(pcm[start : start + BLOCK].tobytes())
        return str(json.loads(recognizer.FinalResult())["text"])

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
        phrase = self._phrases.get(text, "")
        return Heard(phrase, text, spent, len(sound) / RATE)
