"""The handler of an AWS Lambda function: gives the same answers as the web service.

Amazon signs no request to a Lambda function of the skill's own account; the id of the
skill, in both its places, is what is checked. Settings, content and skill are read when
the module is imported, so that a first request does not wait for them any longer.
"""

import logging
import os
import time
from datetime import UTC, datetime
from functools import partial
from typing import Any

from skill.dispatcher import Dispatcher
from skill.errors import RequestRefused
from skill.locales import Locales, load_locales
from skill.logs import log_request
from skill.request import parse_request
from skill.security.envelope import check_envelope, check_skill_id
from skill.settings import read_settings
from skill.timers import Timers

logging.getLogger("skill").setLevel(logging.INFO)


_SETTINGS = read_settings(os.environ)
_DISPATCHER = Dispatcher(
    Locales(load_locales(_SETTINGS.protocol, _SETTINGS.clinic)),
    partial(datetime.now, UTC),
    screens=_SETTINGS.screens,
    timers=Timers() if _SETTINGS.timers else None,
)


def handler(event: object, context: object) -> dict[str, Any]:
    """Return the response to a request that Lambda has read already.

    Raises RequestRefused where it is meant for another skill, which Lambda reports as
    an error of the function; its message is the code of the check and nothing more.
    """
    started = time.perf_counter()
    try:
        envelope = check_envelope(event)
        check_skill_id(envelope, _SETTINGS.skill_id)
    except RequestRefused as refused:
        log_request(400, started, None, refused.reason)
        raise
    request = parse_request(envelope)
    answer = _DISPATCHER.answer(request)
    log_request(200, started, request)
    return answer
