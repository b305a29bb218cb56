"""Asking again: doubts, misses, a yes that was heard, setting aside, the closing."""

import itertools

import pytest
from helpers.core_turns import (
    FIRST,
    NO,
    OFFERS,
    SILENCE,
    UNCLEAR,
    UNSURE,
    YES,
    fail,
    home,
    say,
    spot,
    until,
    volunteer,
    wish,
)

from dialogue.engine import events
from dialogue.engine.events import Checked, CheckReason, HarmlessComplaint, Strength
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer, Stage
from dialogue.engine.reply import MENU, OFFER_STEPS
from dialogue.engine.rules import evaluate_statement
from dialogue.engine.view import Truth

MAYBE_YES, MAYBE_NO = Checked(Answer.YES), Checked(Answer.NO)
HEDGED_NO = events.Answered(Answer.NO, Strength.HEDGED)
HEDGED_YES = events.Answered(Answer.YES, Strength.HEDGED)
EMERGENCY = {"emergency.say", "emergency.unsure"}

MISSES = {
    "not understood": UNCLEAR,
    "a complaint": HarmlessComplaint(),
    "an unclear no": MAYBE_NO,
    "a hedged no": HEDGED_NO,
    "something": Checked(),
    "a length that tells nothing": Checked(reason=CheckReason.LENGTH),
    "nothing new": volunteer(),
}
"""What leaves a danger question open and settles nothing."""


def open_at(protocol, question, way=home):
    """Return the session with `question` open."""
    return until(protocol, question, way)[0]


def opened(protocol):
    """Return the session at its first question."""
    return say(protocol, None, events.Begin())[0]


@pytest.mark.parametrize(
    ("event", "lead"),
    [
        (UNSURE, ("retry.unsure",)),
        (UNCLEAR, ("retry.no_match",)),
        (HarmlessComplaint(), ("retry.complaint",)),
        (MAYBE_YES, ("check.yes",)),
        (MAYBE_NO, ("check.no",)),
        (HEDGED_NO, ("check.no",)),
        (Checked(), ("retry.no_match",)),
        (Checked(reason=CheckReason.LENGTH), ("retry.no_match",)),
        (Checked(ask=(FIRST,)), ("check.sign",)),
        (Checked(reason=CheckReason.HELP), ("check.help",)),
        (SILENCE, ()),
    ],
)
def test_what_leaves_a_question_open_asks_it_in_simpler_words(protocol, event, lead):
    """It is said what was heard, then the question follows, and nothing is noted."""
    state, reply = take_turn(protocol, opened(protocol), event)
    assert (*lead, f"again.{FIRST}") == reply.says
    assert (FIRST, {}) == (reply.open_prompt, state.answers)


@pytest.mark.parametrize("miss", MISSES.values(), ids=MISSES)
def test_the_third_miss_sets_a_question_aside(protocol, miss):
    """Three times it is asked, then the next one; our deafness is no answer."""
    state = opened(protocol)
    for _ in range(2):
        state, reply = take_turn(protocol, state, miss)
        assert (FIRST, f"again.{FIRST}") == (reply.open_prompt, reply.says[-1])
        assert {} == state.answers
    state, reply = take_turn(protocol, state, miss)
    assert ("ask.hard_to_breathe",) == reply.says
    assert {FIRST: Answer.UNHEARD} == state.answers


def test_the_second_miss_brings_the_third_form(protocol):
    """Words for yes and no come before the simpler words."""
    _, reply = say(protocol, opened(protocol), UNCLEAR, UNCLEAR)
    assert ("retry.third", f"again.{FIRST}") == reply.says


def test_silence_and_commands_use_up_no_try(protocol):
    """However often "okay" and "hang on" are said, the question has its three tries."""
    free = (SILENCE, events.Wait(), events.Next(), events.Help(), events.AskForHours())
    state, _ = say(protocol, opened(protocol), *free * 3)
    assert 0 == state.get_attempt(FIRST).tries
    state, _ = say(protocol, state, *(UNCLEAR, *free) * 2)
    assert 2 == state.get_attempt(FIRST).tries


