"""Logs a fault of ours by its type and place, never by its message."""

import logging
import traceback
from pathlib import Path

_LOG = logging.getLogger(__name__)


def log_fault(error: BaseException) -> None:
    """Write the type and the frames of `error`.

    Its message stays out: the SDK's own exceptions quote the whole request.
    """
    frames = " < ".join(
        f"{Path(frame.filename).name}:{frame.lineno}"
        for frame in reversed(traceback.extract_tb(error.__traceback__))
    )
    _LOG.error("fault %s at %s", type(error).__name__, frames or "-")
