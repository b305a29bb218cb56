"""Slots: only what Alexa surely matched counts; durations are read to the letter."""

import pytest
from helpers.alexa_endpoint import slot

from dialogue.engine.events import Bound, Duration, Facts
from skill.slots import facts_of, hours_in, matched_id


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
    assert hours == pytest.approx(hours_in(iso))


@pytest.mark.parametrize(
    "iso",
    [
        None, 5, "", "P", "PT", "P1DT", "P0D", "-P3D", "P-3D", "P101Y", "P9999999999D",
        "three days", "3D", "P3D ", "p3d", "P3X", "PT3D", "P1D2W", "?", "2026-03-02",
        "P" + "1" * 5000 + "D", "P\u0663D",
    ],
)  # fmt: skip
def test_what_is_no_duration_is_left_out(iso: object) -> None:
    """Empty, negative, over a hundred years, or words."""
    assert hours_in(iso) is None


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
    assert expected == matched_id(raw)


def test_an_unreadable_second_match_is_still_a_second() -> None:
    """A match whose id is no text must not leave the other one alone."""
    raw = slot("cramp", "spasm", "twitch")
    raw["resolutions"]["resolutionsPerAuthority"][0]["values"][1] = None
    assert matched_id(raw) is None


def test_facts_come_from_certain_slots(content) -> None:
    """Length, cause and region, each on its own."""
    slots = {
        "howLong": slot("P3D"),
        "trigger": slot("lifting", "hard_effort"),
        "region": slot("upper back", "upper"),
    }
    assert Facts(Duration(72), "hard_effort", "upper") == facts_of(
        slots, content.lexicon
    )
    assert Facts() == facts_of({}, content.lexicon)


@pytest.mark.parametrize(
    ("bound", "expected"),
    [
        (None, Duration(168)),
        (slot(None), Duration(168)),
        (slot("over", "over"), Duration(168, Bound.OVER)),
        (slot("under", "under"), Duration(168, Bound.UNDER)),
        (slot("nearly", code="ER_SUCCESS_NO_MATCH"), None),
        (slot("x", "exact-ish"), None),
    ],
)
def test_a_length_with_a_bound_we_do_not_know_is_left_out(
    content, bound: object, expected: Duration | None
) -> None:
    """ "Over a week" must never be taken for exactly a week."""
    slots = {"howLong": slot("P1W")}
    if bound is not None:
        slots["bound"] = bound
    assert expected == facts_of(slots, content.lexicon).duration
