"""Sets Alexa's own timer for the ice, and asks for the permission to do so."""

import json
import logging
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Literal

from dialogue.engine.events import TimerNotSet
from dialogue.engine.interview import take_turn
from dialogue.engine.open_question import build_prompt_reply, find_position
from dialogue.engine.protocol import TriageProtocol
from dialogue.engine.reply import Reply
from dialogue.engine.state import State
from skill.http_client import Request, exchange
from skill.request import AlexaRequest

_LOG = logging.getLogger(__name__)
PERMISSION = "alexa::alerts:timers:skill:readwrite"
QUESTION_ID = "back-talk-timer"
"""What comes back with the answer to our question for permission."""
LABEL = "Back Talk timer 1"
"""Others in the home hear it: no word about health. One is set in a session."""
LONGEST = 120
"""Minutes."""
_ENDPOINT = re.compile(r"(https://(?:[a-z0-9-]{1,63}\.){1,5}amazonalexa\.com)/?")
_BEARER = re.compile(r"[!-~]{1,8192}")

Outcome = Literal["set", "not_permitted", "failed"]
Send = Callable[[Request], tuple[int, bytes]]
"""Sends one request and returns status and body; raises OSError."""
Turn = tuple[State, Reply | None]
"""The state, and the reply; None: Alexa asks for permission in her own words."""


class Timers:
    """Sets timers through Amazon's timer service."""

    def __init__(self, send: Send = exchange) -> None:
        """Send by `send`; ours gives up after 3 s, which the SDK's never does."""
        self._send = send

    def set(self, request: AlexaRequest, minutes: int) -> Outcome:
        """Set a timer that chimes and says nothing. Source: Amazon's timers API.

        The status alone decides: an answer of a newer form must not make a timer that
        runs look like one that does not.
        """
        access = _find_access(request)
        if access is None:
            return "failed"
        endpoint, token = access
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
        }
        body = json.dumps(build_timer(minutes)).encode()
        url = f"{endpoint}/v1/alerts/timers"
        try:
            status, _ = self._send(Request("POST", url, headers, body))
        except OSError as error:
            cause = type(error.__cause__ or error).__name__
            _LOG.warning("the timer service was not reached: %s", cause)
            return "failed"
        if status in (HTTPStatus.OK, HTTPStatus.CREATED):
            return "set"
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            return "not_permitted"
        _LOG.warning("the timer service answered %d", status)
        return "failed"


def start_timer(
    protocol: TriageProtocol,
    turn: tuple[State, Reply],
    request: AlexaRequest,
    timers: Timers | None,
) -> Turn:
    """Set the timer that a turn wants, and return what is said only when it runs.

    Permission is asked for here alone, behind the one yes of a session to the one
    offer, so it is never asked for twice. Source: Amazon's guidelines for timers.
    """
    state, reply = turn
    if not reply.starts_timer:
        return turn
    if timers is None:
        return take_turn(protocol, state, TimerNotSet())
    outcome = timers.set(request, protocol.timer_minutes)
    if outcome == "not_permitted":
        return state, None
    if outcome == "failed":
        return take_turn(protocol, state, TimerNotSet(failed=True))
    return turn


def start_timer_if_permitted(
    protocol: TriageProtocol,
    state: State | None,
    request: AlexaRequest,
    timers: Timers,
) -> tuple[State, Reply] | None:
    """Return the turn of the answer to our question for permission.

    `state` is None where the session's attributes did not come back; then the timer is
    all that is left of it. None where `request` is no such answer.
    """
    is_given = find_permission(request)
    if is_given is None:
        return None
    runs = is_given and timers.set(request, protocol.timer_minutes) == "set"
    if state is None:
        missing = "timer.failed" if is_given else "timer.none"
        return State(ended=True), Reply(("timer.start" if runs else missing,))
    if runs:
        return state, build_prompt_reply(
            state, find_position(protocol, state), ("timer.start",)
        )
    return take_turn(protocol, state, TimerNotSet(failed=is_given))


def can_set(request: AlexaRequest) -> bool:
    """Tell whether a request brings what setting a timer needs."""
    return _find_access(request) is not None


def build_timer(minutes: int) -> dict[str, Any]:
    """Return the timer service's request, as plain JSON."""
    return {
        "duration": f"PT{min(minutes, LONGEST)}M",
        "timerLabel": LABEL,
        "creationBehavior": {"displayExperience": {"visibility": "VISIBLE"}},
        "triggeringBehavior": {
            "operation": {"type": "NOTIFY_ONLY"},
            "notificationConfig": {"playAudible": True},
        },
    }


def build_permission_question() -> dict[str, Any]:
    """Return the directive with which Alexa asks for permission, in her own words."""
    return {
        "type": "Connections.SendRequest",
        "name": "AskFor",
        "payload": {
            "@type": "AskForPermissionsConsentRequest",
            "@version": "1",
            "permissionScope": PERMISSION,
        },
        "token": QUESTION_ID,
    }


def find_permission(request: AlexaRequest) -> bool | None:
    """Return whether `request` gives permission; None: it answers no question of ours.

    Only a plain yes is one.
    """
    answer = request.connection
    if answer is None or answer.token != QUESTION_ID or answer.name != "AskFor":
        return None
    # Amazon writes the code as a text; a number is the same to us.
    went_well = answer.code in ("200", HTTPStatus.OK)
    return went_well and answer.status == "ACCEPTED"


def _find_access(request: AlexaRequest) -> tuple[str, str] | None:
    """Return the service's address and token; only Amazon's own address will do."""
    if request.api_endpoint is None or request.api_token is None:
        return None
    match = _ENDPOINT.fullmatch(request.api_endpoint)
    if match is None or not _BEARER.fullmatch(request.api_token):
        return None
    return match[1], request.api_token
