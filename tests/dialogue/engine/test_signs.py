"""Danger signs that are named: brought forward in every state, counted, and said."""

import pytest
from helpers.core_turns import (
    FIRST,
    NO,
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
from dialogue.engine.events import Checked, CheckReason
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer, Urgency
from dialogue.engine.reply import MENU, OFFER_STEPS, OFFER_TIMER

HELP = Checked(reason=CheckReason.HELP)
SIGN_WORDS = ("check.sign", "ask.fever")
SIGNS = (("check.sign", ("fever",)),)


def name(*signs, lean=None):
    """Return the event of naming danger signs without settling them."""
    return Checked(lean, signs, CheckReason.SIGN)


def at_timer(protocol):
    """Return the session at the offer of a timer."""
    state, reply = say(protocol, None, events.Begin(timers=True))
    while reply.open_prompt != OFFER_TIMER:
        state, reply = take_turn(protocol, state, home(str(reply.open_prompt)))
    return state


PLACES = {
    "a danger question": lambda p: until(p, "cancer", home)[0],
    "a gate": lambda p: until(p, "daily_medicine", home)[0],
    "a length": lambda p: until(p, "started_within_three_days", home)[0],
    "a fact": lambda p: until(p, "hard_effort", home)[0],
    "a wish": lambda p: until(p, "wants_medicine", wish)[0],
    "a caution": lambda p: until(p, "ulcer", wish)[0],
    "the offer": lambda p: until(p, OFFER_STEPS, spot)[0],
    "care steps": lambda p: until(p, MENU, home)[0],
    "the timer": at_timer,
}
"""Every state in which something can be said."""


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_named_sign_is_asked_next_in_every_state(protocol, place):
    """With its short name; its earlier no is taken back, and then the talk goes on."""
    state = place(protocol)
    before = say(protocol, state, events.Wait())[1].open_prompt
    assert Answer.NO is state.answers["fever"]
    state, reply = take_turn(protocol, state, name("fever"))
    assert (SIGN_WORDS, SIGNS) == (reply.says, reply.signs)
    assert "fever" not in state.answers
    after, reply = take_turn(protocol, state, NO)
    assert before == reply.open_prompt
    assert Answer.NO is after.answers["fever"]


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_yes_to_it_counts_in_every_state(protocol, place):
    """A cauda equina sign ends every state with 911."""
    state, reply = say(protocol, place(protocol), name("lost_control"), YES)
    assert ("emergency.say",) == reply.says
    assert state.ended


@pytest.mark.parametrize("closed", [None, "ended"])
def test_a_sign_named_with_nothing_open_is_the_first_question(protocol, closed):
    """Behind the welcome."""
    state = say(protocol, None, events.Begin(), events.Stop())[0] if closed else None
    state, reply = take_turn(protocol, state, name("fever"))
    assert ("session.welcome", "session.draft", *SIGN_WORDS) == reply.says
    _, reply = take_turn(protocol, state, NO)
    assert (f"ask.{FIRST}",) == reply.says


def test_two_named_signs_are_asked_in_their_order(protocol):
    """The most urgent first, then the other, then what was open."""
    state, reply = say(protocol, None, events.Begin(), name("faint", "fever"))
    assert ("check.sign", "ask.faint") == reply.says
    state, reply = take_turn(protocol, state, NO)
    assert (SIGN_WORDS, SIGNS) == (reply.says, reply.signs)
    _, reply = take_turn(protocol, state, NO)
    assert (f"again.{FIRST}",) == reply.says


def test_a_sign_is_brought_forward_once_a_session(protocol):
    """Named again it is a check like any other, and uses up a try."""
    state, _ = say(protocol, None, events.Begin(), name("fever"), NO)
    state, reply = take_turn(protocol, state, name("fever"))
    assert FIRST == reply.open_prompt
    assert 2 == state.get_attempt(FIRST).tries


def test_naming_signs_ends_at_every_question(protocol):
    """Whoever names signs for ever is not asked one question for ever."""
    state, reply = say(protocol, None, events.Begin())
    turns = 0
    while reply.expects_answer:
        state, reply = take_turn(protocol, state, name(*protocol.dangers))
        turns += 1
    assert turns <= 4 * len(protocol.questions)
    assert "close.unheard" in reply.says


def test_what_counts_as_yes_is_not_asked_again(protocol):
    """A fever that was told stays, and the open question is asked again."""
    state, reply = say(
        protocol, None, events.Begin(), volunteer("fever"), name("fever")
    )
    assert FIRST == reply.open_prompt
    assert Answer.YES is state.answers["fever"]


def test_the_named_sign_has_its_own_three_tries(protocol):
    """Then it is set aside, and named in the reply as it was named before."""
    state, _ = say(protocol, None, events.Begin(), name("hands_clumsy"))
    state, reply = fail(protocol, state)
    assert Answer.UNHEARD is state.answers["hands_clumsy"]
    asked = []
    while reply.disposition is None:
        asked.append(reply.open_prompt)
        event = UNCLEAR if asked[-1] == "hands_clumsy" else home(asked[-1])
        state, reply = take_turn(protocol, state, event)
    assert 1 == asked.count("hands_clumsy")
    assert "clinic_unheard" == reply.rule_id
    assert (("unheard.today", ("hands_clumsy",)),) == reply.signs


def test_an_emergency_waits_for_no_named_sign(protocol):
    """The first yes to one decides, whatever else was named."""
    _, reply = say(protocol, None, events.Begin(), name("leg_weaker", "fever"), YES)
    assert ("emergency.say",) == reply.says


def test_what_is_urgent_waits_for_a_named_sign(protocol):
    """A fever is known; the drooping face that was named is asked before it is said."""

    def way(question):
        return YES if question == "fever" else home(question)

    state, reply = until(protocol, "hard_effort", way)
    state, reply = take_turn(protocol, state, name("face_droops"))
    assert "face_droops" == reply.open_prompt
    assert "emergency" == take_turn(protocol, state, YES)[1].disposition


def test_go_back_at_a_named_sign_undoes_that_alone(protocol):
    """The question that was open is open again, and no answer is lost."""
    state, _ = until(protocol, "cancer", home)
    told = dict(state.answers)
    state, reply = say(protocol, state, name("hands_clumsy"), events.Previous())
    assert ("cancer", told) == (reply.open_prompt, dict(state.answers))
    assert ((), ()) == (state.ask_next, state.pulled)


@pytest.mark.parametrize("answer", [YES, UNSURE])
def test_every_named_sign_counts_whatever_its_only_if(protocol, answer):
    """At the first question, where no gate was asked: its tier, or a more urgent one.

    So does a doubt that is said twice, and the reply says that it was one.
    """
    tiers = {
        name_: protocol.disposition[rule.disposition].urgency
        for rule in reversed(protocol.danger_rules)
        for name_ in rule.when.any_yes
    }
    milder = {"belly_throbs", "all_at_once"}
    for question in (q for q in protocol.questions if q.red_flag):
        state, _ = say(protocol, None, events.Begin(), name(question.id))
        state, reply = say(protocol, state, *[answer] * (1 + (answer == UNSURE)))
        for _ in range(60):
            if reply.disposition is not None:
                break
            state, reply = take_turn(protocol, state, home(str(reply.open_prompt)))
        spoken = protocol.disposition[str(reply.disposition)].urgency
        least = Urgency.URGENT if question.id in milder else tiers[question.id]
        assert not least < spoken, (question.id, reply.rule_id)
        doubt = any(
            key.endswith((".unsure", ".doubt")) and "retry" not in key
            for key in reply.says
        )
        assert doubt is (answer == UNSURE), (question.id, reply.says)


@pytest.mark.parametrize(
    ("sign", "sets"),
    [
        ("leg_weaker", {"leg_trouble": "yes"}),
        ("stiff_neck", {"fever": "yes"}),
        ("bleeding", {"adult": "yes", "pregnant": "yes"}),
        ("jaw_hurts", {"upper_back": "yes"}),
        ("belly_throbs", {"danger_now": "yes"}),
        ("weak_bones", {"danger_today": "yes"}),
        ("all_at_once", {"sudden_pain": "yes"}),
    ],
)
def test_how_a_sign_out_of_place_counts(protocol, sign, sets):
    """Its gates count as yes with it, or what its volunteered row sets."""
    state, _ = say(protocol, None, events.Begin(), name(sign), YES)
    told = {id_: answer.value for id_, answer in state.answers.items()}
    assert {sign: "yes", **sets} == told


def test_a_row_named_like_the_open_question_is_a_yes_to_it(protocol):
    """Said elsewhere it sets what stands in its row."""
    elsewhere, _ = say(protocol, None, events.Begin(), volunteer("hands_clumsy"))
    assert {"danger_today": Answer.YES} == dict(elsewhere.answers)

    def way(question):
        return YES if question == "pain_is_high" else NO

    def untraced(question):
        yes = ("adult", "started_within_three_days", "pain_is_high")
        return YES if question in yes else NO

    state, _ = until(protocol, "hands_clumsy", untraced)
    state, _ = take_turn(protocol, state, volunteer("hands_clumsy"))
    assert Answer.YES is state.answers["hands_clumsy"]
    assert "danger_today" not in state.answers
    assert "hands_clumsy" == state.turns[-1].asked


def test_a_no_beside_the_sign_itself_is_no_no(protocol):
    """What is told of the open question is a yes, whatever word stood before it."""
    event = volunteer(FIRST, answer=Answer.NO)
    _, reply = say(protocol, None, events.Begin(), event)
    assert ("emergency.say",) == reply.says


# Checks of other kinds


@pytest.mark.parametrize(
    ("question", "lead"),
    [
        ("chest_pain", "retry.no_match"),
        ("hard_effort", "retry.no_match"),
        ("started_within_three_days", "check.length"),
    ],
)
def test_an_unclear_length_is_called_so_where_it_is_asked(protocol, question, lead):
    """Elsewhere it is something that was not understood."""
    state, _ = until(protocol, question, home)
    _, reply = take_turn(protocol, state, Checked(reason=CheckReason.LENGTH))
    assert (lead, f"again.{question}") == reply.says


@pytest.mark.parametrize("lean", [Answer.YES, Answer.NO])
def test_a_check_settles_nothing_anywhere(protocol, lean):
    """Not at a caution, a wish, an offer, the menu or the timer either."""
    for place in PLACES.values():
        state = place(protocol)
        after, reply = take_turn(protocol, state, Checked(lean))
        assert state.answers == after.answers
        assert (state.reading, state.ended) == (after.reading, after.ended)
        assert reply.expects_answer
        assert not reply.starts_timer


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_call_for_help_in_other_words_gives_the_number_at_once(protocol, place):
    """The second one is an emergency, whatever came between."""
    state, reply = take_turn(protocol, place(protocol), HELP)
    assert "check.help" == reply.says[0]
    assert reply.expects_answer
    state, _ = take_turn(protocol, state, SILENCE)
    _, reply = take_turn(protocol, state, HELP)
    assert ("emergency.say",) == reply.says


def test_a_call_for_help_with_a_sign_asks_the_sign(protocol):
    """The number first, then the question about it."""
    help_ = Checked(ask=("chest_pain",), reason=CheckReason.HELP)
    state, _ = until(protocol, MENU, home)
    _, reply = take_turn(protocol, state, help_)
    assert ("check.help", "check.sign", "ask.chest_pain") == reply.says


def test_a_call_for_help_opens_a_session_with_the_number(protocol):
    """With nothing open it comes before the welcome; the next one is an emergency."""
    state, reply = take_turn(protocol, None, HELP)
    assert ("check.help", "session.welcome") == reply.says[:2]
    assert FIRST == reply.open_prompt
    assert ("emergency.say",) == take_turn(protocol, state, HELP)[1].says
