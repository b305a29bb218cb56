"""Single turns: re-asks, silence, commands, volunteered signs, reading, the end."""

import pytest
from helpers.core_turns import (
    FIRST,
    NO,
    OFFERS,
    SILENCE,
    UNCLEAR,
    UNSURE,
    YES,
    answer,
    home,
    read_to_the_end,
    say,
    spot,
    until,
    volunteer,
    walk,
)

from dialogue.engine import events
from dialogue.engine.events import Bound, Duration, Facts
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer
from dialogue.engine.reply import MENU, OFFER_STEPS, OFFER_TIMER


def test_the_opening_is_one_reply_with_the_first_question(content):
    """Welcome, draft status and question 1 come at once; no leave is asked."""
    _, reply = say(content.protocol, None, events.Begin())
    assert ("session.welcome", "session.draft", f"ask.{FIRST}") == reply.says
    assert (f"again.{FIRST}",) == reply.reprompt


@pytest.mark.parametrize("first", [UNSURE, UNCLEAR, SILENCE])
@pytest.mark.parametrize("second", [UNSURE, UNCLEAR])
def test_one_re_ask_then_unclear_counts_as_unsure(content, first, second):
    """Any mix of unsure, no match and silence uses one re-ask; then it counts."""
    state, reply = say(content.protocol, None, events.Begin(), first)
    assert f"again.{FIRST}" == reply.says[-1]
    assert FIRST == reply.open_prompt
    state, reply = take_turn(content.protocol, state, second)
    assert ("emergency.unsure",) == reply.says
    assert Answer.UNSURE is state.answers[FIRST]


def test_unsure_then_no_goes_on(content):
    """A clear no after the re-ask settles the question."""
    _, reply = say(content.protocol, None, events.Begin(), UNSURE, NO)
    assert "bladder_or_bowel" == reply.open_prompt


def test_two_silences_in_a_row_close_the_talk(content):
    """The second silence says that nobody is heard, and is no emergency."""
    _, reply = say(content.protocol, None, events.Begin(), SILENCE, SILENCE)
    assert ("close.silence",) == reply.says
    assert not reply.expects_answer
    assert reply.disposition is None


def test_a_word_between_two_silences_starts_the_count_again(content):
    """Silence, "hang on", silence: the talk stays open."""
    _, reply = say(
        content.protocol, None, events.Begin(), SILENCE, events.Wait(), SILENCE
    )
    assert FIRST == reply.open_prompt
    assert (f"again.{FIRST}",) == reply.says


@pytest.mark.parametrize(
    "command",
    [
        events.Wait(),
        events.Next(),
        events.Help(),
        events.Repeat(),
        events.AskForNumber(),
        events.AskForHours(),
        events.AskForAddress(),
        events.AskForMore(),
        events.Previous(),
    ],
)
def test_commands_are_no_miss(content, command):
    """However often a command is said, the question keeps its re-ask."""
    state, reply = say(content.protocol, None, events.Begin(), *[command] * 5)
    assert FIRST == reply.open_prompt
    assert f"ask.{FIRST}" == reply.says[-1]
    assert () == state.reasked
    _, reply = take_turn(content.protocol, state, UNSURE)
    assert ("retry.unsure", f"again.{FIRST}") == reply.says


def test_help_explains_the_open_question(content):
    """Help gives the emergency number first, then this question's own help."""
    _, reply = say(content.protocol, None, events.Begin(), events.Help())
    assert ("session.help", f"help.{FIRST}", f"ask.{FIRST}") == reply.says


@pytest.mark.parametrize(
    ("spot", "length", "rule_id"),
    [
        (YES, YES, "clinic_001_same_spot"),
        (NO, YES, "home_002_ice"),
        (NO, NO, "home_002_heat"),
    ],
)
def test_help_after_advice_gives_the_deciding_rule(content, spot, length, rule_id):
    """At the offer and while steps are read, why names the rule; the talk goes on."""
    answers = {
        "same_spot_returns": spot,
        "started_within_three_days": length,
        "hard_effort": YES,
    }
    state, reply = say(content.protocol, None, events.Begin())
    while reply.disposition is None:
        answer = answers.get(str(reply.open_prompt), NO)
        state, reply = take_turn(content.protocol, state, answer)
    after, told = take_turn(content.protocol, state, events.Help())
    assert ("session.help", f"because.{rule_id}", reply.open_prompt) == told.says
    assert (state.disposition, state.reading) == (after.disposition, after.reading)


