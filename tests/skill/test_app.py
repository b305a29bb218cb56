"""The whole endpoint: how it is made, what operators see, and it over real HTTP."""

import io
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from flask.testing import FlaskClient
from helpers.fakes import AcceptingVerifier

import app
from dialogue.content.content import Content
from dialogue.content.problems import DataRefused
from skill.errors import SkillRefused
from skill.locales import Locales
from skill.settings import Settings
from skill.testing.alexa_client import AlexaClient
from skill.testing.authority import CertificateAuthority
from skill.testing.http import build_post, build_relay

ROOT = Path(__file__).parents[2]
DEVELOPMENT = Settings("development", "amzn1.ask.skill.development", "roseville")


def test_health_tells_operators_what_runs(
    endpoint: FlaskClient, content: Content
) -> None:
    """Version, environment, clinic, protocol with its status; not the skill id."""
    answer = endpoint.get("/health")
    health = answer.get_json()
    assert (200, "ok", "development") == (
        answer.status_code,
        health["status"],
        health["environment"],
    )
    assert {
        "id": content.protocol.id,
        "version": content.protocol.version,
        "status": content.protocol.status,
        "standing": content.status_line,
    } == health["protocol"]
    assert ("roseville", ["en-US"], 1) == (
        health["clinic"],
        health["locales"],
        health["roots"],
    )
    assert {"version", "screens", "timers"} <= set(health)
    assert b"amzn1" not in answer.data


def test_unknown_paths_and_methods_get_a_short_text(endpoint: FlaskClient) -> None:
    """404 and 405, with nothing of the framework's page."""
    for path, status in (("/", 404), ("/alexa/x", 404), ("/alexa", 405)):
        answer = endpoint.get(path)
        assert status == answer.status_code
        assert "text/plain" == answer.mimetype
        assert len(answer.data) < 40
    assert "POST" in endpoint.get("/alexa").headers["Allow"]
    assert 405 == endpoint.post("/health").status_code


def test_an_injected_verifier_takes_the_place_of_ours() -> None:
    """For tests of what comes behind it; there is no other way around."""
    client = app.create_app(DEVELOPMENT, verifier=AcceptingVerifier()).test_client()
    answer = client.post("/alexa", data=b'{"request": {"type": "LaunchRequest"}}')
    assert "Back Talk for" in answer.get_json()["response"]["outputSpeech"]["ssml"]


@pytest.mark.parametrize(
    "ours",
    [{"roots": []}, {"fetch": lambda _: b""}, {"now": lambda: None}],
)
def test_a_verifier_and_parts_of_ours_are_a_mistake(ours: dict) -> None:
    """One of them would be quietly unused."""
    with pytest.raises(TypeError):
        app.create_app(DEVELOPMENT, verifier=AcceptingVerifier(), **ours)


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"BACKTALK_ENV": "production", "BACKTALK_SKILL_ID": "x"},
        {"BACKTALK_ENV": "test"},
        {"BACKTALK_ENV": "development", "BACKTALK_DEV_ROOT": __file__},
    ],
)
def test_unsafe_settings_stop_the_start(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read from the environment when none are given."""
    for name in list(os.environ):
        if name.startswith("BACKTALK_"):
            monkeypatch.delenv(name)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SkillRefused):
        app.create_app()


def test_a_missing_clinic_stops_the_start() -> None:
    """With the name of the file that was looked for."""
    with pytest.raises(DataRefused, match="nowhere"):
        app.create_app(Settings("development", "x", "nowhere"))


def test_the_start_is_logged_without_the_skill_id(
    authority: CertificateAuthority,
    content: Content,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What runs here, and a warning for each door of development."""
    root = tmp_path / "root.pem"
    root.write_bytes(authority.root.public_bytes(Encoding.PEM))
    settings = Settings(
        "development", "amzn1.MARK", "dfw", dev_root=root, dev_cert_host="127.0.0.1:1"
    )
    with caplog.at_level(logging.INFO):
        app.create_app(settings)
    start, *warnings = [r.message for r in caplog.records]
    assert f"protocol {content.status_line}, clinic dfw, development" in start
    assert "screens on, timers off" in start
    assert ["BACKTALK_DEV_ROOT", "BACKTALK_DEV_CERT_HOST"] == [
        warning.partition(":")[0] for warning in warnings
    ]
    assert "MARK" not in caplog.text


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("en-US", "us"), ("en-GB", "us"), ("de-AT", "de"), ("xx-YY", "us"), (None, "us")],
)
def test_the_nearest_locale_serves(content, asked: object, expected: str) -> None:
    """The same language first, then en-US."""
    contents = {"en-US": "us", "de-DE": "de"}
    assert expected == Locales(contents).get_content(asked)


