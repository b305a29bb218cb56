"""Every state that the page can show, at once: real replies behind a real page."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.events import Event
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer
from dialogue.engine.rendering import render_reply
from dialogue.engine.reply import MENU, OFFER_STEPS, OFFER_TIMER
from dialogue.engine.state import State
from dialogue.loading import load_content
from local_voice.asr.grammar import GrammarState
from local_voice.page.server import Page
from local_voice.page.view import View
from local_voice.session.events import (
    ListeningStarted,
    ResponseStarted,
    SessionEnded,
    StandbyStarted,
    TimerUpdated,
    UserTurnEnded,
)

A_TUESDAY = datetime(2026, 3, 3, 16, tzinfo=UTC)
"""The clinic is open."""
A_SUNDAY = datetime(2026, 3, 1, 16, tzinfo=UTC)
"""The clinic is closed."""
YES, NO = events.Answered(Answer.YES), events.Answered(Answer.NO)
FRESH: Mapping[str, Event] = dict.fromkeys(
    ("adult", "started_within_three_days", "hard_effort"), YES
)
"""A yes to these leads to home care with ice."""
OLD: Mapping[str, Event] = {
    **dict.fromkeys(("adult", "hard_effort", "tried_care", "care_helped"), YES)
}
"""A yes to these leads to home care with heat."""
AGAIN: Mapping[str, Event] = {**FRESH, "same_spot_returns": YES}
"""A yes to these leads to the clinic."""
READ_ON: Mapping[str, Event] = {OFFER_STEPS: YES, OFFER_TIMER: NO, MENU: events.Next()}


class StagedPage:
    """A page that shows what an interview comes to, with nobody to wait for."""

    def __init__(self, clinic: str | None = "roseville") -> None:
        """Open the page on any free port."""
        self.content: Content = load_content(clinic=clinic)
        self.page = Page(self.content, lambda line: None, port=0)

    def play(
        self,
        answers: Mapping[str, Event],
        until: Callable[[State, str | None], bool],
        moment: datetime = A_TUESDAY,
    ) -> State:
        """Show an interview with `answers`, no to all else, up to some open prompt.

        `until` gets the state and what is open; without it, or with None open, the
        interview has ended and the page is at rest.
        """
        self.page.board.show(View())
        event: Event = events.Begin(timers=True)
        state: State | None = None
        for turn in range(1, 100):
            state, reply = take_turn(self.content.protocol, state, event)
            rendered = render_reply(
                reply, self.content.prompts, self.content.clinic, moment
            )
            self.page.show_event(
                ResponseStarted(rendered.prompts, 0, 0, reply, state, turn)
            )
            if reply.starts_timer:
                self.page.show_event(TimerUpdated(1200.0))
            if not reply.expects_answer:
                self.page.show_event(SessionEnded(reply.disposition, reply.rule_id))
                self.page.show_event(StandbyStarted(for_wake_phrase=False))
                return state
            listening = ListeningStarted(GrammarState.ANSWER, by_microphone=False)
            self.page.show_event(listening)
            if until(state, reply.open_prompt):
                return state
            event = answers.get(str(reply.open_prompt), NO)
            self.page.show_event(UserTurnEnded("", event))
        raise AssertionError("the interview does not end")

    def show(self, name: str) -> None:
        """Show one of STATES."""
        STATES[name](self)

    def close(self) -> None:
        """Give the port back."""
        self.page.close()


def _at(prompt: str) -> Callable[[State, str | None], bool]:
    return lambda state, open_prompt: open_prompt == prompt


def _never(state: State, open_prompt: str | None) -> bool:
    return False


def _is_past(chunk: str) -> Callable[[State, str | None], bool]:
    return lambda state, open_prompt: state.reading == chunk and open_prompt == MENU


STATES: Mapping[str, Callable[[StagedPage], object]] = {
    "first question": lambda p: p.play({}, _at("chest_pain")),
    "help": lambda p: p.play({"numb_bottom": events.Help()}, _help_twice()),
    "question put again": lambda p: p.play({"fell": events.NoMatch()}, _miss_twice()),
    "clinic, open, offer": lambda p: p.play(AGAIN, _at(OFFER_STEPS)),
    "clinic, closed, offer": lambda p: p.play(AGAIN, _at(OFFER_STEPS), A_SUNDAY),
    "clinic, a sign not heard": lambda p: p.play(
        {**AGAIN, "numb_bottom": events.NoMatch()}, _at(OFFER_STEPS)
    ),
    "clinic, steps": lambda p: p.play({**AGAIN, **READ_ON}, _is_past("A")),
    "home, offer of the timer": lambda p: p.play(FRESH, _at(OFFER_TIMER)),
    "home, ice with the timer": lambda p: p.play(
        {**FRESH, OFFER_TIMER: YES}, _is_past("A")
    ),
    "home, later steps": lambda p: p.play({**FRESH, **READ_ON}, _is_past("C")),
    "home, heat": lambda p: p.play(OLD, _is_past("A")),
    "home, care question": lambda p: p.play(
        {**FRESH, **READ_ON}, _at("wants_medicine")
    ),
    "end: emergency": lambda p: p.play({"chest_pain": YES}, _never),
    "end: emergency, not sure": lambda p: p.play(
        {"chest_pain": events.Answered(Answer.UNSURE)}, _never
    ),
    "end: urgent": lambda p: p.play({"fever": YES, "adult": YES}, _never),
    "end: clinic": lambda p: p.play({**AGAIN, **READ_ON}, _never),
    "end: clinic, no steps": lambda p: p.play(AGAIN, _never, A_SUNDAY),
    "end: home, ice": lambda p: p.play({**FRESH, **READ_ON}, _never),
    "end: home, heat": lambda p: p.play({**OLD, **READ_ON}, _never),
    "end: stopped": lambda p: p.play({"fever": events.Stop()}, _never),
}
"""By name, what shows a state."""


def _help_twice() -> Callable[[State, str | None], bool]:
    seen = []

    def until(state: State, open_prompt: str | None) -> bool:
        seen.append(open_prompt)
        return seen.count("numb_bottom") == 2

    return until


def _miss_twice() -> Callable[[State, str | None], bool]:
    return lambda state, open_prompt: state.get_attempt("fell").tries == 2