def test_an_unsure_that_decides_stands_alone(content):
    """An emergency that an unsure brings is not led in by an explanation."""
    _, reply = say(
        content.protocol,
        None,
        events.Begin(),
        events.NoMatch(),
        events.UnpromptedStatement(("only_twitches",), answer=Answer.UNSURE),
    )
    assert ("emergency.unsure",) == reply.says


def test_medicine_caution_takes_the_first_unsure(content):
    """An unsure at the stop-list counts as yes at once: no medicine is named."""
    state, reply = until(content.protocol, "medicine_caution", home)
    state, reply = take_turn(content.protocol, state, UNSURE)
    says = [k for r in read_to_the_end(content.protocol, state, reply) for k in r.says]
    assert "medicine.pharmacist" in says
    assert "medicine.names" not in says


def test_go_back_takes_back_the_last_answer(content):
    """Going back asks the last question again; at the first there is nothing."""
    state, reply = say(content.protocol, None, events.Begin(), NO, events.Previous())
    assert (f"ask.{FIRST}",) == reply.says
    _, reply = take_turn(content.protocol, state, events.Previous())
    assert ("nothing.previous", f"ask.{FIRST}") == reply.says


def test_go_back_gives_the_re_ask_back(content):
    """A question that is asked anew may be unclear once again."""
    state, _ = say(
        content.protocol, None, events.Begin(), UNSURE, NO, events.Previous()
    )
    _, reply = take_turn(content.protocol, state, UNSURE)
    assert ("retry.unsure", f"again.{FIRST}") == reply.says


def test_go_back_at_the_clinic_offer_reopens_the_interview(content):
    """A wrong fact in the read-back can be changed, also after the advice."""
    state, reply = until(content.protocol, OFFER_STEPS, spot)
    assert "readback.same_spot_returns.yes" == reply.says[0]
    state, reply = take_turn(content.protocol, state, events.Previous())
    assert "same_spot_returns" == reply.open_prompt
    assert state.disposition is None


def test_a_volunteered_red_flag_stays_until_taken_back(content):
    """A fever told early decides later; going back on it takes it away."""
    state, reply = say(
        content.protocol, None, events.Begin(), volunteer("fever_or_shivering")
    )
    assert FIRST == reply.open_prompt
    back, _ = take_turn(content.protocol, state, events.Previous())
    assert {} == back.answers
    for _ in range(6):
        state, reply = take_turn(content.protocol, state, NO)
    assert "urgent_fever_or_shivering" == reply.rule_id


def test_a_volunteered_emergency_decides_at_once(content):
    """Weak legs told with a no to another question end the talk with 911."""
    event = volunteer("leg_weakness", answer=Answer.NO)
    _, reply = say(content.protocol, None, events.Begin(), event)
    assert ("emergency.say",) == reply.says
    assert "emergency_leg_weakness" == reply.rule_id


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        (("sudden_pain", "groin_pain"), "emergency_sudden_to_groin"),
        (("cancer_or_weight_loss", "walks_unsteadily"), "emergency_cancer_and_walking"),
    ],
)
def test_two_signs_together_are_an_emergency(content, rows, rule):
    """Both pairs of the clinical design, 3.2, decide at once, in either order."""
    for pair in (rows, rows[::-1]):
        events_said = [volunteer(row) for row in pair]
        _, reply = say(content.protocol, None, events.Begin(), *events_said)
        assert rule == reply.rule_id


def test_an_unsure_half_of_a_pair_is_said_as_unsure(content):
    """Walking unsteadily with an unsure about cancer is an unclear emergency."""
    state, _ = until(
        content.protocol, "cancer_or_weight_loss", home, volunteer("walks_unsteadily")
    )
    _, reply = answer(content.protocol, state, UNSURE)
    assert ("emergency.unsure",) == reply.says


