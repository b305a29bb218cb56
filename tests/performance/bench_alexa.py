"""make bench-alexa: the endpoint beside a bare echo, on the same gunicorn, in one run.

What is judged is a ratio to the echo in the same round: the servers take turns, so that
a busy machine slows all of them. It exits with 1 where a limit is broken.
"""

import argparse
import json
import logging
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from helpers.core_turns import walk
from performance import bench_interviews
from performance.bench_apps import signed as signed_app
from performance.bench_load import (
    CLIENT_CORE,
    CORES,
    ROOT,
    SERVER_CORE,
    Server,
    exchange,
    gunicorn,
    load,
    post_bytes,
)  # fmt: skip

from dialogue.content.content import Content
from dialogue.engine.protocol import Answer
from dialogue.loading import load_content
from skill.intents import ANSWER_INTENTS
from skill.testing.alexa_client import AlexaClient
from skill.testing.authority import CertificateAuthority

OURS, BARE = ("unsigned", "signed"), ("echo", "sdk", "sdk_verified")
"""Ours, and what runs on gunicorn's own threaded worker."""
SERVERS = ("echo", "echo_by_ours", "unsigned", "signed", "sdk", "sdk_verified")
LEAST_RATE, MOST_P50 = 0.8, 1.3
"""Of the echo's."""
LEAST_OF_SDK = 2.0
"""Times the requests per second of a core by the SDK's own way, without any check."""
LEAST_HIT = 100
"""Requests whose worker is killed while it answers them."""
MOST_LOAD = 2.0
"""Programs that wait for each core."""
MOST_INTERVIEW, MOST_COLD = 20.0, 1500.0
"""Milliseconds."""


@dataclass
class Measured:
    """One server's rounds."""

    rates: list[float] = field(default_factory=list)
    per_core: list[float] = field(default_factory=list)
    times: list[list[float]] = field(default_factory=list)

    @property
    def p50s(self) -> list[float]:
        """Return each round's median, ms."""
        return [statistics.median(times) for times in self.times]

    @property
    def p99(self) -> float:
        """Return the 99th percentile of all rounds, ms."""
        every = sorted(ms for times in self.times for ms in times)
        return every[int(len(every) * 0.99)]


def longest(content: Content) -> list[str]:
    """Return the intents of the longest interview, from the launch to the advice."""
    path = max(walk(content.protocol), key=lambda path: len(path.asked))
    intents = []
    for asked in path.asked:
        answer = path.state.answers[asked]
        # An unsure is asked again once, and counts when it is said twice.
        again = answer is Answer.UNSURE and content.protocol.question[asked]
        times = 2 if again and again.again_on_unsure else 1
        intents += [ANSWER_INTENTS[answer]] * times
    return intents


def wires(talk: AlexaClient, content: Content) -> list[bytes]:
    """Return each turn of the longest interview as it goes over the wire, signed."""
    sent: list[bytes] = []
    post = talk.post

    def noted(path: str, *, data: bytes, headers: dict[str, str]) -> Any:
        sent.append(post_bytes(data, headers))
        return post(path, data=data, headers=headers)

    talk = replace(talk, post=noted)
    heard = talk.launch()
    for intent in longest(content):
        assert heard.is_open, "the interview ended early"
        heard = talk.intent(intent)
    return sent


def compare(talk: AlexaClient, content: Content, files: Path, rounds: int) -> bool:
    """Measure the servers in turns, print, and tell whether the limits hold."""
    with ExitStack() as running:
        servers = {
            name: running.enter_context(
                gunicorn(
                    f"performance.bench_apps:{name.partition('_by')[0]}",
                    1,
                    files,
                    SERVER_CORE,
                    bare=name in BARE,
                )
            )
            for name in SERVERS
        }
        measured = {name: Measured() for name in SERVERS}
        post = posting(servers["signed"])
        for _ in range(rounds):
            # Signed anew each round: a request is good for 150 s.
            talks = wires(replace(talk, post=post), content)
            for name, server in servers.items():
                _run_round(server, talks, measured[name])
        memory = {name: get_resident(server) for name, server in servers.items()}
    for name in SERVERS:
        own, m = measured[name], statistics.median
        print(
            f"{name:12} {m(own.rates):6.0f} requests/s, {m(own.per_core):6.0f} per "
            f"second of a core; p50 {m(own.p50s):.2f} ms, p99 {own.p99:.2f} ms; "
            f"{memory[name]:.0f} MB resident"
        )
    # The signed one is what runs; the other only shows what the check costs.
    return [_print_ratios(measured, name) for name in OURS][-1]


