"""Endpointing: decides when an utterance begins, when it ends, and when nobody speaks.

Time is the count of frames (32 ms), so that a file decides as a live microphone does;
settings are in seconds.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

FRAME_SAMPLES = 512
"""Samples of a frame: 32 ms at 16 kHz."""
SPEECH_ON = 3
SPEECH_WINDOW = 5
"""Speech has begun when 3 of the last 5 frames are speech."""


def to_frames(seconds: float) -> int:
    """Return how many whole frames fill `seconds`, at least one."""
    return max(1, round(seconds * 16_000 / FRAME_SAMPLES))


class EndpointState(Enum):
    """Where an utterance stands after one more frame."""

    WAITING = "waiting"
    SPEAKING = "speaking"
    ENDED = "ended"
    NO_INPUT = "no_input"
    TOO_LONG = "too_long"


FINAL = (EndpointState.ENDED, EndpointState.NO_INPUT, EndpointState.TOO_LONG)


@dataclass(frozen=True)
class EndpointingSettings:
    """How long a person is waited for, in seconds."""

    end_silence_plain: float
    """Ends an utterance that is a plain yes or no so far."""
    end_silence: float
    """Ends any other whose text so far is complete."""
    end_silence_open: float
    """Ends what is not: the text is empty, odd, or begins a longer phrase."""
    no_input: float
    """After so long nobody has begun."""
    max_utterance: float = 12.0
    """A television must not hold the turn."""


PACES = {
    "quick": EndpointingSettings(0.32, 0.35, 0.6, 8.0),
    "normal": EndpointingSettings(0.35, 0.5, 0.9, 8.0),
    "patient": EndpointingSettings(1.0, 1.0, 1.8, 16.0),
}


class Completeness(Enum):
    """What a text so far is."""

    OPEN = "open"
    """Empty, odd, or the beginning of something longer."""
    WHOLE = "whole"
    """A whole listed phrase."""
    PLAIN = "plain"
    """A plain yes or no."""


class Endpointer:
    """Follows one utterance, frame by frame."""

    def __init__(
        self,
        settings: EndpointingSettings,
        get_completeness: Callable[[str], Completeness],
    ) -> None:
        """`get_completeness` tells what a partial text is."""
        self._get_completeness = get_completeness
        plain, whole = map(
            to_frames, (settings.end_silence_plain, settings.end_silence)
        )
        self._enough = {
            Completeness.PLAIN: plain,
            Completeness.WHOLE: whole,
            Completeness.OPEN: max(whole, to_frames(settings.end_silence_open)),
        }
        self._no_input = to_frames(settings.no_input)
        self._max = to_frames(settings.max_utterance)
        self._recent: deque[bool] = deque(maxlen=SPEECH_WINDOW)
        self._frames = 0
        self._began: int | None = None
        self._silence = 0
        self.longest_pause = 0
        """Frames of the longest silence inside the utterance."""

    @property
    def speech_seconds(self) -> float:
        """Return how long the utterance lasted in seconds, pauses inside included."""
        if self._began is None:
            return 0.0
        length = self.speech_ended_at - self._began + SPEECH_ON
        return max(0, length) * FRAME_SAMPLES / 16_000

    @property
    def speech_ended_at(self) -> int:
        """Return the frame after the last one of speech, counted from the first fed."""
        return self._frames - self._silence

    def feed(self, is_speech: bool, partial: str) -> EndpointState:
        """Take one more frame and the text so far; return the new state."""
        self._frames += 1
        self._recent.append(is_speech)
        if self._began is None:
            return self._wait(partial)
        if is_speech:
            self.longest_pause = max(self.longest_pause, self._silence)
        self._silence = 0 if is_speech else self._silence + 1
        if self._silence >= self._enough[self._get_completeness(partial)]:
            return EndpointState.ENDED
        if self._frames - self._began >= self._max:
            return EndpointState.TOO_LONG
        return EndpointState.SPEAKING

    def _wait(self, partial: str) -> EndpointState:
        is_open = self._get_completeness(partial) is Completeness.OPEN
        if sum(self._recent) >= SPEECH_ON or not is_open:
            self._began = self._frames
            return EndpointState.SPEAKING
        if self._frames >= self._no_input:
            return EndpointState.NO_INPUT
        return EndpointState.WAITING