def test_a_twitch_is_explained_and_the_question_asked_again(content):
    """ "It only twitches" leads nowhere; it plays what a twitch is."""
    _, reply = say(content.protocol, None, events.Begin(), volunteer("only_twitches"))
    assert ("explain.twitch", f"ask.{FIRST}") == reply.says


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        (Duration(72), ("yes", "no", "no")),
        (Duration(73), ("no", "no", "no")),
        (Duration(168), ("no", "no", "no")),
        (Duration(169), ("no", "yes", "no")),
        (Duration(336), ("no", "yes", "no")),
        (Duration(337), ("no", "yes", "yes")),
        (Duration(72, Bound.OVER), ("no", None, None)),
        (Duration(168, Bound.OVER), ("no", "yes", None)),
        (Duration(240, Bound.OVER), ("no", "yes", None)),
        (Duration(336, Bound.OVER), ("no", "yes", "yes")),
        (Duration(168, Bound.UNDER), (None, "no", "no")),
        (Duration(48, Bound.UNDER), ("yes", "no", "no")),
        (Duration(240, Bound.UNDER), (None, None, "no")),
    ],
)
def test_lengths_settle_the_limits_that_they_reach(content, duration, expected):
    """The table of the clinical design, 6.3, limits included to the hour."""
    state, _ = say(content.protocol, None, events.Begin(Facts(duration=duration)))
    limits = ("started_within_three_days", "more_than_one_week", "more_than_two_weeks")
    given = [state.answers.get(limit) for limit in limits]
    assert expected == tuple(a.value if a else None for a in given)


@pytest.mark.parametrize(
    ("duration", "key"),
    [
        (Duration(48), "readback.started_within_three_days.yes"),
        (Duration(120), "readback.more_than_one_week.no"),
        (Duration(240), "readback.more_than_one_week.yes"),
        (Duration(999), "readback.more_than_two_weeks.yes"),
        (Duration(336, Bound.OVER), "readback.more_than_two_weeks.yes"),
        (Duration(168, Bound.UNDER), "readback.more_than_one_week.no"),
    ],
)
def test_an_opening_is_read_back(content, duration, key):
    """Length and cause of a one-shot opening are said before question 1."""
    facts = Facts(duration=duration, trigger="held_still")
    _, reply = say(content.protocol, None, events.Begin(facts))
    assert (
        "session.welcome",
        "session.draft",
        "session.understood",
        key,
        "readback.held_still.yes",
        f"ask.{FIRST}",
    ) == reply.says


def test_a_length_without_words_of_its_own_is_not_read_back(content):
    """ "Under two weeks" settles a limit that has no read-back."""
    facts = Facts(duration=Duration(336, Bound.UNDER))
    _, reply = say(content.protocol, None, events.Begin(facts))
    assert "session.understood" == reply.says[-2]


def test_facts_never_touch_a_danger_sign(content):
    """An opening with every fact leaves all danger questions to be asked."""
    facts = Facts(Duration(24), "hard_effort", "upper")
    state, reply = say(content.protocol, None, events.Begin(facts))
    red = {q.id for q in content.protocol.questions if q.red_flag}
    assert not red & set(state.answers)
    assert FIRST == reply.open_prompt
    assert Answer.YES is state.answers["upper_back"]


def test_newer_ordinary_facts_replace_older_ones(content):
    """Told "two days", then "three weeks": the newer length counts."""
    state, _ = say(
        content.protocol,
        None,
        events.Begin(Facts(Duration(48))),
        events.UnpromptedStatement(facts=Facts(Duration(504))),
    )
    assert Answer.NO is state.answers["started_within_three_days"]
    assert Answer.YES is state.answers["more_than_two_weeks"]


