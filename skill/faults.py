"""Logs a fault of ours by its type and place, never by its message."""

import logging
import traceback
from pathlib import Path

_LOG = logging.getLogger(__name__)
_MOST_FRAMES = 12


def log_fault(error: BaseException) -> None:
    """Write the type and the frames of `error`.

    Its message stays out: the SDK's own exceptions quote the whole request.
    """
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(
        f"{Path(frame.filename).name}:{frame.lineno}"
        for frame in reversed(frames[-_MOST_FRAMES:])
    )
    _LOG.error("fault %s at %s", type(error).__name__, places or "-")
