"""A client that holds a session as Alexa does: signs requests, keeps attributes.

In process, without any network:

    authority = CertificateAuthority()
    app = create_app(settings, roots=[authority.root], fetch=authority.fetch, now=now)
    client = AlexaClient(authority, now, app.test_client().post)
    client.launch().speech
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from html import unescape
from typing import Any

from skill.testing.authority import CertificateAuthority

HOST = "https://s3.amazonaws.com"
PATH = "/echo.api/test.pem"
SKILL_ID = "amzn1.ask.skill.development"
USER_ID = "amzn1.ask.account." + "STANDIN" * 20
"""As long as Amazon's are."""


@dataclass(frozen=True)
class AlexaReply:
    """What came back for one request: its HTTP status and its body."""

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
    def words(self) -> str:
        """Return the words spoken, without markup."""
        return to_words(self.speech)

    @property
    def reprompt(self) -> str:
        """Return the SSML said after silence, or nothing."""
        reprompt = self.response.get("reprompt", {})
        return str(reprompt.get("outputSpeech", {}).get("ssml", ""))

    @property
    def directives(self) -> list[dict[str, Any]]:
        """Return what it asks of the device beside speech."""
        return list(self.response.get("directives", []))

    @property
    def screen(self) -> dict[str, Any] | None:
        """Return the directive that shows a document, or None."""
        kind = "Alexa.Presentation.APL.RenderDocument"
        return next((d for d in self.directives if d["type"] == kind), None)

    @property
    def is_open(self) -> bool:
        """Tell whether Alexa listens after it."""
        return self.response.get("shouldEndSession") is False


def to_words(ssml: str) -> str:
    """Return the words of an SSML text, well-formed or not, a space for a pause."""
    spaced = re.sub(r"<break[^>]*>", " ", ssml)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", spaced)).split())


Post = Callable[..., Any]
"""`post("/alexa", data=bytes, headers=dict)`, as Flask's test client has it."""


@dataclass
class AlexaClient:
    """Holds one session as Alexa would: keeps attributes, signs the raw bytes."""

    authority: CertificateAuthority
    now: Callable[[], datetime]
    post: Post
    skill_id: str = SKILL_ID
    locale: str = "en-US"
    certificate_url: str = HOST + PATH
    attributes: dict[str, Any] = field(default_factory=dict)
    is_new: bool = True
    apl: str | None = None
    """The newest APL version of the device's screen; None: it has no screen."""

    def build_envelope(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Return a whole request in Amazon's documented shape."""
        who = {
            "application": {"applicationId": self.skill_id},
            "user": {"userId": USER_ID},
        }
        screen = {"Alexa.Presentation.APL": {"runtime": {"maxVersion": self.apl}}}
        interfaces = {} if self.apl is None else screen
        return {
            "version": "1.0",
            "session": {
                "new": self.is_new,
                "sessionId": "amzn1.echo-api.session.stand-in",
                "attributes": self.attributes,
                **who,
            },
            "context": {
                "System": {
                    "device": {
                        "deviceId": "stand-in",
                        "supportedInterfaces": interfaces,
                    },
                    "apiEndpoint": "https://api.amazonalexa.com",
                    "apiAccessToken": "stand-in",
                    **who,
                }
            },
            "request": {
                "requestId": "amzn1.echo-api.request.stand-in",
                "locale": self.locale,
                "timestamp": self.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
                **request,
            },
        }

    def launch(self) -> AlexaReply:
        """Say "open back talk"."""
        return self.send({"type": "LaunchRequest"})

    def intent(self, name: str, **slots: Mapping[str, Any] | None) -> AlexaReply:
        """Say something that Alexa took for an intent; see `slot` for slots."""
        given = {key: {"name": key, **(slot or {})} for key, slot in slots.items()}
        intent = {"name": name, "confirmationStatus": "NONE", "slots": given}
        return self.send({"type": "IntentRequest", "intent": intent})

    def tap(self, *arguments: object) -> AlexaReply:
        """Touch a button that sends `arguments`."""
        kind = "Alexa.Presentation.APL.UserEvent"
        return self.send({"type": kind, "arguments": list(arguments)})

    def answer_permission(
        self, status: str, *, token: str, code: object = "200"
    ) -> AlexaReply:
        """Send what the person answered when Alexa asked for permission."""
        about = {"name": "AskFor", "status": {"code": code, "message": "stand-in"}}
        answer = {"token": token, "payload": {"status": status}}
        return self.send({"type": "Connections.Response", **about, **answer})

    def end(self, reason: str = "USER_INITIATED") -> AlexaReply:
        """Tell the endpoint that the session is over."""
        return self.send({"type": "SessionEndedRequest", "reason": reason})

    def send(self, request: Mapping[str, Any]) -> AlexaReply:
        """Send one request of this session and keep the attributes that come back."""
        reply = self.send_bytes(json.dumps(self.build_envelope(request)).encode())
        if reply.status == 200:
            # An answer that says nothing of the session leaves it as it is.
            self.is_new = reply.response.get("shouldEndSession") is True
            kept = reply.envelope.get("sessionAttributes")
            self.attributes = {} if self.is_new or not kept else kept
        return reply

    def send_bytes(self, body: bytes, **headers: str) -> AlexaReply:
        """Send `body` signed as it is; `headers` replace or add to the two."""
        answer = self.post("/alexa", data=body, headers=self.sign(body) | headers)
        return AlexaReply(answer.status_code, answer.data)

    def sign(self, body: bytes) -> dict[str, str]:
        """Return the headers that Alexa sends along with `body`."""
        return {
            "Content-Type": "application/json; charset=utf-8",
            "SignatureCertChainUrl": self.certificate_url,
            "Signature-256": self.authority.sign(body),
        }


def slot(
    value: str | None = None, *ids: str, code: str | None = None
) -> dict[str, Any]:
    """Return a slot as Alexa resolves it: `ids` matched, or `code`, or no match."""
    found = {"confirmationStatus": "NONE", "value": value}
    if not ids and not code:
        return found
    status = {"code": code or "ER_SUCCESS_MATCH"}
    values = [{"value": {"name": id_, "id": id_}} for id_ in ids]
    matched = {"values": values} if values else {}
    resolution = {"authority": "stand-in", "status": status, **matched}
    return {**found, "resolutions": {"resolutionsPerAuthority": [resolution]}}
