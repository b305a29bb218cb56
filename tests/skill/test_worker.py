"""The gunicorn worker under slow, silent and malformed senders, over real sockets."""

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPResponse
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("gunicorn runs on POSIX only", allow_module_level=True)
from skill.testing.alexa_client import AlexaClient
from skill.testing.authority import CertificateAuthority
from skill.testing.http import build_post, build_relay
from skill.worker import LARGEST, LONGEST_HEAD, judge_progress

ROOT = Path(__file__).parents[2]
SIGNED = b"POST /alexa HTTP/1.1\r\nHost: x\r\nSignature-256: x\r\n"
HEALTH = b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
SOON = 2.0
"""Seconds within which somebody is served; a slow sender may take 10."""


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "more"),
        (b"POS", "more"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", "more"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "whole"),
        (SIGNED + b"Content-Length: 0\r\n\r\n", "whole"),
        (SIGNED + b"Content-Length: 3\r\n\r\nab", "more"),
        (SIGNED + b"content-length:3 \r\n\r\nabc", "whole"),
        (SIGNED + b"Content-Length: 3\r\n\r\nabcd", "whole"),
        (SIGNED + b"Content-Length: %d\r\n\r\n" % LARGEST, "more"),
        (SIGNED + b"Content-Length: %d\r\n\r\n" % (LARGEST + 1), "refused"),
        (SIGNED + b"Content-Length: 99999999999\r\n\r\n", "refused"),
        (SIGNED + b"Content-Length: -1\r\n\r\n", "refused"),
        (SIGNED + b"Content-Length : 1\r\n\r\n", "refused"),
        (SIGNED + b"Transfer-Encoding: chunked\r\n\r\n", "refused"),
        (b"POST /alexa HTTP/1.1\r\nContent-Length: 9\r\n\r\n", "refused"),
        (b"\x16\x03\x01", "malformed"),
        (b"hello", "malformed"),
        (b"GARBAGE\r\n", "malformed"),
        (b"GET / HTTP/2.0\r\n", "malformed"),
        (b"G" * 21, "malformed"),
        (b"GET /" + b"x" * 5000, "malformed"),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * LONGEST_HEAD, "too long"),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * LONGEST_HEAD + b"\r\n\r\n", "too long"),
    ],
)
def test_what_has_come_is_judged(data: bytes, expected: str) -> None:
    """A request goes on whole, or once its head is enough to refuse it."""
    assert expected == judge_progress(data)


@pytest.mark.parametrize(
    "whole",
    [
        SIGNED + b"Content-Length: 3\r\n\r\nabc",
        b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
def test_a_part_of_a_good_request_waits_for_the_rest(whole: bytes) -> None:
    """Wherever the network cuts it."""
    for end in range(len(whole)):
        assert "more" == judge_progress(whole[:end]), whole[:end]


@dataclass(frozen=True)
class Running:
    """One worker of the endpoint on loopback."""

    port: int
    log: Path
    client: AlexaClient

    def send(self, data: bytes, *, seconds: float = SOON) -> bytes:
        """Send `data` alone and return all that comes back in time."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as own:
            own.sendall(data)
            parts = []
            while part := own.recv(4096):
                parts.append(part)
        return b"".join(parts)

    def open(self, data: bytes) -> socket.socket:
        """Return a connection that has sent so much."""
        own = socket.create_connection(("127.0.0.1", self.port), timeout=SOON)
        own.sendall(data)
        return own


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Run one worker as `make serve` does, with the stand-in of Amazon beside it."""
    folder, authority = tmp_path_factory.mktemp("worker"), CertificateAuthority()
    (folder / "root.pem").write_bytes(authority.get_root_pem())
    log = folder / "log"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with build_relay(authority, ("127.0.0.1", 0), "http://127.0.0.1:9") as amazon:
        threading.Thread(target=amazon.serve_forever, daemon=True).start()
        host = f"127.0.0.1:{amazon.server_port}"
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "app:create_app()", "--workers", "1"],
            cwd=ROOT,
            env=os.environ
            | {
                "BACKTALK_BIND": f"127.0.0.1:{port}",
                "BACKTALK_ENV": "development",
                "BACKTALK_DEV_ROOT": str(folder / "root.pem"),
                "BACKTALK_DEV_CERT_HOST": host,
                "BACKTALK_CERTIFICATES": str(folder / "certificates"),
            },
            stderr=log.open("wb"),
        )
        client = AlexaClient(
            authority,
            lambda: datetime.now(UTC),
            build_post(f"http://127.0.0.1:{port}"),
            certificate_url=f"http://{host}/echo.api/test.pem",
        )
        own = Running(port, log, client)
        try:
            _wait_until_it_serves(own, process)
            yield own
        finally:
            process.terminate()
            process.wait(timeout=20)
            amazon.shutdown()


