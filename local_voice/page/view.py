"""The view of the page: what it shows after each session event (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from dialogue.content.content import Content
from dialogue.engine.care_steps import list_care_lines
from dialogue.engine.events import Event, NoInput, NoMatch
from dialogue.engine.protocol import Answer, Urgency
from dialogue.engine.rendering import render_reply
from dialogue.engine.reply import (
    MENU,
    Phone,
    RenderedPrompt,
    Reply,
    Segment,
    Text,
)
from dialogue.engine.state import State
from dialogue.understanding.asked import OFFERS
from local_voice.session.captions import show_heard
from local_voice.session.events import (
    NAMED_INPUTS,
    ListeningStarted,
    ResponseStarted,
    SessionEnded,
    SessionEvent,
    SessionWarning,
    StandbyStarted,
    TimerEnded,
    TimerUpdated,
    UserTurnEnded,
)

QUESTION = ("yes", "no", "unsure", "repeat", "back", "help", "stop")
OFFER = ("yes", "no", "repeat", "back", "help", "stop")
UNSHOWN = {"rest.by_key", "rest.by_phrase", "close.stop"}
"""What is said after an interview takes the place of no advice."""
STANDBY = ("start",)
VOICE = ("slower", "faster", "quieter", "louder")
READING = ("next", "repeat", "back", "help", "stop")


@dataclass(frozen=True)
class Span:
    """A stretch of one line."""

    text: str
    tel: str = ""
    """Digits to dial, where this is a number."""


Line = tuple[Span, ...]


@dataclass(frozen=True)
class ShownPrompt:
    """One prompt of a reply."""

    line: Line
    main: bool
    """It stands out: the question, or the step that is read."""


@dataclass(frozen=True)
class Step:
    """One care line."""

    line: Line
    now: bool
    """It is being read."""


@dataclass(frozen=True)
class View:
    """Everything that the page shows: the newest reply, and nothing before it."""

    turn: int = 0
    """What a press has to name; it counts for this turn only."""
    phase: str = "starting"
    """`starting`, `speaking`, `listening`, `waiting` (nobody listens), `ended`,
    `resting`, or `asleep` where the wake phrase is listened for."""
    tone: str = "calm"
    """`calm`, `urgent` or `emergency`."""
    said: tuple[ShownPrompt, ...] = ()
    asked: Line = ()
    """An offer at the end of advice: it stands beside its buttons, never out of sight
    below long words."""
    buttons: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    you: str = ""
    """What the person did last, in words."""
    numbers: Line = ()
    """The clinic's numbers that were said, while nothing speaks against them."""
    trouble: str = ""
    timer_ends: float | None = None
    """When the ice is over, in seconds of the caller's clock."""
    voice: bool = False
    """There is a voice, which can be made slower or louder."""

    @property
    def pressable(self) -> tuple[str, ...]:
        """Return every button that counts now."""
        adjustable = self.voice and self.buttons and self.buttons != STANDBY
        return (*self.buttons, *VOICE) if adjustable else self.buttons

    def to_json(self, now: float) -> dict[str, Any]:
        """Return the view for the page: of the timer, what is left at `now`."""
        shown = asdict(self)
        ends = shown.pop("timer_ends")
        shown["timer"] = None if ends is None else max(0.0, ends - now)
        return {**shown, "buttons": self.pressable}


def update_view(
    view: View, session_event: SessionEvent, content: Content, now: float
) -> View:
    """Return the view after an event at `now`, in seconds of the caller's clock."""
    match session_event:
        case ResponseStarted():
            return _show_response(view, session_event, content)
        case ListeningStarted(by_microphone=by_microphone):
            return replace(view, phase="listening" if by_microphone else "waiting")
        case UserTurnEnded(text, event):
            return replace(
                view, you=_describe_turn(text, event, content.prompts), trouble=""
            )
        case TimerUpdated(left):
            return replace(view, timer_ends=now + left)
        case TimerEnded():
            return replace(view, timer_ends=None)
        case StandbyStarted(for_phrase):
            phase = "asleep" if for_phrase else "resting"
            return replace(view, phase=phase, buttons=STANDBY)
        case SessionWarning(text):
            return replace(view, trouble=text)
        case SessionEnded():
            return replace(view, phase="ended", buttons=(), trouble="")
    return view


