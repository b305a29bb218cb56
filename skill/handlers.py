"""Request -> event -> one turn of the core -> response; decides nothing itself."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from ask_sdk_core.dispatch_components.request_components import (
    AbstractRequestHandler,
)
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_model.canfulfill.can_fulfill_intent import CanFulfillIntent
from ask_sdk_model.canfulfill.can_fulfill_intent_values import CanFulfillIntentValues
from ask_sdk_model.canfulfill.can_fulfill_slot import CanFulfillSlot
from ask_sdk_model.canfulfill.can_fulfill_slot_values import CanFulfillSlotValues
from ask_sdk_model.canfulfill.can_understand_slot_values import (
    CanUnderstandSlotValues,
)
from ask_sdk_model.response import Response

from dialogue import events, take_turn
from dialogue.events import Event
from dialogue.loading import Content
from dialogue.protocol import TriageProtocol
from dialogue.reply import Reply
from dialogue.state import State, StateRefused
from skill import intents, screens
from skill.locales import Locales
from skill.responding import response
from skill.session import attributes_of, state_from
from skill.slots import Slots, duration_in, matched_id

Now = Callable[[], datetime]

LAUNCH, INTENT = "LaunchRequest", "IntentRequest"
CAN_FULFILL = "CanFulfillIntentRequest"
ASKED_AGAIN = ("Connections.Response", "SessionResumedRequest")
"""Nothing of ours sets these off, so what is open is asked again."""
TALK = (LAUNCH, INTENT, screens.USER_EVENT, *ASKED_AGAIN)

_SERVED = (events.Begin, events.Stop, events.CallForHelp, events.Volunteers)
"""What keeps its meaning where no state can be read."""
_Sdk = Any
"""A class of the SDK, which publishes no types."""


class TalkHandler(AbstractRequestHandler):
    """Everything that is a turn of the talk."""

    def __init__(self, locales: Locales, now: Now, *, shows: bool) -> None:
        """Speak in `locales`, with the clinic's hours at the moment `now()`.

        `shows` allows screens, where the device has one.
        """
        self._locales = locales
        self._now = now
        self._shows = shows

    def can_handle(self, handler_input: HandlerInput) -> bool:
        """Tell whether the request is part of a talk."""
        request: _Sdk = handler_input.request_envelope.request
        return request.object_type in TALK

    def handle(self, handler_input: HandlerInput) -> Response:
        """Take one turn and keep the state in the session."""
        envelope: _Sdk = handler_input.request_envelope
        content = self._locales.content_for(envelope.request.locale)
        state, reply = _turn(content, envelope.session, envelope.request)
        if envelope.session is not None:
            handler_input.attributes_manager.session_attributes = attributes_of(
                state, content.protocol
            )
        shows = self._shows and screens.can_show(envelope.context)
        return response(content, reply, self._now(), state if shows else None)


class CanFulfillHandler(AbstractRequestHandler):
    """Tells Alexa which requests of people who named no skill we could serve."""

    def can_handle(self, handler_input: HandlerInput) -> bool:
        """Tell whether Alexa asks what we could do."""
        request: _Sdk = handler_input.request_envelope.request
        return bool(request.object_type == CAN_FULFILL)

    def handle(self, handler_input: HandlerInput) -> Response:
        """Say what we could do; nothing is spoken and nothing changes."""
        request: _Sdk = handler_input.request_envelope.request
        name, slots = _intent(request)
        serves = name in (intents.DESCRIBE, intents.NUMBER)
        return Response(
            can_fulfill_intent=CanFulfillIntent(
                can_fulfill=_yes_if(CanFulfillIntentValues, serves),
                slots={
                    key: _can_fulfill(key, slot, serves) for key, slot in slots.items()
                },
            )
        )


def _turn(content: Content, session: _Sdk, request: _Sdk) -> tuple[State, Reply]:
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
    if state is not None and request.object_type == INTENT:
        event = _in_mid_talk(event)
    if state is not None and request.object_type == screens.USER_EVENT:
        event = _tap(protocol, state, request)
    return take_turn(protocol, state, event)


def _tap(protocol: TriageProtocol, state: State, request: _Sdk) -> Event:
    """Return what a tap amounts to; one that comes late has what is open repeated."""
    place = screens.place_of(protocol, state)
    answer = screens.tapped(request.arguments, place)
    return events.Repeat() if answer is None else events.Answered(answer)


def _in_mid_talk(event: Event) -> Event:
    """Return `event`, but a description adds to what was told and drops no answer."""
    match event:
        case events.Begin(facts):
            return events.Volunteers(facts=facts)
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


def _can_fulfill(name: str, slot: object, serves: bool) -> CanFulfillSlot:
    found = duration_in(slot) if name == "howLong" else matched_id(slot)
    yes = serves and found is not None
    return CanFulfillSlot(
        can_understand=_yes_if(CanUnderstandSlotValues, yes),
        can_fulfill=_yes_if(CanFulfillSlotValues, yes),
    )


def _yes_if(values: _Sdk, yes: bool) -> _Sdk:
    return values.YES if yes else values.NO