def test_a_fourth_repeat_is_a_try(protocol):
    """Three repeats are free; whoever only says "repeat" is not asked for ever."""
    state, reply = say(protocol, opened(protocol), *[events.Repeat()] * 3)
    assert (f"ask.{FIRST}",) == reply.says
    assert 0 == state.get_attempt(FIRST).tries
    state, reply = say(protocol, state, *[events.Repeat()] * 3)
    assert Answer.UNHEARD is state.answers[FIRST]


def test_a_statement_with_news_is_free_and_the_same_again_is_a_try(protocol):
    """What is told is noted, the question asked again; no story closes the session."""
    state, reply = say(
        protocol, opened(protocol), *map(volunteer, ("hard_effort", "held_still"))
    )
    assert (f"again.{FIRST}",) == reply.says
    assert 0 == state.get_attempt(FIRST).tries
    state, _ = take_turn(protocol, state, volunteer("hard_effort"))
    assert 1 == state.get_attempt(FIRST).tries


# Doubts


@pytest.mark.parametrize("between", [None, UNCLEAR, MAYBE_NO, SILENCE])
def test_a_doubt_decides_when_it_is_said_twice(protocol, between):
    """Once is asked again, whatever comes between; twice counts, and is said so."""
    said = [UNSURE, *([between] if between else []), UNSURE]
    state, reply = say(protocol, opened(protocol), *said)
    assert ("emergency.unsure",) == reply.says
    assert Answer.UNSURE is state.answers[FIRST]


def test_one_doubt_among_misses_decides_nothing(protocol):
    """Said once, it neither counts nor hides that the rest was not understood."""
    for said in set(itertools.permutations((UNSURE, UNCLEAR, UNCLEAR))):
        state, reply = say(protocol, opened(protocol), *said)
        assert Answer.UNHEARD is state.answers[FIRST]
        assert "hard_to_breathe" == reply.open_prompt


def test_unsure_then_no_goes_on_at_every_danger_question(protocol):
    """A clear no after a doubt settles it."""
    state, reply = say(protocol, opened(protocol), UNSURE, NO)
    assert "hard_to_breathe" == reply.open_prompt
    assert Answer.NO is state.answers[FIRST]


@pytest.mark.parametrize(
    ("sign", "key"),
    [("fever", "readback.fever.unsure"), ("foot_drags", "readback.doubt")],
)
def test_the_reply_says_that_the_doubt_decided(protocol, sign, key):
    """In what it reads back, or in a sentence of its own."""

    def way(question):
        return YES if question == "leg_trouble" else home(question)

    state, reply = until(protocol, sign, way)
    state, reply = say(protocol, state, UNSURE, UNSURE)
    while reply.disposition is None:
        state, reply = take_turn(protocol, state, home(str(reply.open_prompt)))
    assert ("urgent", key) == (reply.disposition, reply.says[0])


def test_a_clear_yes_is_not_called_a_doubt(protocol):
    """The sentence for doubts stays away from a yes."""
    state, reply = say(protocol, None, events.Begin(), volunteer("foot_drags"))
    while reply.disposition is None:
        state, reply = take_turn(protocol, state, home(str(reply.open_prompt)))
    assert "readback.doubt" not in reply.says


# A yes that was heard


def test_an_unclear_no_then_yes_is_a_yes(protocol):
    """Only what was heard last and plainly settles it."""
    _, reply = say(protocol, opened(protocol), MAYBE_NO, YES)
    assert ("emergency.say",) == reply.says


