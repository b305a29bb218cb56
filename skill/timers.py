"""Alexa's own timer for the ice: may it be set, ask leave for it, set it."""

import json
import logging
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Literal

from skill.http_client import Request, exchange

_LOG = logging.getLogger(__name__)
PERMISSION = "alexa::alerts:timers:skill:readwrite"
ASKED = "back-talk-timer"
"""What comes back with the answer to our question for leave."""
LABEL = "Back Talk timer 1"
"""Others in the home hear it: no word about health. One is set in a talk."""
LONGEST = 120
"""Minutes."""
_ENDPOINT = re.compile(r"(https://(?:[a-z0-9-]{1,63}\.){1,5}amazonalexa\.com)/?")
_BEARER = re.compile(r"[!-~]{1,8192}")

Outcome = Literal["set", "not_permitted", "failed"]
Send = Callable[[Request], tuple[int, bytes]]
"""Sends one request and returns status and body; raises OSError."""
Context = object
"""A request's `context`, as it came."""


class Timers:
    """Sets timers through Amazon's timer service."""

    def __init__(self, send: Send = exchange) -> None:
        """Send by `send`; ours gives up after 3 s, which the SDK's never does."""
        self._send = send

    def set(self, context: Context, minutes: int) -> Outcome:
        """Set a timer that chimes and says nothing. Source: Amazon's timers API.

        The status alone decides: an answer of a newer form must not make a timer that
        runs look like one that does not.
        """
        access = _access(context)
        if access is None:
            return "failed"
        endpoint, token = access
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
        }
        body = json.dumps(timer(minutes)).encode()
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


def can_set(context: Context) -> bool:
    """Tell whether a request brings what setting a timer needs."""
    return _access(context) is not None


def timer(minutes: int) -> dict[str, Any]:
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


def question_for_leave() -> dict[str, Any]:
    """Return the directive with which Alexa asks for leave, in her own words."""
    return {
        "type": "Connections.SendRequest",
        "name": "AskFor",
        "payload": {
            "@type": "AskForPermissionsConsentRequest",
            "@version": "1",
            "permissionScope": PERMISSION,
        },
        "token": ASKED,
    }


def leave_given(answer: Any) -> bool | None:
    """Return whether `answer` gives leave; None where it answers no question of ours.

    `answer` is a `Connections.Response` with its parts as they came. Only a plain yes
    is one.
    """
    if answer.token != ASKED or answer.name != "AskFor":
        return None
    # Amazon writes the code as a text; a number is the same to us.
    went_well = _get(answer.status, "code") in ("200", HTTPStatus.OK)
    return went_well and _get(answer.payload, "status") == "ACCEPTED"


def _access(context: Context) -> tuple[str, str] | None:
    """Return the service's address and token; only Amazon's own address will do."""
    system = _get(context, "System")
    endpoint, token = _get(system, "apiEndpoint"), _get(system, "apiAccessToken")
    if not isinstance(endpoint, str) or not isinstance(token, str):
        return None
    match = _ENDPOINT.fullmatch(endpoint)
    return (match[1], token) if match and _BEARER.fullmatch(token) else None


def _get(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, dict) else None
