"""Care questions: asked before their chunk, and only of who wants to hear of it."""

import pytest
from helpers.core_turns import (
    NO,
    SILENCE,
    UNCLEAR,
    UNSURE,
    YES,
    fail,
    home,
    read_to_the_end,
    say,
    spot,
    until,
    volunteer,
    wish,
)

from dialogue.engine import events
from dialogue.engine.events import Checked, Duration, Facts, Strength
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer, Stage
from dialogue.engine.reply import MENU, OFFER_STEPS

MEDICINE = {"medicine.names", "medicine.limits"}
WISH = "wants_medicine"
HEDGED = {
    answer: events.Answered(answer, Strength.HEDGED)
    for answer in (Answer.YES, Answer.NO)
}


@pytest.fixture(scope="module")
def stop_list():
    """Return the questions of the stop-list, in their order."""
    return (
        "reliever_harm", "ulcer", "asthma", "long_illness", "sick_now", "nursing",
        "daily_alcohol", "reliever_today",
    )  # fmt: skip


def list_keys(protocol, state, reply, answers=lambda _: NO):
    """Return every key that the rest of the reading says or shows."""
    replies = read_to_the_end(protocol, state, reply, answers)
    return {key for one in replies for key in (*one.says, *one.card)}


def test_home_care_is_spoken_before_any_care_question(protocol):
    """The steps begin at once; what only a later chunk needs waits for it."""
    state, reply = until(protocol, MENU, home)
    assert "home_care_ice" == reply.disposition
    care = {q.id for q in protocol.questions if q.stage is Stage.CARE}
    assert not care & state.answers.keys()


def test_the_questions_come_with_their_chunk_and_the_chunk_follows(protocol, stop_list):
    """After each clear no the next; behind the last the chunk, in the same turn."""
    state, reply = until(protocol, WISH, home)
    assert (f"ask.{WISH}",) == reply.says
    state, reply = take_turn(protocol, state, YES)
    for question in stop_list:
        assert (f"ask.{question}",) == reply.says
        state, reply = take_turn(protocol, state, NO)
    assert ("medicine.names", "medicine.limits", MENU) == reply.says
    assert ("D", None) == (state.reading, state.ahead)


def test_who_wants_no_medicine_is_asked_nothing_more(protocol):
    """One question, and the pharmacist's line."""
    state, _ = until(protocol, WISH, home)
    state, reply = take_turn(protocol, state, NO)
    assert ("medicine.pharmacist", MENU) == reply.says


@pytest.mark.parametrize(
    "event",
    [YES, UNSURE, HEDGED[Answer.YES], HEDGED[Answer.NO]],
)
def test_anything_but_a_plain_no_ends_the_stop_list(protocol, stop_list, event):
    """At each of its questions: no medicine is named, and nothing more is asked."""
    for question in stop_list:
        state, _ = until(protocol, question, wish)
        state, reply = take_turn(protocol, state, event)
        assert "medicine.pharmacist" in reply.says, question
        assert not MEDICINE & list_keys(protocol, state, reply)


@pytest.mark.parametrize("event", [UNCLEAR, Checked(Answer.NO), Checked(Answer.YES)])
def test_what_was_not_understood_names_no_medicine(protocol, stop_list, event):
    """Three tries, then it counts as a yes."""
    for question in stop_list:
        state, _ = until(protocol, question, wish)
        state, reply = fail(protocol, state, event)
        assert "medicine.pharmacist" in reply.says, question


@pytest.mark.parametrize(
    "said",
    [
        (NO,),
        (UNSURE, UNSURE),
        (HEDGED[Answer.YES], HEDGED[Answer.YES]),
        (HEDGED[Answer.NO],),
        (UNCLEAR,) * 3,
        (Checked(Answer.YES),) * 3,
    ],
)
def test_only_a_plain_yes_is_a_wish(protocol, said):
    """Hedged, unsure or not understood, no stop-list is asked and nothing named."""
    state, _ = until(protocol, WISH, home)
    state, reply = say(protocol, state, *said)
    assert ("medicine.pharmacist", MENU) == reply.says


def test_an_unclear_yes_then_no_is_no_wish_and_no_no(protocol):
    """It is asked again, and a plain yes still counts."""
    state, _ = until(protocol, WISH, home)
    state, reply = say(protocol, state, Checked(Answer.YES), NO)
    assert WISH == reply.open_prompt
    _, reply = take_turn(protocol, state, YES)
    assert ("ask.reliever_harm",) == reply.says


def test_a_lower_answer_keeps_the_first_unsure_at_once(protocol, stop_list):
    """The stop-list asks nobody twice."""
    state, _ = until(protocol, stop_list[0], wish)
    state, _ = take_turn(protocol, state, UNSURE)
    assert Answer.UNSURE is state.answers[stop_list[0]]


@pytest.mark.parametrize(
    "way",
    [
        {"adult": NO, "child": NO},
        {"daily_medicine": YES},
    ],
)
def test_who_may_not_is_not_asked_about_medicine(protocol, way):
    """Sixty or older, or on daily medicine: the chunk is read at once."""

    def answers(question):
        return way.get(question) or home(question)

    state, reply = until(protocol, MENU, answers)
    replies = read_to_the_end(protocol, state, reply)
    assert WISH not in [one.open_prompt for one in replies]
    assert not MEDICINE & {key for one in replies for key in one.says}


