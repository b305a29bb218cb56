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

    end_silence: float
    """Ends an utterance whose text so far is complete."""
    end_silence_open: float
    """Ends any other: the text is empty, odd, or begins a longer phrase."""
    no_input: float
    """After so long nobody has begun."""
    max_utterance: float = 12.0
    """A television must not hold the turn."""


PACES = {
    "quick": EndpointingSettings(0.35, 0.6, 8.0),
    "normal": EndpointingSettings(0.5, 0.9, 8.0),
    "patient": EndpointingSettings(1.0, 1.8, 16.0),
}


class Endpointer:
    """Follows one utterance, frame by frame."""

    def __init__(
        self, settings: EndpointingSettings, is_complete: Callable[[str], bool]
    ) -> None:
        """`is_complete` tells whether a partial text is a whole listed phrase."""
        self._is_complete = is_complete
        self._end = to_frames(settings.end_silence)
        self._end_open = max(self._end, to_frames(settings.end_silence_open))
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
        enough = self._end if self._is_complete(partial) else self._end_open
        if self._silence >= enough:
            return EndpointState.ENDED
        if self._frames - self._began >= self._max:
            return EndpointState.TOO_LONG
        return EndpointState.SPEAKING

    def _wait(self, partial: str) -> EndpointState:
        if sum(self._recent) >= SPEECH_ON or self._is_complete(partial):
            self._began = self._frames
            return EndpointState.SPEAKING
        if self._frames >= self._no_input:
            return EndpointState.NO_INPUT
        return EndpointState.WAITING
