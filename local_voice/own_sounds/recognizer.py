"""A recogniser that also knows a person's own sounds, judged beside its own decoding.

It is a recogniser as any other, so listening needs to know nothing of it.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

from local_voice.asr.interfaces import (
    UNKNOWN,
    RecognitionResult,
    Recognizer,
    SoundMatch,
)
from local_voice.asr.vad import Detector
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.own_sounds.matcher_process import MatcherProcess
from local_voice.own_sounds.onset import REMEMBERED, SoundDetector

JUDGED_SECONDS = 6
"""The end of an utterance that is judged: a sound, its pause, and some of the room."""
JUDGED_BYTES = 2 * SAMPLE_RATE * JUDGED_SECONDS
FAILED = SoundMatch(0, "", is_sure=False, above_room=0.0)
"""Stands for a child that failed: nothing was heard, so nothing counts."""


class OwnSoundRecognizer:
    """Decodes by the recogniser given, and judges the same audio in another child."""

    def __init__(self, recognizer: Recognizer, matcher: MatcherProcess) -> None:
        """Begin to judge as soon as `attend` is entered."""
        self._recognizer, self._matcher = recognizer, matcher
        self._heard: deque[bytes] = deque()
        self._bytes = 0
        self._room: deque[float] = deque(maxlen=REMEMBERED)
        self._attends = self._takes_any = False
        self._pool = ThreadPoolExecutor(1, "own-sounds")

    @property
    def is_lost(self) -> bool:
        """Tell whether the own sounds cannot be judged any more."""
        return self._matcher.is_lost

    @contextmanager
    def attend(self, *, takes_any: bool = False) -> Iterator[None]:
        """Judge what is heard inside; with `takes_any` every sound is an utterance.

        Outside, as in standby, it is the recogniser given and nothing more.
        """
        self._attends, self._takes_any = not self.is_lost, takes_any
        try:
            yield
        finally:
            self._attends = self._takes_any = False

    def wrap_detector(self, build: Callable[[], Detector]) -> Callable[[], Detector]:
        """Return what builds a VAD that takes any sound, while we attend."""

        def build_wrapped() -> Detector:
            detector = build()
            return SoundDetector(detector, self._room) if self._attends else detector

        return build_wrapped

    def begin(
        self, phrases: Sequence[str], decoys: Sequence[str] = (), graph: str = ""
    ) -> None:
        """Begin an utterance."""
        self._heard.clear()
        self._bytes = 0
        self._recognizer.begin(phrases, decoys, graph)

    def feed(self, pcm: bytes) -> str:
        """Take more audio and return the text so far."""
        self._heard.append(pcm)
        self._bytes += len(pcm)
        while self._bytes - len(self._heard[0]) > JUDGED_BYTES:
            self._bytes -= len(self._heard.popleft())
        return self._recognizer.feed(pcm)

    def finish(self) -> RecognitionResult:
        """End the utterance; return its text, and what it is among the own sounds."""
        if not self._attends:
            return self._recognizer.finish()
        judged: Future[SoundMatch | None]
        judged = self._pool.submit(self._matcher.judge, b"".join(self._heard))
        try:
            result = self._recognizer.finish()
        finally:
            match = judged.result()
        if self.is_lost:
            return result
        match = match or FAILED
        is_utterance = bool(match.name) or (self._takes_any and match.pieces > 0)
        # What is a sound to this person is no cough to be passed over.
        text = result.text or (UNKNOWN if is_utterance else "")
        return replace(result, text=text, own=match)

    def close(self) -> None:
        """End both children."""
        self._pool.shutdown(wait=True)
        self._matcher.close()
        self._recognizer.close()
