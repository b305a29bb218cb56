"""Envelope dict -> response dict; never raises.

The SDK reads a request before any handler of its own could catch an error, and it
stumbles over parts that it does not know. So it is given only the parts that we use,
and a request that needs no words does not reach it at all.
"""

import json
import logging
from typing import Any

from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_core.skill import CustomSkill
from ask_sdk_model.request_envelope import RequestEnvelope

from dialogue.loading import Content
from dialogue.reply import Reply
from skill.builder import build_skill
from skill.faults import log_fault
from skill.handlers import CAN_FULFILL, TALK, Now, response
from skill.locales import Locales
from skill.slots import readable

_LOG = logging.getLogger(__name__)
LARGEST = 24 * 1024
"""Bytes of a whole response."""
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

    def __init__(self, locales: Locales, now: Now) -> None:
        """Build the skill, and the apology before anything can go wrong."""
        self._skill: CustomSkill = build_skill(locales, now)
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
        kind = request["type"]
        if kind not in TALK and kind != CAN_FULFILL:
            if kind == _EXCEPTION:
                _log_exception(request.get("error"))
            return _empty(envelope)
        read = self._serializer.deserialize(
            json.dumps(_readable(envelope)), RequestEnvelope
        )
        answered = self._skill.invoke(read, None)
        whole: Any = self._serializer.serialize(answered)
        return dict(whole)

    def _fitted(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Return `answer` within the size limit: without its card, else an apology."""
        if len(json.dumps(answer)) <= LARGEST:
            return answer
        answer["response"].pop("card", None)
        if len(json.dumps(answer)) <= LARGEST:
            return answer
        _LOG.error("a response was over %d bytes", LARGEST)
        return self._apology

    def _apologise(self, content: Content) -> dict[str, Any]:
        said = response(content, Reply(("errors.something_wrong",)), None)
        return {"version": "1.0", "response": self._serializer.serialize(said)}


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


def _readable(envelope: dict[str, Any]) -> dict[str, Any]:
    """Return the parts of a request that we use, in shapes that the SDK knows."""
    request = envelope["request"]
    kept: dict[str, Any] = {"type": request["type"]}
    if isinstance(request.get("locale"), str):
        kept["locale"] = request["locale"]
    intent = request.get("intent")
    if isinstance(intent, dict) and isinstance(intent.get("name"), str):
        kept["intent"] = {
            "name": intent["name"],
            "slots": readable(intent.get("slots")),
        }
    read: dict[str, Any] = {"version": "1.0", "request": kept}
    session = envelope.get("session")
    if isinstance(session, dict):
        read["session"] = {"new": session.get("new") is True}
        attributes = session.get("attributes")
        if attributes is not None:
            is_table = isinstance(attributes, dict)
            # What is no table stands under a name that is not ours: it is refused.
            read["session"]["attributes"] = (
                attributes if is_table else {"unreadable": str(type(attributes))}
            )
    return read


def _log_exception(error: object) -> None:
    kind = error.get("type") if isinstance(error, dict) else None
    _LOG.error(
        "Alexa could not use an answer of ours: %s",
        kind if isinstance(kind, str) and kind in _ERRORS else "other",
    )