def test_a_locale_that_is_missing_is_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """And one of another form is not written down."""
    locales = Locales({"en-US": "us"})
    for _ in range(3):
        locales.get_content("fr-FR")
        locales.get_content("my name")
    assert 2 == len(caplog.records)
    assert "my name" not in caplog.text


@contextmanager
def run_program(*command: str, **environ: str) -> Iterator[subprocess.Popen[str]]:
    """Run a program of ours beside the test, and end it."""
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=15)


def find_free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[str]) -> None:
    """Wait until somebody listens."""
    for _ in range(200):
        assert process.poll() is None, process.stdout.read()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("nobody listens")


def test_a_talk_over_http_through_the_signing_relay(tmp_path: Path) -> None:
    """gunicorn, Amazon's part by itself, development's two doors: a real session."""
    relay, own, root = find_free_port(), find_free_port(), tmp_path / "root.pem"
    amazon_command = (
        "-m", "skill.testing", "--port", str(relay), "--root", str(root),
        "--endpoint", f"http://127.0.0.1:{own}",
    )  # fmt: skip
    gunicorn = (
        "-m", "gunicorn", "app:create_app()", "--worker-class", "gthread",
        "--threads", "4", "--bind", f"127.0.0.1:{own}",
    )  # fmt: skip
    with run_program(*amazon_command) as amazon:
        wait_for(relay, amazon)
        doors = {
            "BACKTALK_ENV": "development",
            "BACKTALK_DEV_ROOT": str(root),
            "BACKTALK_DEV_CERT_HOST": f"127.0.0.1:{relay}",
        }
        with run_program(*gunicorn, **doors) as endpoint:
            wait_for(own, endpoint)
            said = subprocess.run(
                [sys.executable, *amazon_command[:2], "--relay", f"http://127.0.0.1:{relay}",
                 "--say", "launch", "--say", "AMAZON.YesIntent"],
                cwd=ROOT,
                capture_output=True, text=True, check=True, timeout=30,
            )  # fmt: skip
            assert "launch: 200 <speak>Back Talk for" in said.stdout
            assert "AMAZON.YesIntent: 200 <speak>This could be" in said.stdout
            forged = build_post(f"http://127.0.0.1:{own}")(
                "/alexa", data=b"{}", headers={}
            )
            assert (400, b"") == (forged.status_code, forged.data)


def test_the_relay_serves_every_kind_of_certificate() -> None:
    """A wrong kind can be tried over HTTP too."""
    authority = CertificateAuthority()
    with build_relay(authority, ("127.0.0.1", 0), "http://127.0.0.1:9") as relay:
        threading.Thread(target=relay.serve_forever, daemon=True).start()
        host = f"127.0.0.1:{relay.server_address[1]}"
        settings = Settings(
            "development", "amzn1.ask.skill.development", "dfw", dev_cert_host=host
        )
        endpoint = app.create_app(settings, roots=[authority.root]).test_client()
        client = AlexaClient(
            authority,
            lambda: datetime.now(UTC),
            endpoint.post,
            certificate_url=f"http://{host}/echo.api/test.pem",
        )
        assert client.launch().is_open
        client.certificate_url = f"http://{host}/echo.api/expired.pem"
        assert 400 == client.launch().status
        client.certificate_url = f"http://{host}/echo.api/nothing.pem"
        assert 400 == client.launch().status
        relay.shutdown()


def test_a_broken_body_is_an_empty_400(endpoint: FlaskClient) -> None:
    """A sender that hangs up in the middle brings down nothing."""
    answer = endpoint.post("/alexa", input_stream=io.BytesIO(b"{"), content_length=9999)
    assert (400, b"") == (answer.status_code, answer.data)
