"""The Lambda function: the same answers, both checks of the skill's id, little else."""

import importlib
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from skill.errors import RequestRefused, SkillRefused
from skill.testing.alexa_client import SKILL_ID, AlexaClient

ROOT = Path(__file__).parents[2]


@pytest.fixture
def function(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Return the module as Lambda imports it, with a clinic's settings."""
    for name in [name for name in os.environ if name.startswith("BACKTALK_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("BACKTALK_SKILL_ID", SKILL_ID)
    monkeypatch.setenv("BACKTALK_CLINIC", "roseville")
    monkeypatch.delitem(sys.modules, "skill.aws_lambda", raising=False)
    yield importlib.import_module("skill.aws_lambda")
    sys.modules.pop("skill.aws_lambda", None)


def launch(alexa: AlexaClient) -> dict[str, Any]:
    """Return the event of "open back talk"."""
    return alexa.build_envelope({"type": "LaunchRequest"})


def test_a_launch_is_answered_as_over_https(
    function: ModuleType, alexa: AlexaClient
) -> None:
    """Word for word; no signature and no time is asked for."""
    event = launch(alexa)
    event["request"]["timestamp"] = "1999-01-01T00:00:00Z"
    assert alexa.launch().envelope == function.handler(event, None)


def test_a_device_with_a_screen_gets_one(
    function: ModuleType, alexa: AlexaClient
) -> None:
    """The settings are the endpoint's."""
    alexa.apl = "1.4"
    answer = function.handler(launch(alexa), None)
    assert "directives" in answer["response"]


@pytest.mark.parametrize("place", ["context", "session", "both"])
def test_another_skills_request_is_refused(
    function: ModuleType, alexa: AlexaClient, place: str
) -> None:
    """In either place; the error says which check, and nothing of the request."""
    event, other = launch(alexa), {"applicationId": "amzn1.ask.skill.other"}
    if place in ("context", "both"):
        event["context"]["System"]["application"] = other
    if place in ("session", "both"):
        event["session"]["application"] = other
    with pytest.raises(RequestRefused, match=r"^skill_id$"):
        function.handler(event, None)


@pytest.mark.parametrize(
    "event", [None, [], "x", {}, {"request": None}, {"request": {"type": 5}}]
)
def test_what_is_no_request_is_refused(function: ModuleType, event: object) -> None:
    """Somebody may call the function by hand."""
    with pytest.raises(RequestRefused, match=r"^json$"):
        function.handler(event, None)


def test_the_log_has_one_line_a_request(
    function: ModuleType, alexa: AlexaClient, caplog: pytest.LogCaptureFixture
) -> None:
    """The endpoint's line, without any id."""
    with caplog.at_level(logging.INFO):
        function.handler(launch(alexa), None)
    (line,) = caplog.messages
    assert "status=200" in line
    assert "type=LaunchRequest" in line
    assert "amzn1" not in line


@pytest.mark.parametrize("missing", ["BACKTALK_SKILL_ID", "BACKTALK_CLINIC"])
def test_unsafe_settings_stop_the_import(
    function: ModuleType, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    """Lambda then reports the sentence and answers nobody."""
    monkeypatch.delenv(missing)
    with pytest.raises(SkillRefused, match=missing):
        importlib.reload(function)


def test_it_needs_no_web_server_and_no_cryptography() -> None:
    """What is not imported need not be packed, and costs no start."""
    code = (
        "import sys, skill.aws_lambda; "
        "print(sorted({'flask', 'werkzeug', 'cryptography', 'gunicorn', 'jinja2'}"
        " & set(sys.modules)))"
    )
    settings = {"BACKTALK_SKILL_ID": "x", "BACKTALK_CLINIC": "dfw"}
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, env={**os.environ, **settings}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert "[]" == run.stdout.strip()
