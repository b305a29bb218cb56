r"""Alexa without Amazon: a signing client, a certificate server, a signing relay.

In process, without any network:

    authority = StandInAuthority()
    app = create_app(settings, roots=[authority.root], fetch=authority.fetch, now=now)
    talk = AlexaClient(authority, now, app.test_client().post)
    talk.launch().speech

By itself it plays Amazon over HTTP:

    python tests/amazon_stand_in.py --root root.pem
    BACKTALK_ENV=development BACKTALK_DEV_ROOT=root.pem \
        BACKTALK_DEV_CERT_HOST=127.0.0.1:9000 make serve

It then serves `/echo.api/test.pem` and one file for every wrong kind of certificate
(`/echo.api/expired.pem`, ...), and whatever is posted to its `/alexa` is signed as it
is and passed on, so any client that speaks Amazon's JSON can talk to the endpoint. Its
own client is `--say launch --say AMAZON.YesIntent ...`.
"""

import argparse
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from stand_in_authority import StandInAuthority

HOST = "https://s3.amazonaws.com"
PATH = "/echo.api/test.pem"
SKILL_ID = "amzn1.ask.skill.development"
USER_ID = "amzn1.ask.account." + "STANDIN" * 20
"""As long as Amazon's are."""


@dataclass(frozen=True)
class Heard:
    """What came back for one request."""

    status: int
    body: bytes

    @cached_property
    def envelope(self) -> dict[str, Any]:
        """Return the response as a dict."""
        return dict(json.loads(self.body))

    @property
    def response(self) -> dict[str, Any]:
        """Return its `response` part."""
        return dict(self.envelope["response"])

    @property
    def speech(self) -> str:
        """Return the SSML spoken, or nothing."""
        return str(self.response.get("outputSpeech", {}).get("ssml", ""))

    @property
    def reprompt(self) -> str:
        """Return the SSML said after silence, or nothing."""
        reprompt = self.response.get("reprompt", {})
        return str(reprompt.get("outputSpeech", {}).get("ssml", ""))

    @property
    def is_open(self) -> bool:
        """Tell whether Alexa listens after it."""
        return self.response.get("shouldEndSession") is False


Post = Callable[..., Any]
"""`post("/alexa", data=bytes, headers=dict)`, as Flask's test client has it."""