def _wait_until_it_serves(running: Running, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        assert process.poll() is None, running.log.read_text()
        try:
            if b" 200 " in running.send(HEALTH):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("it does not serve")


def is_served(running: Running) -> bool:
    """Tell whether a signed request is answered soon."""
    started = time.monotonic()
    running.client.is_new, running.client.attributes = True, {}
    return running.client.launch().is_open and time.monotonic() - started < SOON


@pytest.mark.parametrize(
    "part",
    [
        b"",
        b"POST /alexa HT",
        b"POST /alexa HTTP/1.1\r\nHost: x\r\n",
        SIGNED + b"Content-Length: 900\r\n\r\nhalf a body",
        b"POST /alexa HTTP/1.1\r\nContent-Length: 900\r\n\r\n",
        SIGNED + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"POST /nowhere HTTP/1.1\r\nContent-Length: 900\r\n\r\nhalf",
    ],
)
def test_forty_slow_senders_stop_nobody(running: Running, part: bytes) -> None:
    """More of them than there are threads; each sends a part and stays."""
    with ExitStack() as slow:
        for _ in range(40):
            slow.enter_context(running.open(part))
        assert is_served(running)


def test_a_thousand_connections_stop_nobody(running: Running) -> None:
    """Who has waited longest without a request makes room."""
    with ExitStack() as silent:
        for number in range(1000):
            silent.enter_context(running.open(b"POST" if number % 2 else b""))
        assert is_served(running)


def test_a_peer_that_never_closes_or_reads_stops_nobody(running: Running) -> None:
    """After its answer, refused or not, as well as before."""
    with ExitStack() as idle:
        for _ in range(20):
            idle.enter_context(running.open(HEALTH))
            idle.enter_context(running.open(SIGNED + b"Content-Length: 3\r\n\r\nabc"))
        time.sleep(0.2)
        assert is_served(running)


@pytest.mark.parametrize(
    "head",
    [
        b"POST /alexa HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n",
        SIGNED + b"Content-Length: 999999999\r\n\r\n",
        SIGNED + b"Transfer-Encoding: chunked\r\n\r\n",
    ],
)
def test_a_head_that_is_enough_is_refused_without_its_body(
    running: Running, head: bytes
) -> None:
    """At once: the body is not waited for."""
    started = time.monotonic()
    assert running.send(head).startswith(b"HTTP/1.1 400 ")
    assert time.monotonic() - started < SOON


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GARBAGE\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nBad Name: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 20_000, 431),
        (
            SIGNED + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
            400,
        ),
        (
            SIGNED + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
            400,
        ),
    ],
)
def test_malformed_http_writes_one_line_without_an_address(
    running: Running, data: bytes, status: int
) -> None:
    """No traceback, and nothing of what was sent."""
    before = running.log.read_text()
    assert running.send(data).startswith(b"HTTP/1.1 %d " % status)
    for _ in range(50):
        written = running.log.read_text()[len(before) :]
        if written.endswith("\n"):
            break
        time.sleep(0.02)
    lines = written.strip().splitlines()
    assert 1 == len(lines), lines
    form = rf" request [0-9a-f]{{8}} status={status} .* reason=\w+$"
    assert re.search(form, lines[0])
    assert "127.0.0.1" not in written


def test_two_requests_on_one_connection_are_both_answered(running: Running) -> None:
    """One after the other, and at once."""
    ask = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
    assert 2 == running.send(ask + HEALTH).count(b"HTTP/1.1 200 ")
    with running.open(b"") as own:
        for _ in range(2):
            own.sendall(ask[:10])
            time.sleep(0.1)
            own.sendall(ask[10:])
            answer = HTTPResponse(own)
            answer.begin()
            assert 200 == answer.status
            assert b"roseville" in answer.read()
