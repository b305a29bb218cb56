"""One line a request in the log, with nothing that tells of the person."""

import logging
import random
import re
import time
from typing import Any

_LOG = logging.getLogger(__name__)
_LOCALE = re.compile(r"[a-z]{2}-[A-Z]{2}")
_TYPES = frozenset(
    {
        "Alexa.Presentation.APL.RuntimeError",
        "Alexa.Presentation.APL.UserEvent",
        "CanFulfillIntentRequest",
        "Connections.Response",
        "IntentRequest",
        "LaunchRequest",
        "SessionEndedRequest",
        "SessionResumedRequest",
        "System.ExceptionEncountered",
    }
)


def log_request(
    status: int, started: float, envelope: dict[str, Any], reason: str
) -> None:
    """Write what may be written: nothing that tells of the person or the answers.

    `started` is what `time.perf_counter` gave when the request came.
    """
    asked = envelope.get("request")
    asked = asked if isinstance(asked, dict) else {}
    kind, locale = asked.get("type"), asked.get("locale")
    session = envelope.get("session")
    new = session.get("new") is True if isinstance(session, dict) else False
    _LOG.info(
        "request %s status=%d ms=%.1f type=%s locale=%s new=%s reason=%s",
        f"{random.getrandbits(32):08x}",
        status,
        (time.perf_counter() - started) * 1000,
        kind if isinstance(kind, str) and kind in _TYPES else "other",
        locale if isinstance(locale, str) and _LOCALE.fullmatch(locale) else "-",
        str(new).lower(),
        reason,
    )
