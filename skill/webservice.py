"""Flask blueprint: bytes in, 200 or 400 out, and one line in the log."""

import json
import time
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from skill.errors import RequestRefused
from skill.faults import log_fault
from skill.logs import log_request
from skill.security.envelope import LARGEST
from skill.security.verifier import Verifier

_SIGNING = {
    "SignatureCertChainUrl": "HTTP_SIGNATURECERTCHAINURL",
    "Signature-256": "HTTP_SIGNATURE_256",
}
"""By their names in a WSGI environment."""

Answer = Callable[[dict[str, Any]], dict[str, Any]]


def skill_blueprint(verifier: Verifier, answer: Answer) -> Blueprint:
    """Return the skill's one route, `POST /alexa`."""
    blueprint = Blueprint("skill", __name__)
    blueprint.record_once(_limit_bodies)

    @blueprint.post("/alexa")
    def alexa() -> Response:
        started = time.perf_counter()
        envelope: dict[str, Any] = {}
        reason = "-"
        try:
            envelope = verifier.verify(_signing_headers(), _body())
            reply = Response(json.dumps(answer(envelope)), mimetype="application/json")
        except RequestRefused as refused:
            reply, reason = _refusal(), refused.reason
        except RequestEntityTooLarge:
            reply, reason = _refusal(), "size"
        except HTTPException:  # the sender hung up, or its body cannot be read
            reply, reason = _refusal(), "json"
        except Exception as error:  # a fault of ours never lets a request in
            log_fault(error)
            reply = _refusal()
        log_request(reply.status_code, started, envelope, reason)
        return reply

    return blueprint


def _limit_bodies(state: BlueprintSetupState) -> None:
    state.app.config["MAX_CONTENT_LENGTH"] = LARGEST


def _signing_headers() -> dict[str, str]:
    """Return the two headers that count; a server joins doubled ones by a comma."""
    environ = request.environ  # looked up once: each look costs a turn's hundredth
    return {name: environ[key] for name, key in _SIGNING.items() if key in environ}


def _body() -> bytes:
    return request.get_data(cache=False)


def _refusal() -> Response:
    return Response(b"", status=400)
