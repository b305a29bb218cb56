"""Answers an AlexaRequest with a response dict; the one file that knows the SDK.

The SDK's own reader stumbles over parts that it does not know, before any handler
could catch the error, and takes most of a request's time. So its dispatcher is given
the request's type alone, with our AlexaRequest as its context, and what needs no words
does not reach it at all.
"""

import json
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from ask_sdk_core.dispatch_components.request_components import (
    AbstractRequestHandler,
)
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_core.skill import CustomSkill
from ask_sdk_core.skill_builder import SkillBuilder
from ask_sdk_model.request import Request
from ask_sdk_model.request_envelope import RequestEnvelope
from ask_sdk_model.session import Session

from dialogue.engine.reply import Reply
from skill.handlers import TURN_TYPES, Handled, Now, TurnHandler, handle_can_fulfill
from skill.locales import Locales
from skill.logs import log_fault
from skill.metrics import Metrics, TurnNote
from skill.reply_cache import CountedReply, OpeningState, ReplyCache, build_key
from skill.request import CAN_FULFILL, EXCEPTION, SESSION_ENDED, AlexaRequest
from skill.responses import build_response
from skill.timers import Timers

_LOG = logging.getLogger(__name__)
NOTHING = TurnNote()
LARGEST = 24 * 1024
"""Bytes of a whole response."""
_REQUEST: Any = Request
"""Declared abstract; a subclass for each type would be read for nothing."""
_ERRORS = frozenset(
    {
        "DEVICE_COMMUNICATION_ERROR",
        "ENDPOINT_TIMEOUT",
        "INTERNAL_SERVICE_ERROR",
        "INVALID_RESPONSE",
    }
)


