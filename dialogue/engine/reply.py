"""A reply as prompt keys, and as prompts in words."""

from dataclasses import dataclass

OFFER_STEPS = "offer_steps"
OFFER_TIMER = "timer.offer"
MENU = "reading.menu"


Signs = tuple[tuple[str, tuple[str, ...]], ...]
"""By prompt key, the danger questions whose short names its words hold."""


@dataclass(frozen=True)
class Reply:
    """One turn's answer, as prompt keys; `render_reply` turns it into words."""

    says: tuple[str, ...]
    """Prompt keys in order; `contact` stands for the clinic block."""
    open_prompt: str | None = None
    """The question or offer now open: a question's id, `offer_steps`, `timer.offer`
    or `reading.menu`. None: the reply ends the session."""
    reprompt: tuple[str, ...] = ()
    """The same question after silence; empty when the session ends."""
    disposition: str | None = None
    """The disposition spoken so far."""
    rule_id: str | None = None
    """The rule that decided it."""
    starts_timer: bool = False
    cancels_timer: bool = False
    card: tuple[str, ...] = ()
    """Keys for a written card; only on replies that end the session."""
    signs: Signs = ()
    """What `{sign}` or `{signs}` stands for in its words."""
    month: str = ""
    """What `{month}` stands for in its words: when an earlier session was."""

    @property
    def expects_answer(self) -> bool:
        """Tell whether the session stays open: its reply then ends with a question."""
        return self.open_prompt is not None


@dataclass(frozen=True)
class Text:
    """Plain words."""

    words: str
    written: str = ""
    """The same as it is shown, where it differs: `1835 County Road C West`."""


@dataclass(frozen=True)
class Phone:
    """A phone number, `NNN-NNN-NNNN`."""

    number: str
    spoken: str
    """Digit by digit, in the words of the locale."""


@dataclass(frozen=True)
class EmergencyNumber:
    """The emergency number, spoken digit by digit."""

    number: str
    spoken: str
    """Digit by digit, in the words of the locale."""


Segment = Text | Phone | EmergencyNumber

PROMPT_PAUSE = 300
"""Milliseconds of silence between two prompts of one reply."""


@dataclass(frozen=True)
class RenderedPrompt:
    """One prompt in words: its key, and the segments that its words are made of."""

    key: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class RenderedReply:
    """A reply in words, for one clinic at one moment."""

    prompts: tuple[RenderedPrompt, ...]
    """What is said, clinic variants chosen."""
    reprompt: tuple[RenderedPrompt, ...]
    card: tuple[RenderedPrompt, ...]
