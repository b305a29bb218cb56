"""Envelope dict -> response dict; never raises.

The SDK's own reader stumbles over parts that it does not know, before any handler
could catch the error, and takes most of a request's time. So the SDK's request is made
here from the few parts that we use, and what needs no words does not reach it at all.
"""

import json
import logging
from typing import Any

from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_core.skill import CustomSkill
from ask_sdk_model.canfulfill.can_fulfill_intent_request import (
    CanFulfillIntentRequest,
)
from ask_sdk_model.intent import Intent
from ask_sdk_model.intent_request import IntentRequest
from ask_sdk_model.interfaces.alexa.presentation.apl.user_event import UserEvent
from ask_sdk_model.interfaces.connections.connections_response import (
    ConnectionsResponse,
)
from ask_sdk_model.launch_request import LaunchRequest
from ask_sdk_model.request_envelope import RequestEnvelope
from ask_sdk_model.session import Session
from ask_sdk_model.session_resumed_request import SessionResumedRequest

from dialogue.content.content import Content
from dialogue.engine.reply import Reply
from skill.apl import USER_EVENT
from skill.builder import build_skill
from skill.faults import log_fault
from skill.handlers import TALK, Now, TalkHandler
from skill.locales import Locales
from skill.responses import response
from skill.session import readable_attributes
from skill.timers import Timers

_LOG = logging.getLogger(__name__)
LARGEST = 24 * 1024
"""Bytes of a whole response."""
_WITH_WORDS: dict[str, Any] = {
    "LaunchRequest": LaunchRequest,
    "IntentRequest": IntentRequest,
    "CanFulfillIntentRequest": CanFulfillIntentRequest,
    USER_EVENT: UserEvent,
    "Connections.Response": ConnectionsResponse,
    "SessionResumedRequest": SessionResumedRequest,
}
"""The SDK's class of every request that a handler answers."""
_AS_THEY_CAME = {
    USER_EVENT: ("arguments",),
    "Connections.Response": ("name", "payload", "status", "token"),
}
"""Parts that are taken apart where they are used."""
_ENDED = "SessionEndedRequest"
_EXCEPTION = "System.ExceptionEncountered"
_ERRORS = frozenset(
    {
        "DEVICE_COMMUNICATION_ERROR",
        "ENDPOINT_TIMEOUT",
        "INTERNAL_SERVICE_ERROR",
        "INVALID_RESPONSE",
    }
)


class Answering:
    """Answers verified requests; `answer` is all that a web server or Lambda calls."""

    def __init__(
        self,
        locales: Locales,
        now: Now,
        *,
        shows: bool = True,
        timers: Timers | None = None,
    ) -> None:
        """Build the skill, and the apology before anything can go wrong.

        `shows` allows screens, where a device has one; `timers` None sets no timer.
        """
        self._talk = TalkHandler(locales, now, shows=shows, timers=timers)
        self._skill: CustomSkill = build_skill(self._talk)
        self._serializer = DefaultSerializer()
        self._apology = self._apologise(locales.spare)

    def answer(self, envelope: dict[str, Any]) -> dict[str, Any]:
        """Return the response to a request; a fault of ours is an apology."""
        try:
            return self._fitted(self._answer(envelope))
        except Exception as error:  # whatever it is, a person is waiting
            log_fault(error)
            return self._apology

    def _answer(self, envelope: dict[str, Any]) -> dict[str, Any]:
        request = envelope["request"]
        if request["type"] not in _WITH_WORDS:
            if request["type"] == _EXCEPTION:
                _log_exception(request.get("error"))
            return _empty(envelope)
        read = _read(envelope)
        if request["type"] not in TALK:
            made = self._skill.invoke(read, None)
            return dict(self._serializer.serialize(made))  # type: ignore[arg-type]
        # A turn has one handler, so the SDK's dispatcher is passed by: it takes as long
        # as the turn itself (docs/decisions/0008-turns-pass-by-the-dispatcher.md).
        said, attributes = self._talk.turn(read)
        whole: dict[str, Any] = {"version": "1.0", "response": said}
        if attributes is not None:
            whole["sessionAttributes"] = attributes
        return whole

    def _fitted(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Return `answer` within the size limit.

        What does not fit loses its screen, then its card, and is an apology at last.
        """
        if _surely_fits(answer) or _size(answer) <= LARGEST:
            return answer
        for part in ("directives", "card"):
            answer["response"].pop(part, None)
            if _size(answer) <= LARGEST:
                return answer
        _LOG.error("a response was over %d bytes", LARGEST)
        return self._apology

    def _apologise(self, content: Content) -> dict[str, Any]:
        said = response(content, Reply(("errors.something_wrong",)), None)
        return {"version": "1.0", "response": said}


def _surely_fits(answer: dict[str, Any]) -> bool:
    """Tell, without writing it down, whether an answer of speech alone fits.

    A letter takes up to six bytes; attributes are ours, or no more than half.
    """
    said = answer["response"]
    if "card" in said or "directives" in said:
        return False
    speeches = (said, said.get("reprompt", {}))
    letters = sum(len(s.get("outputSpeech", {}).get("ssml", "")) for s in speeches)
    return 6 * letters + LARGEST // 2 + 1000 <= LARGEST


def _size(answer: dict[str, Any]) -> int:
    """Return the bytes of an answer; as JSON it is plain ASCII."""
    return len(json.dumps(answer))


def _empty(envelope: dict[str, Any]) -> dict[str, Any]:
    """Return an answer without words; a session that goes on keeps its attributes."""
    answer: dict[str, Any] = {"version": "1.0", "response": {}}
    session = envelope.get("session")
    if isinstance(session, dict) and envelope["request"]["type"] != _ENDED:
        attributes = session.get("attributes")
        # Foreign ones could be of any size; ours are small.
        if isinstance(attributes, dict) and attributes and _is_small(attributes):
            answer["sessionAttributes"] = attributes
    return answer


def _is_small(attributes: dict[str, Any]) -> bool:
    try:
        return len(json.dumps(attributes)) < LARGEST // 2
    except RecursionError:
        return False


class _Kept(dict[str, Any]):
    """Attributes that nobody changes, so that the SDK's copy may be themselves."""

    def __deepcopy__(self, memo: object) -> "_Kept":
        return self


def _read(envelope: dict[str, Any]) -> RequestEnvelope:
    """Return the SDK's request, made of the parts that we use and can trust."""
    request, session = envelope["request"], envelope.get("session")
    locale, intent = request.get("locale"), request.get("intent")
    made = _WITH_WORDS[request["type"]](
        locale=locale if isinstance(locale, str) else None
    )
    if isinstance(intent, dict) and isinstance(intent.get("name"), str):
        slots = intent.get("slots")
        # As they came; skill/slots.py takes them apart.
        made.intent = Intent(
            name=intent["name"], slots=slots if isinstance(slots, dict) else {}
        )
    for part in _AS_THEY_CAME.get(request["type"], ()):
        setattr(made, part, request.get(part))
    # As it came, too; skill/apl.py and skill/timers.py look into it.
    read = RequestEnvelope(request=made, context=envelope.get("context"))
    if isinstance(session, dict):
        read.session = Session(
            new=session.get("new") is True,
            attributes=_Kept(readable_attributes(session.get("attributes"))),
        )
    return read


def _log_exception(error: object) -> None:
    kind = error.get("type") if isinstance(error, dict) else None
    _LOG.error(
        "Alexa could not use an answer of ours: %s",
        kind if isinstance(kind, str) and kind in _ERRORS else "other",
    )
