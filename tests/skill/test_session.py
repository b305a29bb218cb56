"""The session holds the talk; what is not ours is refused, never guessed."""

import json
from typing import Any

import pytest
from helpers.core_turns import walk

from dialogue.engine import events
from dialogue.engine.state import State, StateRefused
from skill.request import parse_request
from skill.session import LONGEST, parse_state, to_attributes


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
    state = State(turns=path.state.turns, reasked=path.state.reasked)
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


def test_every_talk_fits_into_the_attributes(content) -> None:
    """Even the longest, with much volunteered, stays far below the limit."""
    statement = events.UnpromptedStatement(("upper_back", "medicine_caution"))
    lengths = [
        len(json.dumps(to_attributes(path.state, content.protocol)))
        for path in walk(content.protocol, statement)
    ]
    assert max(lengths) < LONGEST
