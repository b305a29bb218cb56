"""The Flask blueprint of POST /alexa: verifies, answers and logs each request."""

import json
import time
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from skill.errors import RequestRefused
from skill.logs import log_fault, log_request
from skill.request import AlexaRequest, parse_request
from skill.security.envelope import LARGEST
from skill.security.verifier import Verifier

_SIGNING = {
    "SignatureCertChainUrl": "HTTP_SIGNATURECERTCHAINURL",
    "Signature-256": "HTTP_SIGNATURE_256",
}
"""By their names in a WSGI environment."""

Answer = Callable[[AlexaRequest], dict[str, Any]]


def build_blueprint(verifier: Verifier, answer: Answer) -> Blueprint:
    """Return the skill's one route, `POST /alexa`."""
    blueprint = Blueprint("skill", __name__)
    blueprint.record_once(_limit_bodies)

    @blueprint.post("/alexa")
    def alexa() -> Response:
        started = time.perf_counter()
        alexa_request: AlexaRequest | None = None
        reply, reason = Response(b"", status=400), "-"
        try:
            body = request.get_data(cache=False)
            envelope = verifier.verify(_get_signing_headers(), body)
            alexa_request = parse_request(envelope)
            said = json.dumps(answer(alexa_request))
            reply = Response(said, mimetype="application/json")
        except RequestRefused as refused:
            reason = refused.reason
        except RequestEntityTooLarge:
            reason = "size"
        except HTTPException:  # the sender hung up, or its body cannot be read
            reason = "json"
        except Exception as error:  # a fault of ours never lets a request in
            log_fault(error)
        log_request(reply.status_code, started, alexa_request, reason)
        return reply

    return blueprint


def _limit_bodies(state: BlueprintSetupState) -> None:
    state.app.config["MAX_CONTENT_LENGTH"] = LARGEST


def _get_signing_headers() -> dict[str, str]:
    """Return the two headers that count; a server joins doubled ones by a comma."""
    environ = request.environ  # looked up once: each look costs a turn's hundredth
    return {name: environ[key] for name, key in _SIGNING.items() if key in environ}
