"""The view of the page: what it shows after each session event (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from dialogue.content.content import Content
from dialogue.engine.care_steps import Lines, list_care_lines
from dialogue.engine.display import LEADING, Arranged, Part, arrange_reply
from dialogue.engine.events import Event, NoInput, NoMatch
from dialogue.engine.protocol import Answer, Urgency
from dialogue.engine.questions_ahead import estimate_questions_ahead
from dialogue.engine.reply import MENU, Reply
from dialogue.engine.state import State
from dialogue.understanding.asked import OFFERS
from local_voice.page.summary import (
    Line,
    Summary,
    build_summary,
    find_phones,
    list_lines,
    render_line,
    to_line,
)
from local_voice.session.captions import show_heard
from local_voice.session.events import (
    NAMED_INPUTS,
    ListeningStarted,
    OwnSoundsChanged,
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
class ShownPrompt:
    """One prompt of a reply."""

    line: Line
    part: Part


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
    """The newest reply, in order of showing; without what `summary` has."""
    words: str = ""
    """The whole reply as it is spoken, for who listens to a screen reader."""
    asked: Line = ()
    """An offer at the end of advice: it stands beside its buttons, never out of sight
    below long words."""
    progress: str = ""
    """About how many questions are to come, in words."""
    buttons: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    you: str = ""
    """What the person did last, in words."""
    numbers: Line = ()
    """The clinic's numbers that were said, while nothing speaks against them."""
    summary: Summary | None = None
    """What the interview came to, once it has ended with advice."""
    trouble: str = ""
    own: str = ""
    """That the person's own yes and no are heard, in words."""
    timer_ends: float | None = None
    """When the ice is over, in seconds of the caller's clock."""
    voice: bool = False
    """There is a voice, which can be made slower or louder."""
    microphone: bool = False
    """Somebody listened, the last time that it was the person's turn."""
    advice: Arranged = ()
    """The newest reply that spoke the disposition; not shown by itself."""

    @property
    def pressable(self) -> tuple[str, ...]:
        """Return every button that counts now."""
        adjustable = self.voice and self.buttons and self.buttons != STANDBY
        return (*self.buttons, *VOICE) if adjustable else self.buttons

    def to_json(self, now: float) -> dict[str, Any]:
        """Return the view for the page: of the timer, what is left at `now`."""
        shown = asdict(replace(self, advice=()))
        ends = shown.pop("timer_ends")
        shown["timer"] = None if ends is None else max(0.0, ends - now)
        for prompt, line in zip(self.said, shown["said"], strict=True):
            line["part"] = prompt.part.value
        return {**shown, "buttons": self.pressable}


def update_view(
    view: View, session_event: SessionEvent, content: Content, now: float
) -> View:
    """Return the view after an event at `now`, in seconds of the caller's clock."""
    match session_event:
        case ResponseStarted():
            return _show_response(view, session_event, content)
        case ListeningStarted(by_microphone=by_microphone):
            phase = "listening" if by_microphone else "waiting"
            return replace(view, phase=phase, microphone=by_microphone)
        case UserTurnEnded(text, event, by=by):
            own = content.prompts.get(f"own.by.{by}")
            you = own or _describe_turn(text, event, content.prompts)
            return replace(view, you=you, trouble="")
        case OwnSoundsChanged(in_use=in_use):
            return replace(view, own=content.prompts["own.used"] if in_use else "")
        case TimerUpdated(left):
            return replace(view, timer_ends=now + left)
        case TimerEnded():
            return replace(view, timer_ends=None)
        case StandbyStarted(for_phrase):
            return replace(view, phase=_get_rest(view, for_phrase), buttons=STANDBY)
        case SessionWarning(text):
            return replace(view, trouble=text)
        case SessionEnded():
            return replace(view, phase="ended", buttons=(), trouble="", progress="")
    return view


def _get_rest(view: View, for_phrase: bool) -> str:
    """Return the phase between two interviews; a microphone that is off is one."""
    if for_phrase:
        return "asleep"
    return "resting" if view.microphone else "ended"


