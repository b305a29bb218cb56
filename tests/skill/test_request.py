"""A request is taken apart once; only what Alexa surely matched counts of a slot."""

import dataclasses
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.engine.events import Duration, Facts
from skill.facts import parse_description, parse_hours
from skill.request import EMPTY_SLOT, AlexaRequest, Slot, parse_request
from skill.testing.alexa_client import slot

TEXT = st.sampled_from(["yes", "P3D", "", "\ud800", "AMAZON.YesIntent"]) | st.text()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=6,
)
KINDS = [
    "LaunchRequest", "IntentRequest", "Connections.Response", "NewRequest",
    "Alexa.Presentation.APL.UserEvent", "System.ExceptionEncountered",
]  # fmt: skip


def part(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return tables that may hold some of `parts`, or something else altogether."""
    return st.fixed_dictionaries({}, optional=parts) | JSON


MATCH = part(value=part(id=TEXT | JSON))
AUTHORITY = part(
    status=part(code=st.just("ER_SUCCESS_MATCH") | JSON), values=st.lists(MATCH) | JSON
)
SLOT = part(
    value=TEXT | JSON,
    resolutions=part(resolutionsPerAuthority=st.lists(AUTHORITY) | JSON),
)
SCREEN = part(**{"Alexa.Presentation.APL": part(runtime=part(maxVersion=TEXT | JSON))})
ENVELOPES = st.fixed_dictionaries(
    {
        "request": st.fixed_dictionaries(
            {"type": st.sampled_from(KINDS)},
            optional={
                "locale": TEXT | JSON,
                "intent": part(
                    name=TEXT | JSON, slots=st.dictionaries(TEXT, SLOT) | JSON
                ),
                "arguments": JSON,
                "name": JSON,
                "token": JSON,
                "status": part(code=JSON),
                "payload": part(status=JSON),
                "error": part(type=JSON),
            },
        )
    },
    optional={
        "session": part(new=JSON, attributes=JSON),
        "context": part(
            System=part(
                apiEndpoint=TEXT | JSON,
                apiAccessToken=TEXT | JSON,
                device=part(supportedInterfaces=SCREEN),
            )
        ),
    },
)


@given(envelope=ENVELOPES)
def test_a_request_of_any_shape_is_read(envelope: dict[str, Any]) -> None:
    """Every part has its documented kind, or is empty; nothing raises."""
    request = parse_request(envelope)
    assert request.type == envelope["request"]["type"]
    texts = (
        request.locale, request.intent, request.apl_version, request.api_endpoint,
        request.api_token, request.error_type,
    )  # fmt: skip
    assert all(text is None or isinstance(text, str) for text in texts)
    for found in request.slots.values():
        assert isinstance(found.value, str | None)
        assert isinstance(found.id, str | None)
        assert found.is_filled or found == EMPTY_SLOT
    if request.session is not None:
        assert isinstance(request.session.is_new, bool)
        assert isinstance(request.session.attributes, dict | None)
    with pytest.raises(dataclasses.FrozenInstanceError):
        request.type = "other"  # type: ignore[misc]


def test_what_opens_doors_is_not_written_with_it(alexa) -> None:
    """Neither the token nor the answers stand in its text."""
    alexa.attributes = {"backtalk": "MARK"}
    text = repr(parse_request(alexa.build_envelope({"type": "LaunchRequest"})))
    assert "LaunchRequest" in text
    assert "apiAccessToken" not in text
    assert "token='" not in text.replace("api_", "")
    assert "MARK" not in text


def slots_in(slots: object) -> dict[str, Slot]:
    """Return the slots of an intent as the skill reads them."""
    intent = {"name": "DescribeSpasmIntent", "slots": slots}
    request: AlexaRequest = parse_request(
        {"request": {"type": "IntentRequest", "intent": intent}}
    )
    return dict(request.slots)


@pytest.mark.parametrize(
    ("iso", "hours"),
    [
        ("PT10M", 10 / 60),
        ("PT1S", 1 / 3600),
        ("PT72H", 72),
        ("P3D", 72),
        ("P1W", 168),
        ("P8W", 1344),
        ("P1M", 720),
        ("P1Y", 8760),
        ("P2YT3H10M", 2 * 8760 + 3 + 10 / 60),
        ("P1Y2M3W4DT5H6M7S", 8760 + 1440 + 504 + 96 + 5 + 0.1 + 7 / 3600),
        ("P0.5D", 12),
        ("P100Y", 876_000),
    ],
)
def test_a_duration_is_read_in_hours(iso: str, hours: float) -> None:
    """Weeks, years and mixed forms included; a month is 30 days, a year 365."""
    assert hours == pytest.approx(parse_hours(iso))


@pytest.mark.parametrize(
    "iso",
    [
        None, 5, "", "P", "PT", "P1DT", "P0D", "-P3D", "P-3D", "P101Y", "P9999999999D",
        "three days", "3D", "P3D ", "p3d", "P3X", "PT3D", "P1D2W", "?", "2026-03-02",
        "P" + "1" * 5000 + "D", "P\u0663D",
    ],
)  # fmt: skip
def test_what_is_no_duration_is_left_out(iso: object, content) -> None:
    """Empty, negative, over a hundred years, or words."""
    slots = slots_in({"howLong": {"value": iso}})
    assert parse_description(slots, content).facts.duration is None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (slot("cramp", "spasm"), "spasm"),
        (slot("cramp", "spasm", "spasm"), "spasm"),
        (slot("cramp", "spasm", "twitch"), None),
        (slot("cramp", code="ER_SUCCESS_NO_MATCH"), None),
        (slot("cramp", "spasm", code="ER_ERROR_TIMEOUT"), None),
        (slot("cramp", "spasm", code="NEW"), None),
        (slot("cramp"), None),
        (slot(None), None),
        (None, None),
        ("spasm", None),
        ([], None),
        ({"value": 5, "resolutions": {"resolutionsPerAuthority": "x"}}, None),
    ],
)
def test_only_one_match_counts(raw: object, expected: str | None) -> None:
    """None, several, another code or another shape are no match."""
    assert expected == slots_in({"statement": raw})["statement"].id


def test_an_unreadable_second_match_is_still_a_second() -> None:
    """A match whose id is no text must not leave the other one alone."""
    raw = slot("cramp", "spasm", "twitch")
    raw["resolutions"]["resolutionsPerAuthority"][0]["values"][1] = None
    assert slots_in({"statement": raw})["statement"].id is None


def test_facts_come_from_certain_slots(content) -> None:
    """Length, cause and region, each on its own."""
    slots = slots_in(
        {
            "howLong": slot("P3D"),
            "trigger": slot("lifting", "hard_effort"),
            "region": slot("upper back", "upper"),
        }
    )
    assert (
        Facts(Duration.exact(72), "hard_effort", "upper")
        == parse_description(slots, content).facts
    )
    assert Facts() == parse_description({}, content).facts


def test_an_id_settles_no_fact(content) -> None:
    """Words that are none of a cause or a region are words, whatever was matched."""
    slots = slots_in(
        {"trigger": slot("x", "hard_effort"), "region": slot("chest", "upper")}
    )
    description = parse_description(slots, content)
    assert Facts() == description.facts
    assert ("x", "chest") == description.rest


@pytest.mark.parametrize(
    ("bound", "expected"),
    [
        (None, Duration.exact(168)),
        (slot(None), Duration.exact(168)),
        (slot("over", "over"), Duration.over(168)),
        (slot("more than", code="ER_SUCCESS_NO_MATCH"), Duration.over(168)),
        (slot("at least", "over"), Duration(168, math.inf)),
        (slot("x", "over"), None),
        (slot("?", "over"), None),
    ],
)
def test_a_length_with_a_bound_we_do_not_know_is_left_out(
    content, bound: object, expected: Duration | None
) -> None:
    """ "Over a week" must never be taken for exactly a week."""
    slots = {"howLong": slot("P1W")}
    if bound is not None:
        slots["bound"] = bound
    assert expected == parse_description(slots_in(slots), content).facts.duration
