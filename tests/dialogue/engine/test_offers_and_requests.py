"""Single turns at an offer and with nothing open, and two things in one breath."""

from dataclasses import replace

import pytest
from helpers.core_turns import (
    FIRST,
    NO,
    SILENCE,
    UNCLEAR,
    UNSURE,
    YES,
    home,
    say,
    spot,
    until,
    volunteer,
)

from dialogue.engine import events
from dialogue.engine.events import Duration, Facts
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer
from dialogue.engine.reply import MENU, OFFER_STEPS
from dialogue.engine.state import RecordedAnswer, State, Turn


def at_offer(protocol):
    """Return the talk at the offer to read the steps."""
    return until(protocol, OFFER_STEPS, spot)


@pytest.mark.parametrize("yes", [YES, events.Next()])
def test_yes_and_next_at_the_offer_read_the_steps(protocol, yes):
    """The steps begin with the first ice chunk, and the talk stays the clinic's."""
    state, reply = take_turn(protocol, at_offer(protocol)[0], yes)
    assert ("step.ice.apply", "step.ice.again", MENU) == reply.says
    assert (MENU, "clinic") == (reply.open_prompt, reply.disposition)
    assert "clinic_001_same_spot" == reply.rule_id
    assert "A" == state.reading


def test_go_back_at_the_offer_takes_the_last_answer_and_the_advice_back(protocol):
    """The question that decided is asked again, and nothing counts as advised."""
    state, reply = take_turn(protocol, at_offer(protocol)[0], events.Previous())
    assert ("ask.same_spot_returns",) == reply.says
    assert (None, None) == (state.disposition, state.rule_id)
    assert (None, None) == (reply.disposition, reply.rule_id)


def test_an_offer_that_was_taken_back_comes_afresh(protocol):
    """What was missed at it before "go back" counts no more."""
    state, _ = at_offer(protocol)
    state, _ = say(protocol, state, events.NoMatch(), events.Previous())
    state, reply = say(protocol, state, YES, events.NoMatch())
    assert OFFER_STEPS == reply.open_prompt
    assert not state.ended


def test_stop_at_the_offer_closes_with_the_danger_words(protocol):
    """Stop ends the talk; the card repeats the words, the advice stays told."""
    state, reply = take_turn(protocol, at_offer(protocol)[0], events.Stop())
    assert ("close.stop",) == reply.says == reply.card
    assert state.ended
    assert not reply.expects_answer
    assert ("clinic", "clinic_001_same_spot") == (reply.disposition, reply.rule_id)


def test_silence_at_the_offer_asks_once_and_then_closes(protocol):
    """The offer is said again; a second silence in a row ends the talk."""
    state, reply = take_turn(protocol, at_offer(protocol)[0], SILENCE)
    assert (OFFER_STEPS,) == reply.says == reply.reprompt
    assert state.silent
    _, reply = take_turn(protocol, state, SILENCE)
    assert ("close.silence",) == reply.says


def test_a_word_between_two_silences_at_the_offer_begins_anew(protocol):
    """Silence, then a word, then silence: the talk goes on."""
    state, reply = say(protocol, at_offer(protocol)[0], SILENCE, events.Wait(), SILENCE)
    assert (OFFER_STEPS,) == reply.says
    assert state.silent


def test_unsure_twice_at_the_offer_is_closed_and_reads_nothing(protocol):
    """Asked once more; then nothing is read that nobody clearly wanted."""
    state, reply = take_turn(protocol, at_offer(protocol)[0], UNSURE)
    assert ("retry.no_match", OFFER_STEPS) == reply.says
    assert 1 == state.get_attempt(OFFER_STEPS).tries
    state, reply = take_turn(protocol, state, UNSURE)
    assert ("close.stop",) == reply.says
    assert state.ended


def test_not_understood_at_the_offer_names_the_number_both_times(protocol):
    """The danger signs with 911 and the offer; then the closing words with 911."""
    state, reply = take_turn(protocol, at_offer(protocol)[0], UNCLEAR)
    assert ("net.emergency", OFFER_STEPS) == reply.says
    state, reply = take_turn(protocol, state, UNCLEAR)
    assert ("close.stop",) == reply.says
    assert "clinic" == reply.disposition


def test_a_statement_without_news_at_the_offer_ends_too(protocol):
    """What is new is noted and the offer made again; the same again is a try."""
    told = volunteer("care_helps")
    state, reply = take_turn(protocol, at_offer(protocol)[0], told)
    assert (OFFER_STEPS,) == reply.says
    state, reply = take_turn(protocol, state, told)
    assert (OFFER_STEPS,) == reply.says
    _, reply = take_turn(protocol, state, told)
    assert ("close.stop",) == reply.says


