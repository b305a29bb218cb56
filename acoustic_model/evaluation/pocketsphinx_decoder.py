"""PocketSphinx with the same closed list of phrases, to be measured beside ours."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pocketsphinx

from acoustic_model.data.features import Sound
from acoustic_model.data.recordings import RATE
from acoustic_model.evaluation.decoder import PADDING, Heard, pcm_of


def sphinx_folder() -> Path:
    """Where the wheel has its English model."""
    return Path(pocketsphinx.get_model_path()) / "en-us"


def _words(dictionary: Path) -> set[str]:
    """The words it can say, without the marks of further ways to say them."""
    lines = dictionary.read_text("utf-8").splitlines()
    return {line.split()[0].partition("(")[0] for line in lines if line.strip()}


def _jsgf(phrases: Sequence[str], decoys: Sequence[str]) -> str:
    """A grammar of one phrase or one decoy; it has no word for what is unknown."""
    choices = " | ".join([*phrases, *decoys])
    return f"#JSGF V1.0;\ngrammar all;\npublic <said> = {choices};\n"


class SphinxEar:
    """PocketSphinx and the English model that its wheel carries."""

    def __init__(
        self, phrases: Sequence[str], decoys: Sequence[str], name: str
    ) -> None:
        self.name = name
        began = time.perf_counter()
        folder = sphinx_folder()
        words = _words(folder / "cmudict-en-us.dict")
        self._phrases = [p for p in phrases if set(p.split()) <= words]
        self.known = len(self._phrases)
        self._decoder = pocketsphinx.Decoder(
            hmm=str(folder / "en-us"),
            dict=str(folder / "cmudict-en-us.dict"),
            loglevel="FATAL",
        )
        self.grammar = _jsgf(self._phrases, [d for d in decoys if d in words])
        self._decoder.add_jsgf_string("all", self.grammar)
        self._decoder.activate_search("all")
        self.load_seconds = time.perf_counter() - began

    def hear(self, sound: Sound) -> Heard:
        """Decode a clip."""
        sound = np.pad(sound, PADDING)
        began = time.perf_counter()
        self._decoder.start_utt()
        self._decoder.process_raw(pcm_of(sound), full_utt=True)
        self._decoder.end_utt()
        found = self._decoder.hyp()
        spent = 1000 * (time.perf_counter() - began)
        text = found.hypstr if found else ""
        phrase = text if text in self._phrases else ""
        return Heard(phrase, text, spent, len(sound) / RATE)
