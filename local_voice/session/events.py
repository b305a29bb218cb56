"""What the loop tells its watchers: captions, demonstrations, measurements."""

from collections.abc import Callable
from dataclasses import dataclass

from dialogue.engine.events import Event
from dialogue.engine.rendering import to_display_text
from dialogue.engine.reply import RenderedPrompt, Reply
from dialogue.engine.state import State
from local_voice.asr.grammar import GrammarState
from local_voice.asr.interfaces import RecognitionResult

NOTHING_MORE = Reply(())


@dataclass(frozen=True)
class Listens:
    """The gate is open: speak now."""

    state: GrammarState
    ears: bool = True
    """False: only keys and buttons answer."""


@dataclass(frozen=True)
class Understood:
    """One turn of the person, and what it amounts to."""

    text: str
    """Empty for silence, a tap or a key."""
    event: Event
    heard: RecognitionResult | None = None
    """The ear's own account; None where no ear was used."""


@dataclass(frozen=True)
class Says:
    """We are about to say this; told before the first sound."""

    prompts: tuple[RenderedPrompt, ...]
    ready_ms: float
    """From the end of listening to here: decoding, dialogue and synthesis."""
    synthesis_ms: float
    reply: Reply = NOTHING_MORE
    """What the words were made from: what is open, and what was decided."""
    state: State | None = None
    """Where the talk stands after it; None for an apology of ours."""
    turn: int = 0
    """What a tap names, so that it answers this and nothing later."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the prompts."""
        return tuple(prompt.key for prompt in self.prompts)

    @property
    def text(self) -> str:
        """Return the words for the eye: numbers in figures."""
        return to_display_text(self.prompts)


@dataclass(frozen=True)
class TimerRuns:
    """The ice timer was started, or another minute of it has passed."""

    left: float
    """Seconds."""


@dataclass(frozen=True)
class TimerEnded:
    """The ice timer is over, or was cancelled."""

    cancelled: bool


@dataclass(frozen=True)
class Rests:
    """The talk is over, and we wait for the next one."""

    for_wake_phrase: bool
    """False: the microphone is off, only a key or a button wakes us."""


@dataclass(frozen=True)
class VoiceChanged:
    """We speak slower, faster, louder or quieter from here on."""

    rate: int
    """Words a minute; 0 without a voice."""
    volume: float
    """Decibels above or below the usual."""


@dataclass(frozen=True)
class Trouble:
    """Something failed; what the person can do."""

    text: str


@dataclass(frozen=True)
class Ended:
    """The talk is over."""

    disposition: str | None
    rule_id: str | None


Happening = (
    Listens
    | Understood
    | Says
    | TimerRuns
    | TimerEnded
    | Rests
    | VoiceChanged
    | Trouble
    | Ended
)
Watcher = Callable[[Happening], None]
