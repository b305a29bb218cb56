"""Counts sessions, outcomes, re-asks, refusals and times, for Prometheus to fetch.

Numbers alone: no text, no id, no question, no moment at which something was counted.
They are off unless a port is named, and then answered on that port of loopback only, so
that no proxy in front of the skill can hand them on. With gunicorn each worker writes
its numbers into one folder (prometheus_client's multiprocess mode), and whichever is
asked adds them up.
"""

import os
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any, NamedTuple

from dialogue.engine.protocol import TriageProtocol, Urgency
from dialogue.engine.reply import Reply
from skill.errors import SkillRefused
from skill.request import AlexaRequest

HOST = "127.0.0.1"
PATH = "/metrics"
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Of prometheus_client, which reads it when it is imported."""
NO_REASON = "-"
REASK_PROMPTS = ("again.", "check.", "retry.")
NO_REASKS = ("retry.wait",)
"""Said to whoever asks for time."""
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)

Environ = dict[str, Any]
WebApplication = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class TurnNote(NamedTuple):
    """What one turn came to, in as much as it is counted."""

    tier: str | None = None
    """Of the outcome that was said in it for the first time."""
    is_reask: bool = False


def build_note(protocol: TriageProtocol, before: str | None, reply: Reply) -> TurnNote:
    """Return what is counted of a turn; `before` is the outcome said before it."""
    tier = None
    if reply.disposition is not None and reply.disposition != before:
        tier = protocol.disposition[reply.disposition].urgency.value
    asked = (key for key in reply.says if key not in NO_REASKS)
    return TurnNote(tier, any(key.startswith(REASK_PROMPTS) for key in asked))


class Metrics:
    """The counters of one endpoint; in a folder all its workers' together."""

    def __init__(self) -> None:
        """Begin at nothing; raises SkillRefused where the package is missing."""
        try:
            client: Any = import_module("prometheus_client")
            multiprocess: Any = import_module("prometheus_client.multiprocess")
        except ImportError as missing:
            raise SkillRefused(
                "BACKTALK_METRICS is set, but the package prometheus-client is not "
                "installed; pip install 'backtalk[metrics]', or leave it unset."
            ) from missing
        # It would tell the second of the first emergency.
        client.disable_created_metrics()
        own = client.CollectorRegistry()
        self._registry, self._client = own, client
        if FOLDER_VARIABLE in os.environ:
            self._registry = client.CollectorRegistry()
            multiprocess.MultiProcessCollector(self._registry)
        self._requests = client.Counter(
            "backtalk_requests",
            "Requests by HTTP status, and why they were refused.",
            ("status", "reason"),
            registry=own,
        )
        self._seconds = client.Histogram(
            "backtalk_request_seconds",
            "From a request's head to its answer.",
            registry=own,
            buckets=SECONDS,
        )
        self._sessions = client.Counter(
            "backtalk_sessions", "Sessions that were opened.", registry=own
        )
        self._tiers = client.Counter(
            "backtalk_dispositions", "Outcomes said, by tier.", ("tier",), registry=own
        )
        self._reasks = client.Counter(
            "backtalk_reasks", "Turns that put a question once more.", registry=own
        )
        for urgency in Urgency:
            self._tiers.labels(urgency.value)

    def count_request(
        self, status: int, seconds: float, request: AlexaRequest | None, reason: str
    ) -> None:
        """Count one request; `request` is None where it was refused."""
        self._requests.labels(str(status), reason).inc()
        self._seconds.observe(seconds)
        if request is not None and request.session is not None:
            self._sessions.inc(request.session.is_new)

    def count_turn(self, note: TurnNote) -> None:
        """Count what a turn came to."""
        if note.tier is not None:
            self._tiers.labels(note.tier).inc()
        if note.is_reask:
            self._reasks.inc()

    def render(self) -> bytes:
        """Return all numbers in Prometheus's text format."""
        return bytes(self._client.generate_latest(self._registry))


class MetricsPort:
    """Answers `GET /metrics` on a port of its own, and leaves other ports to `rest`."""

    def __init__(self, port: int, metrics: Metrics, rest: WebApplication) -> None:
        """Answer on `port` of loopback."""
        self._own = (HOST, port)
        self._metrics = metrics
        self._rest = rest

    def __call__(
        self, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request."""
        # The socket itself is asked: behind a Unix socket the port of the environment
        # is what the sender typed as its host.
        socket = environ.get("gunicorn.socket")
        if socket is None or socket.getsockname() != self._own:
            return self._rest(environ, start_response)
        if (environ["REQUEST_METHOD"], environ["PATH_INFO"]) != ("GET", PATH):
            status, kind, said = "404 NOT FOUND", "text/plain", b"Not Found\n"
        else:
            status, said = "200 OK", self._metrics.render()
            kind = "text/plain; version=0.0.4; charset=utf-8"
        headers = [("Content-Type", kind), ("Content-Length", str(len(said)))]
        start_response(status, headers)
        return [said]
