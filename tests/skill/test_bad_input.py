"""Bad input gets exactly one answer each, and never a 5xx; all of it is signed."""

import copy
import json
import random
from typing import Any

import pytest
from amazon_stand_in import AlexaClient, Heard, slot

FIRST = "Right now, do you have chest pain"
WELCOME = "Back Talk for Doctor Chang"
AGAIN = "All right, we start again."
NO_MATCH = "Sorry, I did not get that."
EMPTY = {"version": "1.0", "response": {}}


def is_opening(heard: Heard) -> bool:
    """Tell whether a reply is the welcome with the first question, and open."""
    return (
        heard.status == 200
        and heard.is_open
        and heard.speech.startswith(f"<speak>{WELCOME}")
        and FIRST in heard.speech
    )


def sent(alexa: AlexaClient, envelope: dict[str, Any]) -> Heard:
    """Send a whole envelope, signed."""
    return alexa.send_bytes(json.dumps(envelope).encode())


def yes_in(alexa: AlexaClient, **changes: Any) -> dict[str, Any]:
    """Return a "yes" whose intent has `changes`; None takes a part out."""
    intent = {"name": "AMAZON.YesIntent", "slots": {}} | changes
    return alexa.envelope({"type": "IntentRequest", "intent": intent})


@pytest.mark.parametrize(
    "headers",
    [
        {"Signature-256": ""},
        {"Signature-256": "Zm9yZWlnbg=="},
        {"SignatureCertChainUrl": ""},
        {"SignatureCertChainUrl": "https://s3.amazonaws.com/invalid.path/x.pem"},
        {"SignatureCertChainUrl": "https://s3.amazonaws.com/echo.api/expired.pem"},
        {"SignatureCertChainUrl": "https://s3.amazonaws.com/echo.api/other_san.pem"},
        {"SignatureCertChainUrl": "https://s3.amazonaws.com/echo.api/foreign_root.pem"},
        {"SignatureCertChainUrl": "https://s3.amazonaws.com/echo.api/nowhere.pem"},
    ],
)
def test_a_request_that_is_not_alexas_is_an_empty_400(
    alexa: AlexaClient, headers: dict[str, str]
) -> None:
    """Whatever of the signature is wrong, the answer tells nothing."""
    body = json.dumps(alexa.envelope({"type": "LaunchRequest"})).encode()
    heard = alexa.send_bytes(body, **headers)
    assert (400, b"") == (heard.status, heard.body)


def test_an_unsigned_request_is_an_empty_400(endpoint) -> None:
    """No header at all."""
    answer = endpoint.post("/alexa", data=b"{}")
    assert (400, b"") == (answer.status_code, answer.data)


@pytest.mark.parametrize("body", [b"", b"no", b"[]", b"null", b"{}", b'{"request":{}}'])
def test_a_signed_body_that_is_no_request_is_an_empty_400(
    alexa: AlexaClient, body: bytes
) -> None:
    """Empty, no JSON, another shape."""
    heard = alexa.send_bytes(body)
    assert (400, b"") == (heard.status, heard.body)


@pytest.mark.parametrize("part", ["context", "request"])
def test_a_missing_part_is_an_empty_400(alexa: AlexaClient, part: str) -> None:
    """Without context or request nothing can be checked."""
    envelope = alexa.envelope({"type": "LaunchRequest"})
    del envelope[part]
    assert (400, b"") == ((heard := sent(alexa, envelope)).status, heard.body)


@pytest.mark.parametrize(
    "request_part",
    [
        {"type": "NewKindOfRequest"},
        {"type": ""},
        {"type": "AlexaSkillEvent.SkillEnabled", "body": {}},
        {"type": "Alexa.Presentation.APL.RuntimeError", "errors": [{"type": "NEW"}]},
        {"type": "System.ExceptionEncountered", "error": {"type": "NEW"}},
        {"type": "System.ExceptionEncountered"},
        {"type": "AudioPlayer.PlaybackStarted"},
    ],
)
def test_a_request_without_words_is_answered_empty(
    alexa: AlexaClient, request_part: dict[str, Any]
) -> None:
    """Unknown kinds and reports: nothing is said, and the talk is kept."""
    alexa.launch()
    kept = alexa.attributes
    assert EMPTY | {"sessionAttributes": kept} == alexa.send(request_part).envelope