def test_unknown_duration_is_for_the_clinic_and_says_so(content):
    """Unsure about every length leads to the clinic with its own reason."""
    ways = {"started_within_three_days", "more_than_one_week", "more_than_two_weeks"}
    state, reply = say(content.protocol, None, events.Begin())
    while reply.expects_answer and reply.disposition is None:
        event = UNSURE if reply.open_prompt in ways else NO
        state, reply = answer(content.protocol, state, event)
    assert "clinic_001_over_two_weeks" == reply.rule_id
    assert (
        "readback.more_than_two_weeks.unsure",
        "clinic.reason.duration_unknown",
    ) == reply.says[:2]


def test_a_clear_two_weeks_after_an_unsure_week_is_no_unknown_duration(content):
    """Only the deciding question's own unsure makes the duration unknown."""
    state, reply = until(content.protocol, "more_than_one_week")
    state, reply = answer(content.protocol, state, UNSURE)
    _, reply = take_turn(content.protocol, state, YES)
    assert "clinic.reason.clinic_001_over_two_weeks" in reply.says


def test_clinic_steps_hold_no_medicine_line(content):
    """Steps until the visit: the list by length, with no medicine and no home intro."""
    state, reply = until(content.protocol, OFFER_STEPS, spot)
    says = [k for r in read_to_the_end(content.protocol, state, reply) for k in r.says]
    assert "step.ice.apply" in says
    assert not [key for key in says if key.startswith(("medicine.", "home."))]


def test_the_offer_declined_ends_with_goodbye_and_the_number_on_the_card(content):
    """No to the steps: goodbye; the card keeps the clinic block and no answers."""
    state, _ = until(content.protocol, OFFER_STEPS, spot)
    _, reply = take_turn(content.protocol, state, NO)
    assert ("reading.bye",) == reply.says
    assert "contact" in reply.card
    assert not [key for key in reply.card if key.startswith("readback.")]


def test_repeat_at_the_offer_says_the_whole_advice_again(content):
    """The number can be heard once more by saying repeat."""
    state, first = until(content.protocol, OFFER_STEPS, spot)
    _, again = take_turn(content.protocol, state, events.Repeat())
    assert first.says == again.says


def test_reading_goes_next_back_repeat_and_stops(content):
    """Chunks are read one a turn; stop still says when to call for help."""
    state, first = until(content.protocol, MENU, home)
    assert "step.ice.apply" in first.says
    state, second = take_turn(content.protocol, state, YES)
    assert ("step.ice.safe", "step.ice.who", MENU) == second.says
    _, same = take_turn(content.protocol, state, events.Repeat())
    assert second.says == same.says
    state, back = take_turn(content.protocol, state, events.Previous())
    assert "step.ice.apply" in back.says
    _, nothing = take_turn(content.protocol, state, events.Previous())
    assert "nothing.previous" == nothing.says[0]
    _, stop = take_turn(content.protocol, state, events.Stop())
    assert ("net.emergency", "disclaimer.end", "reading.bye") == stop.says


def test_the_last_chunk_says_goodbye_and_its_card_lists_every_step(content):
    """After chunk G the talk ends; the card holds the list and the disclaimer."""
    state, reply = until(content.protocol, MENU, home)
    last = read_to_the_end(content.protocol, state, reply)[-1]
    assert "reading.bye" == last.says[-1]
    assert {"step.ice.apply", "net.not_better", "disclaimer.end"} <= set(last.card)


def test_silence_while_reading_says_the_menu_once_and_then_stops(content):
    """Silence: the menu once more, then the closing words of the reading."""
    state, _ = until(content.protocol, MENU, home)
    state, reply = take_turn(content.protocol, state, SILENCE)
    assert (MENU,) == reply.says
    _, reply = take_turn(content.protocol, state, SILENCE)
    assert ("net.emergency", "disclaimer.end", "reading.bye") == reply.says


def test_noise_while_reading_never_loses_the_steps(content):
    """Unclear twice reads on, so a noisy room ends with everything read."""
    state, reply = until(content.protocol, MENU, home)
    says = list(reply.says)
    while reply.expects_answer:
        state, reply = take_turn(content.protocol, state, UNCLEAR)
        says += reply.says
    assert "disclaimer.end" in says
    assert "reading.bye" == says[-1]


