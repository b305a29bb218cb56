"""The state as plain data: what comes back is what went out, or is refused."""

import copy
import json

import pytest
from helpers.core_turns import NO, YES, until, walk
from hypothesis import given
from hypothesis import strategies as st

from dialogue.engine import events
from dialogue.engine.interview import take_turn
from dialogue.engine.reply import MENU, OFFER_STEPS
from dialogue.engine.state import State, StateRefused, from_dict, to_dict
from dialogue.loading import load_content

PROTOCOL = load_content().protocol


def test_every_state_of_the_walk_comes_back_as_it_was():
    """States of all paths survive JSON unchanged, and stay under 4,000 characters."""
    for path in walk(PROTOCOL, timers=True):
        text = json.dumps(to_dict(path.state, PROTOCOL))
        assert path.state == from_dict(json.loads(text), PROTOCOL)
        assert len(text) < 4000


def test_volunteering_for_ever_does_not_fill_the_state():
    """Saying every volunteered phrase again and again keeps the state small."""
    state = until(
        PROTOCOL, OFFER_STEPS, lambda q: YES if q == "same_spot_returns" else NO
    )[0]
    mild = [
        v.id
        for v in PROTOCOL.volunteered
        if v.id
        in (
            "care_helps",
            "hard_effort",
            "care_did_not_help",
            "getting_better",
            "few_days",
            "under_18",
        )
    ]
    for _ in range(30):
        for row in mild:
            state, _ = take_turn(PROTOCOL, state, events.UnpromptedStatement((row,)))
    assert len(json.dumps(to_dict(state, PROTOCOL))) < 4000


GOOD = to_dict(
    until(
        PROTOCOL,
        MENU,
        lambda q: YES if q in ("started_within_three_days", "hard_effort") else NO,
    )[0],
    PROTOCOL,
)

SPOILT = {
    "a list": lambda d: [],
    "nothing": lambda d: None,
    "a text": lambda d: "backtalk",
    "a part missing": lambda d: {k: v for k, v in d.items() if k != "turns"},
    "a part more": lambda d: {**d, "extra": 1},
    "another format": lambda d: {**d, "format": 2},
    "a format that is true": lambda d: {**d, "format": True},
    "another protocol": lambda d: {**d, "protocol": "neck"},
    "another version": lambda d: {**d, "version": PROTOCOL.version + 1},
    "turns as a text": lambda d: {**d, "turns": "no"},
    "an unknown question": lambda d: {**d, "turns": [["x", ["x", "no"]]]},
    "an unknown answer": lambda d: {**d, "turns": [[None, ["upper_back", "si"]]]},
    "an answer as a number": lambda d: {**d, "turns": [[None, ["upper_back", 1]]]},
    "one thing told twice": lambda d: {
        **d,
        "turns": [[None, ["upper_back", "yes"]], [None, ["upper_back", "no"]]],
    },
    "an answer as a table": lambda d: {
        **d,
        "turns": [[None, {"upper_back": 1, "yes": 2}]],
    },
    "an answer of three parts": lambda d: {
        **d,
        "turns": [[None, ["upper_back", "yes", "no"]]],
    },
    "an empty turn": lambda d: {**d, "turns": [[None]]},
    "a list as a name": lambda d: {**d, "turns": [[[], ["upper_back", "yes"]]]},
    "an unknown re-ask": lambda d: {**d, "reasked": ["x"]},
    "silence as a number": lambda d: {**d, "silent": 1},
    "an unknown disposition": lambda d: {**d, "disposition": "fine"},
    "a disposition without its rule": lambda d: {**d, "because": None},
    "an unknown chunk": lambda d: {**d, "reading": "Z"},
    "reading without a disposition": lambda d: {
        **d,
        "disposition": None,
        "because": None,
    },
    "an unknown timer": lambda d: {**d, "timer": "yes"},
}


@pytest.mark.parametrize("damage", SPOILT)
def test_what_is_not_ours_is_refused(damage):
    """Each kind of damage to a stored state is refused and never guessed at."""
    with pytest.raises(StateRefused):
        from_dict(SPOILT[damage](copy.deepcopy(GOOD)), PROTOCOL)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.sampled_from(sorted(GOOD)), json_values)
def test_any_foreign_part_is_refused_or_a_working_state(part, value):
    """A replaced part is refused, or the talk goes on from it without an error."""
    try:
        state = from_dict({**GOOD, part: value}, PROTOCOL)
    except StateRefused:
        return
    after, reply = take_turn(PROTOCOL, state, YES)
    assert isinstance(after, State)
    assert reply.says
