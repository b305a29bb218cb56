"""Handles one request: its event, one turn of the dialogue, its response."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.events import Event
from dialogue.engine.interview import take_turn
from dialogue.engine.open_question import (
    THIRD_FORM,
    build_prompt_reply,
    find_open_prompt,
    find_position,
)
from dialogue.engine.protocol import TriageProtocol
from dialogue.engine.reply import Reply
from dialogue.engine.state import State, StateRefused
from skill.apl import can_show, find_place, parse_tap
from skill.intents import build_can_fulfill, build_event
from skill.locales import Locales
from skill.request import (
    CONNECTION,
    INTENT,
    LAUNCH,
    SESSION_RESUMED,
    USER_EVENT,
    AlexaRequest,
)
from skill.responses import build_response
from skill.session import (
    StateOutdated,
    is_permission_asked,
    parse_state,
    to_attributes,
)
from skill.timers import (
    Timers,
    build_permission_question,
    can_set,
    start_timer,
    start_timer_if_permitted,
)

Now = Callable[[], datetime]


class Handled(NamedTuple):
    """What comes of one request."""

    response: dict[str, Any]
    """As plain JSON."""
    attributes: dict[str, Any] | None
    """The session's new ones; None: none are set."""
    is_repeatable: bool = True
    """Whether an equal request gets an equal answer: false where a timer was set."""


TURN_TYPES = (LAUNCH, INTENT, USER_EVENT, CONNECTION, SESSION_RESUMED)
"""To the last two, unless it is about a timer, what is open is asked again."""

BUTTONS = "retry.buttons"
START_OVER, RENEWED = "session.start_over", "session.renewed"
"""Said where the answers so far are lost, and where they belong to older questions."""

_STATELESS = (
    events.Begin,
    events.Stop,
    events.CallForHelp,
    events.UnpromptedStatement,
    events.Checked,
)
"""What keeps its meaning where no state can be read."""


class TurnHandler:
    """Answers everything that is a turn of the dialogue."""

    def __init__(
        self, locales: Locales, *, screens: bool, timers: Timers | None
    ) -> None:
        """Speak in `locales`.

        `screens` allows them, where the device has one; `timers` None allows none.
        """
        self._locales = locales
        self._screens = screens
        self._timers = timers

    def handle(self, request: AlexaRequest, moment: datetime) -> Handled:
        """Take one turn, with the clinic's hours at `moment`.

        Attributes are set where there is a session.
        """
        content = self._locales.get_content(request.locale)
        state, reply, sets_timer = self._take_turn(content, request)
        attributes = None
        if request.session is not None:
            attributes = to_attributes(
                state, content.protocol, asks_permission=reply is None
            )
        if reply is None:
            # Amazon's own examples say nothing of the session in this one answer.
            response = {"directives": [build_permission_question()]}
            return Handled(response, attributes, is_repeatable=False)
        shows = self._screens and can_show(request.apl_version)
        if shows:
            reply = _name_buttons(reply)
        response = build_response(content, reply, moment, state if shows else None)
        return Handled(response, attributes, is_repeatable=not sets_timer)

    def can_time(self, request: AlexaRequest) -> bool:
        """Tell whether a timer may be offered in answer to `request`."""
        return self._timers is not None and can_set(request)

    def _take_turn(
        self, content: Content, request: AlexaRequest
    ) -> tuple[State, Reply | None, bool]:
        """Take one turn of the dialogue, and set the timer where it wants one.

        The last part tells whether the timer service was asked.
        """
        protocol, timers = content.protocol, self._timers
        if timers is not None and request.type == CONNECTION:
            turn = _take_permission(protocol, request, timers)
            if turn is not None:
                return *turn, True
        can_time = self.can_time(request)
        own = _take_turn(content, request, can_time)
        state, reply = start_timer(protocol, own, request, timers)
        return _set_timers(state, can_time), reply, own[1].starts_timer


def handle_can_fulfill(request: AlexaRequest) -> Handled:
    """Say what we could do for people who named no skill."""
    return Handled(build_can_fulfill(request.intent, request.slots), None)


def _name_buttons(reply: Reply) -> Reply:
    """Return `reply` with the other way in, where it says how to say yes and no."""
    says = reply.says
    if THIRD_FORM not in says:
        return reply
    behind = says.index(THIRD_FORM) + 1
    return replace(reply, says=(*says[:behind], BUTTONS, *says[behind:]))


def _take_permission(
    protocol: TriageProtocol, request: AlexaRequest, timers: Timers
) -> tuple[State, Reply] | None:
    """Return the turn of an answer to our question for permission, if this is one.

    One that comes when none was asked for, or again, is not.
    """
    session, state = request.session, None
    if session is not None and not session.is_new:
        try:
            state = parse_state(session.attributes, protocol)
        except StateRefused:
            return None
        if state is not None and not is_permission_asked(session.attributes or {}):
            return None
    return start_timer_if_permitted(protocol, state, request, timers)


def _take_turn(
    content: Content, request: AlexaRequest, can_time: bool
) -> tuple[State, Reply]:
    """Take one turn of the request's session; lost state is never guessed."""
    protocol, session = content.protocol, request.session
    if session is None:
        # Nothing can be kept: only an end or an emergency is served beyond the opening.
        event = _build_event(request, content, None)
        return take_turn(
            protocol, None, event if isinstance(event, _STATELESS) else events.Begin()
        )
    try:
        state = None if session.is_new else parse_state(session.attributes, protocol)
    except StateRefused as refused:
        outdated = isinstance(refused, StateOutdated)
        event = _build_event(request, content, None)
        return _start_afresh(protocol, event, RENEWED if outdated else START_OVER)
    if state is None:
        return take_turn(protocol, None, _build_event(request, content, None))
    state = _set_timers(state, can_time)
    if request.type == USER_EVENT:
        answer = parse_tap(request.arguments, find_place(protocol, state))
        if answer is None:
            return _say_again(protocol, state)
        return take_turn(protocol, state, events.Answered(answer))
    if request.type in (CONNECTION, SESSION_RESUMED):
        return _say_again(protocol, state)
    return take_turn(protocol, state, _build_event(request, content, state))


def _set_timers(state: State, can_time: bool) -> State:
    return state if state.timers is can_time else replace(state, timers=can_time)


def _say_again(protocol: TriageProtocol, state: State) -> tuple[State, Reply]:
    """Ask once more what is open: nobody asked for it, so it uses up no try."""
    position = find_position(protocol, state)
    if position.question is None:
        return take_turn(protocol, state, events.Repeat())
    return state, build_prompt_reply(state, position)


def _start_afresh(
    protocol: TriageProtocol, event: Event, why: str
) -> tuple[State, Reply]:
    """Take a turn whose state cannot be read: say `why`, unless it ends the session."""
    if not isinstance(event, _STATELESS):
        event = events.Begin()
    state, reply = take_turn(protocol, None, event)
    if reply.expects_answer:
        reply = replace(reply, says=(why, *reply.says))
    return state, reply


def _build_event(request: AlexaRequest, content: Content, state: State | None) -> Event:
    """Return what a request amounts to in `state`; None: nothing is open."""
    if request.type == LAUNCH:
        return events.Begin()
    if request.type != INTENT:
        return events.Repeat()
    open_prompt = None
    if state is not None and not state.ended:
        open_prompt = find_open_prompt(content.protocol, state)
    event = build_event(request.intent, request.slots, content, open_prompt)
    match event:
        case events.UnpromptedStatement(ids=(), facts=facts) if state is None:
            # Facts alone open the session, and are read back there.
            return events.Begin(facts)
    return event