def _show_response(view: View, response: ResponseStarted, content: Content) -> View:
    reply, state = response.reply, response.state
    over = view.phase in ("ended", "resting", "asleep")
    if state is None and over and set(response.keys) <= UNSHOWN:
        return view
    arranged = arrange_reply(content.protocol, reply, response.prompts)
    steps = _build_steps(reply, state, content) if state else view.steps
    said, asked = _split_offer(arranged, steps)
    shown = replace(
        view,
        turn=response.turn or view.turn,
        phase=_get_speaking_phase(view, reply),
        said=said,
        words=response.text,
        asked=asked,
        steps=steps,
        buttons=_get_buttons(reply, content)
        if state or reply.open_prompt
        else view.buttons,
    )
    if state is None:
        return _drop_summarized(shown, reply)
    tone = _get_tone(reply, content)
    leads = any(part is Part.INSTRUCTION for part, _ in arranged)
    kept = view.numbers if state.disposition else ()
    shown = replace(
        shown,
        tone=tone,
        progress=_describe_progress(reply, state, content),
        numbers=(find_phones(response.prompts) or kept) if tone == "calm" else (),
        advice=arranged if leads else view.advice if reply.disposition else (),
        summary=None,
    )
    if shown.advice and state.ended:
        shown = _add_summary(shown, arranged, response, content)
    return _drop_summarized(shown, reply)


def _get_speaking_phase(view: View, reply: Reply) -> str:
    """Return the phase while a reply is given; without a voice nobody speaks."""
    if view.voice:
        return "speaking"
    return "waiting" if reply.expects_answer else "ended"


def _split_offer(
    arranged: Arranged, steps: Sequence[Step]
) -> tuple[tuple[ShownPrompt, ...], Line]:
    """Return the prompts in order of showing, and the offer that ends them, if any.

    The steps that are read now stay, also where the reply does not repeat them. A
    prompt that stands alone takes the place of a question.
    """
    said = tuple(ShownPrompt(to_line(prompt), part) for part, prompt in arranged)
    if all(prompt.part is not Part.STEP for prompt in said):
        now = (ShownPrompt(step.line, Part.STEP) for step in steps if step.now)
        said = (*now, *said)
    if len(said) == 1 and said[0].part not in LEADING:
        return (replace(said[0], part=Part.QUESTION),), ()
    offers = said and said[-1].part is Part.OFFER
    return (said[:-1], said[-1].line) if offers else (said, ())


def _describe_progress(reply: Reply, state: State, content: Content) -> str:
    if reply.open_prompt not in content.protocol.question or state.disposition:
        return ""
    count = estimate_questions_ahead(content.protocol, state)
    key = {0: "caption.last_question", 1: "caption.question_left"}
    words = content.prompts[key.get(count, "caption.questions_left")]
    return words.format(count=count)


def _add_summary(
    view: View, last: Arranged, response: ResponseStarted, content: Content
) -> View:
    """Return the view with what stays now that the interview has ended with advice.

    Steps are left out where they were not wanted, or where a call for help ended them.
    """
    reply, state = response.reply, response.state
    read: Lines = ()
    if state and state.reading and reply.disposition == state.disposition:
        read = list_care_lines(content.protocol, state)
    summary = build_summary(
        content,
        view.advice,
        last,
        [line.key for line in read],
        reply.rule_id,
        with_clinic=view.tone == "calm",
    )
    return replace(view, summary=summary, numbers=summary.numbers)


def _drop_summarized(view: View, reply: Reply) -> View:
    """Return the view without saying twice what its summary has.

    What is asked beside it stands with its buttons.
    """
    if view.summary is None:
        return view
    kept = set(list_lines(view.summary))
    said, asked = view.said, view.asked
    if reply.open_prompt and not asked:
        said, asked = said[:-1], said[-1].line
    rest = (replace(p, part=Part.DETAIL) for p in said if p.line not in kept)
    return replace(view, said=tuple(rest), asked=asked)


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
            render_line(content, c.key),
            reads and c.chunk == state.reading,
        )
        for c in list_care_lines(content.protocol, state)
    )


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
