"""One listening: sound to an utterance. The loop and `hear` both use it."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, takewhile

from local_voice.asr.endpointing import (
    FINAL,
    FRAME_SAMPLES,
    PACES,
    Endpointer,
    Pace,
    Verdict,
)
from local_voice.asr.grammar import Grammar, Listening
from local_voice.asr.interfaces import UNKNOWN, RecognitionResult, Recognizer
from local_voice.asr.vad import Detector
from local_voice.audio.interfaces import AudioChunk, Microphone
from local_voice.audio.pcm import SAMPLE_RATE

FRAME_BYTES = FRAME_SAMPLES * 2
NOISE_RESTARTS = 2
"""So often speech that turns out to be nothing is forgiven within one listening."""
LEAST_REMAINING = 3.0
"""Seconds of patience that are left after such a noise."""
SLOWER_AFTER_PAUSE = 0.35
SLOWER_AFTER = 2
"""After two utterances with such a pause inside, in seconds, we wait longer."""


@dataclass(frozen=True)
class Utterance:
    """What one listening came to."""

    text: str
    """Empty: nobody spoke."""
    heard: RecognitionResult | None = None
    early: bool = False
    """It began while we were still speaking, so its beginning may be missing."""
    pcm: bytes = b""
    """Its sound, for judging levels; nobody keeps it."""
    seconds: float = 0.0
    """How long it lasted, pauses inside included."""
    ended_at: float = 0.0
    """When it was clear that it had ended, in seconds of `time.perf_counter`."""


@dataclass(frozen=True)
class _Frame:
    at: int
    pcm: bytes
    is_speech: bool


@dataclass(frozen=True)
class _Stretch:
    verdict: Verdict
    pcm: bytes
    seconds: float
    speech: float
    """Seconds of speech in it, pauses inside included."""


class AudioListener:
    """Listens through a microphone, with a fresh recogniser each time."""

    def __init__(
        self,
        microphone: Microphone,
        recognizer: Recognizer,
        grammars: Mapping[Listening, Grammar],
        detector: Callable[[], Detector],
        *,
        pace: str = "normal",
        tail: float = 0.0,
        answer_time: float | None = None,
    ) -> None:
        """`tail` is how long our own voice hangs in the room, in seconds.

        `answer_time` is how long nobody needs to begin, instead of the pace's.
        """
        self._microphone = microphone
        self._recognizer = recognizer
        self._grammars = grammars
        self._detector = detector
        self._pace = pace
        self._tail = round(tail * SAMPLE_RATE)
        self._grammar = grammars[Listening.ANSWER]
        self._answer_time = answer_time
        self._pauses = 0

    def prepare(self, state: Listening) -> None:
        """Aim the ear; done while we still speak, so that nobody waits for it."""
        self._grammar = self._grammars[state]
        self._aim()

    def _aim(self) -> None:
        self._recognizer.begin(self._grammar.spellings, self._grammar.decoys)

    def listen(
        self,
        from_sample: int,
        patience: float | None = None,
        interrupted: Callable[[], bool] = lambda: False,
        ended_by_hand: Callable[[], bool] = lambda: False,
    ) -> Utterance | None:
        """Return what is said after `from_sample`, None when interrupted.

        `patience` is how many seconds nobody needs to speak, instead of the pace's;
        `ended_by_hand` tells that the person has shown the end of the utterance.
        """
        pace = PACES[self._pace]
        patience = patience or self._answer_time
        pace = pace.waiting(patience) if patience else pace
        frames = self._frames(from_sample, interrupted)
        held, first = _split(frames, from_sample + self._tail)
        running_on = _running_on(held)
        early = bool(held) and len(running_on) == len(held)
        frames = chain(running_on, first, frames)
        left = pace.no_input
        for restarts in range(NOISE_RESTARTS + 1):
            if restarts:
                self._aim()
            one = self._one(frames, pace.waiting(left), ended_by_hand)
            if interrupted():
                return None
            ended = time.perf_counter()
            heard = self._recognizer.finish()
            if one.verdict is not Verdict.NO_INPUT and heard.text:
                return Utterance(heard.text, heard, early, one.pcm, one.speech, ended)
            if one.verdict is Verdict.NO_INPUT:
                break
            # A cough or a door: not an answer, not a miss.
            left = max(LEAST_REMAINING, left - one.seconds)
        else:
            # Again and again is somebody who says something we do not know.
            return Utterance(UNKNOWN, heard, early, one.pcm, one.speech, ended)
        return Utterance("", heard, ended_at=ended)

    def _one(
        self, frames: Iterator[_Frame], pace: Pace, ended_by_hand: Callable[[], bool]
    ) -> _Stretch:
        """Return the next frames up to the end of an utterance, or of our patience."""
        endpointer = Endpointer(pace, self._grammar.is_complete)
        verdict, pcm, count = Verdict.WAITING, bytearray(), 0
        for frame in frames:
            count += 1
            pcm += frame.pcm
            partial = self._recognizer.feed(frame.pcm)
            verdict = endpointer.feed(frame.is_speech, partial)
            if verdict is Verdict.SPEAKING and ended_by_hand():
                verdict = Verdict.ENDED
            if verdict in FINAL:
                break
        else:
            # A recording has ended: so has whoever speaks in it.
            waiting = verdict is Verdict.WAITING
            verdict = Verdict.NO_INPUT if waiting else Verdict.ENDED
        self._note_pause(endpointer.longest_pause)
        seconds = count * FRAME_SAMPLES / SAMPLE_RATE
        return _Stretch(verdict, bytes(pcm), seconds, endpointer.speech_seconds)

    def _note_pause(self, longest: int) -> None:
        """Grow more patient with somebody who pauses inside an answer."""
        if longest * FRAME_SAMPLES / SAMPLE_RATE > SLOWER_AFTER_PAUSE:
            self._pauses += 1
        if self._pauses == SLOWER_AFTER:
            names = list(PACES)
            self._pace = names[min(names.index(self._pace) + 1, len(names) - 1)]
            self._pauses = 0

    def _frames(
        self, from_sample: int, interrupted: Callable[[], bool]
    ) -> Iterator[_Frame]:
        """Yield judged frames from `from_sample` on; what came before is dropped."""
        is_speech = self._detector()
        waiting, at = bytearray(), from_sample
        for block in self._microphone.blocks():
            if interrupted():
                return
            waiting += _after(block, from_sample)
            while len(waiting) >= FRAME_BYTES:
                pcm = bytes(waiting[:FRAME_BYTES])
                del waiting[:FRAME_BYTES]
                yield _Frame(at, pcm, is_speech(pcm) or block.spoken)
                at += FRAME_SAMPLES


def _after(block: AudioChunk, sample: int) -> bytes:
    """Return the part of `block` that lies at or after `sample`."""
    return block.pcm[max(0, sample - block.at) * 2 :]


def _running_on(held: list[_Frame]) -> list[_Frame]:
    """Return the frames of speech that runs on from the tail into the open gate."""
    return list(takewhile(lambda f: f.is_speech, reversed(held)))[::-1]


def _split(frames: Iterator[_Frame], until: int) -> tuple[list[_Frame], list[_Frame]]:
    """Return the frames before `until`, and the one that was taken beyond them."""
    held: list[_Frame] = []
    for frame in frames:
        if frame.at >= until:
            return held, [frame]
        held.append(frame)
    return held, []