def test_the_timer_is_offered_once_where_there_is_one(content):
    """After the first ice chunk, in place of the menu, and never again."""
    walked = next(
        path
        for path in walk(content.protocol, timers=True)
        if path.reply.disposition == "home_care_ice"
    )
    assert OFFER_TIMER == walked.reply.open_prompt
    state, reply = take_turn(content.protocol, walked.state, YES)
    assert ("timer.start", MENU) == reply.says
    assert reply.starts_timer
    state, reply = take_turn(content.protocol, state, events.Repeat())
    assert MENU == reply.open_prompt
    _, reply = take_turn(content.protocol, state, volunteer("chest_or_breathing"))
    assert reply.cancels_timer


@pytest.mark.parametrize(
    ("failed", "key"), [(False, "timer.none"), (True, "timer.failed")]
)
def test_a_timer_that_does_not_start_says_so(content, failed, key):
    """The steps go on; the person is told to use a clock."""
    state, _ = until(content.protocol, MENU, home)
    _, reply = take_turn(content.protocol, state, events.TimerNotSet(failed))
    assert (key, MENU) == reply.says


def test_a_late_danger_sign_ends_the_reading(content):
    """A red flag told while steps are read is spoken at once and ends the talk."""
    state, _ = until(content.protocol, MENU, home)
    _, reply = take_turn(content.protocol, state, volunteer("bladder_or_bowel"))
    assert ("emergency.say",) == reply.says
    _, reply = take_turn(content.protocol, state, volunteer("fever_or_shivering"))
    assert "urgent.say" in reply.says


def test_a_late_wish_for_the_clinic_raises_home_care(content):
    """ "I think it's my spine" while reading leads to the clinic's number."""
    state, _ = until(content.protocol, MENU, home)
    _, reply = take_turn(content.protocol, state, volunteer("wants_clinic"))
    assert "clinic_000_suspects_more" == reply.rule_id
    assert OFFER_STEPS == reply.open_prompt


def test_upper_back_pain_first_told_while_reading_asks_about_the_chest(content):
    """`chest_again` is asked; with a no, the reading goes on where it stopped."""
    state, _ = until(content.protocol, MENU, home)
    state, reply = take_turn(content.protocol, state, volunteer("upper_back"))
    assert ("ask.chest_again",) == reply.says
    assert ("emergency.say",) == take_turn(content.protocol, state, YES)[1].says
    _, reply = take_turn(content.protocol, state, NO)
    assert (MENU,) == reply.says


def test_upper_back_pain_at_the_offer_asks_the_causes_too(content):
    """With no cause found the clinic case becomes urgent."""
    state, _ = until(content.protocol, OFFER_STEPS, spot)
    state, reply = take_turn(content.protocol, state, volunteer("upper_back"))
    while reply.expects_answer:
        state, reply = take_turn(content.protocol, state, NO)
    assert "urgent_upper_back_untraced" == reply.rule_id


def test_a_caution_told_late_is_said_at_once(content):
    """Numb skin told after the ice was explained takes the ice back."""
    state, _ = until(content.protocol, MENU, home)
    state, _ = take_turn(content.protocol, state, YES)
    state, reply = take_turn(content.protocol, state, volunteer("skin_or_heat_caution"))
    assert ("step.skin_caution", MENU) == reply.says
    says = [k for r in read_to_the_end(content.protocol, state, reply) for k in r.says]
    assert not [key for key in says if key.startswith("step.ice.")]


def test_a_pregnancy_told_late_withholds_the_medicine(content):
    """A clear no to the stop-list no longer counts once a caution is told."""
    state, _ = until(content.protocol, MENU, home)
    state, reply = take_turn(content.protocol, state, volunteer("medicine_caution"))
    says = [k for r in read_to_the_end(content.protocol, state, reply) for k in r.says]
    assert "medicine.names" not in says