def _run_round(server: Server, talks: list[bytes], measured: Measured) -> None:
    before = get_cpu_seconds(server)
    rate, times = load(server.port, talks, clients=4, seconds=0.8)
    used = get_cpu_seconds(server) - before
    measured.rates.append(rate)
    measured.per_core.append(len(times) / max(used, 0.01))
    measured.times.append(load(server.port, talks, clients=1, seconds=0.5)[1])


def _print_ratios(measured: dict[str, Measured], name: str) -> bool:
    own, echo = measured[name], measured["echo"]
    of_sdk = _find_ratio(own.per_core, measured["sdk"].per_core)
    of_verified = _find_ratio(own.per_core, measured["sdk_verified"].per_core)
    ratio = _find_ratio
    rate, p50 = ratio(own.rates, echo.rates), ratio(own.p50s, echo.p50s)
    core = ratio(own.per_core, echo.per_core)
    print(
        f"{name}: {core:.2f} of the echo's rate per second of a core (at least "
        f"{LEAST_RATE}) and {rate:.2f} of it by the clock, {p50:.2f} times its p50 (at "
        f"most {MOST_P50});\n  {of_sdk:.2f} times the SDK's own way in Flask per "
        f"second of a core (at least {LEAST_OF_SDK}), {of_verified:.2f} times it with "
        "our verifier in front"
    )
    if os.getloadavg()[0] > MOST_LOAD * len(CORES):
        # So many others wait for the same cores that the clock measures them.
        print(f"  the clock is not judged at a load of {os.getloadavg()[0]:.0f}")
        return core >= LEAST_RATE and of_sdk >= LEAST_OF_SDK
    return core >= LEAST_RATE and p50 <= MOST_P50 and of_sdk >= LEAST_OF_SDK


def _find_ratio(ours: list[float], theirs: list[float]) -> float:
    """Return the median of the ratios of each round."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def measure_interview(talk: AlexaClient, content: Content, files: Path) -> bool:
    """Measure the server's time for the longest interview, all turns together."""
    os.environ["BENCH_FILES"] = str(files)
    app = signed_app()
    requests = [
        wire.partition(b"\r\n\r\n")
        for wire in wires(replace(talk, post=app.test_client().post), content)
    ]
    totals = []
    for _ in range(30):
        started = time.process_time()
        for head, _, body in requests:
            b"".join(app(_build_environ(head, body), lambda *_: None))
        totals.append((time.process_time() - started) * 1000)
    best, middle = min(totals), statistics.median(totals)
    holds = best < MOST_INTERVIEW
    print(
        f"the longest interview, {len(requests)} signed requests: {middle:.1f} ms of "
        f"server time in all, {best:.1f} at best (under {MOST_INTERVIEW:.0f}): "
        f"{'holds' if holds else 'BROKEN'}"
    )
    return holds


def _build_environ(head: bytes, body: bytes) -> dict[str, Any]:
    lines = [line.split(": ", 1) for line in head.decode().split("\r\n")[1:]]
    named = {f"HTTP_{k.upper().replace('-', '_')}": v for k, v in lines}
    return named | {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/alexa", "SCRIPT_NAME": "",
        "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "QUERY_STRING": "",
        "SERVER_PROTOCOL": "HTTP/1.1", "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body),
        "wsgi.url_scheme": "http", "wsgi.errors": sys.stderr, "wsgi.version": (1, 0),
        "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
    }  # fmt: skip


COLD = {
    "a turn without a web server": (
        "from datetime import UTC, datetime\n"
        "from skill.dispatcher import Dispatcher\n"
        "from skill.locales import Locales, load_locales\n"
        "locales = Locales(load_locales('back_spasm', 'roseville'))\n"
        "from skill.request import parse_request\n"
        "dispatcher = Dispatcher(locales, lambda: datetime.now(UTC))\n"
        "said = dispatcher.answer(parse_request(envelope))\n"
    ),
    "the Lambda handler": (
        "from skill.aws_lambda import handler\nsaid = handler(envelope, None)\n"
    ),
}


