"""Bad input in a talk gets exactly one answer each; all of it is signed."""

import json
from typing import Any

import pytest
from helpers.alexa_replies import FIRST, WELCOME, is_opening, send_envelope

from skill.testing.alexa_client import AlexaClient, slot

AGAIN = "All right, we start again."
NO_MATCH = "Sorry, I did not get that."
CHANGED = "My questions have changed, so we start again."
VERSION_1 = {
    "format": 1, "protocol": "back_spasm", "version": 1,
    "turns": [["chest_or_breathing", ["chest_or_breathing", "no"]]], "reasked": [],
    "silent": False, "disposition": None, "because": None, "reading": None,
    "timers": False, "timer": None, "ended": False,
}  # fmt: skip
"""A session as the first version of the questions kept it."""


@pytest.mark.parametrize("name", ["AMAZON.YesIntent", "UnsureIntent", "SayNo", "New"])
def test_a_session_of_older_questions_is_opened_anew(
    alexa: AlexaClient, name: str
) -> None:
    """It says why; an answer to an old question is none to a new one."""
    alexa.attributes, alexa.is_new = {"backtalk": VERSION_1}, False
    reply = alexa.intent(name)
    assert reply.words.startswith(f"{CHANGED} {WELCOME}")
    assert reply.words.endswith(FIRST)
    assert [] == alexa.attributes["backtalk"]["turns"]


def test_an_older_session_still_has_its_emergency_and_its_end(
    alexa: AlexaClient,
) -> None:
    """Neither waits for a question."""
    for name, words in (("EmergencyIntent", "Call 911"), ("AMAZON.StopIntent", "stop")):
        alexa.attributes, alexa.is_new = {"backtalk": VERSION_1}, False
        reply = alexa.intent(name)
        assert words in reply.words
        assert CHANGED not in reply.words
        assert not reply.is_open


def yes_in(alexa: AlexaClient, **changes: Any) -> dict[str, Any]:
    """Return a "yes" whose intent has `changes`; None takes a part out."""
    intent = {"name": "AMAZON.YesIntent", "slots": {}} | changes
    return alexa.build_envelope({"type": "IntentRequest", "intent": intent})


@pytest.mark.parametrize(
    "changes",
    [
        {"confirmationStatus": "NEW"},
        {"confirmationStatus": 5},
        {"slots": None},
        {"slots": []},
        {"slots": {"x": None}},
        {"slots": {"x": {"name": "x", "slotValue": {"type": "New"}}}},
        {"slots": {"x": {"name": 5, "value": {}, "resolutions": []}}},
        {"slots": {"x": {"resolutions": {"resolutionsPerAuthority": [None, 5]}}}},
    ],
)
def test_optional_parts_that_the_sdk_does_not_know_change_nothing(
    alexa: AlexaClient, changes: dict[str, Any]
) -> None:
    """A yes is a yes, whatever new parts come with it."""
    alexa.launch()
    envelope = yes_in(alexa, **changes)
    envelope["request"]["dialogState"] = "NEW_STATE"
    reply = send_envelope(alexa, envelope)
    assert "This could be an emergency." in reply.speech


@pytest.mark.parametrize(
    "intent", [None, "yes", [], {}, {"name": None}, {"name": 5}, {"name": "NewIntent"}]
)
def test_an_intent_that_cannot_be_read_is_not_understood(
    alexa: AlexaClient, intent: object
) -> None:
    """The question is asked again, as after any words we do not know."""
    alexa.launch()
    reply = alexa.send({"type": "IntentRequest", "intent": intent})
    assert reply.is_open
    assert NO_MATCH in reply.speech


@pytest.mark.parametrize("session", [None, "absent"])
@pytest.mark.parametrize(
    "request_part",
    [
        {"type": "LaunchRequest"},
        {"type": "IntentRequest", "intent": {"name": "AMAZON.YesIntent"}},
        {"type": "IntentRequest", "intent": {"name": "AMAZON.HelpIntent"}},
        {"type": "IntentRequest", "intent": {"name": "ClinicNumberIntent"}},
        {"type": "IntentRequest", "intent": {"name": "NewIntent"}},
    ],
)
def test_without_a_session_everything_is_the_opening(
    alexa: AlexaClient, session: object, request_part: dict[str, Any]
) -> None:
    """Nothing can be kept, so nothing can be continued."""
    envelope = alexa.build_envelope(request_part) | {"session": None}
    if session == "absent":
        del envelope["session"]
    assert is_opening(send_envelope(alexa, envelope))