def test_an_unclear_yes_then_no_records_nothing(protocol):
    """At every question, until a plain yes, or the doubt that it was counts."""
    state, reply = say(protocol, opened(protocol), MAYBE_YES, NO)
    assert ({}, FIRST) == (state.answers, reply.open_prompt)
    _, reply = take_turn(protocol, state, YES)
    assert ("emergency.say",) == reply.says
    for last in (NO, UNCLEAR, UNSURE, MAYBE_NO):
        state_after, reply = take_turn(protocol, state, last)
        assert ("emergency.unsure",) == reply.says
        assert Answer.UNSURE is state_after.answers[FIRST]


def test_a_no_in_a_statement_settles_nothing_after_an_unclear_yes(protocol):
    """What came beside the no does not make it plainer."""
    state, _ = take_turn(protocol, opened(protocol), MAYBE_YES)
    state, reply = take_turn(protocol, state, volunteer("held_still", answer=Answer.NO))
    assert FIRST not in state.answers
    assert FIRST == reply.open_prompt


# Hedges


def test_a_hedged_yes_to_a_danger_sign_is_a_yes(protocol):
    """ "Probably" is a yes."""
    _, reply = take_turn(protocol, opened(protocol), HEDGED_YES)
    assert ("emergency.say",) == reply.says


def test_a_hedged_no_settles_no_danger_question(protocol):
    """Neither a red flag nor a gate, alone or beside a statement."""
    for question in ("chest_pain", "leg_trouble", "adult"):
        state = open_at(protocol, question)
        for event in (
            HEDGED_NO,
            events.UnpromptedStatement(
                ("held_still",), answer=Answer.NO, strength=Strength.HEDGED
            ),
        ):
            after, reply = take_turn(protocol, state, event)
            assert question not in after.answers
            assert ("check.no", f"again.{question}") == reply.says


def test_a_hedged_no_answers_an_ordinary_question(protocol):
    """ "Probably not" is a no to what is no danger sign."""
    state = open_at(protocol, "hard_effort", home)
    state, _ = take_turn(protocol, state, HEDGED_NO)
    assert Answer.NO is state.answers["hard_effort"]


# Setting aside


def miss_only(missed):
    """Answer as `home` does, and miss `missed`."""
    return lambda question: UNCLEAR if question in missed else home(question)


def walk_until_told(protocol, way, *first):
    """Return the session at its disposition, and the questions in order of asking."""
    state, reply = say(protocol, None, events.Begin(), *first)
    asked = [reply.open_prompt]
    while reply.expects_answer and reply.disposition is None:
        state, reply = take_turn(protocol, state, way(str(reply.open_prompt)))
        asked += [reply.open_prompt] if reply.open_prompt != asked[-1] else []
    return state, reply, asked


@pytest.mark.parametrize(
    ("missed", "key"),
    [
        ("chest_pain", "unheard.now"),
        ("leg_trouble", "unheard.now"),
        ("fever", "unheard.today"),
        ("daily_medicine", "unheard.today"),
        ("adult", "unheard.fact"),
    ],
)
def test_an_unheard_danger_question_is_asked_again_and_named(protocol, missed, key):
    """It comes once more in the third form; then the clinic, and its short name."""
    _, reply, asked = walk_until_told(protocol, miss_only({missed}))
    assert 2 == asked.count(missed)
    assert "clinic_unheard" == reply.rule_id
    assert (key, "clinic.reason.clinic_unheard") == reply.says[:2]
    assert ((key, (missed,)),) == reply.signs
    assert not EMERGENCY & set(reply.says)


def test_the_second_chance_is_in_the_third_form_after_the_other_signs(protocol):
    """No other question of the screen is open by then."""
    state, reply = say(protocol, None, events.Begin())
    state, reply = fail(protocol, state)
    while reply.open_prompt != FIRST:
        state, reply = take_turn(protocol, state, home(str(reply.open_prompt)))
    assert ("retry.later", "retry.third", f"again.{FIRST}") == reply.says
    assert (("retry.later", (FIRST,)),) == reply.signs
    missing = [
        q.id
        for q in protocol.questions
        if q.stage is Stage.SCREEN
        and q.id not in state.answers
        and evaluate_statement(protocol, state.answers, q.id) is Truth.OPEN
    ]
    assert [] == missing


