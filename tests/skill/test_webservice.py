"""The web service: bytes in, 200 or an empty 400 out, and nothing private logged."""

import logging
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from skill.errors import RequestRefused
from skill.security.verifier import SigningHeaders
from skill.webservice import AlexaEndpoint

LINE = re.compile(
    r"request [0-9a-f]{8} status=\d+ ms=\d+\.\d type=(\S+) locale=(\S+) "
    r"new=(true|false) reason=(\S+)"
)


class Gate:
    """A verifier that returns, or raises, what it is given."""

    def __init__(self, result: dict[str, Any] | Exception) -> None:
        self.result = result

    def check_headers(self, headers: object) -> SigningHeaders:
        """Return nothing to verify by."""
        return SigningHeaders("", b"")

    def verify_body(self, signing: SigningHeaders, body: bytes) -> dict[str, Any]:
        """Return or raise the result."""
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


def client(result: dict[str, Any] | Exception) -> FlaskClient:
    """Return a test client of an app with nothing but the skill."""
    app = Flask(__name__)
    app.wsgi_app = AlexaEndpoint(Gate(result), lambda _: b'{"ok": true}', app.wsgi_app)
    return app.test_client()


def find_line(caplog: pytest.LogCaptureFixture) -> re.Match[str]:
    """Return the one line logged for a request."""
    (line,) = (m for m in caplog.messages if m.startswith("request "))
    match = LINE.fullmatch(line)
    assert match, line
    return match


def test_a_verified_request_gets_its_answer() -> None:
    """The answer goes out as JSON."""
    verified = {"request": {"type": "LaunchRequest"}}
    answer = client(verified).post("/alexa", data=b"{}")
    assert (200, {"ok": True}) == (answer.status_code, answer.get_json())


@pytest.mark.parametrize("failure", [RequestRefused("chain"), RuntimeError("secret")])
def test_a_refusal_is_an_empty_400(
    failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """Why is only in the log, and a fault of ours lets nothing in."""
    with caplog.at_level(logging.INFO):
        answer = client(failure).post("/alexa", data=b"{}")
    assert (400, b"") == (answer.status_code, answer.data)
    assert "secret" not in caplog.text
    expected = "chain" if isinstance(failure, RequestRefused) else "-"
    assert expected == find_line(caplog)[4]


def test_an_oversized_body_is_a_400_too(caplog: pytest.LogCaptureFixture) -> None:
    """The web framework's own 413 is not shown."""
    with caplog.at_level(logging.INFO):
        answer = client({}).post("/alexa", data=b" " * (128 * 1024 + 1))
    assert (400, b"") == (answer.status_code, answer.data)
    assert "size" == find_line(caplog)[4]


@pytest.mark.parametrize(
    ("request_part", "session", "expected"),
    [
        (
            {"type": "LaunchRequest", "locale": "en-US"},
            {"new": True},
            ("LaunchRequest", "en-US", "true", "-"),
        ),
        ({"type": "my name", "locale": "me"}, None, ("other", "-", "false", "-")),
        (
            {"type": "IntentRequest", "locale": 5},
            [],
            ("IntentRequest", "-", "false", "-"),
        ),
    ],
)  # fmt: skip
def test_the_log_holds_only_what_is_of_a_known_form(
    request_part: dict[str, Any],
    session: object,
    expected: tuple[str, ...],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A type or locale of another form could carry anything, so it is left out."""
    with caplog.at_level(logging.INFO):
        client({"request": request_part, "session": session}).post("/alexa", data=b"x")
    assert expected == find_line(caplog).groups()


def test_only_posts_are_answered() -> None:
    """GET is no way to talk to the skill."""
    assert 405 == client({}).get("/alexa").status_code
