"""What an operator answers for: the certificate of the host, health, paths, time."""

import json
import socket
import ssl
import statistics
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from skill.certification.findings import Finding, check, not_judged
from skill.certification.target import Stage

TIME_LIMIT = 8000.0
"""Milliseconds in which Alexa wants an answer."""
SOON = 14
"""Days: a certificate that ends sooner is named."""


def certificate(stage: Stage) -> Iterator[Finding]:
    """Judge port and certificate of the host, as a device of Amazon's sees them."""
    url = urlsplit(stage.base)
    host = url.hostname or ""
    if url.scheme != "https":
        if host in ("127.0.0.1", "localhost"):
            yield not_judged("port 443 and its certificate", "loopback has none")
        else:
            yield check(False, "https on port 443", f"the address is {stage.base}")
        return
    yield check((url.port or 443) == 443, "port 443", f"port {url.port}")
    what = f"a trusted certificate with {host} in its SAN"
    try:
        with (
            socket.create_connection((host, url.port or 443), timeout=10) as plain,
            ssl.create_default_context().wrap_socket(
                plain, server_hostname=host
            ) as sock,
        ):
            ends = ssl.cert_time_to_seconds(str((sock.getpeercert() or {})["notAfter"]))
    except (OSError, ValueError, KeyError) as error:
        yield check(False, what, str(error))
        return
    yield check(True, what)
    days = int((ends - datetime.now(UTC).timestamp()) / 86400)
    yield check(days >= SOON, f"the certificate ends in {days} days", "renew it now")


def health(stage: Stage) -> Iterator[Finding]:
    """Judge `/health`, and name what runs there."""
    answer = stage.get("/health")
    try:
        told = json.loads(answer.data)
        protocol = told["protocol"]
        shown = (
            f"version {told['version']}, {told['environment']}, clinic "
            f"{told['clinic']}, protocol {protocol['id']} {protocol['version']} "
            f"({protocol['status']})"
        )
    except (ValueError, KeyError, TypeError):
        yield check(
            False, "GET /health tells what runs", f"status {answer.status_code}"
        )
        return
    yield check(answer.status_code == 200, f"GET /health: {shown}")
    yield check(b"amzn1." not in answer.data, "the skill id stays out of it")
    is_here = urlsplit(stage.base).hostname in ("127.0.0.1", "localhost")
    live = told["environment"] == "production"
    if not is_here:
        yield check(live, "a public endpoint runs in production", told["environment"])


def paths(stage: Stage) -> Iterator[Finding]:
    """Judge other paths and methods."""
    for method, path, status in (
        ("GET", "/alexa", 405),
        ("PUT", "/alexa", 405),
        ("POST", "/health", 405),
        ("GET", "/", 404),
        ("GET", "/alexa/x", 404),
    ):
        answer = stage.get(path, method)
        short = len(answer.data) < 200
        yield check(
            answer.status_code == status and short,
            f"{status} for {method} {path}",
            f"{answer.status_code}, {len(answer.data)} bytes",
        )


def time_taken(stage: Stage) -> Iterator[Finding]:
    """Judge the time of every request of this rehearsal."""
    times = sorted(stage.times)
    middle = statistics.median(times)
    ninety_nine = times[int(len(times) * 0.99)]
    what = (
        f"{len(times)} requests: p50 {middle:.1f} ms, p99 {ninety_nine:.1f} ms, "
        f"longest {times[-1]:.0f} ms"
    )
    yield check(times[-1] < TIME_LIMIT, what)
