"""Logs one line a request, and faults by their place, as text or as JSON.

Nothing of the person is written: no answer, no id, no message of an exception.
"""

import json
import logging
import random
import re
import time
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from skill import request as types
from skill.request import AlexaRequest

_LOG = logging.getLogger(__name__)
_LOCALE = re.compile(r"[a-z]{2}-[A-Z]{2}")
_TYPES = frozenset(
    {
        types.LAUNCH,
        types.INTENT,
        types.CAN_FULFILL,
        types.CONNECTION,
        types.EXCEPTION,
        types.SESSION_ENDED,
        types.SESSION_RESUMED,
        types.USER_EVENT,
        f"{types.APL}.RuntimeError",
    }
)
_MOST_FRAMES = 12
_REQUEST = "request %s status=%d ms=%.1f type=%s locale=%s new=%s reason=%s"
_FAULT = "fault %s at %s"
_PARTS: Mapping[str, tuple[str, ...]] = {
    _REQUEST: ("request", "status", "ms", "type", "locale", "new", "reason"),
    _FAULT: ("type", "place"),
}
"""What stands in our lines, in order."""


def log_request(
    status: int, started: float, request: AlexaRequest | None, reason: str = "-"
) -> None:
    """Write the line of one request, None where it was refused.

    `started` is what `time.perf_counter` gave when it came; `reason` is why it was
    refused.
    """
    kind = locale = None
    is_new = False
    if request is not None:
        kind, locale = request.type, request.locale
        is_new = request.session is not None and request.session.is_new
    if not _LOG.isEnabledFor(logging.INFO):
        return
    # Made here, since the logger would look up who calls it, for nobody to read.
    _LOG.handle(
        logging.LogRecord(
            _LOG.name,
            logging.INFO,
            __file__,
            0,
            _REQUEST,
            (
                f"{random.getrandbits(32):08x}",
                status,
                (time.perf_counter() - started) * 1000,
                kind if kind in _TYPES else "other",
                locale if locale is not None and _LOCALE.fullmatch(locale) else "-",
                str(is_new).lower(),
                reason,
            ),
            None,
        )
    )


def hide_addresses(record: logging.LogRecord) -> bool:
    """Take the address, and what was sent, out of gunicorn's line on malformed HTTP.

    A filter for its logger, so that every kind of its workers keeps to the log policy.
    """
    if isinstance(record.msg, str) and record.msg.startswith(
        "Invalid request from ip="
    ):
        record.msg, record.args = "malformed HTTP was refused", None
    return True


def log_fault(error: BaseException) -> None:
    """Write the type and the frames of `error`.

    Its message stays out: the SDK's own exceptions quote the whole request.
    """
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(
        f"{Path(frame.filename).name}:{frame.lineno}"
        for frame in reversed(frames[-_MOST_FRAMES:])
    )
    _LOG.error(_FAULT, type(error).__name__, places or "-")


class JsonFormatter(logging.Formatter):
    """Writes a line as one JSON object: time, level, message, and the parts of ours.

    Of a record it takes nothing else, least of all an exception's text: what packages
    for it add by themselves would not keep to the log policy.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; its time is UTC, as in 2026-03-02T18:00:00.123Z."""
        moment = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, object] = {
            "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "message": record.getMessage(),
        }
        if isinstance(record.args, tuple):
            line |= zip(_PARTS.get(f"{record.msg}", ()), record.args, strict=False)
        return json.dumps(line)


def build_formatter(log_format: str) -> logging.Formatter:
    """Return what writes the lines of a log that is `text` or `json`."""
    if log_format == "json":
        return JsonFormatter()
    return logging.Formatter("%(asctime)s %(levelname)s %(message)s")
