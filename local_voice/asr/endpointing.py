"""Pure timing: the person has begun, has ended, or nobody spoke.

No clock is read: time is the count of frames, so a file decides as a room does.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

FRAME_SAMPLES = 512
"""One frame is 32 ms at 16 kHz."""
SPEECH_ON = 3
SPEECH_WINDOW = 5
"""Speech has begun when 3 of the last 5 frames are speech."""


def frames(seconds: float) -> int:
    """Return how many whole frames fill `seconds`, at least one."""
    return max(1, round(seconds * 16_000 / FRAME_SAMPLES))


class Verdict(Enum):
    """What one more frame tells."""

    WAITING = "waiting"
    SPEAKING = "speaking"
    ENDED = "ended"
    NO_INPUT = "no_input"
    TOO_LONG = "too_long"


FINAL = (Verdict.ENDED, Verdict.NO_INPUT, Verdict.TOO_LONG)


@dataclass(frozen=True)
class Pace:
    """How long we wait for a person, in seconds."""

    end_silence: float
    """Ends an utterance whose text so far is complete."""
    end_silence_open: float
    """Ends any other: the text is empty, odd, or begins a longer phrase."""
    no_input: float
    """After so long nobody has begun."""
    max_utterance: float = 12.0
    """A television must not hold the turn."""

    def waiting(self, seconds: float) -> "Pace":
        """Return this pace with another patience for the first word."""
        return replace(self, no_input=seconds)


PACES = {
    "quick": Pace(0.35, 0.6, 8.0),
    "normal": Pace(0.5, 0.9, 8.0),
    "patient": Pace(1.0, 1.8, 16.0),
}


class Endpointer:
    """Judges one listening, one call a frame."""

    def __init__(self, pace: Pace, is_complete: Callable[[str], bool]) -> None:
        """`is_complete` tells whether a partial text is a whole listed phrase."""
        self._is_complete = is_complete
        self._end = frames(pace.end_silence)
        self._end_open = max(self._end, frames(pace.end_silence_open))
        self._no_input = frames(pace.no_input)
        self._max = frames(pace.max_utterance)
        self._recent: deque[bool] = deque(maxlen=SPEECH_WINDOW)
        self._heard = 0
        self._began: int | None = None
        self._silence = 0
        self.longest_pause = 0
        """Frames of the longest silence inside the utterance."""

    @property
    def speech_seconds(self) -> float:
        """Return how long the utterance lasted, pauses inside included."""
        if self._began is None:
            return 0.0
        length = self.speech_ended_at - self._began + SPEECH_ON
        return max(0, length) * FRAME_SAMPLES / 16_000

    @property
    def speech_ended_at(self) -> int:
        """Return the frame (counted from the gate) after the last one of speech."""
        return self._heard - self._silence

    def feed(self, is_speech: bool, partial: str) -> Verdict:
        """Take one more frame and the recogniser's text so far."""
        self._heard += 1
        self._recent.append(is_speech)
        if self._began is None:
            return self._wait(partial)
        if is_speech:
            self.longest_pause = max(self.longest_pause, self._silence)
            self._silence = 0
        else:
            self._silence += 1
        enough = self._end if self._is_complete(partial) else self._end_open
        if self._silence >= enough:
            return Verdict.ENDED
        if self._heard - self._began >= self._max:
            return Verdict.TOO_LONG
        return Verdict.SPEAKING

    def _wait(self, partial: str) -> Verdict:
        if sum(self._recent) >= SPEECH_ON or self._is_complete(partial):
            self._began = self._heard
            return Verdict.SPEAKING
        if self._heard >= self._no_input:
            return Verdict.NO_INPUT
        return Verdict.WAITING
