"""Request -> event -> one turn of the core -> response; decides nothing itself."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from ask_sdk_core.dispatch_components.request_components import (
    AbstractRequestHandler,
)
from ask_sdk_core.handler_input import HandlerInput

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.events import Event
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import TriageProtocol
from dialogue.engine.reply import Reply
from dialogue.engine.state import State, StateRefused
from skill import apl, intents
from skill.locales import Locales
from skill.responses import response
from skill.session import attributes_of, leave_asked, state_from
from skill.slots import Slots
from skill.timer_turns import RESPONSE, Turned, after_leave, started
from skill.timers import Timers, can_set, question_for_leave

Now = Callable[[], datetime]

LAUNCH, INTENT = "LaunchRequest", "IntentRequest"
TALK = (LAUNCH, INTENT, apl.USER_EVENT, RESPONSE, "SessionResumedRequest")
"""To the last two, unless it is about a timer, what is open is asked again."""

_SERVED = (events.Begin, events.Stop, events.CallForHelp, events.UnpromptedStatement)
"""What keeps its meaning where no state can be read."""
_Sdk = Any
"""A class of the SDK, which publishes no types."""


class TalkHandler(AbstractRequestHandler):
    """Everything that is a turn of the talk."""

    def __init__(
        self, locales: Locales, now: Now, *, shows: bool, timers: Timers | None
    ) -> None:
        """Speak in `locales`, with the clinic's hours at the moment `now()`.

        `shows` allows screens, where the device has one; `timers` None allows none.
        """
        self._locales = locales
        self._now = now
        self._shows = shows
        self._timers = timers

    def can_handle(self, handler_input: HandlerInput) -> bool:
        """Tell whether the request is part of a talk."""
        request: _Sdk = handler_input.request_envelope.request
        return request.object_type in TALK

    def handle(self, handler_input: HandlerInput) -> _Sdk:
        """Take one turn and keep the state in the session.

        What is said is plain JSON, which the SDK passes on as it is.
        """
        said, attributes = self.turn(handler_input.request_envelope)
        if attributes is not None:
            handler_input.attributes_manager.session_attributes = attributes
        return said

    def turn(self, envelope: _Sdk) -> tuple[dict[str, Any], dict[str, Any] | None]:
        """Return what is said to a request, and what its session keeps, if it has one.

        It is all that `handle` does, without the SDK's dispatcher around it.
        """
        content = self._locales.content_for(envelope.request.locale)
        state, reply = self._turn(content, envelope)
        attributes = None
        if envelope.session is not None:
            attributes = attributes_of(
                state, content.protocol, asks_leave=reply is None
            )
        if reply is None:
            # Amazon's own examples say nothing of the session in this one answer.
            return {"directives": [question_for_leave()]}, attributes
        shows = self._shows and apl.can_show(envelope.context)
        said = response(content, reply, self._now(), state if shows else None)
        return said, attributes

    def _turn(self, content: Content, envelope: _Sdk) -> Turned:
        """Take one turn of the talk, and set the timer where it wants one."""
        protocol, context = content.protocol, envelope.context
        timers = self._timers
        if timers is not None and envelope.request.object_type == RESPONSE:
            told = _told_about_leave(content, envelope, timers)
            if told is not None:
                return told
        can_time = timers is not None and can_set(context)
        turned = _turn(content, envelope.session, envelope.request, can_time)
        state, reply = started(protocol, turned, context, timers)
        return _timed(state, can_time), reply


def _told_about_leave(
    content: Content, envelope: _Sdk, timers: Timers
) -> tuple[State, Reply] | None:
    """Return the turn of an answer to our question for leave, if this is one.

    One that comes when none was asked for, or again, is not.
    """
    session, protocol = envelope.session, content.protocol
    state = None
    try:
        if session is not None and not session.new:
            state = state_from(session.attributes, protocol)
    except StateRefused:
        return None
    if state is not None and not leave_asked(session.attributes):
        return None
    return after_leave(protocol, state, envelope.request, envelope.context, timers)


def _turn(
    content: Content, session: _Sdk, request: _Sdk, can_time: bool
) -> tuple[State, Reply]:
    """Take one turn of the talk that `session` holds; lost state is never guessed."""
    protocol, event = content.protocol, _event(request, content)
    if session is None:
        # Nothing can be kept: only an end or an emergency is served beyond the opening.
        return take_turn(
            protocol, None, event if isinstance(event, _SERVED) else events.Begin()
        )
    try:
        state = None if session.new else state_from(session.attributes, protocol)
    except StateRefused:
        return _afresh(protocol, event)
    if state is not None:
        state = _timed(state, can_time)
        if request.object_type == INTENT:
            event = _in_mid_talk(event)
        elif request.object_type == apl.USER_EVENT:
            event = _tap(protocol, state, request)
    return take_turn(protocol, state, event)


def _timed(state: State, can_time: bool) -> State:
    return state if state.timers is can_time else replace(state, timers=can_time)


def _tap(protocol: TriageProtocol, state: State, request: _Sdk) -> Event:
    """Return what a tap amounts to; one that comes late has what is open repeated."""
    place = apl.place_of(protocol, state)
    answer = apl.tapped(request.arguments, place)
    return events.Repeat() if answer is None else events.Answered(answer)


def _in_mid_talk(event: Event) -> Event:
    """Return `event`, but a description adds to what was told and drops no answer."""
    match event:
        case events.Begin(facts):
            return events.UnpromptedStatement(facts=facts)
    return event


def _afresh(protocol: TriageProtocol, event: Event) -> tuple[State, Reply]:
    """Take a turn whose state cannot be read: say so, unless it ends the talk."""
    if not isinstance(event, _SERVED):
        return take_turn(protocol, None, events.StartOver())
    state, reply = take_turn(protocol, None, event)
    if reply.expects_answer:
        reply = replace(reply, says=("session.start_over", *reply.says))
    return state, reply


def _event(request: _Sdk, content: Content) -> Event:
    if request.object_type == LAUNCH:
        return events.Begin()
    if request.object_type == INTENT:
        return intents.event_of(*_intent(request), content)
    return events.Repeat()


def _intent(request: _Sdk) -> tuple[str | None, Slots]:
    return (request.intent.name, request.intent.slots) if request.intent else (None, {})
