"""The state as plain data: what comes back is what went out, or is refused."""

import copy
import json

import pytest
from helpers.core_turns import FIRST, NO, YES, home, say, until, walk
from helpers.current_protocol import read_shipped_protocol
from hypothesis import given
from hypothesis import strategies as st

from dialogue.engine import events
from dialogue.engine.events import Checked, CheckReason
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer
from dialogue.engine.reply import MENU, OFFER_STEPS
from dialogue.engine.state import FORMAT, State, StateRefused, from_dict, to_dict

PROTOCOL = read_shipped_protocol()


def test_every_state_of_the_walk_comes_back_as_it_was():
    """States of all paths survive JSON unchanged, and stay under 4,000 characters."""
    for path in walk(PROTOCOL, timers=True):
        text = json.dumps(to_dict(path.state, PROTOCOL))
        assert path.state == from_dict(json.loads(text), PROTOCOL)
        assert len(text) < 4000


def test_every_part_of_a_state_comes_back():
    """Attempts, signs brought forward, second chances, and the chunk ahead."""
    said = [
        events.NoMatch(), events.NoMatch(), events.NoMatch(), NO,
        Checked(ask=("faint", "unsteady")), events.Answered(Answer.UNSURE),
        Checked(Answer.YES), events.Repeat(), Checked(reason=CheckReason.HELP),
    ]  # fmt: skip
    states = [
        say(PROTOCOL, None, events.Begin(timers=True), *said[:n])[0]
        for n in range(1, len(said) + 1)
    ]
    state, reply = states[2], None
    while reply is None or reply.disposition is None:
        event = NO if reply is None else home(str(reply.open_prompt))
        event = events.NoMatch() if reply and reply.open_prompt == FIRST else event
        state, reply = take_turn(PROTOCOL, state, event)
    states += [state, until(PROTOCOL, "wants_medicine", home)[0]]
    for field in ("attempts", "ask_next", "pulled", "asked_again", "ahead"):
        assert any(getattr(one, field) for one in states), field
    for one in states:
        text = json.dumps(to_dict(one, PROTOCOL))
        assert one == from_dict(json.loads(text), PROTOCOL)


def test_volunteering_for_ever_does_not_fill_the_state():
    """Saying every volunteered phrase again and again keeps the state small."""
    state = until(
        PROTOCOL,
        OFFER_STEPS,
        lambda q: YES if q in ("adult", "same_spot_returns") else NO,
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
        )
    ]
    assert 5 == len(mild)
    for _ in range(30):
        for row in mild:
            # The clinic is advised again and again: what is no news is a try.
            state = state.without_attempts((OFFER_STEPS,))
            state, _ = take_turn(PROTOCOL, state, events.UnpromptedStatement((row,)))
    assert not state.ended
    assert len(json.dumps(to_dict(state, PROTOCOL))) < 4000


GOOD = to_dict(
    until(
        PROTOCOL,
        MENU,
        home,
    )[0],
    PROTOCOL,
)

NEW_PARTS = (
    "attempts", "ask_next", "pulled", "asked_again", "help_checked", "ahead",
)  # fmt: skip


def attempt(about, tries=1):
    """Return an attempt as it is stored."""
    return [about, tries, False, False, 0]


SPOILT = {
    "a list": lambda d: [],
    "nothing": lambda d: None,
    "a text": lambda d: "backtalk",
    "a part missing": lambda d: {k: v for k, v in d.items() if k != "turns"},
    "a part more": lambda d: {**d, "extra": 1},
    "another format": lambda d: {**d, "format": FORMAT - 1},
    "the first format": lambda d: {
        "reasked": [],
        **{k: v for k, v in d.items() if k not in NEW_PARTS},
        "format": 1,
        "version": 1,
    },
    "a format that is true": lambda d: {**d, "format": True},
    "another protocol": lambda d: {**d, "protocol": "neck"},
    "another version": lambda d: {**d, "version": PROTOCOL.version + 1},
    "turns as a text": lambda d: {**d, "turns": "no"},
    "an unknown question": lambda d: {**d, "turns": ["x=no"]},
    "an unknown answer": lambda d: {**d, "turns": [">upper_back=si"]},
    "an answer as a number": lambda d: {**d, "turns": [[">upper_back", 1]]},
    "one thing told twice": lambda d: {
        **d,
        "turns": [">upper_back=yes", ">upper_back=no"],
    },
    "an answer as a table": lambda d: {
        **d,
        "turns": [{"upper_back": 1, "yes": 2}],
    },
    "an answer of three parts": lambda d: {
        **d,
        "turns": [">upper_back=yes=no"],
    },
    "a question named twice": lambda d: {**d, "turns": ["fever>fever=yes"]},
    "an empty turn": lambda d: {**d, "turns": [">"]},
    "a list as a name": lambda d: {**d, "turns": [[[], "upper_back=yes"]]},
    "an unheard statement": lambda d: {**d, "turns": [">fever=maybe"]},
    "a statement not heard": lambda d: {
        **d,
        "turns": [">upper_back=unheard"],
    },
    "attempts as a text": lambda d: {**d, "attempts": "no"},
    "an attempt at nothing known": lambda d: {**d, "attempts": [attempt("x")]},
    "an attempt in part": lambda d: {**d, "attempts": [["fever", 1]]},
    "an attempt as a table": lambda d: {**d, "attempts": [{"about": "fever"}]},
    "four tries": lambda d: {**d, "attempts": [attempt("fever", 4)]},
    "tries below nothing": lambda d: {**d, "attempts": [attempt("fever", -1)]},
    "tries that are true": lambda d: {**d, "attempts": [attempt("fever", True)]},
    "a doubt as a number": lambda d: {**d, "attempts": [["fever", 1, 1, False, 0]]},
    "two attempts at one thing": lambda d: {**d, "attempts": [attempt("fever")] * 2},
    "an unknown sign next": lambda d: {**d, "ask_next": ["x"], "pulled": ["x"]},
    "no danger question next": lambda d: {
        **d,
        "ask_next": ["ulcer"],
        "pulled": ["ulcer"],
    },
    "a sign next that was not brought forward": lambda d: {
        **d,
        "turns": [],
        "ask_next": ["fever"],
    },
    "a sign next that has its answer": lambda d: {
        **d,
        "ask_next": ["fever"],
        "pulled": ["fever"],
    },
    "a sign twice": lambda d: {**d, "pulled": ["fever", "fever"]},
    "a sign as a table": lambda d: {**d, "pulled": [{}]},
    "no list of signs": lambda d: {**d, "pulled": "fever"},
    "a second chance of nothing known": lambda d: {**d, "asked_again": ["x"]},
    "a call for help as a number": lambda d: {**d, "help_checked": 1},
    "an unknown chunk ahead": lambda d: {**d, "ahead": "Z"},
    "a chunk ahead and none read": lambda d: {**d, "reading": None, "ahead": "D"},
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