def measure_cold_starts(talk: AlexaClient) -> bool:
    """Measure from the start of a process to its first response."""
    envelope = json.dumps(talk.build_envelope({"type": "LaunchRequest"}))
    environ = os.environ | {
        "PYTHONPATH": str(ROOT), "BACKTALK_ENV": "development",
        "BACKTALK_CLINIC": "roseville",
    }  # fmt: skip
    holds = True
    for what, program in COLD.items():
        program = f"import json\nenvelope = json.loads({envelope!r})\n{program}"
        times, used = [], []
        for _ in range(5):
            started, before = time.perf_counter(), _children_seconds()
            subprocess.run(
                [sys.executable, "-c", f"{program}assert 'response' in said"],
                env=environ, cwd=ROOT, check=True, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            times.append((time.perf_counter() - started) * 1000)
            used.append((_children_seconds() - before) * 1000)
        holds = holds and statistics.median(used) < MOST_COLD
        print(
            f"cold start to first response, {what}: {statistics.median(used):.0f} ms "
            f"of processor time (under {MOST_COLD:.0f}), {min(times):.0f} ms at best"
        )
    return holds


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure_cold_worker(talk: AlexaClient, files: Path) -> None:
    """Measure a worker's way to readiness, and its first signed request."""
    ready, first = [], []
    for _ in range(3):
        started = time.perf_counter()
        with gunicorn("performance.bench_apps:signed", 1, files, SERVER_CORE) as server:
            ready.append((time.perf_counter() - started) * 1000)
            started = time.perf_counter()
            assert replace(talk, post=posting(server)).launch().is_open
            first.append((time.perf_counter() - started) * 1000)
    print(
        f"a cold gunicorn is ready in {statistics.median(ready):.0f} ms; its first "
        f"signed request, certificate included, takes {statistics.median(first):.0f} ms"
    )


def interviews(talk: AlexaClient, content: Content, files: Path, count: int) -> bool:
    """Hold `count` interviews at once through two workers, killed meanwhile."""
    with gunicorn("performance.bench_apps:signed", 2, files, None) as server:
        before = get_resident(server)
        held = bench_interviews.hold(server, content, talk, count, LEAST_HIT)
        print(held)
        after = get_resident(server)
        print(f"  resident, both workers: {before:.0f} MB, then {after:.0f}")
    for wrong in held.wrong[:3]:
        print(f"  {wrong}")
    is_enough = held.resent >= LEAST_HIT and held.most_at_once >= count * 0.9
    return not held.wrong and is_enough


def posting(server: Server) -> Any:
    """Return a `post` that reaches a server by a new connection each time."""

    def post(path: str, *, data: bytes, headers: dict[str, str]) -> SimpleNamespace:
        answer = exchange(server.port, post_bytes(data, headers))
        head, _, body = answer.partition(b"\r\n\r\n")
        return SimpleNamespace(status_code=int(head.split()[1]), data=body)

    return post


def get_cpu_seconds(server: Server) -> float:
    """Return the processor time that a server's workers have used."""
    ticks = 0
    for pid in server.workers():
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(stat[11]) + int(stat[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def get_resident(server: Server) -> float:
    """Return the resident memory of a server's workers, MB."""
    pages = 0
    for pid in server.workers():
        pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main(arguments: list[str] | None = None) -> int:
    """Measure everything and print it; 1 where a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--interviews", type=int, default=10_000)
    options = parser.parse_args(arguments)
    print(
        f"{platform.machine()}, {len(CORES)} cores, load {os.getloadavg()[0]:.1f}, "
        f"Python {platform.python_version()}, {datetime.now(UTC):%Y-%m-%d}"
    )
    logging.getLogger("skill").addHandler(
        logging.NullHandler()
    )  # so the one in this process stays silent
    authority, content = CertificateAuthority(), load_content(clinic="roseville")
    talk = AlexaClient(authority, lambda: datetime.now(UTC), lambda *_: None)
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder)
        (files / "root.pem").write_bytes(authority.get_root_pem())
        (files / "test.pem").write_bytes(authority.build_pem())
        all_cores = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {CLIENT_CORE})
        holds = [compare(talk, content, files, options.rounds)]
        measure_cold_worker(talk, files)
        os.sched_setaffinity(0, all_cores)
        holds += [measure_interview(talk, content, files), measure_cold_starts(talk)]
        if options.interviews:
            holds.append(interviews(talk, content, files, options.interviews))
    return 0 if all(holds) else 1


if __name__ == "__main__":
    sys.exit(main())
