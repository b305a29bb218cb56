"""Answers POST /alexa in front of the web framework: verifies, answers, logs.

A WSGI callable (PEP 3333); every other path is handed on. The framework's own routing
and request objects take longer than all that is done here.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from skill.errors import RequestRefused
from skill.logs import log_fault, log_request
from skill.metrics import Metrics
from skill.request import AlexaRequest, parse_request
from skill.security.envelope import LARGEST
from skill.security.verifier import SigningHeaders

PATH = "/alexa"
_SIGNING = {
    "SignatureCertChainUrl": "HTTP_SIGNATURECERTCHAINURL",
    "Signature-256": "HTTP_SIGNATURE_256",
}
"""By their names in a WSGI environment."""

Answer = Callable[[AlexaRequest], bytes]
Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WebApplication = Callable[[Environ, StartResponse], Iterable[bytes]]


class Verifier(Protocol):
    """What the web service asks of whatever verifies its requests."""

    def check_headers(self, headers: Mapping[str, str]) -> SigningHeaders:
        """Return what is verified by, or raise RequestRefused."""

    def verify_body(self, signing: SigningHeaders, body: bytes) -> dict[str, Any]:
        """Return the request of `body`, or raise RequestRefused."""


class AlexaEndpoint:
    """Answers `POST /alexa`, and leaves every other path to `rest`."""

    def __init__(
        self,
        verifier: Verifier,
        answer: Answer,
        rest: WebApplication,
        metrics: Metrics | None = None,
    ) -> None:
        """Answer by `answer` whatever `verifier` lets in; `metrics` count it."""
        self._metrics = metrics
        self._verifier = verifier
        self._answer = answer
        self._rest = rest

    def __call__(
        self, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer one request."""
        if environ.get("PATH_INFO") != PATH:
            return self._rest(environ, start_response)
        if environ["REQUEST_METHOD"] != "POST":
            return _refuse_method(environ, start_response)
        started = time.perf_counter()
        request: AlexaRequest | None = None
        status, said, reason = "400 BAD REQUEST", b"", "-"
        headers = []
        try:
            signing = self._verifier.check_headers(_get_signing_headers(environ))
            # Only now is the body waited for: it comes as slowly as its sender likes.
            envelope = self._verifier.verify_body(signing, _read_body(environ))
            request = parse_request(envelope)
            said = self._answer(request)
            status = "200 OK"
            headers = [("Content-Type", "application/json")]
        except RequestRefused as refused:
            reason = refused.reason
        except Exception as error:  # a fault of ours never lets a request in
            log_fault(error)
        log_request(int(status[:3]), started, request, reason)
        if self._metrics is not None:
            seconds = time.perf_counter() - started
            self._metrics.count_request(int(status[:3]), seconds, request, reason)
        start_response(status, [*headers, ("Content-Length", str(len(said)))])
        return [said]


def _get_signing_headers(environ: Environ) -> dict[str, str]:
    """Return the two headers that count; a server joins doubled ones by a comma."""
    return {name: environ[key] for name, key in _SIGNING.items() if key in environ}


def _read_body(environ: Environ) -> bytes:
    """Return the body; it must come with its length, and whole."""
    length = environ.get("CONTENT_LENGTH", "")
    if (
        not (length.isascii() and length.isdigit())
        or "HTTP_TRANSFER_ENCODING" in environ
    ):
        raise RequestRefused("length")
    if len(length) > len(str(LARGEST)) or int(length) > LARGEST:
        raise RequestRefused("size")
    parts: list[bytes] = []
    missing = int(length)
    try:
        while missing > 0 and (part := environ["wsgi.input"].read(missing)):
            parts.append(part)
            missing -= len(part)
    except OSError as error:  # the sender hung up
        raise RequestRefused("json") from error
    if missing:
        raise RequestRefused("json")
    return b"".join(parts)


def _refuse_method(environ: Environ, start_response: StartResponse) -> list[bytes]:
    said = b"" if environ["REQUEST_METHOD"] == "HEAD" else b"Method Not Allowed\n"
    headers = [
        ("Allow", "POST"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(said))),
    ]
    start_response("405 METHOD NOT ALLOWED", headers)
    return [said]