@pytest.mark.parametrize(
    ("second", "rule"),
    [(NO, "home_002_ice"), (YES, "emergency_chest_or_breathing")],
)
def test_an_answer_at_the_second_chance_takes_the_place(protocol, second, rule):
    """What is heard then counts as if it had been heard at once."""
    state, _ = say(protocol, None, events.Begin())
    state, reply = fail(protocol, state)
    while reply.disposition is None:
        chance = reply.open_prompt == FIRST
        event = second if chance else home(str(reply.open_prompt))
        state, reply = take_turn(protocol, state, event)
    assert rule == reply.rule_id
    assert () == reply.signs


def test_a_doubt_is_kept_until_the_second_chance(protocol):
    """Said once before it was set aside, the second one counts."""
    state, _ = say(protocol, opened(protocol), UNSURE, UNCLEAR, UNCLEAR)
    reply = None
    while reply is None or reply.open_prompt != FIRST:
        state, reply = take_turn(protocol, state, home(str(_open(protocol, state))))
    _, reply = take_turn(protocol, state, UNSURE)
    assert ("emergency.unsure",) == reply.says


def test_a_first_doubt_at_the_second_chance_is_asked_once_more(protocol):
    """One turn more for the doubt; then unsure counts, and a miss leaves it."""
    state, _ = say(protocol, None, events.Begin())
    state, reply = fail(protocol, state)
    while reply.open_prompt != FIRST:
        state, reply = take_turn(protocol, state, home(str(reply.open_prompt)))
    state, reply = take_turn(protocol, state, UNSURE)
    assert FIRST == reply.open_prompt
    assert ("emergency.unsure",) == take_turn(protocol, state, UNSURE)[1].says
    _, reply = take_turn(protocol, state, UNCLEAR)
    assert FIRST != reply.open_prompt


def test_a_yes_heard_at_the_second_chance_is_not_lost(protocol):
    """An unclear yes there counts as a doubt."""
    state, _ = say(protocol, None, events.Begin())
    state, reply = fail(protocol, state)
    while reply.open_prompt != FIRST:
        state, reply = take_turn(protocol, state, home(str(reply.open_prompt)))
    _, reply = take_turn(protocol, state, MAYBE_YES)
    assert ("emergency.unsure",) == reply.says


def _open(protocol, state):
    return take_turn(protocol, state, events.Wait())[1].open_prompt


def test_an_unheard_ordinary_question_is_for_the_clinic(protocol):
    """It is not asked again and no sign is named; a person should ask."""
    way = miss_only({"started_within_three_days"})
    _, reply, asked = walk_until_told(protocol, way)
    assert "clinic_unheard" == reply.rule_id
    assert "clinic.reason.clinic_unheard" == reply.says[0]
    assert 1 == asked.count("started_within_three_days")


def test_the_urgent_reply_names_what_was_not_heard_too(protocol):
    """Every reply but an emergency begins with it, the most urgent first."""
    way = miss_only({"chest_pain", "fever"})
    _, reply, _ = walk_until_told(protocol, way, volunteer("foot_drags"))
    assert "urgent" == reply.disposition
    assert ("unheard.now", "unheard.today") == reply.says[:2]
    assert (
        ("unheard.now", ("chest_pain",)),
        ("unheard.today", ("fever",)),
    ) == reply.signs


def test_an_emergency_names_nothing_else(protocol):
    """One instruction, and no sign beside it."""
    state, _ = fail(protocol, opened(protocol))
    _, reply = take_turn(protocol, state, YES)
    assert (("emergency.say",), ()) == (reply.says, reply.signs)


def test_three_set_aside_in_a_row_close_the_session(protocol):
    """The danger signs with the number, the clinic, and no disposition."""
    state = opened(protocol)
    for _ in range(3):
        state, reply = fail(protocol, state)
    assert ("close.unheard", "number.say") == reply.says
    assert state.ended
    assert reply.disposition is None


