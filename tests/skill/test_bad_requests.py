"""Requests that are not Alexa's, of other kinds, or malformed in some part."""

import copy
import json
import random
from typing import Any

import pytest
from helpers.alexa_replies import is_opening, send_envelope

from skill.testing.alexa_client import AlexaClient, slot

EMPTY = {"version": "1.0", "response": {}}


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
    body = json.dumps(alexa.build_envelope({"type": "LaunchRequest"})).encode()
    reply = alexa.send_bytes(body, **headers)
    assert (400, b"") == (reply.status, reply.body)


def test_an_unsigned_request_is_an_empty_400(endpoint) -> None:
    """No header at all."""
    answer = endpoint.post("/alexa", data=b"{}")
    assert (400, b"") == (answer.status_code, answer.data)


@pytest.mark.parametrize("body", [b"", b"no", b"[]", b"null", b"{}", b'{"request":{}}'])
def test_a_signed_body_that_is_no_request_is_an_empty_400(
    alexa: AlexaClient, body: bytes
) -> None:
    """Empty, no JSON, another shape."""
    reply = alexa.send_bytes(body)
    assert (400, b"") == (reply.status, reply.body)


@pytest.mark.parametrize("part", ["context", "request"])
def test_a_missing_part_is_an_empty_400(alexa: AlexaClient, part: str) -> None:
    """Without context or request nothing can be checked."""
    envelope = alexa.build_envelope({"type": "LaunchRequest"})
    del envelope[part]
    assert (400, b"") == ((reply := send_envelope(alexa, envelope)).status, reply.body)


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


def test_device_user_and_interfaces_may_be_missing(alexa: AlexaClient) -> None:
    """Only the skill id is needed of the context."""
    envelope = alexa.build_envelope({"type": "LaunchRequest"})
    system = envelope["context"]["System"]
    envelope["context"] = {"System": {"application": system["application"]}}
    del envelope["session"]["user"]
    assert is_opening(send_envelope(alexa, envelope))


@pytest.mark.parametrize("locale", ["de-DE", "en-GB", "xx-YY", None, 5, "\ud800", []])
def test_a_locale_that_we_lack_is_answered_in_our_own(
    alexa: AlexaClient, locale: object
) -> None:
    """Never an error."""
    assert is_opening(alexa.send({"type": "LaunchRequest", "locale": locale}))


def test_mutated_envelopes_never_bring_an_error(alexa: AlexaClient) -> None:
    """Whatever part of a signed request is malformed, the answer is 200 or 400."""
    alexa.launch()
    chance = random.Random(7)
    good = json.dumps(alexa.build_envelope({
        "type": "IntentRequest",
        "intent": {"name": "VolunteeredIntent",
                   "slots": {"statement": slot("my legs are weak", "leg_weaker")}},
    }))  # fmt: skip
    values = [
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
            replace_part(envelope, chance, copy.deepcopy(chance.choice(values)))
        reply = send_envelope(alexa, envelope)
        assert reply.status in (200, 400), envelope
        if reply.status == 200 and "outputSpeech" in reply.response:
            assert "Sorry, that did not work" not in reply.speech, envelope


def replace_part(value: Any, chance: random.Random, with_what: object) -> None:
    """Replace one part somewhere inside `value`."""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = chance.choice(keys)
        inner = value[key]
        if not isinstance(inner, dict | list) or not inner or chance.random() < 0.2:
            value[key] = with_what
            return
        value = inner


def test_unknown_properties_survive(alexa: AlexaClient) -> None:
    """The certification robot adds some, and signs them."""
    envelope = alexa.build_envelope(
        {"type": "LaunchRequest", "certificationParam": [1]}
    )
    envelope["certificationParam"] = {"x": 1}
    reply = alexa.send_bytes(json.dumps(envelope).encode())
    assert (200, True) == (reply.status, reply.is_open)


@pytest.mark.parametrize(
    ("name", "slots", "expected"),
    [
        ("ClinicNumberIntent", {}, {"canFulfill": "YES", "slots": {}}),
        ("AMAZON.YesIntent", {}, {"canFulfill": "NO", "slots": {}}),
        (
            "DescribeSpasmIntent",
            {
                "howLong": slot("P3D"),
                "region": slot("upper back", "upper"),
                "trigger": slot("x"),
            },
            {
                "canFulfill": "YES",
                "slots": {
                    "howLong": {"canUnderstand": "YES", "canFulfill": "YES"},
                    "region": {"canUnderstand": "YES", "canFulfill": "YES"},
                    "trigger": {"canUnderstand": "NO", "canFulfill": "NO"},
                },
            },
        ),
    ],
)
def test_what_could_be_fulfilled_is_told_without_words(
    alexa: AlexaClient, name: str, slots: dict, expected: dict
) -> None:
    """Only `canFulfillIntent`: no speech and no change of state."""
    alexa.launch()
    before = alexa.attributes
    request = {
        "type": "CanFulfillIntentRequest",
        "intent": {"name": name, "slots": slots},
    }
    reply = alexa.send(request)
    assert {"canFulfillIntent": expected} == reply.response
    assert before == alexa.attributes