@dataclass
class AlexaClient:
    """Holds one talk as Alexa would: keeps attributes, signs the raw bytes."""

    authority: StandInAuthority
    now: Callable[[], datetime]
    post: Post
    skill_id: str = SKILL_ID
    locale: str = "en-US"
    certificate_url: str = HOST + PATH
    attributes: dict[str, Any] = field(default_factory=dict)
    is_new: bool = True

    def envelope(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Return a whole request in Amazon's documented shape."""
        application = {"applicationId": self.skill_id}
        return {
            "version": "1.0",
            "session": {
                "new": self.is_new,
                "sessionId": "amzn1.echo-api.session.stand-in",
                "application": application,
                "attributes": self.attributes,
                "user": {"userId": USER_ID},
            },
            "context": {
                "System": {
                    "application": application,
                    "user": {"userId": USER_ID},
                    "device": {"deviceId": "stand-in", "supportedInterfaces": {}},
                    "apiEndpoint": "https://api.amazonalexa.com",
                    "apiAccessToken": "stand-in",
                }
            },
            "request": {
                "requestId": "amzn1.echo-api.request.stand-in",
                "locale": self.locale,
                "timestamp": self.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
                **request,
            },
        }

    def launch(self) -> Heard:
        """Say "open back talk"."""
        return self.send({"type": "LaunchRequest"})

    def intent(self, name: str, **slots: Mapping[str, Any] | None) -> Heard:
        """Say something that Alexa took for an intent; see `slot` for slots."""
        given = {key: {"name": key, **(slot or {})} for key, slot in slots.items()}
        intent = {"name": name, "confirmationStatus": "NONE", "slots": given}
        return self.send({"type": "IntentRequest", "intent": intent})

    def ended(self, reason: str = "USER_INITIATED") -> Heard:
        """Tell the endpoint that the session is over."""
        return self.send({"type": "SessionEndedRequest", "reason": reason})

    def send(self, request: Mapping[str, Any]) -> Heard:
        """Send one request of this talk and keep what comes back with it."""
        heard = self.send_bytes(json.dumps(self.envelope(request)).encode())
        if heard.status == 200:
            # An answer that says nothing of the session leaves it as it is.
            self.is_new = heard.response.get("shouldEndSession") is True
            kept = heard.envelope.get("sessionAttributes")
            self.attributes = {} if self.is_new or not kept else kept
        return heard

    def send_bytes(self, body: bytes, **headers: str) -> Heard:
        """Send `body` signed as it is; `headers` replace or add to the two."""
        answer = self.post("/alexa", data=body, headers=self.headers(body) | headers)
        return Heard(answer.status_code, answer.data)

    def headers(self, body: bytes) -> dict[str, str]:
        """Return the headers that Alexa sends along."""
        return {
            "Content-Type": "application/json; charset=utf-8",
            "SignatureCertChainUrl": self.certificate_url,
            "Signature-256": self.authority.sign(body),
        }


def slot(
    value: str | None = None, *ids: str, code: str | None = None
) -> dict[str, Any]:
    """Return a slot as Alexa resolves it: `ids` matched, or `code`, or no match."""
    found: dict[str, Any] = {"confirmationStatus": "NONE", "value": value}
    if ids or code:
        values = [{"value": {"name": id_, "id": id_}} for id_ in ids]
        status = code or "ER_SUCCESS_MATCH"
        resolution = {"authority": "stand-in", "status": {"code": status}}
        if values:
            resolution["values"] = values  # type: ignore[assignment]
        found["resolutions"] = {"resolutionsPerAuthority": [resolution]}
    return found


@dataclass(frozen=True)
class OverHttp:
    """What Flask's test client answers with, for an endpoint at an address."""

    status_code: int
    data: bytes


def posting_to(base: str) -> Post:
    """Return a `post` that reaches the endpoint at `base`, such as http://host:port."""

    def post(path: str, *, data: bytes, headers: Mapping[str, str]) -> OverHttp:
        request = urllib.request.Request(base + path, data, dict(headers))  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return OverHttp(answer.status, answer.read())
        except urllib.error.HTTPError as error:
            return OverHttp(error.code, error.read())

    return post


def server(
    authority: StandInAuthority, address: tuple[str, int], endpoint: str
) -> ThreadingHTTPServer:
    """Return a server of the PEM files, which signs and relays posts to `/alexa`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                self._reply(200, authority.fetch(self.path))
            except OSError:
                self._reply(404, b"")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            own = f"http://{address[0]}:{self.server.server_address[1]}{PATH}"
            headers = {
                "Content-Type": self.headers.get("Content-Type", "application/json"),
                "SignatureCertChainUrl": own,
                "Signature-256": authority.sign(body),
            }
            try:
                answer = posting_to(endpoint)("/alexa", data=body, headers=headers)
                self._reply(answer.status_code, answer.data)
            except OSError:
                self._reply(502, b"")

        def _reply(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return ThreadingHTTPServer(address, Handler)


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted, or hold the talk given by `--say`."""
    parser = argparse.ArgumentParser(description="Plays Amazon for a local endpoint.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument(
        "--root",
        type=Path,
        default=Path("root.pem"),
        help="where the test root is written for BACKTALK_DEV_ROOT",
    )
    parser.add_argument(
        "--endpoint",
        default="http://127.0.0.1:8000",
        help="where posts to /alexa go, signed",
    )
    parser.add_argument(
        "--relay",
        default="http://127.0.0.1:9000",
        help="the running stand-in that --say talks through",
    )
    parser.add_argument(
        "--say",
        action="append",
        default=[],
        help="launch or an intent's name; repeat it for a whole talk",
    )
    options = parser.parse_args(arguments)
    authority = StandInAuthority()
    if options.say:
        return _talk(authority, options.relay, options.say)
    options.root.write_bytes(authority.root.public_bytes(Encoding.PEM))
    with server(authority, (options.host, options.port), options.endpoint) as running:
        where = f"{options.host}:{running.server_address[1]}"
        print(f"Certificate: http://{where}{PATH}\nSigning relay: http://{where}/alexa")
        print(
            f"Start the endpoint with:\n  BACKTALK_ENV=development BACKTALK_DEV_ROOT="
            f"{options.root} BACKTALK_DEV_CERT_HOST={where} make serve",
            flush=True,
        )
        try:
            running.serve_forever()
        except KeyboardInterrupt:
            print("Stopped.")
    return 0


def _talk(authority: StandInAuthority, relay: str, says: list[str]) -> int:
    client = AlexaClient(authority, lambda: datetime.now(UTC), posting_to(relay))
    for said in says:
        heard = client.launch() if said == "launch" else client.intent(said)
        print(f"{said}: {heard.status} {heard.speech if heard.body else ''}")
        if heard.status != 200:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
