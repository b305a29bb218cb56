"""Listens to a microphone for one utterance: VAD, endpointing and recogniser together.

Moments are samples of the microphone's clock, times are seconds. Raises DeviceLost,
RecognizerError, RecognizerUnavailable.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from itertools import chain, takewhile

from local_voice.asr import endpointing, other_speeds
from local_voice.asr.endpointing import Completeness
from local_voice.asr.grammar import Grammar, GrammarState
from local_voice.asr.interfaces import (
    UNKNOWN,
    RecognitionResult,
    Recognizer,
    RecognizerError,
)
from local_voice.asr.speaker_level import SpeakerLevel
from local_voice.asr.vad import Detector
from local_voice.audio.interfaces import Microphone
from local_voice.audio.pcm import SAMPLE_RATE

FRAME_BYTES = endpointing.FRAME_SAMPLES * 2
FED_AT_ONCE = 8 * FRAME_BYTES
"""Bytes, a quarter of a second: a whole utterance may take the engine longer than it
is given on a busy computer."""
NOISE_RESTARTS = 2
"""So often speech that comes to nothing is forgiven within one utterance."""
LEAST_REMAINING = 3.0
"""Seconds to begin that are left after such a noise."""
BEFORE_SPEECH = 0.5
"""Seconds of the room that a second look has before the speech."""
SLOWER_AFTER_PAUSE = 0.35
SLOWER_AFTER = 2
"""After two utterances with such a pause inside, in seconds, the pace is slower."""


@dataclass(frozen=True)
class Utterance:
    """What was said, or that nobody spoke."""

    text: str
    """Empty: nobody spoke."""
    result: RecognitionResult | None = None
    early: bool = False
    """It began while we were still speaking, so its beginning may be missing."""
    pcm: bytes = b""
    """Its audio, for levels and own sounds; it is in memory only."""
    seconds: float = 0.0
    """Seconds that it lasted, pauses inside included."""
    ended_at: float = 0.0
    """When it was clear that it had ended, in seconds of `time.perf_counter`."""
    spoken_until: int | None = None
    """The sample of the microphone's clock behind its last speech, where known."""


@dataclass(frozen=True)
class _Frame:
    at: int
    pcm: bytes
    is_speech: bool


@dataclass(frozen=True)
class _Stretch:
    state: endpointing.EndpointState
    pcm: bytes
    seconds: float
    speech: float
    """Seconds of speech in it, pauses inside included."""
    spoken_until: int
    """The sample behind the last speech."""
    began: int
    """The sample of the microphone's clock that it begins with."""

    @property
    def spoken(self) -> bytes:
        """Return the audio from shortly before the speech on."""
        ended = self.spoken_until - self.began
        first = ended - round((self.speech + BEFORE_SPEECH) * SAMPLE_RATE)
        return self.pcm[2 * max(0, first) :]


