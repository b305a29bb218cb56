"""Where the status of the protocol is shown, the change that took it away is named."""

import logging
from dataclasses import replace
from io import StringIO

import pytest
from helpers.alexa_channel import authority

import app
from dialogue.__main__ import main
from dialogue.commands import console
from dialogue.content.content import MOST_REASONS, Content
from dialogue.engine import events
from dialogue.engine.interview import take_turn
from dialogue.engine.rendering import render_reply, to_display_text
from dialogue.engine.reply import Reply
from dialogue.loading import load_content
from local_voice.commands.engines import describe_content
from skill.settings import DEVELOPMENT, Settings

WHY = "threshold 'ice_hours' changed after Ada Example signed on 2026-03-03"
VERSION = load_content().protocol.version
DRAFT = f"back_spasm {VERSION} (draft: {WHY})"
APPROVED = f"back_spasm {VERSION} (approved: by Ada Example on 2026-03-03)"


@pytest.fixture
def changed(content: Content) -> Content:
    """Return content that was signed and then changed."""
    return replace(content, unsigned=(WHY,))


@pytest.fixture
def approved(content: Content) -> Content:
    """Return content that a signature approves."""
    protocol = replace(
        content.protocol,
        status="approved",
        reviewed_by="Ada Example",
        reviewed_on="2026-03-03",
    )
    return replace(content, protocol=protocol, unsigned=())


@pytest.mark.parametrize(
    ("kind", "status_line"), [("changed", DRAFT), ("approved", APPROVED)]
)
def test_the_endpoint_names_it(
    kind: str,
    status_line: str,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """In /health, for each locale, and in the line at the start."""
    own = request.getfixturevalue(kind)
    monkeypatch.setattr(app, "load_locales", lambda *_: {"en-US": own})
    settings = Settings(DEVELOPMENT, "amzn1.ask.skill.development", "roseville")
    with caplog.at_level(logging.INFO, "skill"):
        endpoint = app.create_app(settings, roots=[authority().root])
    health = endpoint.test_client().get("/health").get_json()
    assert status_line == health["protocol"]["standing"]
    assert {"en-US": status_line} == health["standings"]
    assert any(status_line in record.message for record in caplog.records)


def test_the_offline_voice_and_the_console_name_it(
    changed: Content,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """At the start of a talk, spoken or typed."""
    assert f"Protocol: {DRAFT}" in describe_content(changed)
    monkeypatch.setattr(console, "load_content", lambda **_: changed)
    monkeypatch.setattr("sys.stdin", StringIO("stop\n"))
    assert 0 == main(["try"])
    assert DRAFT in capsys.readouterr().out


def test_many_changes_are_counted_on_one_line(content: Content) -> None:
    """The first are named; `check` names all of them."""
    many = tuple(f"change {n}" for n in range(9))
    status_line = replace(content, unsigned=many).status_line
    assert status_line.count("change ") == MOST_REASONS
    assert status_line.endswith(f"and {9 - MOST_REASONS} more)")


def test_an_approved_protocol_does_not_call_itself_a_test_version(
    content: Content, approved: Content
) -> None:
    """The draft sentence is said while nobody has signed, and never after."""
    for own, said in ((content, True), (approved, False)):
        _, reply = take_turn(own.protocol, None, events.Begin())
        assert said is ("session.draft" in reply.says)
        words = render_reply(Reply(reply.says), own.prompts, own.clinic, None)
        draft = own.prompts["session.draft"]
        assert said is (draft in to_display_text(words.prompts))