def test_a_timer_event_at_the_offer_asks_the_offer_again(protocol):
    """What does not belong to the offer leaves it open."""
    state, _ = at_offer(protocol)
    after, reply = take_turn(protocol, state, events.TimerNotSet())
    assert (OFFER_STEPS,) == reply.says
    assert state == after


def test_a_talk_that_is_not_open_is_stopped_with_the_danger_words(protocol):
    """Stop before any talk ends at once and asks nothing."""
    state, reply = take_turn(protocol, None, events.Stop())
    assert ("close.stop",) == reply.says
    assert (True, {}) == (state.ended, state.answers)
    assert (None, None) == (reply.open_prompt, reply.disposition)


def test_help_before_a_talk_opens_it_behind_the_help(protocol):
    """Help comes first, then the welcome and the first question."""
    state, reply = take_turn(protocol, None, events.Help())
    assert ("session.help", "session.welcome") == reply.says[:2]
    assert FIRST == reply.open_prompt
    assert {} == state.answers


@pytest.mark.parametrize(
    ("event", "says"),
    [
        (events.AskForNumber(), ("number.check_first", "number.say", "number.other")),
        (events.AskForHours(), ("number.check_first", "hours.say")),
        (events.AskForAddress(), ("number.check_first", "address.say")),
        (events.AskForMore("twitch"), ("explain.twitch",)),
        (
            events.AskForMore(),
            ("explain.spasm", "explain.twitch", "explain.signal"),
        ),
    ],
)
def test_a_request_before_a_talk_is_answered_and_closes(protocol, event, says):
    """The danger words come before any number, and nothing is asked."""
    state, reply = take_turn(protocol, None, event)
    assert says == reply.says == reply.card
    assert state.ended
    assert not reply.expects_answer


@pytest.mark.parametrize(
    ("event", "says"),
    [
        (events.AskForNumber(), ("number.check_first", "number.say")),
        (events.AskForHours(), ("number.check_first", "hours.say")),
        (events.AskForAddress(), ("number.check_first", "address.say")),
        (events.AskForMore("spasm"), ("explain.spasm",)),
        (events.Next(), ("nothing.next",)),
        (events.Wait(), ("retry.wait",)),
        (events.Previous(), ("nothing.previous",)),
        (events.TimerNotSet(), ()),
        (events.Help(), ("session.help", f"help.{FIRST}")),
    ],
)
def test_a_request_in_a_talk_is_answered_and_it_goes_on(protocol, event, says):
    """Requests and commands cost nothing: the same question is asked in its words."""
    state, _ = say(protocol, None, events.Begin())
    after, reply = take_turn(protocol, state, event)
    assert (*says, f"ask.{FIRST}") == reply.says
    assert (FIRST, (f"again.{FIRST}",)) == (reply.open_prompt, reply.reprompt)
    assert state == after


def test_an_emergency_sign_opens_no_talk(protocol):
    """A sign that decides is answered at once, without a welcome."""
    state, reply = take_turn(protocol, None, volunteer("numb_bottom"))
    assert ("emergency.say",) == reply.says
    assert "emergency_numb_bottom" == reply.rule_id
    assert state.ended


def test_what_is_told_before_a_talk_is_kept_when_it_opens(protocol):
    """Something ordinary said first opens the talk, and is not asked about again."""
    state, reply = take_turn(protocol, None, volunteer("hard_effort"))
    assert "session.welcome" == reply.says[0]
    assert FIRST == reply.open_prompt
    assert {"hard_effort": Answer.YES} == state.answers


def test_help_after_advice_gives_the_rule_that_decided(protocol):
    """Why, at the offer, is answered with the deciding rule, then the offer again."""
    state, _ = at_offer(protocol)
    after, reply = take_turn(protocol, state, events.Help())
    assert (
        "session.help",
        "because.clinic_001_same_spot",
        OFFER_STEPS,
    ) == reply.says
    assert state == after


def test_an_answer_and_a_sign_in_one_breath(protocol):
    """ "No but my legs are weak": the no belongs to the question, the sign counts."""
    state, _ = say(protocol, None, events.Begin())
    state, reply = take_turn(
        protocol, state, volunteer("hard_effort", answer=Answer.NO)
    )
    assert "hard_to_breathe" == reply.open_prompt
    (turn,) = state.turns
    assert FIRST == turn.asked
    assert [(FIRST, Answer.NO), ("hard_effort", Answer.YES)] == [
        (told.about, told.answer) for told in turn.answers
    ]