@dataclass
class AudioListener:
    """Listens through a microphone, one utterance a call."""

    microphone: Microphone
    recognizer: Recognizer
    grammars: Mapping[GrammarState, Grammar]
    detector: Callable[[], Detector]
    _: KW_ONLY
    pace: str = "normal"
    tail: float = 0.0
    """Seconds that our own voice hangs in the room."""
    answer_time: float | None = None
    """Seconds that a person has to begin, in place of the pace's."""
    _pauses: int = 0
    _level: SpeakerLevel = field(default_factory=SpeakerLevel)

    def __post_init__(self) -> None:
        self._grammar = self.grammars[GrammarState.ANSWER]

    def prepare(self, state: GrammarState) -> None:
        """Set the grammar; done while we still speak, so that nobody waits for it."""
        self._grammar = self.grammars[state]
        self._begin()

    def _begin(self) -> None:
        heard = self._grammar
        self.recognizer.begin(heard.spellings, heard.decoys, heard.graph)

    def listen(
        self,
        from_sample: int,
        patience: float | None = None,
        interrupted: Callable[[], bool] = lambda: False,
        ended_by_hand: Callable[[], bool] = lambda: False,
    ) -> Utterance | None:
        """Return what is said after `from_sample`, None when interrupted.

        `patience` is how many seconds a person has to begin, in place of the pace's;
        `ended_by_hand` tells that a key or button ended the utterance.
        """
        settings = endpointing.PACES[self.pace]
        frames = self._frames(from_sample, interrupted)
        tail, first = _split(frames, from_sample + round(self.tail * SAMPLE_RATE))
        # Speech that runs on to the end of our tail belongs to the utterance.
        running_on = list(takewhile(lambda f: f.is_speech, reversed(tail)))[::-1]
        early = bool(tail) and len(running_on) == len(tail)
        frames = chain(running_on, first, frames)
        left = patience or self.answer_time or settings.no_input
        faint: Utterance | None = None
        for restarts in range(NOISE_RESTARTS + 1):
            if restarts:
                self._begin()
            within = replace(settings, no_input=left)
            stretch = self._take_stretch(frames, within, ended_by_hand)
            if interrupted():
                return None
            ended = time.perf_counter()
            result = self.recognizer.finish()
            if stretch.state is endpointing.EndpointState.NO_INPUT:
                break
            utterance = self._build_utterance(result, stretch, ended, early=early)
            if not utterance.text:
                # A cough or a door: not an answer, not a miss.
                left = max(LEAST_REMAINING, left - stretch.seconds)
            elif not self._may_be_behind(utterance):
                self._learn_level(utterance)
                return utterance
            elif faint:
                break
            else:
                faint, left = utterance, LEAST_REMAINING
        else:
            if not faint:
                # Again and again is somebody who says something we do not know.
                return replace(utterance, text=UNKNOWN)
        if faint:
            # Nobody spoke up, so it may have been the person: it is asked about.
            self._level.forget()
            text = f"{faint.text} {UNKNOWN}"
            return replace(faint, text=text, ended_at=ended)
        return Utterance("", result, ended_at=ended)

    def _build_utterance(
        self, result: RecognitionResult, stretch: _Stretch, ended: float, *, early: bool
    ) -> Utterance:
        result = self._leave_out_others(result, stretch.pcm)
        result = self._look_again(result, stretch)
        return Utterance(
            self._grammar.settle(result),
            result,
            early,
            stretch.pcm,
            stretch.speech,
            ended,
            stretch.spoken_until,
        )

    def _leave_out_others(
        self, result: RecognitionResult, pcm: bytes
    ) -> RecognitionResult:
        """Return what the person said where what is heard beside it is much fainter.

        The phrases of the loudest part must be those of the whole, since "no" is not
        "no idea". Where the whole has none, one counts from far away alone. Where words
        that nobody listens for were heard rather than unknown sound, they are left out
        only in front of a phrase: behind it, "door" may be a "wait, no".
        """
        unknown = UNKNOWN in result.text.split()
        if not (unknown or self._is_no_phrase(result.text)):
            return result
        known = self._grammar.find_phrases(result.text)
        for near in self._level.list_near(pcm):
            if not (known or (unknown and near.is_far)):
                break
            again = self._decode(near.pcm)
            found = self._grammar.find_phrases(again.text)
            counts = unknown or result.text.endswith(f" {again.text}")
            if counts and again.text in found and found == (known or found):
                return again
        return result

    def _is_no_phrase(self, text: str) -> bool:
        """Tell whether what a graph heard is no phrase as a whole."""
        by_graph = bool(self._grammar.graph and text)
        return by_graph and not self._grammar.get_meaning(text)

    def _look_again(
        self, result: RecognitionResult, stretch: _Stretch
    ) -> RecognitionResult:
        """Return what `result` becomes by second looks at other speeds.

        Without a graph a look takes too long. What our prompts invite counts at once,
        a plain yes or no with it, since looks lose some of it; and so does what is
        urgent. A look that ends the engine says nothing.
        """
        if (
            not self._grammar.graph
            or self._grammar.counts_at_once(result.text)
            or (result.own and result.own.name)
            or stretch.speech > other_speeds.MOST_SECONDS
        ):
            return result
        spent = [result.ms]

        def look(speed: float) -> RecognitionResult:
            seen = self._decode(other_speeds.change_speed(stretch.spoken, speed))
            spent.append(seen.ms)
            return seen

        looks = map(look, other_speeds.SPEEDS)
        try:
            found = other_speeds.look_again(result, looks, self._grammar.get_meaning)
        except RecognizerError:
            return result
        return replace(found, own=result.own, ms=sum(spent))

    def _decode(self, pcm: bytes) -> RecognitionResult:
        self._begin()
        for start in range(0, len(pcm), FED_AT_ONCE):
            self.recognizer.feed(pcm[start : start + FED_AT_ONCE])
        return self.recognizer.finish()

    def _may_be_behind(self, utterance: Utterance) -> bool:
        """Tell whether a plain yes or no is too faint to be taken at once.

        Anything else counts however faint it is: a call for help most of all.
        """
        is_plain = self._grammar.get_completeness(utterance.text) is Completeness.PLAIN
        return is_plain and self._level.is_faint(utterance.pcm)

    def _learn_level(self, utterance: Utterance) -> None:
        """Learn how loud the person is from a text that holds nothing else."""
        if UNKNOWN not in utterance.text.split():
            self._level.note(utterance.pcm)

    def _take_stretch(
        self,
        frames: Iterator[_Frame],
        settings: endpointing.EndpointingSettings,
        ended_by_hand: Callable[[], bool],
    ) -> _Stretch:
        """Take frames up to the end of an utterance, or of the time for it."""
        began = 0
        endpointer = endpointing.Endpointer(settings, self._grammar.get_completeness)
        state, pcm, count = endpointing.EndpointState.WAITING, bytearray(), 0
        for frame in frames:
            began = frame.at if not count else began
            count += 1
            pcm += frame.pcm
            partial = self.recognizer.feed(frame.pcm)
            state = endpointer.feed(frame.is_speech, partial)
            if state is endpointing.EndpointState.SPEAKING and ended_by_hand():
                state = endpointing.EndpointState.ENDED
            if state in endpointing.FINAL:
                break
        else:
            # A recording has ended: so has whoever speaks in it.
            waiting = state is endpointing.EndpointState.WAITING
            state = (
                endpointing.EndpointState.NO_INPUT
                if waiting
                else endpointing.EndpointState.ENDED
            )
        self._note_pause(endpointer.longest_pause)
        seconds = count * endpointing.FRAME_SAMPLES / SAMPLE_RATE
        spoken_until = began + endpointer.speech_ended_at * endpointing.FRAME_SAMPLES
        speech = endpointer.speech_seconds
        return _Stretch(state, bytes(pcm), seconds, speech, spoken_until, began)

    def _note_pause(self, longest: int) -> None:
        """Grow more patient with somebody who pauses inside an answer."""
        if longest * endpointing.FRAME_SAMPLES / SAMPLE_RATE > SLOWER_AFTER_PAUSE:
            self._pauses += 1
        if self._pauses == SLOWER_AFTER:
            names = list(endpointing.PACES)
            self.pace = names[min(names.index(self.pace) + 1, len(names) - 1)]
            self._pauses = 0

    def _frames(
        self, from_sample: int, interrupted: Callable[[], bool]
    ) -> Iterator[_Frame]:
        """Yield frames with the VAD's decision from `from_sample` on."""
        is_speech = self.detector()
        waiting, at = bytearray(), from_sample
        for block in self.microphone.blocks():
            if interrupted():
                return
            waiting += block.pcm[max(0, from_sample - block.at) * 2 :]
            while len(waiting) >= FRAME_BYTES:
                pcm = bytes(waiting[:FRAME_BYTES])
                del waiting[:FRAME_BYTES]
                yield _Frame(at, pcm, is_speech(pcm) or block.spoken)
                at += endpointing.FRAME_SAMPLES


def _split(frames: Iterator[_Frame], until: int) -> tuple[list[_Frame], list[_Frame]]:
    """Return the frames before `until`, and the one that was taken beyond them."""
    tail: list[_Frame] = []
    for frame in frames:
        if frame.at >= until:
            return tail, [frame]
        tail.append(frame)
    return tail, []
