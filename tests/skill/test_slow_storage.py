"""A certificate host that keeps silent, and headers given twice, at the endpoint."""

import json
import socket
import threading
import time
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from app import create_app
from skill.security import certificates
from skill.settings import Settings
from skill.testing.alexa_client import HOST, SKILL_ID, AlexaClient
from skill.testing.authority import CertificateAuthority

NOON = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
SILENT = f"{HOST}/echo.api/silent.pem"
PATIENCE = 0.5


def test_a_silent_host_refuses_its_own_request_and_holds_up_no_other(
    authority: CertificateAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A 400 in time; meanwhile a known certificate is answered as ever."""
    monkeypatch.setattr(certificates, "PATIENCE", PATIENCE)
    never = threading.Event()

    def fetch(url: str) -> bytes:
        if url == SILENT:
            never.wait(20)
        return authority.fetch(url)

    app = create_app(
        Settings("development", SKILL_ID, "roseville"),
        roots=[authority.root],
        fetch=fetch,
        now=lambda: NOON,
    )
    known = AlexaClient(authority, lambda: NOON, app.test_client().post)
    assert known.launch().is_open
    waiting = AlexaClient(
        authority, lambda: NOON, app.test_client().post, certificate_url=SILENT
    )
    took: list[tuple[int, float]] = []

    def ask() -> None:
        started = time.monotonic()
        took.append((waiting.launch().status, time.monotonic() - started))

    thread = threading.Thread(target=ask)
    thread.start()
    answered = 0
    while not took:
        assert known.launch().is_open
        answered += 1
    thread.join()
    never.set()
    (status, seconds), *_ = took
    assert 400 == status
    assert PATIENCE <= seconds < 10 * PATIENCE
    assert answered > 5


@pytest.mark.parametrize("doubled", ["Signature-256", "SignatureCertChainUrl"])
def test_a_header_given_twice_is_an_empty_400(
    alexa: AlexaClient, endpoint: FlaskClient, doubled: str
) -> None:
    """On the wire, as a server reads it; once, the same request is answered."""
    body = json.dumps(alexa.build_envelope({"type": "LaunchRequest"})).encode()
    lines = [*alexa.sign(body).items()]
    server = make_server("127.0.0.1", 0, endpoint.application, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        again = [(doubled, dict(lines)[doubled])]
        assert b" 200 " in _first_line(server.server_port, lines, body)
        assert b" 400 " in _first_line(server.server_port, lines + again, body)
    finally:
        server.shutdown()


def _first_line(port: int, headers: list[tuple[str, str]], body: bytes) -> bytes:
    text = "".join(f"{name}: {value}\r\n" for name, value in headers)
    head = f"POST /alexa HTTP/1.0\r\nContent-Length: {len(body)}\r\n{text}\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=30) as sock:
        sock.sendall(head.encode() + body)
        return sock.makefile("rb").readline()