@pytest.mark.parametrize("reason", ["USER_INITIATED", "NEW_REASON", 5, None, []])
def test_an_ended_session_is_answered_empty(alexa: AlexaClient, reason: object) -> None:
    """Whatever the reason, also an unknown one."""
    alexa.launch()
    request = {"type": "SessionEndedRequest", "reason": reason, "error": {"type": 7}}
    assert EMPTY == alexa.send(request).envelope


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
    heard = sent(alexa, envelope)
    assert "This could be an emergency." in heard.speech


@pytest.mark.parametrize(
    "intent", [None, "yes", [], {}, {"name": None}, {"name": 5}, {"name": "NewIntent"}]
)
def test_an_intent_that_cannot_be_read_is_not_understood(
    alexa: AlexaClient, intent: object
) -> None:
    """The question is asked again, as after any words we do not know."""
    alexa.launch()
    heard = alexa.send({"type": "IntentRequest", "intent": intent})
    assert heard.is_open
    assert NO_MATCH in heard.speech


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
    envelope = alexa.envelope(request_part) | {"session": None}
    if session == "absent":
        del envelope["session"]
    assert is_opening(sent(alexa, envelope))


@pytest.mark.parametrize(
    ("name", "slots", "expected"),
    [
        ("AMAZON.StopIntent", {}, "Okay, I will stop."),
        ("AMAZON.CancelIntent", {}, "Okay, I will stop."),
        ("EmergencyIntent", {}, "This could be an emergency."),
        (
            "VolunteeredIntent",
            {"statement": slot("my legs are weak", "leg_weakness")},
            "This could be an emergency.",
        ),
    ],
)
def test_without_a_session_an_end_and_an_emergency_still_work(
    alexa: AlexaClient, name: str, slots: dict[str, Any], expected: str
) -> None:
    """These need no state."""
    request = {"type": "IntentRequest", "intent": {"name": name, "slots": slots}}
    heard = sent(alexa, alexa.envelope(request) | {"session": None})
    assert expected in heard.speech
    assert heard.response["shouldEndSession"] is True


@pytest.mark.parametrize("attributes", ["absent", None, {}])
@pytest.mark.parametrize(
    "name", ["AMAZON.YesIntent", "AMAZON.NoIntent", "UnsureIntent", "AMAZON.NextIntent"]
)
def test_missing_attributes_are_the_opening(
    alexa: AlexaClient, attributes: object, name: str
) -> None:
    """An answer without a question is no answer."""
    envelope = alexa.envelope({"type": "IntentRequest", "intent": {"name": name}})
    envelope["session"] |= {"new": False, "attributes": attributes}
    if attributes == "absent":
        del envelope["session"]["attributes"]
    assert is_opening(sent(alexa, envelope))


def changed(alexa: AlexaClient, **parts: object) -> dict[str, Any]:
    """Return good attributes with `parts` changed."""
    return {"backtalk": alexa.attributes["backtalk"] | parts}


@pytest.mark.parametrize("kind", ["LaunchRequest", "IntentRequest"])
@pytest.mark.parametrize(
    "spoil",
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
        lambda good: {"backtalk": good["backtalk"] | {"turns": [["nose", ["x", 1]]]}},
        lambda good: {"backtalk": good["backtalk"] | {"turns": "x" * 4000}},
        lambda good: good | {"padding": "x" * 4000},
        lambda good: {"backtalk": json.loads("[" * 900 + "]" * 900)},
    ],
)
def test_attributes_that_are_not_ours_start_again(
    alexa: AlexaClient, spoil, kind: str
) -> None:
    """A wrong type, key, version, answer or size: said so, and begun anew."""
    alexa.launch()
    envelope = alexa.envelope({"type": kind, "intent": {"name": "AMAZON.NoIntent"}})
    envelope["session"] |= {"new": False, "attributes": spoil(alexa.attributes)}
    heard = sent(alexa, envelope)
    assert heard.speech.startswith(f"<speak>{AGAIN}")
    assert WELCOME in heard.speech
    assert FIRST in heard.speech
    assert heard.is_open


