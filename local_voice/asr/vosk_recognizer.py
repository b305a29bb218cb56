"""The recogniser: Vosk with a closed list of phrases, in a child process.

The only file that imports vosk. Run as a module it is the child.
"""

import json
import sys
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from typing import Any

from local_voice.asr.interfaces import (
    UNKNOWN,
    RecognitionResult,
    RecognizerError,
    RecognizerUnavailable,
    to_words,
)
from local_voice.audio.pcm import SAMPLE_RATE, measure_peak, scale_to_peak
from local_voice.worker_process import (
    EngineError,
    EngineProcess,
    Handler,
    Message,
    parse_fields,
    serve,
)

FIRST_BEGIN_WITHIN = 10.0
"""Seconds; a large model builds its grammar in `begin`, and the first one tells how
fast it is: later ones may take `SLOWER` times as long, or BEGIN_WITHIN."""
SLOWER = 5
BEGIN_WITHIN = 1.5
FEED_WITHIN = 1.0
FINISH_WITHIN = 1.6
"""Seconds: a hung engine is to be noticed within two."""
FRAME_BYTES = 1024
"""512 samples, 32 ms: larger ones gain nothing."""
KEPT_FRAMES = 12 * SAMPLE_RATE * 2 // FRAME_BYTES
"""The audio of one utterance, at most 12 s, which a restarted child is fed again."""
MOST_RESTARTS = 3
"""In a row: each utterance that ends well makes up for one, so that hours of rest on
a busy computer do not use them up."""
FAINT_BELOW = -25.0
RAISED_TO = -20.0
"""Peak levels in dBFS: below which a second pass is worth it, and how loud it is."""


class VoskRecognizer:
    """The parent's side: restarts the child and feeds it the utterance again."""

    def __init__(
        self, model_folder: str, *, static: bool = False, verbose: bool = False
    ) -> None:
        """Load the model of `model_folder`; a `static` one takes no phrases.

        Raises EngineError, EngineRefusal.
        """
        self._engine = EngineProcess(
            "local_voice.asr.vosk_recognizer",
            [model_folder, "static" if static else "runtime"],
            verbose=verbose,
        )
        self._phrases: tuple[str, ...] = ()
        self._decoys: tuple[str, ...] = ()
        self._kept: deque[bytes] = deque(maxlen=KEPT_FRAMES)
        self._begin_within = FIRST_BEGIN_WITHIN
        self._failures = 0
        self._failed_now = False
        (self.load_seconds,) = parse_fields([self._engine.start().value], float)
        """Seconds that the child took to load the model."""

    @property
    def pid(self) -> int | None:
        """Return the child's process id."""
        return self._engine.pid

    @property
    def restarts(self) -> int:
        """Return how often the child had to be started again."""
        return self._engine.starts - 1

    def begin(self, phrases: Sequence[str], decoys: Sequence[str] = ()) -> None:
        """Begin an utterance of `phrases`, spelled as the model spells them."""
        if not phrases:
            raise ValueError("an empty list of phrases would crash the engine")
        self._phrases, self._decoys = tuple(phrases), tuple(decoys)
        self._failed_now = False
        self._kept.clear()
        self._ask_twice(self._begin)

    def feed(self, pcm: bytes) -> str:
        """Return the text so far."""
        self._kept.append(pcm)
        return str(self._ask_twice(lambda: self._feed(pcm), self._replay))

    def finish(self) -> RecognitionResult:
        """End the utterance and return its transcript."""

        def ask() -> RecognitionResult:
            answer = self._engine.ask(("finish",), FINISH_WITHIN).value
            return RecognitionResult(*parse_fields(answer, str, float, bool, float))

        def again() -> RecognitionResult:
            self._replay()
            return ask()

        heard: RecognitionResult = self._ask_twice(ask, restarted=again)
        if not self._failed_now:
            self._failures = max(0, self._failures - 1)
        return heard

    def close(self) -> None:
        """End the child."""
        self._engine.stop()

    def _begin(self) -> None:
        began = time.perf_counter()
        self._engine.ask(("begin", self._phrases, self._decoys), self._begin_within)
        took = time.perf_counter() - began
        self._begin_within = max(BEGIN_WITHIN, SLOWER * took)

    def _feed(self, pcm: bytes) -> str:
        answer = self._engine.ask(("feed",), FEED_WITHIN, pcm).value
        return str(*parse_fields([answer], str))

    def _replay(self) -> str:
        """Feed the utterance so far to a restarted child."""
        self._begin()
        text = ""
        for pcm in tuple(self._kept):
            text = self._feed(pcm)
        return text

    def _ask_twice(
        self, ask: Callable[[], Any], restarted: Callable[[], Any] | None = None
    ) -> Any:
        """Ask; if the child dies or hangs, start another and ask that."""
        try:
            return ask()
        except EngineError:
            self._restart()
        try:
            return (restarted or ask)()
        except EngineError as error:
            # The same audio again would end the next child too.
            self._kept.clear()
            self._restart()
            self._begin()
            raise RecognizerError("the same audio ended the ear twice") from error

    def _restart(self) -> None:
        self._failures += 1
        self._failed_now = True
        if self._failures > MOST_RESTARTS:
            self._engine.stop()
            raise RecognizerUnavailable(
                f"the ear failed {MOST_RESTARTS + 1} times in a row"
            )
        try:
            self._engine.start()
        except EngineError as error:
            raise RecognizerUnavailable("the ear does not start any more") from error


