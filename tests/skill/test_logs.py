"""The log tells nothing of the person; a fault of ours still says where help is."""

import json
import logging
import os
from datetime import UTC, datetime

import pytest
from helpers.alexa_replies import answer_all

from app import create_app
from dialogue.content.content import Content
from skill import dispatcher, handlers, logs
from skill.intents import ANSWER_INTENTS, COMMAND_INTENTS
from skill.settings import Settings
from skill.testing.alexa_client import SKILL_ID, AlexaClient, slot
from skill.testing.authority import CertificateAuthority

NOON = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
NAMES = (*ANSWER_INTENTS.values(), *COMMAND_INTENTS.values())


def test_the_log_tells_nothing_of_the_person(
    alexa: AlexaClient, content: Content, caplog: pytest.LogCaptureFixture
) -> None:
    """Marked values in every private place of a whole interview: none is logged."""
    original = alexa.build_envelope

    def mark(request: dict) -> dict:
        envelope = original(request)
        envelope["session"]["sessionId"] = "MARK-session"
        envelope["session"]["user"] = {"userId": "MARK-user", "accessToken": "MARK-t"}
        system = envelope["context"]["System"]
        system["device"]["deviceId"] = "MARK-device"
        system["apiAccessToken"] = "MARK-api"
        envelope["request"]["requestId"] = "MARK-request"
        return envelope

    alexa.build_envelope = mark
    with caplog.at_level(logging.DEBUG):
        answer_all(alexa, content, {"started_within_three_days", "hard_effort"})
        alexa.intent("VolunteeredIntent", statement=slot("MARK-said", "MARK-id"))
        alexa.intent("DescribeSpasmIntent", howLong=slot("MARK-long"))
        alexa.intent("MARK-intent")
        alexa.send({"type": "MARK-type", "locale": "MARK-locale"})
        alexa.send({"type": "LaunchRequest", "locale": "MARK-locale"})
        alexa.send(
            {
                "type": "System.ExceptionEncountered",
                "error": {"type": "MARK-error", "message": "MARK-message"},
            }
        )
        alexa.send_bytes(b'{"MARK": 1}')
        alexa.post("/alexa?MARK=query", data=b"MARK", headers={"X": "MARK"})
        alexa.intent("AMAZON.StopIntent")
    text = caplog.text
    assert "status=400" in text
    assert "type=IntentRequest" in text
    for private in ("MARK", alexa.skill_id, "127.0.0.1", "Yes", "backtalk", "turns"):
        assert private not in text, private
    for question in content.protocol.questions:
        assert question.id not in text
    for intent in NAMES:
        assert intent not in text


def test_a_line_in_json_has_its_level_and_parts_and_no_more(
    alexa: AlexaClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Of a fault, type and place; never what an exception says."""
    with caplog.at_level(logging.INFO):
        alexa.launch()
        try:
            raise ValueError("MARK of a secret")
        except ValueError as error:
            logs.log_fault(error)
            logging.getLogger("skill").exception("a fault", extra={"MARK": "MARK"})
    written = [logs.JsonFormatter().format(record) for record in caplog.records]
    request, fault, other = map(json.loads, written)
    assert ("INFO", 200, "LaunchRequest") == (
        request["level"],
        request["status"],
        request["type"],
    )
    assert request["message"].startswith(f"request {request['request']} status=200 ")
    assert ("ERROR", "ValueError") == (fault["level"], fault["type"])
    assert {"time", "level", "message"} == set(other)
    assert "MARK" not in "".join(written)


def test_a_fault_of_ours_is_an_apology_with_both_numbers(
    authority: CertificateAuthority, caplog: pytest.LogCaptureFixture, monkeypatch
) -> None:
    """It says where help is, ends the talk, and logs type and place only."""
    settings = Settings("development", SKILL_ID, "roseville")
    # An endpoint that remembers no reply yet.
    own = create_app(
        settings, roots=[authority.root], fetch=authority.fetch, now=lambda: NOON
    )
    alexa = AlexaClient(authority, lambda: NOON, own.test_client().post)

    def broken(*_: object) -> None:
        raise RuntimeError("MARK of a secret")

    monkeypatch.setattr(handlers, "take_turn", broken)
    with caplog.at_level(logging.INFO):
        reply = alexa.launch()
    assert 200 == reply.status
    assert "Sorry, that did not work." in reply.speech
    assert "651-219-7292" in reply.speech
    assert ">911<" in reply.speech
    assert reply.response["shouldEndSession"] is True
    assert "fault RuntimeError at test_logs.py" in caplog.text
    assert "MARK" not in caplog.text


def test_a_reply_over_the_limit_drops_its_card_and_then_itself(
    alexa: AlexaClient, monkeypatch
) -> None:
    """First without the card; if that is not enough, the apology."""
    whole = alexa.intent("EmergencyIntent")
    without = len(json.dumps(whole.envelope)) - 50
    assert "card" in whole.response
    monkeypatch.setattr(dispatcher, "LARGEST", without)
    smaller = alexa.intent("EmergencyIntent")
    assert "card" not in smaller.response
    assert whole.speech == smaller.speech
    monkeypatch.setattr(dispatcher, "LARGEST", 100)
    assert "Sorry, that did not work." in alexa.intent("EmergencyIntent").speech


def test_gunicorns_own_line_on_malformed_http_names_no_address(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Under a worker of its own, too, and its formatter finds what it needs."""
    create_app(Settings("development", SKILL_ID, "roseville"))
    with caplog.at_level(logging.WARNING, "gunicorn.error"):
        log = logging.getLogger("gunicorn.error")
        log.warning("Invalid request from ip=192.0.2.1: {!r}".format("MARK"))
        log.warning("Worker was sent %s", "SIGTERM")
    hidden, other = (r for r in caplog.records if r.name == "gunicorn.error")
    assert "192.0.2.1" not in hidden.getMessage()
    assert "MARK" not in hidden.getMessage()
    assert "Worker was sent SIGTERM" == other.getMessage()
    assert other.process == os.getpid()  # its formatter wants a number