@pytest.mark.parametrize(
    ("name", "slots", "expected"),
    [
        ("AMAZON.StopIntent", {}, "Okay, I will stop."),
        ("EmergencyIntent", {}, "This could be an emergency."),
        (
            "VolunteeredIntent",
            {"statement": slot("i can't pee", "bladder_or_bowel")},
            "This could be an emergency.",
        ),
    ],
)
def test_foreign_attributes_never_hold_up_an_end_or_an_emergency(
    alexa: AlexaClient, name: str, slots: dict[str, Any], expected: str
) -> None:
    """What needs no state is done at once."""
    request = {"type": "IntentRequest", "intent": {"name": name, "slots": slots}}
    envelope = alexa.envelope(request)
    envelope["session"] |= {"new": False, "attributes": ["foreign"]}
    heard = sent(alexa, envelope)
    assert heard.speech.startswith(f"<speak>{expected}")
    assert not heard.is_open


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
    heard = alexa.intent(name)
    assert heard.speech.startswith(f"<speak>{lead}")
    assert FIRST in heard.speech
    assert heard.is_open


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
    heard = alexa.send(request_part)
    assert heard.speech.startswith(f"<speak>{FIRST}")
    assert heard.is_open
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
    heard = alexa.intent("DescribeSpasmIntent", **slots)
    assert is_opening(heard)
    assert "I noted what you told me." not in heard.speech


@pytest.mark.parametrize(
    "slots",
    [
        {},
        {"statement": None},
        {"statement": slot("i like trains", code="ER_SUCCESS_NO_MATCH")},
        {"statement": slot("x", "leg_weakness", "numb_bottom")},
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
    heard = alexa.intent("VolunteeredIntent", **slots)
    assert NO_MATCH in heard.speech
    assert heard.is_open


@pytest.mark.parametrize("locale", ["de-DE", "en-GB", "xx-YY", None, 5, "\ud800", []])
def test_a_locale_that_we_lack_is_answered_in_our_own(
    alexa: AlexaClient, locale: object
) -> None:
    """Never an error."""
    assert is_opening(alexa.send({"type": "LaunchRequest", "locale": locale}))


def test_device_user_and_interfaces_may_be_missing(alexa: AlexaClient) -> None:
    """Only the skill id is needed of the context."""
    envelope = alexa.envelope({"type": "LaunchRequest"})
    system = envelope["context"]["System"]
    envelope["context"] = {"System": {"application": system["application"]}}
    del envelope["session"]["user"]
    assert is_opening(sent(alexa, envelope))


@pytest.mark.parametrize("text", ["\ud800", "x" * 50_000, "</speak><audio src='x'/>"])
def test_no_text_from_outside_is_ever_echoed(alexa: AlexaClient, text: str) -> None:
    """Lone surrogates, floods and markup in names and slots come back nowhere."""
    alexa.launch()
    for heard in (
        alexa.intent(text),
        alexa.intent("VolunteeredIntent", statement=slot("x", text[:9000])),
        alexa.intent("DescribeSpasmIntent", howLong=slot(text), trigger=slot(text)),
        alexa.intent("MoreIntent", topic=slot(text)),
        alexa.intent("AMAZON.YesIntent", x=slot(text)),
    ):
        assert 200 == heard.status
        assert text[:30] not in heard.body.decode()


def test_mutated_envelopes_never_bring_an_error(alexa: AlexaClient) -> None:
    """Whatever part of a signed request is spoilt, the answer is 200 or 400."""
    alexa.launch()
    chance = random.Random(7)
    good = json.dumps(alexa.envelope({
        "type": "IntentRequest",
        "intent": {"name": "VolunteeredIntent",
                   "slots": {"statement": slot("my legs are weak", "leg_weakness")}},
    }))  # fmt: skip
    spoils = [
        None,
        0,
        -1,
        1e300,
        "",
        "\ud800",
        [],
        [None],
        {},
        {"x": []},
        True,
        "x" * 999,
    ]
    kinds = ["LaunchRequest", "CanFulfillIntentRequest", "SessionEndedRequest"]
    for _ in range(1500):
        envelope = json.loads(good)
        if chance.random() < 0.3:
            envelope["request"]["type"] = chance.choice(kinds)
        for _ in range(chance.randint(1, 2)):
            spoil(envelope, chance, copy.deepcopy(chance.choice(spoils)))
        heard = sent(alexa, envelope)
        assert heard.status in (200, 400), envelope
        if heard.status == 200 and "outputSpeech" in heard.response:
            assert "Sorry, that did not work" not in heard.speech, envelope


def spoil(value: Any, chance: random.Random, with_what: object) -> None:
    """Replace one part somewhere inside `value`."""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = chance.choice(keys)
        inner = value[key]
        if not isinstance(inner, dict | list) or not inner or chance.random() < 0.2:
            value[key] = with_what
            return
        value = inner