@pytest.mark.parametrize(
    ("name", "slots", "expected"),
    [
        ("AMAZON.StopIntent", {}, "Okay, I will stop."),
        ("AMAZON.CancelIntent", {}, "Okay, I will stop."),
        ("EmergencyIntent", {}, "This could be an emergency."),
        (
            "VolunteeredIntent",
            {"statement": slot("my legs are weak", "leg_weaker")},
            "This could be an emergency.",
        ),
    ],
)
def test_without_a_session_an_end_and_an_emergency_still_work(
    alexa: AlexaClient, name: str, slots: dict[str, Any], expected: str
) -> None:
    """These need no state."""
    request = {"type": "IntentRequest", "intent": {"name": name, "slots": slots}}
    reply = send_envelope(alexa, alexa.build_envelope(request) | {"session": None})
    assert expected in reply.speech
    assert reply.response["shouldEndSession"] is True


@pytest.mark.parametrize("attributes", ["absent", None, {}])
@pytest.mark.parametrize(
    "name", ["AMAZON.YesIntent", "AMAZON.NoIntent", "UnsureIntent", "AMAZON.NextIntent"]
)
def test_missing_attributes_are_the_opening(
    alexa: AlexaClient, attributes: object, name: str
) -> None:
    """An answer without a question is no answer."""
    envelope = alexa.build_envelope({"type": "IntentRequest", "intent": {"name": name}})
    envelope["session"] |= {"new": False, "attributes": attributes}
    if attributes == "absent":
        del envelope["session"]["attributes"]
    assert is_opening(send_envelope(alexa, envelope))


@pytest.mark.parametrize("kind", ["LaunchRequest", "IntentRequest"])
@pytest.mark.parametrize(
    "change",
    [
        lambda good: [],
        lambda good: [good],
        lambda good: "state",
        lambda good: 7,
        lambda good: {"other": good["backtalk"]},
        lambda good: {"backtalk": None},
        lambda good: {"backtalk": json.dumps(good["backtalk"])},
        lambda good: {"backtalk": good["backtalk"] | {"version": 999}},
        lambda good: {"backtalk": good["backtalk"] | {"protocol": "knee"}},
        lambda good: {"backtalk": good["backtalk"] | {"format": True}},
        lambda good: {"backtalk": good["backtalk"] | {"turns": ["nose=no"]}},
        lambda good: {"backtalk": good["backtalk"] | {"turns": "x" * 4000}},
        lambda good: good | {"padding": "x" * 4000},
        lambda good: {"backtalk": json.loads("[" * 900 + "]" * 900)},
    ],
)
def test_attributes_that_are_not_ours_start_again(
    alexa: AlexaClient, change, kind: str
) -> None:
    """A wrong type, key, version, answer or size: said so, and begun anew."""
    alexa.launch()
    envelope = alexa.build_envelope(
        {"type": kind, "intent": {"name": "AMAZON.NoIntent"}}
    )
    envelope["session"] |= {"new": False, "attributes": change(alexa.attributes)}
    reply = send_envelope(alexa, envelope)
    assert reply.speech.startswith(f"<speak>{AGAIN}")
    assert WELCOME in reply.speech
    assert FIRST in reply.words
    assert reply.is_open


@pytest.mark.parametrize(
    ("name", "slots", "expected"),
    [
        ("AMAZON.StopIntent", {}, "Okay, I will stop."),
        ("EmergencyIntent", {}, "This could be an emergency."),
        (
            "VolunteeredIntent",
            {"statement": slot("i can't pee", "lost_control")},
            "This could be an emergency.",
        ),
    ],
)
def test_foreign_attributes_never_hold_up_an_end_or_an_emergency(
    alexa: AlexaClient, name: str, slots: dict[str, Any], expected: str
) -> None:
    """What needs no state is done at once."""
    request = {"type": "IntentRequest", "intent": {"name": name, "slots": slots}}
    envelope = alexa.build_envelope(request)
    envelope["session"] |= {"new": False, "attributes": ["foreign"]}
    reply = send_envelope(alexa, envelope)
    assert reply.speech.startswith(f"<speak>{expected}")
    assert not reply.is_open