def test_a_length_put_right_to_over_a_week_withholds_the_medicine(content):
    """The stop-list is asked in the first week only; an older no does not stand in."""
    state, _ = until(content.protocol, MENU, home)
    three_weeks = events.UnpromptedStatement(facts=Facts(Duration(504)))
    state, reply = say(content.protocol, state, three_weeks, events.Previous())
    assert "started_within_three_days" == reply.open_prompt
    # Over three days, over a week, not over two; care was tried, and it helps.
    yes = {"more_than_one_week", "tried_care", "care_helped"}
    while reply.disposition is None:
        answer = YES if reply.open_prompt in yes else NO
        state, reply = take_turn(content.protocol, state, answer)
    assert "home_care_heat" == reply.disposition
    says = [k for r in read_to_the_end(content.protocol, state, reply) for k in r.says]
    assert "medicine.names" not in says
    assert "medicine.pharmacist" in says


def test_emergency_words_end_the_talk_at_every_stage(content):
    """ "Call nine one one" plays the emergency words and nothing else."""
    states = [None, say(content.protocol, None, events.Begin())[0]]
    states += [until(content.protocol, OFFER_STEPS, spot)[0]]
    states += [until(content.protocol, MENU, home)[0]]
    for state in states:
        after, reply = take_turn(content.protocol, state, events.CallForHelp())
        assert ("emergency.say",) == reply.says
        assert after.ended


def test_start_over_drops_every_answer(content):
    """A fresh start says so and speaks the disclaimer again."""
    state, reply = say(
        content.protocol, None, events.Begin(), NO, NO, events.StartOver()
    )
    assert ("session.start_over", "session.welcome") == reply.says[:2]
    assert {} == state.answers


@pytest.mark.parametrize(
    "event",
    [
        YES,
        NO,
        UNSURE,
        events.Wait(),
        events.Next(),
        events.Previous(),
        events.Repeat(),
        UNCLEAR,
    ],
)
def test_with_nothing_open_the_talk_is_opened(content, event):
    """A yes with nothing pending is not an answer; it gets the opening."""
    state, reply = take_turn(content.protocol, None, event)
    assert FIRST == reply.open_prompt
    assert "session.welcome" == reply.says[0]
    assert {} == state.answers


def test_requests_with_nothing_open_are_answered_and_closed(content):
    """The number without an interview comes with the danger words in front."""
    _, reply = take_turn(content.protocol, None, events.AskForNumber())
    assert ("number.check_first", "number.say", "number.other") == reply.says
    assert not reply.expects_answer


def test_more_explains_by_disposition(content):
    """Before advice only the general rows are read; at the clinic its own too."""
    _, early = say(content.protocol, None, events.Begin(), events.AskForMore())
    assert ["explain.spasm", "explain.twitch", "explain.signal"] == list(
        early.says[:-1]
    )
    state, _ = until(content.protocol, OFFER_STEPS, spot)
    _, late = take_turn(content.protocol, state, events.AskForMore())
    assert "explain.spine_causes" in late.says
    assert "explain.ice_and_heat" not in late.says


def test_an_ended_talk_begins_anew(content):
    """After the closing words the next event opens a new talk."""
    state, _ = say(content.protocol, None, events.Begin(), events.Stop())
    state, reply = take_turn(content.protocol, state, NO)
    assert "session.welcome" == reply.says[0]
    assert {} == state.answers


def test_every_row_said_after_advice_leaves_or_raises_it(content):
    """Nothing volunteered after a disposition lowers it."""
    tiers = ["emergency", "urgent", "clinic", "home_care_ice", "home_care_heat"]
    for way, open_prompt in ((spot, OFFER_STEPS), (home, MENU)):
        spoken, _ = until(content.protocol, open_prompt, way)
        before = tiers.index(spoken.disposition)
        for row in content.protocol.volunteered:
            state, reply = take_turn(content.protocol, spoken, volunteer(row.id))
            assert tiers.index(reply.disposition) <= before, row.id
            for event in (NO, NO, NO, NO):
                if not reply.expects_answer or reply.open_prompt in OFFERS:
                    break
                state, reply = take_turn(content.protocol, state, event)
            assert tiers.index(reply.disposition) <= before, row.id