class _Decoder:
    """The child's side: the model and the utterance that is going on."""

    def __init__(self, model_folder: str, kind: str) -> None:
        """Load the model; an exception here is a damaged model."""
        import vosk

        vosk.SetLogLevel(-1)
        self._vosk = vosk
        try:
            self._model = vosk.Model(model_path=model_folder)
        except Exception as error:  # vosk raises nothing more precise
            raise RuntimeError("the engine cannot load this model") from error
        self._static = kind == "static"
        self._recognizer: Any = None
        self._phrases: frozenset[str] = frozenset()
        self._grammar = "[]"
        self._parts: list[str] = []
        self._audio = bytearray()
        self._seconds = 0.0

    def handle(self, request: Message) -> Message:
        """Do one request."""
        began = time.perf_counter()
        try:
            match request.value:
                case ["begin", phrases, decoys]:
                    self.begin(phrases, decoys)
                    return Message()
                case ["feed"]:
                    return Message(self.feed(request.raw))
                case ["finish"]:
                    return Message(self.finish())
                case other:
                    raise ValueError(f"{other} is nothing that the recogniser does")
        finally:
            self._seconds += time.perf_counter() - began

    def begin(self, phrases: Sequence[str], decoys: Sequence[str]) -> None:
        """Start a fresh recogniser: reusing one grows, re-aiming one may crash."""
        self._phrases = frozenset(map(to_words, phrases))
        self._grammar = json.dumps([*phrases, *decoys, UNKNOWN])
        self._recognizer = self._build_recognizer()
        self._parts, self._audio, self._seconds = [], bytearray(), 0.0

    def feed(self, pcm: bytes) -> str:
        """Return the text so far."""
        self._audio += pcm
        self._accept(self._recognizer, pcm, self._parts)
        partial = json.loads(self._recognizer.PartialResult()).get("partial", "")
        return _join([*self._parts, partial])

    def finish(self) -> tuple[str, float, bool, float]:
        """Return text, peak in dBFS, whether a second pass was taken, milliseconds."""
        began = time.perf_counter()
        final = json.loads(self._recognizer.FinalResult())["text"]
        text = _join([*self._parts, final])
        peak = measure_peak(self._audio)
        looked_twice = False
        if peak < FAINT_BELOW and not is_phrase_sequence(self._phrases, text):
            louder = self._decode_at(RAISED_TO)
            if louder in self._phrases:
                text, looked_twice = louder, True
        self._recognizer = None
        ms = 1000 * (self._seconds + time.perf_counter() - began)
        return text, peak, looked_twice, ms

    def _decode_at(self, level: float) -> str:
        recognizer, parts = self._build_recognizer(), list[str]()
        audio = scale_to_peak(self._audio, level)
        for start in range(0, len(audio), FRAME_BYTES):
            self._accept(recognizer, audio[start : start + FRAME_BYTES], parts)
        return _join([*parts, json.loads(recognizer.FinalResult())["text"]])

    def _build_recognizer(self) -> Any:
        if self._static:
            return self._vosk.KaldiRecognizer(self._model, SAMPLE_RATE)
        return self._vosk.KaldiRecognizer(self._model, SAMPLE_RATE, self._grammar)

    @staticmethod
    def _accept(recognizer: Any, pcm: bytes, parts: list[str]) -> None:
        # Vosk's own endpoint is not ours: its text is one more part of the utterance.
        if pcm and recognizer.AcceptWaveform(bytes(pcm)):
            parts.append(json.loads(recognizer.Result())["text"])


def is_phrase_sequence(phrases: Collection[str], text: str) -> bool:
    """Tell whether `text` is one or more of `phrases` in a row and nothing else."""
    words = text.split()
    reached = {0}
    for start in range(len(words)):
        if start in reached:
            reached |= {
                end
                for end in range(start + 1, len(words) + 1)
                if " ".join(words[start:end]) in phrases
            }
    return bool(words) and len(words) in reached


def _join(parts: Sequence[str]) -> str:
    return to_words(" ".join(filter(None, parts)))


if __name__ == "__main__":

    def _prepare() -> tuple[Message, Handler]:
        began = time.perf_counter()
        decoder = _Decoder(*sys.argv[1:])
        return Message(time.perf_counter() - began), decoder.handle

    serve(_prepare)