def test_four_set_aside_in_all_close_the_session(protocol):
    """Whatever was heard between."""
    state, reply = say(protocol, None, events.Begin())
    for heard in (1, 1, 1, 0):
        state, reply = fail(protocol, state)
        for _ in range(heard):
            assert reply.expects_answer
            state, reply = take_turn(protocol, state, NO)
    assert ("close.unheard", "number.say") == reply.says


def test_an_answer_between_begins_the_row_anew(protocol):
    """Two, an answer, and one more are no three in a row."""
    state = opened(protocol)
    for _ in range(2):
        state, _ = fail(protocol, state)
    state, _ = take_turn(protocol, state, NO)
    state, reply = fail(protocol, state)
    assert reply.expects_answer


def test_go_back_to_a_set_aside_question_asks_it_afresh(protocol):
    """With all its tries."""
    state, _ = fail(protocol, opened(protocol))
    state, reply = take_turn(protocol, state, events.Previous())
    assert (f"ask.{FIRST}",) == reply.says
    assert ({}, ()) == (state.answers, state.attempts)


def test_told_later_it_is_unheard_no_more(protocol):
    """A fact that settles the question, or leaves it out of place, clears it."""
    state, _ = until(protocol, "adult", home)
    state, _ = say(protocol, state, NO)
    state, _ = fail(protocol, state)
    assert Answer.UNHEARD is state.answers["child"]
    state, _ = take_turn(protocol, state, volunteer("adult_age"))
    assert "child" not in state.answers


def test_the_stop_list_unheard_names_no_medicine_and_closes_nothing(protocol):
    """There it counts as a yes."""
    state, _ = until(protocol, "ulcer", wish)
    state, reply = fail(protocol, state)
    assert "medicine.pharmacist" in reply.says
    assert MENU == reply.open_prompt


def test_unheard_after_advice_raises_home_care_to_the_clinic(protocol):
    """Upper back pain while steps are read; the jaw was not heard, nor again."""
    state, _ = until(protocol, MENU, home)
    state, reply = take_turn(protocol, state, volunteer("pain_is_high"))
    while reply.open_prompt not in OFFERS:
        event = UNCLEAR if reply.open_prompt == "jaw_hurts" else NO
        state, reply = take_turn(protocol, state, event)
    assert "clinic_unheard" == reply.rule_id
    assert (("unheard.now", ("jaw_hurts",)),) == reply.signs


def test_unheard_after_the_clinic_was_advised_is_named_with_the_offer(protocol):
    """The advice stays, and the sign is named before the talk goes on."""
    state, _ = until(protocol, OFFER_STEPS, spot)
    state, reply = take_turn(protocol, state, volunteer("pain_is_high"))
    while reply.open_prompt not in OFFERS:
        event = UNCLEAR if reply.open_prompt == "jaw_hurts" else NO
        state, reply = take_turn(protocol, state, event)
    assert ("unheard.now", OFFER_STEPS) == reply.says
    assert (("unheard.now", ("jaw_hurts",)),) == reply.signs
    assert "clinic_001_same_spot" == reply.rule_id


@pytest.mark.parametrize("said", list(itertools.product(
    (UNSURE, UNCLEAR, MAYBE_YES, MAYBE_NO, HarmlessComplaint()), repeat=3
)))  # fmt: skip
def test_any_three_turns_settle_a_question_or_set_it_aside(protocol, said):
    """Never a loop, and never a no out of what was no plain no."""
    state = opened(protocol)
    for event in said:
        if FIRST in state.answers:
            break
        state, _ = take_turn(protocol, state, event)
    leaned = MAYBE_YES in said
    doubted = said.count(UNSURE) > 1
    expected = Answer.UNSURE if leaned or doubted else Answer.UNHEARD
    assert expected is state.answers[FIRST]
