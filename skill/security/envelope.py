"""Reads a request's JSON, and checks its time and its skill id."""

import json
import math
from datetime import datetime, timedelta
from typing import Any

from skill.errors import RequestRefused

LARGEST = 128 * 1024
"""Bytes of a request body."""
TOLERANCE = timedelta(seconds=150)
"""In both directions: real hosts see requests about a second in the future."""
EVENT_TOLERANCE = timedelta(seconds=3600)
_EVENT = "AlexaSkillEvent."


def _parse_finite(figures: str) -> float:
    value = float(figures)
    if not math.isfinite(value):
        raise ValueError("a number beyond all bounds")
    return value


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_float=_parse_finite, parse_constant=_refuse_constant)


def parse_envelope(body: bytes) -> dict[str, Any]:
    """Return the request that `body` holds; properties unknown to us stay in it.

    Raises RequestRefused("json") unless it is an object with an object `request`
    whose `type` is a text.
    """
    try:
        envelope = _DECODER.decode(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise RequestRefused("json") from error
    return check_envelope(envelope)


def check_envelope(envelope: object) -> dict[str, Any]:
    """Return a request that was read already; raises RequestRefused as above."""
    request = envelope.get("request") if isinstance(envelope, dict) else None
    if not isinstance(request, dict) or not isinstance(request.get("type"), str):
        raise RequestRefused("json")
    return dict(envelope) if isinstance(envelope, dict) else {}


def check_time(envelope: dict[str, Any], now: datetime) -> None:
    """Refuse a time stamp that is missing, unreadable or too far from `now`."""
    stamp = envelope["request"].get("timestamp")
    if not isinstance(stamp, str):
        raise RequestRefused("time")
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError as error:
        raise RequestRefused("time") from error
    if moment.tzinfo is None:
        raise RequestRefused("time")
    is_event = envelope["request"]["type"].startswith(_EVENT)
    if abs(now - moment) > (EVENT_TOLERANCE if is_event else TOLERANCE):
        raise RequestRefused("time")


def check_skill_id(envelope: dict[str, Any], skill_id: str) -> None:
    """Refuse a request that is meant for another skill, in either of its two places."""
    system = _get(envelope.get("context"), "System")
    if _get(_get(system, "application"), "applicationId") != skill_id:
        raise RequestRefused("skill_id")
    session = envelope.get("session")
    if session is None:
        return
    if _get(_get(session, "application"), "applicationId") != skill_id:
        raise RequestRefused("skill_id")


def _get(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, dict) else None
