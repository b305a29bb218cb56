"""The session holds the talk; what is not ours is refused, never guessed."""

import json
from typing import Any

import pytest
from helpers.core_turns import walk

from dialogue.engine import events
from dialogue.engine.protocol import Answer
from dialogue.engine.state import Attempt, RecordedAnswer, State, StateRefused, Turn
from skill.request import parse_request
from skill.session import LONGEST, StateOutdated, parse_state, to_attributes


def attributes_in(attributes: object) -> dict[str, Any] | None:
    """Return what the skill reads of a session with these attributes."""
    envelope = {
        "request": {"type": "LaunchRequest"},
        "session": {"new": False, "attributes": attributes},
    }
    session = parse_request(envelope).session
    assert session is not None
    return session.attributes


def test_a_state_comes_back_as_it_was(content) -> None:
    """What Alexa keeps for us is the whole talk."""
    path = next(walk(content.protocol))
    state = State(turns=path.state.turns, attempts=path.state.attempts)
    kept = json.loads(json.dumps(to_attributes(state, content.protocol)))
    assert state == parse_state(attributes_in(kept), content.protocol)


def test_nothing_is_kept_after_the_end(content) -> None:
    """The answers do not outlive the talk."""
    assert {} == to_attributes(State(ended=True), content.protocol)


@pytest.mark.parametrize("attributes", [None, {}])
def test_nothing_there_is_no_talk(content, attributes: object) -> None:
    """Missing and empty attributes hold none."""
    assert parse_state(attributes_in(attributes), content.protocol) is None


@pytest.mark.parametrize(
    "attributes",
    [[], "", 0, False, {"other": 1}, {"backtalk": {"deep": [[1]]}},
     {"backtalk": "x" * LONGEST}],
)  # fmt: skip
def test_what_is_not_ours_is_refused(content, attributes: object) -> None:
    """Of any kind, depth or size."""
    with pytest.raises(StateRefused):
        parse_state(attributes_in(attributes), content.protocol)


VERSION_1 = {
    "format": 1, "protocol": "back_spasm", "version": 1,
    "turns": [["chest_or_breathing", ["chest_or_breathing", "no"]]], "reasked": [],
    "silent": False, "disposition": None, "because": None, "reading": None,
    "timers": False, "timer": None, "ended": False,
}  # fmt: skip
"""As the first version of the questions wrote it."""


def test_an_older_talk_is_told_apart(content) -> None:
    """By its form or by the version of its questions."""
    now = to_attributes(State(), content.protocol)["backtalk"]
    for kept in (VERSION_1, {**now, "version": content.protocol.version - 1}):
        with pytest.raises(StateOutdated):
            parse_state(attributes_in({"backtalk": kept}), content.protocol)


@pytest.mark.parametrize(
    "changes",
    [{"protocol": "other"}, {"format": True}, {"format": "1"}, {"format": 0},
     {"version": None}, {"format": 99}, {"version": 99}, {"version": -1}],
)  # fmt: skip
def test_a_damaged_talk_is_not_an_older_one(content, changes: dict[str, Any]) -> None:
    """Nor is one of a newer program, or of other questions."""
    with pytest.raises(StateRefused) as refused:
        parse_state({"backtalk": {**VERSION_1, **changes}}, content.protocol)
    assert not isinstance(refused.value, StateOutdated)


def test_the_longest_talk_fits_into_the_attributes(content) -> None:
    """Every question, sign and statement answered, and every question tried."""
    protocol = content.protocol
    about = (*protocol.question, *protocol.statement)
    turns = tuple(
        Turn(
            (RecordedAnswer(id_, Answer.UNSURE),),
            id_ if id_ in protocol.question else None,
        )
        for id_ in about
    )
    dangers = tuple(protocol.dangers)
    state = State(
        turns=turns,
        attempts=tuple(Attempt(id_, 3, True, True, 3) for id_ in dangers[:4]),
        pulled=dangers,
        asked_again=dangers[:4],
    )
    kept = to_attributes(state, protocol)
    assert len(json.dumps(kept)) <= LONGEST
    assert parse_state(kept, protocol) == state


def test_every_talk_fits_into_the_attributes(content) -> None:
    """Even the longest, with much volunteered, stays far below the limit."""
    statement = events.UnpromptedStatement(("pain_is_high", "medicine_caution"))
    lengths = [
        len(json.dumps(to_attributes(path.state, content.protocol)))
        for path in walk(content.protocol, statement)
    ]
    assert max(lengths) < LONGEST
