"""Speed of the endpoint against a bare Flask app that echoes the same body."""

import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient
from helpers.fakes import AcceptingVerifier

from app import create_app
from skill.settings import Settings
from skill.testing.alexa_client import SKILL_ID, AlexaClient, slot
from skill.testing.authority import CertificateAuthority

ROUNDS = 5
IN_A_ROUND = 150
QUIET_ECHO = 0.25
"""Milliseconds; absolute limits are judged only on a machine this quick and quiet."""

NOW = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
SETTINGS = Settings("development", SKILL_ID, "roseville")


@pytest.fixture(scope="module")
def authority() -> CertificateAuthority:
    """Return a test authority."""
    return CertificateAuthority(NOW)


@pytest.fixture(scope="module")
def signed(authority: CertificateAuthority) -> FlaskClient:
    """Return the endpoint with the real verifier."""
    return create_app(
        SETTINGS, roots=[authority.root], fetch=authority.fetch, now=lambda: NOW
    ).test_client()


@pytest.fixture(scope="module")
def body(authority: CertificateAuthority, signed: FlaskClient) -> bytes:
    """Return an Intent request of about 1.8 kB in mid-interview."""
    alexa = AlexaClient(authority, lambda: NOW, signed.post)
    alexa.launch()
    for _ in range(8):
        alexa.intent("AMAZON.NoIntent")
    intent = {
        "name": "AMAZON.NoIntent",
        "confirmationStatus": "NONE",
        "slots": {"statement": slot(None), "answer": slot(None)},
    }
    envelope = alexa.build_envelope(
        {"type": "IntentRequest", "intent": intent, "dialogState": "STARTED"}
    )
    body = json.dumps(envelope).encode()
    assert 1500 < len(body) < 2300
    return body


def echo() -> FlaskClient:
    """Return a bare app that sends back what it was sent."""
    app = Flask(__name__)

    @app.post("/alexa")
    def alexa() -> Response:
        return Response(request.get_data(), mimetype="application/json")

    return app.test_client()


def milliseconds(post: Callable[..., object], body: bytes, headers: dict) -> float:
    """Return the median time of one request."""
    times = []
    for _ in range(IN_A_ROUND):
        started = time.perf_counter()
        post("/alexa", data=body, headers=headers)
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


@pytest.mark.performance
@pytest.mark.parametrize(
    ("is_signed", "most", "most_times"), [(False, 1.0, 4.0), (True, 1.5, 4.5)]
)
def test_a_warm_request_is_fast(
    authority: CertificateAuthority,
    signed: FlaskClient,
    body: bytes,
    is_signed: bool,
    most: float,
    most_times: float,
) -> None:
    """The median is within so many times the echo's, measured in turns with it."""
    client = signed
    if not is_signed:
        client = create_app(SETTINGS, verifier=AcceptingVerifier()).test_client()
    headers = AlexaClient(authority, lambda: NOW, signed.post).sign(body)
    answer = client.post("/alexa", data=body, headers=headers)
    assert 200 == answer.status_code
    bare = echo()
    bare.post("/alexa", data=body, headers=headers)
    rounds = []
    for _ in range(ROUNDS):
        yardstick = milliseconds(bare.post, body, headers)
        rounds.append((milliseconds(client.post, body, headers), yardstick))
    ours = statistics.median(own for own, _ in rounds)
    theirs = statistics.median(yardstick for _, yardstick in rounds)
    ratio = statistics.median(own / yardstick for own, yardstick in rounds)
    print(
        f"\n{'signed' if is_signed else 'unsigned'}: p50 {ours:.3f} ms, echo "
        f"{theirs:.3f} ms, ratio {ratio:.2f} (at most {most_times}); "
        f"{platform.machine()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}"
    )
    assert ratio <= most_times
    if theirs <= QUIET_ECHO:
        assert ours <= most
