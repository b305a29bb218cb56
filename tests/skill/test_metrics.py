"""Numbers for an operator: what is counted, where they are fetched, what stays out."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from flask import Flask
from helpers.alexa_replies import answer_all

from app import create_app
from dialogue.content.content import Content
from skill import metrics
from skill.errors import SkillRefused
from skill.settings import Settings
from skill.testing.alexa_client import SKILL_ID, AlexaClient
from skill.testing.authority import CertificateAuthority

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
PORT = 9101


@pytest.fixture(scope="module")
def own(authority: CertificateAuthority) -> Flask:
    """Return an endpoint of its own that counts."""
    settings = Settings("development", SKILL_ID, "roseville", metrics=PORT)
    return create_app(
        settings, roots=[authority.root], fetch=authority.fetch, now=lambda: NOON
    )


@pytest.fixture
def counted(authority: CertificateAuthority, own: Flask) -> AlexaClient:
    """Return a talk with that endpoint."""
    return AlexaClient(authority, lambda: NOON, own.test_client().post)


def fetch(own: Flask, name: tuple[str, int] | str = ("127.0.0.1", PORT)) -> str:
    """Return what the endpoint says to who fetches its numbers at a socket."""
    environ = {"gunicorn.socket": SimpleNamespace(getsockname=lambda: name)}
    answer = own.test_client().get("/metrics", environ_overrides=environ)
    return answer.get_data(as_text=True) if answer.status_code == 200 else ""


def read_numbers(text: str) -> dict[str, float]:
    """Return each number by its name and labels."""
    lines = (line for line in text.splitlines() if line and line[0] != "#")
    return {name: float(n) for name, n in (line.rsplit(" ", 1) for line in lines)}


def test_sessions_outcomes_reasks_and_refusals_are_counted(
    own: Flask, counted: AlexaClient, content: Content
) -> None:
    """Each once, and the same again where the reply is a remembered one."""
    before = read_numbers(fetch(own))
    for _ in range(2):
        home, emergency = replace(counted), replace(counted)
        answer_all(home, content, {"started_within_three_days"})
        home.intent("AMAZON.NextIntent")
        emergency.launch()
        emergency.intent("AMAZON.FallbackIntent")
        emergency.intent("EmergencyIntent")
    counted.send_bytes(b'{"MARK": 1}')
    counted.post("/alexa", data=b"MARK")
    after = read_numbers(fetch(own))

    def grown(name: str) -> float:
        return after[name] - before.get(name, 0)

    assert 4 == grown("backtalk_sessions_total")
    assert 2 == grown('backtalk_dispositions_total{tier="home"}')
    assert 2 == grown('backtalk_dispositions_total{tier="emergency"}')
    assert 0 == grown('backtalk_dispositions_total{tier="urgent"}')
    assert 2 == grown("backtalk_reasks_total")
    refused = [n for n in after if n.startswith('backtalk_requests_total{reason="')]
    assert 2 == sum(grown(name) for name in refused if 'status="400"' in name)
    answered = grown('backtalk_requests_total{reason="-",status="200"}')
    assert answered + 2 == grown("backtalk_request_seconds_count")
    assert grown("backtalk_request_seconds_sum") > 0


def test_they_hold_no_text_no_id_and_no_moment(
    own: Flask, counted: AlexaClient, content: Content
) -> None:
    """Names and labels are a closed set, whatever was sent."""
    answer_all(counted, content, {"fever"})
    counted.intent("MARK-intent")
    counted.send({"type": "MARK-type", "locale": "MARK-locale"})
    counted.send_bytes(b'{"MARK": 1}')
    text = fetch(own)
    for private in ("MARK", SKILL_ID, "_created", "fever", "roseville", "en-US"):
        assert private not in text, private
    labels = set(re.findall(r'(\w+)="', text))
    assert {"le", "reason", "status", "tier"} == labels
    for value in read_numbers(text).values():
        assert value < 1_000_000_000  # a second since 1970 would be more


def test_they_are_fetched_on_a_port_of_their_own_only(own: Flask) -> None:
    """Not by the port of the skill, nor by what a sender types as its host."""
    client = own.test_client()
    assert 404 == client.get("/metrics").status_code
    for base in (f"http://127.0.0.1:{PORT}", f"http://localhost:{PORT}"):
        assert 404 == client.get("/metrics", base_url=base).status_code
    for name in (("127.0.0.1", 8000), ("192.0.2.1", PORT), "/run/backtalk.sock"):
        assert "" == fetch(own, name)
    assert "backtalk_sessions_total" in fetch(own)
    environ = {
        "gunicorn.socket": SimpleNamespace(getsockname=lambda: (metrics.HOST, PORT))
    }
    for method, path in (("post", "/alexa"), ("get", "/health"), ("post", "/metrics")):
        answer = client.open(path, method=method.upper(), environ_overrides=environ)
        assert 404 == answer.status_code


def test_without_the_package_the_start_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In one sentence, as for every setting; without numbers it is not needed."""
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    with pytest.raises(SkillRefused, match=r"pip install 'backtalk\[metrics\]'"):
        create_app(Settings("development", SKILL_ID, "roseville", metrics=PORT))
    create_app(Settings("development", SKILL_ID, "roseville"))


def find_port() -> int:
    """Return a port that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[int, int, Path]]:
    """Run two workers with numbers and a log in JSON; yield both ports and the log."""
    port, own = find_port(), find_port()
    log = tmp_path / "log"
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "app:create_app()", "--workers", "2"],
        cwd=ROOT,
        env=os.environ
        | {
            "BACKTALK_ENV": "development",
            "BACKTALK_BIND": f"127.0.0.1:{port}",
            "BACKTALK_METRICS": f"{own}",
            "BACKTALK_LOG": "json",
            "TMPDIR": str(tmp_path),
        },
        stderr=log.open("wb"),
    )
    try:
        for _ in range(600):
            assert process.poll() is None, log.read_text()
            try:
                urlopen(f"http://127.0.0.1:{port}/health", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port, own, log
    finally:
        process.terminate()
        process.wait(timeout=30)
    assert not list(tmp_path.glob("backtalk-metrics-*"))


def test_the_numbers_of_several_workers_are_added_up(
    served: tuple[int, int, Path],
) -> None:
    """Whichever is asked; each line of the log is JSON with a level."""
    port, own, log = served
    for _ in range(20):
        with pytest.raises(HTTPError):
            urlopen(f"http://127.0.0.1:{port}/alexa", data=b"MARK", timeout=20)
    with pytest.raises(HTTPError):
        urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20)
    for _ in range(4):
        with urlopen(f"http://127.0.0.1:{own}/metrics", timeout=20) as answer:
            numbers = read_numbers(answer.read().decode())
        assert 20 == numbers["backtalk_request_seconds_count"]
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert {"INFO"} == {line["level"] for line in lines}
    requests = [line for line in lines if "status" in line]
    assert 20 == len(requests)
    assert {400} == {line["status"] for line in requests}
    assert all(re.fullmatch(r"[\d-]+T[\d:.]+Z", line["time"]) for line in lines)
    assert "MARK" not in log.read_text()
