"""Checks of the host: its certificate, /health, other paths, the time of answers."""

import json
import socket
import ssl
import statistics
from datetime import UTC, datetime
from urllib.parse import urlsplit

from skill.certification.findings import Findings, expect, skip
from skill.certification.target import Target

TIME_LIMIT = 8000.0
"""Milliseconds in which Alexa wants an answer."""
SOON = 14
"""Days: a certificate that ends sooner is named."""


def check_certificate(target: Target) -> Findings:
    """Check port and certificate of the host, as a device of Amazon's sees them."""
    url = urlsplit(target.base)
    host = url.hostname or ""
    if url.scheme != "https":
        if host in ("127.0.0.1", "localhost"):
            yield skip("port 443 and its certificate", "loopback has none")
        else:
            yield expect(False, "https on port 443", f"the address is {target.base}")
        return
    yield expect((url.port or 443) == 443, "port 443", f"port {url.port}")
    what = f"a trusted certificate with {host} in its SAN"
    try:
        trusting = ssl.create_default_context()
        with (
            socket.create_connection((host, url.port or 443), timeout=10) as plain,
            trusting.wrap_socket(plain, server_hostname=host) as sock,
        ):
            ends = ssl.cert_time_to_seconds(str((sock.getpeercert() or {})["notAfter"]))
    except (OSError, ValueError, KeyError) as error:
        yield expect(False, what, str(error))
        return
    yield expect(True, what)
    days = int((ends - datetime.now(UTC).timestamp()) / 86400)
    yield expect(days >= SOON, f"the certificate ends in {days} days", "renew it now")


def check_health(target: Target) -> Findings:
    """Check `/health`, and name what runs there."""
    answer = target.send("GET", "/health")
    try:
        health = json.loads(answer.data)
        protocol = health["protocol"]
        running = (
            f"version {health['version']}, {health['environment']}, clinic "
            f"{health['clinic']}, protocol {protocol['id']} {protocol['version']} "
            f"({protocol['status']})"
        )
    except (ValueError, KeyError, TypeError):
        status = f"status {answer.status_code}"
        yield expect(False, "GET /health tells what runs", status)
        return
    yield expect(answer.status_code == 200, f"GET /health: {running}")
    yield expect(b"amzn1." not in answer.data, "the skill id stays out of it")
    runs_in = health["environment"]
    if urlsplit(target.base).hostname not in ("127.0.0.1", "localhost"):
        what = "a public endpoint runs in production"
        yield expect(runs_in == "production", what, runs_in)


def check_paths(target: Target) -> Findings:
    """Check other paths and methods."""
    for method, path, status in (
        ("GET", "/alexa", 405),
        ("PUT", "/alexa", 405),
        ("POST", "/health", 405),
        ("GET", "/", 404),
        ("GET", "/alexa/x", 404),
    ):
        answer = target.send(method, path)
        found, size = answer.status_code, len(answer.data)
        right = found == status and size < 200
        yield expect(right, f"{status} for {method} {path}", f"{found}, {size} bytes")


def check_times(target: Target) -> Findings:
    """Check the time of every request of this rehearsal."""
    times = sorted(target.times)
    middle = statistics.median(times)
    ninety_nine = times[int(len(times) * 0.99)]
    what = (
        f"{len(times)} requests: p50 {middle:.1f} ms, p99 {ninety_nine:.1f} ms, "
        f"longest {times[-1]:.0f} ms"
    )
    yield expect(times[-1] < TIME_LIMIT, what)
