"""The recogniser: Vosk with graphs or a list of phrases, in a child process.

The only file that imports vosk. Run as a module it is the child.
"""

import json
import sys
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from typing import Any

from local_voice.asr.interfaces import (
    MORE,
    OPPOSITE,
    UNKNOWN,
    RecognitionResult,
    RecognizerError,
    RecognizerUnavailable,
    drop_begun,
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
"""Peak levels in dBFS: below which a second look is worth it, and how loud it is."""
ALTERNATIVES = 8
"""So many texts are compared. With one and no more, Vosk puts its text together of
several, which may be none that the graph allows."""
MARGIN = 4.5
"""A text is a rival when it is less likely by at most so much (natural logarithm):
3 sufficed for 300 lengths, and one of 140 further ones needed 4."""
Alternatives = Sequence[tuple[str, float]]
"""The texts of one part of an utterance with their likelihoods, the likeliest first."""


RUNTIME, STATIC, GRAPHS = "runtime", "static", "graphs"
"""A model that takes lists of phrases, one that takes none, and folders with graphs."""


class VoskRecognizer:
    """The parent's side: restarts the child and feeds it the utterance again."""

    def __init__(
        self,
        model_folder: str,
        *,
        static: bool = False,
        graphs: Sequence[str] = (),
        verbose: bool = False,
    ) -> None:
        """Load the model of `model_folder`, or `graphs`, folders with checked graphs.

        A `static` model takes no phrases. Raises EngineError, EngineRefusal.
        """
        kind = GRAPHS if graphs else STATIC if static else RUNTIME
        self._engine = EngineProcess(
            "local_voice.asr.vosk_recognizer",
            [kind, *(graphs or (model_folder,))],
            verbose=verbose,
        )
        self._phrases: tuple[str, ...] = ()
        self._decoys: tuple[str, ...] = ()
        self._graph, self._has_graphs = "", bool(graphs)
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

    def begin(
        self, phrases: Sequence[str], decoys: Sequence[str] = (), graph: str = ""
    ) -> None:
        """Begin an utterance of `phrases`, spelled as the model spells them.

        `graph` is one of the folders that were loaded.
        """
        if not phrases:
            raise ValueError("an empty list of phrases would crash the engine")
        self._phrases, self._decoys, self._graph = tuple(phrases), tuple(decoys), graph
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
            kinds = str, float, bool, float, list
            text, peak, looked_twice, ms, rivals = parse_fields(answer, *kinds)
            return RecognitionResult(
                text, peak, looked_twice, ms, tuple(map(str, rivals))
            )

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
        # A graph holds its phrases, which are too many for one message.
        phrases = () if self._has_graphs else self._phrases
        request = "begin", phrases, self._decoys, self._graph
        self._engine.ask(request, self._begin_within)
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
    """The child's side: the models and the utterance that is going on."""

    def __init__(self, kind: str, *folders: str) -> None:
        """Load the models; an exception here is a damaged one."""
        import vosk

        # Vosk warns once an utterance that it may not change a graph.
        vosk.SetLogLevel(-2 if kind == GRAPHS else -1)
        self._vosk, self._kind = vosk, kind
        try:
            self._models = {f: vosk.Model(model_path=f) for f in folders}
        except Exception as error:  # vosk raises nothing more precise
            raise RuntimeError("the engine cannot load this model") from error
        self._model = next(iter(self._models.values()))
        self._recognizer: Any = None
        self._phrases: frozenset[str] = frozenset()
        self._no_phrases: frozenset[str] = frozenset()
        """Words that a graph writes and that are no phrases."""
        self._grammar = "[]"
        self._parts: list[Alternatives] = []
        self._audio = bytearray()
        self._seconds = 0.0

    def handle(self, request: Message) -> Message:
        """Do one request."""
        began = time.perf_counter()
        try:
            match request.value:
                case ["begin", phrases, decoys, graph]:
                    self.begin(phrases, decoys, graph)
                    return Message()
                case ["feed"]:
                    return Message(self.feed(request.raw))
                case ["finish"]:
                    return Message(self.finish())
                case other:
                    raise ValueError(f"{other} is nothing that the recogniser does")
        finally:
            self._seconds += time.perf_counter() - began

    def begin(self, phrases: Sequence[str], decoys: Sequence[str], graph: str) -> None:
        """Start a fresh recogniser: reusing one grows, re-aiming one may crash."""
        if self._kind == GRAPHS:
            if graph not in self._models:
                raise ValueError(f"the graph {graph!r} was not loaded")
            self._model = self._models[graph]
            self._no_phrases = frozenset((UNKNOWN, MORE, OPPOSITE, *decoys))
        else:
            self._phrases = frozenset(map(to_words, phrases))
            self._grammar = json.dumps([*phrases, *decoys, UNKNOWN])
        self._recognizer = self._build_recognizer()
        self._parts, self._audio, self._seconds = [], bytearray(), 0.0

    def feed(self, pcm: bytes) -> str:
        """Return the text so far."""
        self._audio += pcm
        self._accept(self._recognizer, pcm, self._parts)
        partial = json.loads(self._recognizer.PartialResult()).get("partial", "")
        return _join([*_get_best(self._parts), drop_begun(partial)])

    def finish(self) -> tuple[str, float, bool, float, list[str]]:
        """Return text, peak in dBFS, whether a second look was taken, ms, rivals."""
        began = time.perf_counter()
        parts = [*self._parts, _parse(self._recognizer.FinalResult())]
        best = _get_best(parts)
        text = _join(best)
        peak = measure_peak(self._audio)
        looked_twice = False
        if peak < FAINT_BELOW and not self._is_whole(best):
            louder = self._decode_at(RAISED_TO)
            if self._is_phrase(_get_best(louder)):
                text, parts, looked_twice = _join(_get_best(louder)), louder, True
        self._recognizer = None
        ms = 1000 * (self._seconds + time.perf_counter() - began)
        return text, peak, looked_twice, ms, _get_rivals(parts)

    def _is_whole(self, best: Sequence[str]) -> bool:
        """Tell whether all that was heard is something that was listened for."""
        if self._kind == GRAPHS:
            words = " ".join(best).split()
            return bool(words) and self._no_phrases.isdisjoint(words)
        return is_phrase_sequence(self._phrases, _join(best))

    def _is_phrase(self, best: Sequence[str]) -> bool:
        """Tell whether one phrase was heard, and nothing else."""
        if self._kind == GRAPHS:
            # A phrase is one word of a graph.
            return len(" ".join(best).split()) == 1 and self._is_whole(best)
        return _join(best) in self._phrases

    def _decode_at(self, level: float) -> list[Alternatives]:
        recognizer, parts = self._build_recognizer(), list[Alternatives]()
        audio = scale_to_peak(self._audio, level)
        for start in range(0, len(audio), FRAME_BYTES):
            self._accept(recognizer, audio[start : start + FRAME_BYTES], parts)
        return [*parts, _parse(recognizer.FinalResult())]

    def _build_recognizer(self) -> Any:
        if self._kind == RUNTIME:
            return self._vosk.KaldiRecognizer(self._model, SAMPLE_RATE, self._grammar)
        recognizer = self._vosk.KaldiRecognizer(self._model, SAMPLE_RATE)
        if self._kind == GRAPHS:
            recognizer.SetMaxAlternatives(ALTERNATIVES)
        return recognizer

    @staticmethod
    def _accept(recognizer: Any, pcm: bytes, parts: list[Alternatives]) -> None:
        # Vosk's own endpoint is not ours: its text is one more part of the utterance.
        if pcm and recognizer.AcceptWaveform(bytes(pcm)):
            parts.append(_parse(recognizer.Result()))


def _parse(result: str) -> Alternatives:
    """Return what one result of Vosk's says, whatever its form."""
    found = json.loads(result)
    if "alternatives" not in found:
        return [(found.get("text", ""), 0.0)]
    return [
        (drop_begun(a["text"]), a.get("confidence", 0.0)) for a in found["alternatives"]
    ]


def _get_best(parts: Sequence[Alternatives]) -> list[str]:
    return [part[0][0] for part in parts if part]


def _get_rivals(parts: Sequence[Alternatives]) -> list[str]:
    """Return the texts with one part in another reading that is nearly as likely."""
    best = _get_best(filled := [part for part in parts if part])
    return [
        _join([*best[:number], text, *best[number + 1 :]])
        for number, part in enumerate(filled)
        for text, likelihood in part[1:]
        if likelihood >= part[0][1] - MARGIN
    ]


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
    """Return the parts as words, with a graph's own words as unknown sound."""
    text = " ".join(filter(None, parts))
    return to_words(text.replace(MORE, UNKNOWN).replace(OPPOSITE, UNKNOWN))


if __name__ == "__main__":

    def _prepare() -> tuple[Message, Handler]:
        began = time.perf_counter()
        decoder = _Decoder(*sys.argv[1:])
        return Message(time.perf_counter() - began), decoder.handle

    serve(_prepare)