def _show_response(view: View, response: ResponseStarted, content: Content) -> View:
    reply, state = response.reply, response.state
    over = view.phase in ("ended", "resting", "asleep")
    if state is None and over and set(response.keys) <= UNSHOWN:
        return view
    steps = _build_steps(reply, state, content) if state else view.steps
    said, asked = _split_offer(response, steps, content)
    tone = _get_tone(reply, content) if state else view.tone
    segments = (s for prompt in response.prompts for s in prompt.segments)
    phones = (_to_span(segment) for segment in segments if isinstance(segment, Phone))
    numbers = tuple(dict.fromkeys(phones))
    kept = view.numbers if state and state.disposition else ()
    return replace(
        view,
        turn=response.turn or view.turn,
        phase="speaking",
        tone=tone,
        said=said,
        asked=asked,
        buttons=_get_buttons(reply, content)
        if state or reply.open_prompt
        else view.buttons,
        steps=steps,
        numbers=(numbers or kept) if tone == "calm" else (),
    )


def _split_offer(
    response: ResponseStarted, steps: Sequence[Step], content: Content
) -> tuple[tuple[ShownPrompt, ...], Line]:
    """Return the prompts and the offer that ends them, if one does.

    A step that is read stands out; else a question, or what is said last.
    """
    lines = [_to_line(prompt) for prompt in response.prompts]
    open_prompt = response.reply.open_prompt
    offers = open_prompt is not None and open_prompt not in content.protocol.question
    asked = lines.pop() if offers and len(lines) > 1 else ()
    read = {step.line for step in steps if step.now}.intersection(lines)
    last = None if asked and len(lines) > 1 else len(lines) - 1
    said = (
        ShownPrompt(line, line in read if read else number == last)
        for number, line in enumerate(lines)
    )
    return tuple(said), asked


def _to_line(prompt: RenderedPrompt) -> Line:
    return tuple(map(_to_span, prompt.segments))


def _to_span(segment: Segment) -> Span:
    if isinstance(segment, Text):
        return Span(segment.written or segment.words)
    return Span(segment.number, "".join(d for d in segment.number if d.isdecimal()))


def _get_buttons(reply: Reply, content: Content) -> tuple[str, ...]:
    if reply.open_prompt is None:
        return ()
    if reply.open_prompt == MENU:
        return READING
    return QUESTION if reply.open_prompt in content.protocol.question else OFFER


def _get_tone(reply: Reply, content: Content) -> str:
    disposition = content.protocol.disposition.get(reply.disposition or "")
    if disposition is None or disposition.urgency not in (
        Urgency.EMERGENCY,
        Urgency.URGENT,
    ):
        return "calm"
    return "emergency" if disposition.urgency is Urgency.EMERGENCY else "urgent"


def _build_steps(
    reply: Reply, state: State | None, content: Content
) -> tuple[Step, ...]:
    """Return the care list once it is read, what is read now marked."""
    if state is None or state.reading is None or state.disposition is None:
        return ()
    # While a question waits before the next chunk, nothing is being read.
    reads = reply.open_prompt in OFFERS
    return tuple(
        Step(
            _render_care_line(c.key, content),
            reads and c.chunk == state.reading,
        )
        for c in list_care_lines(content.protocol, state)
    )


def _render_care_line(key: str, content: Content) -> Line:
    rendered = render_reply(Reply((key,)), content.prompts, content.clinic, None)
    return tuple(span for prompt in rendered.prompts for span in _to_line(prompt))


def _describe_turn(text: str, event: Event, prompts: Mapping[str, str]) -> str:
    if isinstance(event, NoInput):
        return prompts["browser.silence"]
    if isinstance(event, NoMatch):
        return prompts["browser.unclear"]
    if text:
        return f"{prompts['browser.said']}: {show_heard(text)}"
    pressed = next(
        (name for name, known in NAMED_INPUTS.items() if known == event), None
    )
    if pressed is None:
        return ""
    return f"{prompts['browser.pressed']}: {prompts[get_label_key(pressed)]}"


def get_label_key(button: str) -> str:
    """Return the prompt key of a button's label."""
    shared = button in {answer.value for answer in Answer}
    return f"screen.{button}" if shared else f"browser.{button}"
