"""What the last try of a question leads to: nothing that was heard in it is lost."""

import pytest
from helpers.core_turns import NO, YES, until
from helpers.current_protocol import read_shipped_protocol

from dialogue.engine import events
from dialogue.engine.events import CheckReason
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer

PROTOCOL = read_shipped_protocol()
LEANED = events.Checked(Answer.YES)
STRAIN = ("adult", "started_within_three_days", "hard_effort")


def strain(question):
    """Answer as somebody with a fresh strain."""
    return YES if question in STRAIN else NO


def say(state, *said):
    """Return what follows after `said`."""
    for event in said:
        state, reply = take_turn(PROTOCOL, state, event)
    return state, reply


def test_a_call_for_help_at_the_last_try_brings_the_number():
    """It is said before the next question, as at any other try."""
    state, _ = until(PROTOCOL, "hard_to_breathe")
    help_ = events.Checked(reason=CheckReason.HELP)
    _, reply = say(state, events.NoMatch(), events.NoMatch(), help_)
    assert ("check.help", "ask.numb_bottom") == reply.says


def test_an_emergency_waits_for_no_second_chance():
    """A throbbing belly is one at once, though whose it is was not heard."""
    state, _ = until(PROTOCOL, "child")
    state, reply = say(state, *[events.NoMatch()] * 3)
    assert "belly_throbs" == reply.open_prompt
    _, reply = say(state, YES)
    assert ("emergency.say",) == reply.says


@pytest.mark.parametrize("question", ["same_spot_returns", "pain_is_high", "adult"])
def test_a_yes_heard_in_part_ends_as_no_no(question):
    """Where a doubt would count as a no, it is set aside as not heard."""
    answers = (lambda _: NO) if question == "pain_is_high" else strain
    state, _ = until(PROTOCOL, question, answers)
    state, reply = say(state, LEANED, LEANED, LEANED)
    assert Answer.UNHEARD is state.answers[question]
    assert reply.disposition != "home_care_ice"


def test_a_yes_heard_in_part_ends_as_a_doubt_where_that_counts_as_a_yes():
    """A fever that was half heard is taken seriously."""
    state, _ = until(PROTOCOL, "fever")
    state, _ = say(state, LEANED, LEANED, LEANED)
    assert Answer.UNSURE is state.answers["fever"]