@pytest.mark.parametrize(
    ("name", "lead"),
    [
        ("AMAZON.NextIntent", "Please answer this question first."),
        ("AMAZON.PreviousIntent", "There is nothing before this."),
    ],
)
def test_next_and_previous_with_nothing_there_ask_again(
    alexa: AlexaClient, name: str, lead: str
) -> None:
    """The pending question follows, and the talk goes on."""
    alexa.launch()
    reply = alexa.intent(name)
    assert reply.speech.startswith(f"<speak>{lead}")
    assert FIRST in reply.words
    assert reply.is_open


@pytest.mark.parametrize(
    "request_part",
    [
        {
            "type": "Alexa.Presentation.APL.UserEvent",
            "arguments": ["answer", "yes", "x"],
        },
        {"type": "Alexa.Presentation.APL.UserEvent", "arguments": {"foreign": []}},
        {"type": "Alexa.Presentation.APL.UserEvent"},
        {"type": "Connections.Response", "status": {"code": "x"}, "payload": []},
        {"type": "SessionResumedRequest", "cause": 5},
    ],
)
def test_a_tap_or_a_return_from_elsewhere_asks_again(
    alexa: AlexaClient, request_part: dict[str, Any]
) -> None:
    """It is no answer; the pending question is asked again."""
    alexa.launch()
    before = alexa.attributes
    reply = alexa.send(request_part)
    assert reply.words.startswith(FIRST)
    assert reply.is_open
    assert before == alexa.attributes


@pytest.mark.parametrize(
    "slots",
    [
        {"howLong": None, "trigger": None, "region": None},
        {"howLong": slot("?"), "trigger": slot("x", code="ER_SUCCESS_NO_MATCH")},
        {"howLong": slot("-P3D")},
        {"howLong": slot("P101Y")},
        {"howLong": slot("three days")},
        {"trigger": slot("x", "hard_effort", "held_still")},
        {"trigger": slot("x", "unknown"), "region": slot("x", "unknown")},
        {"howLong": {"value": ["P3D"]}, "region": {"resolutions": "upper"}},
    ],
)
def test_facts_that_are_not_certain_are_left_out(
    alexa: AlexaClient, slots: dict[str, Any]
) -> None:
    """The opening is the plain one, and the questions will be asked."""
    reply = alexa.intent("DescribeSpasmIntent", **slots)
    assert is_opening(reply)
    assert "I noted what you told me." not in reply.speech


@pytest.mark.parametrize(
    "slots",
    [
        {},
        {"statement": None},
        {"statement": slot("i like trains", code="ER_SUCCESS_NO_MATCH")},
        {"statement": slot("x", "leg_weaker", "numb_bottom")},
        {"statement": slot("x", "unknown")},
        {"statement": slot("my legs are weak")},
        {"statement": slot(None), "answer": slot("no", "no")},
    ],
)
def test_a_statement_that_is_not_certain_is_not_understood(
    alexa: AlexaClient, slots: dict[str, Any]
) -> None:
    """No slot, no match or several are NoMatch."""
    alexa.launch()
    reply = alexa.intent("VolunteeredIntent", **slots)
    assert NO_MATCH in reply.speech
    assert reply.is_open


@pytest.mark.parametrize("text", ["\ud800", "x" * 50_000, "</speak><audio src='x'/>"])
def test_no_text_from_outside_is_ever_echoed(alexa: AlexaClient, text: str) -> None:
    """Lone surrogates, floods and markup in names and slots come back nowhere."""
    alexa.launch()
    for reply in (
        alexa.intent(text),
        alexa.intent("VolunteeredIntent", statement=slot("x", text[:9000])),
        alexa.intent("DescribeSpasmIntent", howLong=slot(text), trigger=slot(text)),
        alexa.intent("MoreIntent", topic=slot(text)),
        alexa.intent("AMAZON.YesIntent", x=slot(text)),
    ):
        assert 200 == reply.status
        assert text[:30] not in reply.body.decode()
