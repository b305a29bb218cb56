"""Session events, which a session publishes, and input events, which it receives."""

import queue
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from dialogue.engine import events
from dialogue.engine.events import Event
from dialogue.engine.rendering import to_display_text
from dialogue.engine.reply import RenderedPrompt, Reply
from dialogue.engine.state import State
from dialogue.understanding.keys import NAMED_EVENTS
from local_voice.asr.grammar import GrammarState
from local_voice.asr.interfaces import RecognitionResult
from local_voice.tts.speech import VoiceAdjustment

EMPTY_REPLY = Reply(())


class SessionState(Enum):
    """What a session does just now."""

    IDLE = "idle"
    """Before and after an interview, and in standby."""
    LISTENING = "listening"
    PROCESSING = "processing"
    RESPONDING = "responding"


class SessionEvent:
    """What a session publishes."""

    begins: ClassVar[SessionState | None] = None
    """The state that the session is in from here on; None: no other than before."""


@dataclass(frozen=True)
class ListeningStarted(SessionEvent):
    """The person may speak now."""

    begins: ClassVar = SessionState.LISTENING
    state: GrammarState
    by_microphone: bool = True
    """False: only keys and buttons answer."""


@dataclass(frozen=True)
class UserTurnEnded(SessionEvent):
    """One turn of the person, and what it amounts to."""

    begins: ClassVar = SessionState.PROCESSING
    text: str
    """Empty for silence, a key or a button."""
    event: Event
    result: RecognitionResult | None = None
    """The recogniser's own account; None where none was used."""
    by: str = ""
    """The person's own sound that decided, by the name of its answer."""


@dataclass(frozen=True)
class ResponseStarted(SessionEvent):
    """A reply is ready; published before its first sound."""

    begins: ClassVar = SessionState.RESPONDING
    prompts: tuple[RenderedPrompt, ...]
    ready_ms: float
    """From the end of listening to here: decoding, dialogue and synthesis."""
    synthesis_ms: float
    reply: Reply = EMPTY_REPLY
    """What the words were made from: what is open, and what was decided."""
    state: State | None = None
    """Where the interview stands after it; None for words beside the interview."""
    turn: int = 0
    """What an input event names, so that it answers this and nothing later."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the prompts."""
        return tuple(prompt.key for prompt in self.prompts)

    @property
    def text(self) -> str:
        """Return the words for the eye: numbers in figures."""
        return to_display_text(self.prompts)


@dataclass(frozen=True)
class TimerUpdated(SessionEvent):
    """The ice timer was started, or another minute of it has passed."""

    left: float
    """Seconds."""


@dataclass(frozen=True)
class TimerEnded(SessionEvent):
    """The ice timer is over, or was cancelled."""

    cancelled: bool


@dataclass(frozen=True)
class StandbyStarted(SessionEvent):
    """The session is over and waits for the next one."""

    begins: ClassVar = SessionState.IDLE
    for_wake_phrase: bool
    """False: the microphone is off, only a key or a button wakes it."""


@dataclass(frozen=True)
class OwnSoundsChanged(SessionEvent):
    """A person's own sounds are heard from here on, or cannot be any more."""

    in_use: bool


@dataclass(frozen=True)
class VoiceChanged(SessionEvent):
    """Our speech is slower, faster, louder or quieter from here on."""

    rate: int
    """Words a minute; 0 without a voice."""
    volume: float
    """Decibels above or below the usual."""


@dataclass(frozen=True)
class SessionWarning(SessionEvent):
    """Something failed; what the person can do."""

    text: str


@dataclass(frozen=True)
class SessionEnded(SessionEvent):
    """The interview is over."""

    begins: ClassVar = SessionState.IDLE
    disposition: str | None
    rule_id: str | None


EventListener = Callable[[SessionEvent], None]


class PushToTalk(Enum):
    """Silences us and opens the microphone; again: the utterance is over."""

    PRESSED = "pressed"


InputEvent = Event | VoiceAdjustment | PushToTalk
NAMED_INPUTS: Mapping[str, InputEvent] = {
    **NAMED_EVENTS,
    "start": events.Begin(),
    **{adjustment.value: adjustment for adjustment in VoiceAdjustment},
}
"""What buttons, keys and switches can do, by name; `start` wakes us from standby."""
InputQueue = queue.Queue[InputEvent | None]
"""From keys, switches, buttons, a page and signals; None where the person hangs up."""