def test_an_unsure_and_a_fact_in_one_breath(protocol):
    """The fact is kept, and the unsure brings the simpler words of the question."""
    state, _ = say(protocol, None, events.Begin())
    said = volunteer("only_twitches", answer=Answer.UNSURE)
    state, reply = take_turn(protocol, state, said)
    assert ("explain.twitch", "retry.unsure", f"again.{FIRST}") == reply.says
    assert state.get_attempt(FIRST).doubted


def test_a_fact_alone_answers_no_question(protocol):
    """What is said unasked is a turn of its own, which answers nothing that is open."""
    state, _ = say(protocol, None, events.Begin())
    state, reply = take_turn(protocol, state, volunteer("held_still"))
    assert (f"again.{FIRST}",) == reply.says
    assert [None] == [turn.asked for turn in state.turns]


def test_a_yes_and_a_fact_at_the_offer_read_the_steps(protocol):
    """At an offer the answer belongs to the offer."""
    state, _ = at_offer(protocol)
    said = volunteer("held_still", answer=Answer.YES)
    state, reply = take_turn(protocol, state, said)
    assert "step.ice.apply" == reply.says[0]
    assert "A" == state.reading


def test_emergency_words_stop_a_running_timer_only(protocol):
    """The timer is taken back where one was answered for, and nowhere else."""
    state, reply = say(protocol, None, events.Begin(timers=True))
    _, reply = take_turn(protocol, state, events.CallForHelp())
    assert not reply.cancels_timer
    _, reply = take_turn(protocol, None, events.CallForHelp())
    assert False is reply.cancels_timer
    while reply.open_prompt != "timer.offer":
        state, reply = take_turn(protocol, state, home(reply.open_prompt))
    state, _ = take_turn(protocol, state, YES)
    after, reply = take_turn(protocol, state, events.CallForHelp())
    assert True is reply.cancels_timer
    assert ("emergency.say",) == reply.says == reply.card
    assert "emergency" == reply.disposition
    assert after.ended


@pytest.mark.parametrize("answer", [YES, NO, UNSURE])
def test_what_was_asked_is_remembered_with_its_answer(protocol, answer):
    """Each answer is a turn that names its question, for going back and the record."""
    state, _ = until(protocol, "started_within_three_days", home)
    state, reply = say(protocol, state, *([answer] * (1 + (answer == UNSURE))))
    assert "started_within_three_days" == state.turns[-1].asked
    assert "started_within_three_days" != reply.open_prompt


def test_an_opening_keeps_its_timers_and_facts(protocol):
    """Facts of the opening stand in the first turn; start over keeps the timers."""
    facts = Facts(Duration.exact(24), "hard_effort")
    state, _ = say(protocol, None, events.Begin(facts, timers=True))
    assert Answer.YES is state.answers["hard_effort"]
    state, reply = take_turn(protocol, state, events.StartOver())
    assert (True, ()) == (state.timers, state.turns)
    assert "session.start_over" == reply.says[0]
    state, _ = take_turn(protocol, None, events.StartOver())
    assert not state.timers


def test_go_back_forgets_the_re_ask_of_what_is_open(protocol):
    """Going back gives the question before its own words, and its re-ask, back."""
    state, _ = say(protocol, None, events.Begin(), NO, UNSURE)
    assert ["hard_to_breathe"] == [a.about for a in state.attempts]
    state, reply = take_turn(protocol, state, events.Previous())
    assert (f"ask.{FIRST}",) == reply.says
    assert () == state.attempts


def test_an_approved_protocol_calls_itself_no_draft(protocol):
    """The sentence about the missing signature is said of a draft only."""
    approved = replace(protocol, status="approved")
    _, reply = say(approved, None, events.Begin())
    assert ("session.welcome", f"ask.{FIRST}") == reply.says


def test_help_without_a_deciding_rule_gives_no_reason(protocol):
    """Where no rule decided, help says how to answer, and the offer again."""
    dangers = protocol.danger_rules
    state, reply = until(replace(protocol, rules=dangers), OFFER_STEPS, home)
    assert "otherwise" == reply.rule_id
    _, reply = take_turn(replace(protocol, rules=dangers), state, events.Help())
    assert ("session.help", OFFER_STEPS) == reply.says


def test_a_state_with_nothing_open_begins_anew(protocol):
    """A stored state that waits for nothing is no dead end."""
    stored = State(turns=(Turn((RecordedAnswer("numb_bottom", Answer.YES),)),))
    state, reply = take_turn(protocol, stored, events.Help())
    assert ("session.help", "session.welcome") == reply.says[:2]
    assert {} == state.answers
