"""A request's JSON, its time and its skill id are checked without guessing."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from skill.errors import RequestRefused
from skill.security.envelope import check_skill_id, check_time, parse_envelope

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b'"text"',
        b"NaN",
        b"not json",
        b'{"request":null}',
        b'{"request":[]}',
        b'{"request":{}}',
        b'{"request":{"type":null}}',
        b'{"request":{"type":5}}',
        b'{"request":{"type":"x"},"y":NaN}',
        b'{"request":{"type":"x"},"y":1e999}',
        b'{"request":{"type":"x"},"y":' + b"1" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 20_000,
        b'\xff\xfe{"request":{"type":"x"}}',
        '{"request":{"type":"x"}}'.encode("utf-16"),
    ],
)
def test_what_is_no_request_is_refused_and_nothing_raises(body: bytes) -> None:
    """Anything but an object with a typed request is refused, however it is broken."""
    with pytest.raises(RequestRefused) as refused:
        parse_envelope(body)
    assert "json" == refused.value.reason


def test_unknown_properties_stay() -> None:
    """Properties that we do not know are kept, wherever they stand."""
    given = {"request": {"type": "x", "certificationParam": 1}, "more": [{}]}
    assert given == parse_envelope(json.dumps(given).encode())


def build_envelope(stamp: object, kind: str = "IntentRequest") -> dict[str, object]:
    """Return an envelope with a time stamp."""
    return {"request": {"type": kind, "timestamp": stamp}}


@pytest.mark.parametrize("seconds", [-150, -149, 0, 1, 150])
def test_a_time_within_the_tolerance_is_accepted(seconds: int) -> None:
    """Up to 150 seconds either way are accepted, for clocks differ."""
    moment = NOW + timedelta(seconds=seconds)
    check_time(build_envelope(moment.strftime("%Y-%m-%dT%H:%M:%SZ")), NOW)
    check_time(build_envelope(moment.isoformat()), NOW)


def test_an_offset_is_honoured() -> None:
    """A time with another offset is the same moment."""
    check_time(build_envelope("2026-03-02T06:00:00-06:00"), NOW)


@pytest.mark.parametrize(
    "stamp",
    [
        None,
        1772452800,
        "",
        "now",
        "2026-03-02T12:00:00",
        "2026-03-02T12:02:31Z",
        "2026-03-02T11:57:29Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "\ud800",
        ["2026-03-02T12:00:00Z"],
    ],
)
def test_any_other_time_is_refused(stamp: object) -> None:
    """Missing, numeric, without an offset, unreadable, old or future: refused."""
    with pytest.raises(RequestRefused) as refused:
        check_time(build_envelope(stamp), NOW)
    assert "time" == refused.value.reason


def test_a_skill_event_may_be_an_hour_old() -> None:
    """Events about the skill are delivered late, so they have an hour."""
    old = (NOW - timedelta(seconds=3600)).isoformat()
    check_time(build_envelope(old, "AlexaSkillEvent.SkillEnabled"), NOW)
    with pytest.raises(RequestRefused):
        check_time(
            build_envelope(
                (NOW - timedelta(seconds=3601)).isoformat(), "AlexaSkillEvent.Skill"
            ),
            NOW,
        )


def application(skill_id: object) -> dict[str, object]:
    """Return the part that names the skill."""
    return {"application": {"applicationId": skill_id}}


@pytest.mark.parametrize("session", [None, "absent", application("ours")])
def test_our_own_skill_id_is_accepted(session: object) -> None:
    """It must stand in the context, and in the session where there is one."""
    envelope = {"context": {"System": application("ours")}, "session": session}
    if session == "absent":
        del envelope["session"]
    check_skill_id(envelope, "ours")


@pytest.mark.parametrize(
    "envelope",
    [
        {},
        {"context": None},
        {"context": {"System": {}}},
        {"context": {"System": {"application": []}}},
        {"context": {"System": application("theirs")}},
        {"context": {"System": application(None)}},
        {"session": application("ours")},
        *(
            {"context": {"System": application("ours")}, "session": session}
            for session in (
                application("theirs"), {}, [], "ours", 0, False,
                {"application": None},
            )
        ),
    ],
)  # fmt: skip
def test_any_other_skill_id_is_refused(envelope: dict[str, object]) -> None:
    """Missing or foreign in either place is refused."""
    with pytest.raises(RequestRefused) as refused:
        check_skill_id(envelope, "ours")
    assert "skill_id" == refused.value.reason