def test_after_a_week_no_medicine_is_asked_about(protocol):
    """Pain for so long is on the stop-list."""
    yes = ("adult", "more_than_one_week", "tried_care", "care_helped")
    state, reply = until(protocol, MENU, lambda q: YES if q in yes else NO)
    assert "home_care_heat" == reply.disposition
    assert WISH not in [r.open_prompt for r in read_to_the_end(protocol, state, reply)]


def test_at_the_clinic_no_care_question_is_asked(protocol):
    """The steps until the visit hold no medicine line."""
    state, reply = until(protocol, OFFER_STEPS, spot)
    replies = read_to_the_end(protocol, state, reply)
    care = {q.id for q in protocol.questions if q.stage is Stage.CARE}
    assert not care & {one.open_prompt for one in replies}


def test_stop_at_a_care_question_is_stop_of_the_reading(protocol):
    """It still says when to call for help; the card lists the steps."""
    state, _ = until(protocol, WISH, home)
    state, reply = take_turn(protocol, state, events.Stop())
    assert ("net.emergency", "disclaimer.end", "reading.bye") == reply.says
    assert "step.ice.apply" in reply.card
    assert state.ended


def test_go_back_at_the_first_care_question_reads_the_chunk_before(protocol):
    """And going on asks it again."""
    state, _ = until(protocol, WISH, home)
    state, reply = take_turn(protocol, state, events.Previous())
    assert "step.massage" in reply.says
    assert (MENU, "C", None) == (reply.open_prompt, state.reading, state.ahead)
    _, reply = take_turn(protocol, state, events.Next())
    assert (f"ask.{WISH}",) == reply.says


def test_a_care_question_comes_afresh_after_go_back(protocol):
    """What was missed at it before counts no more."""
    state, _ = until(protocol, WISH, home)
    state, _ = say(protocol, state, UNSURE, events.Previous())
    assert () == state.attempts
    _, reply = take_turn(protocol, state, events.Next())
    assert (f"ask.{WISH}",) == reply.says


def test_go_back_later_takes_back_the_last_answer(protocol):
    """The stop-list is walked back one question at a time."""
    state, _ = until(protocol, "asthma", wish)
    state, reply = take_turn(protocol, state, events.Previous())
    assert ("ask.ulcer",) == reply.says
    assert "ulcer" not in state.answers
    assert "D" == state.ahead


def test_go_back_behind_the_chunk_reads_the_one_before(protocol):
    """Its questions are answered by then and are not asked again."""
    state, _ = until(protocol, WISH, home)
    state, reply = say(protocol, state, NO, events.Previous())
    assert "step.massage" in reply.says
    _, reply = take_turn(protocol, state, events.Next())
    assert "medicine.pharmacist" in reply.says


def test_silence_at_a_care_question_repeats_it_once(protocol):
    """As at every question; the second in a row closes the session."""
    state, _ = until(protocol, WISH, home)
    state, reply = take_turn(protocol, state, SILENCE)
    assert (f"again.{WISH}",) == reply.says
    assert ("close.silence",) == take_turn(protocol, state, SILENCE)[1].says


def test_a_caution_told_before_the_chunk_spares_its_questions(protocol):
    """Daily medicine told while steps are read: its own signs are asked instead."""
    state, reply = until(protocol, MENU, home)
    state, reply = take_turn(protocol, state, volunteer("medicine_caution"))
    assert "steroids" == reply.open_prompt
    state, reply = say(protocol, state, NO, NO)
    assert MENU == reply.open_prompt
    says = list_keys(protocol, state, reply, wish)
    assert "medicine.pharmacist" in says
    assert not MEDICINE & says


def test_a_caution_told_in_the_stop_list_ends_it(protocol, stop_list):
    """Its own signs are asked, and then the chunk is read without a medicine."""
    for question in stop_list:
        state, _ = until(protocol, question, wish)
        state, reply = take_turn(protocol, state, volunteer("medicine_caution"))
        assert "steroids" == reply.open_prompt
        _, reply = say(protocol, state, NO, NO)
        assert ("medicine.pharmacist", MENU) == reply.says


def test_a_caution_told_behind_the_chunk_takes_the_medicine_back(protocol):
    """A clear no to the stop-list no longer counts once a caution is told."""
    state, reply = until(protocol, WISH, home)
    while "medicine.names" not in reply.says:
        event = YES if reply.open_prompt == WISH else NO
        state, reply = take_turn(protocol, state, event)
    state, reply = take_turn(protocol, state, volunteer("medicine_caution"))
    state, reply = say(protocol, state, NO, NO)
    assert MENU == reply.open_prompt
    assert not MEDICINE & list_keys(protocol, state, reply)


def test_a_length_put_right_to_over_a_week_withholds_the_medicine(protocol):
    """The stop-list is asked in the first week only; an older no does not stand in."""
    state, reply = until(protocol, WISH, home)
    while "medicine.names" not in reply.says:
        event = YES if reply.open_prompt == WISH else NO
        state, reply = take_turn(protocol, state, event)
    ten_days = events.UnpromptedStatement(facts=Facts(Duration.exact(240)))
    state, reply = take_turn(protocol, state, ten_days)
    while reply.open_prompt != MENU:
        state, reply = take_turn(protocol, state, NO)
    assert not MEDICINE & list_keys(protocol, state, reply)


def test_an_early_no_to_the_stop_list_is_never_set_by_a_row(protocol):
    """No phrase answers the wish or the stop-list for anybody."""
    care = {q.id for q in protocol.questions if q.stage is Stage.CARE}
    assert not [row.id for row in protocol.volunteered if care & dict(row.sets).keys()]