class Dispatcher:
    """Answers verified requests: a web server calls `write_answer`, Lambda `answer`."""

    def __init__(
        self,
        locales: Locales,
        now: Now,
        *,
        screens: bool = True,
        timers: Timers | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        """Build the skill, and the apology before anything can go wrong.

        `screens` allows them, where a device has one; `timers` None sets no timer, and
        `metrics` None counts nothing.
        """
        self._metrics = metrics
        self._locales = locales
        self._now = now
        self._turns = TurnHandler(locales, screens=screens, timers=timers)
        self._opening = OpeningState()
        self._replies = ReplyCache()
        builder = SkillBuilder()
        builder.add_request_handler(
            _SdkHandler(TURN_TYPES, lambda r: self._turns.handle(r, now()))
        )
        builder.add_request_handler(_SdkHandler((CAN_FULFILL,), handle_can_fulfill))
        self._skill: CustomSkill = builder.create()
        self._serializer = DefaultSerializer()
        sorry = Reply(("errors.something_wrong",))
        self._apology = _build_answer(build_response(locales.fallback, sorry, None))

    def answer(self, request: AlexaRequest) -> dict[str, Any]:
        """Return the response to a request; a fault of ours is an apology."""
        try:
            return self._fit(self._answer(request, self._now())[0])
        except Exception as error:  # whatever it is, a person is waiting
            log_fault(error)
            return self._apology

    def write_answer(self, request: AlexaRequest) -> bytes:
        """Return the same as JSON; a reply to equal requests is remembered."""
        try:
            moment = self._now()
            key = self._build_key(request, moment)
            known = None if key is None else self._replies.get(key)
            if known is not None and len(known) <= LARGEST:
                return self._count(known)
            answer, is_repeatable, note = self._answer(request, moment)
            answer = self._fit(answer)
            written = json.dumps(answer).encode("ascii")
            if self._metrics is not None:
                written = CountedReply(written)
                written.note = note
            if key is not None and is_repeatable and answer is not self._apology:
                self._replies.put(key, written)
            return self._count(written)
        except Exception as error:  # as above
            log_fault(error)
            return json.dumps(self._apology).encode("ascii")

    def _count(self, reply: bytes) -> bytes:
        """Count what `reply` comes to, if anything is counted; return it."""
        if self._metrics is not None and isinstance(reply, CountedReply):
            self._metrics.count_turn(reply.note)
        return reply

    def _build_key(self, request: AlexaRequest, moment: datetime) -> bytes | None:
        content = self._locales.get_content(request.locale)
        return build_key(
            request,
            content,
            self._opening.get_number(content, moment),
            can_time=self._turns.can_time(request),
        )

    def _answer(
        self, request: AlexaRequest, moment: datetime
    ) -> tuple[dict[str, Any], bool, TurnNote]:
        """Return the answer, whether an equal request gets it too, and its note."""
        if request.type in TURN_TYPES:
            # A turn has one handler, so the SDK's dispatcher is passed by: it takes as
            # long as the turn (docs/decisions/0008-turns-pass-by-the-dispatcher.md).
            handled = self._turns.handle(request, moment)
            answer = _build_answer(handled.response, handled.attributes)
            return answer, handled.is_repeatable, handled.note
        if request.type == CAN_FULFILL:
            return self._answer_by_sdk(request), False, NOTHING
        if request.type == EXCEPTION:
            kind = request.error_type
            known = kind if kind in _ERRORS else "other"
            _LOG.error("Alexa could not use an answer of ours: %s", known)
        kept = None if request.type == SESSION_ENDED else _get_kept(request)
        return _build_answer({}, kept), False, NOTHING

    def _answer_by_sdk(self, request: AlexaRequest) -> dict[str, Any]:
        """Return what the SDK's dispatcher makes of a request that has a handler."""
        envelope = RequestEnvelope(request=_REQUEST(object_type=request.type))
        if request.session is not None:
            envelope.session = Session(attributes=_Kept(_get_kept(request) or {}))
        answer: Any = self._skill.invoke(envelope, request)
        return dict(self._serializer.serialize(answer))  # type: ignore[arg-type]

    def _fit(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Return `answer` within the size limit.

        What does not fit loses its screen, then its card, and is an apology at last.
        """
        if _is_surely_small(answer) or _get_size(answer) <= LARGEST:
            return answer
        for part in ("directives", "card"):
            answer["response"].pop(part, None)
            if _get_size(answer) <= LARGEST:
                return answer
        _LOG.error("a response was over %d bytes", LARGEST)
        return self._apology


class _SdkHandler(AbstractRequestHandler):
    """Hands requests of some types, which come as the SDK's context, to a function."""

    def __init__(
        self, types: tuple[str, ...], handle: Callable[[AlexaRequest], Handled]
    ) -> None:
        self._types = types
        self._handle = handle

    def can_handle(self, handler_input: HandlerInput) -> bool:
        request: Any = handler_input.request_envelope.request
        return request.object_type in self._types

    def handle(self, handler_input: HandlerInput) -> Any:
        handled = self._handle(handler_input.context)
        if handled.attributes is not None:
            handler_input.attributes_manager.session_attributes = handled.attributes
        return handled.response


class _Kept(dict[str, Any]):
    """Attributes that nobody changes, so that the SDK's copy may be themselves."""

    def __deepcopy__(self, memo: object) -> "_Kept":
        return self


def _build_answer(
    response: dict[str, Any], attributes: dict[str, Any] | None = None
) -> dict[str, Any]:
    answer: dict[str, Any] = {"version": "1.0", "response": response}
    if attributes is not None:
        answer["sessionAttributes"] = attributes
    return answer


def _get_kept(request: AlexaRequest) -> dict[str, Any] | None:
    """Return the attributes that a session goes on with where nothing changes them."""
    kept = request.session.attributes if request.session is not None else None
    # Foreign ones could be of any size; ours are small.
    return kept if kept and _is_small(kept) else None


def _is_surely_small(answer: dict[str, Any]) -> bool:
    """Tell, without writing it down, whether an answer of speech alone fits.

    A letter takes up to six bytes; attributes are ours, or no more than half.
    """
    response = answer["response"]
    if "card" in response or "directives" in response:
        return False
    speeches = (response, response.get("reprompt", {}))
    letters = sum(len(s.get("outputSpeech", {}).get("ssml", "")) for s in speeches)
    return 6 * letters + LARGEST // 2 + 1000 <= LARGEST


def _get_size(answer: dict[str, Any]) -> int:
    """Return the bytes of an answer; as JSON it is plain ASCII."""
    return len(json.dumps(answer))


def _is_small(attributes: dict[str, Any]) -> bool:
    try:
        return len(json.dumps(attributes)) < LARGEST // 2
    except RecursionError:
        return False
