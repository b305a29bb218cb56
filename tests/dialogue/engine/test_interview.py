"""Single turns: silence, commands, volunteered signs, reading, the end."""

import math

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
from dialogue.engine.events import Duration, Facts
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer
from dialogue.engine.reply import MENU, OFFER_STEPS, OFFER_TIMER

SECOND = "hard_to_breathe"


def test_the_opening_is_one_reply_with_the_first_question(protocol):
    """Welcome, draft status and question 1 come at once; no leave is asked."""
    _, reply = say(protocol, None, events.Begin())
    assert ("session.welcome", "session.draft", f"ask.{FIRST}") == reply.says
    assert (f"again.{FIRST}",) == reply.reprompt


def test_unsure_then_no_goes_on(protocol):
    """A clear no after the re-ask settles the question."""
    _, reply = say(protocol, None, events.Begin(), UNSURE, NO)
    assert SECOND == reply.open_prompt


def test_two_silences_in_a_row_close_the_talk(protocol):
    """The second silence says that nobody is heard, and is no emergency."""
    _, reply = say(protocol, None, events.Begin(), SILENCE, SILENCE)
    assert ("close.silence",) == reply.says
    assert not reply.expects_answer
    assert reply.disposition is None


def test_a_word_between_two_silences_starts_the_count_again(protocol):
    """Silence, "hang on", silence: the talk stays open."""
    _, reply = say(protocol, None, events.Begin(), SILENCE, events.Wait(), SILENCE)
    assert FIRST == reply.open_prompt
    assert (f"again.{FIRST}",) == reply.says


@pytest.mark.parametrize(
    "command",
    [
        events.Wait(),
        events.Next(),
        events.Help(),
        events.AskForNumber(),
        events.AskForHours(),
        events.AskForAddress(),
        events.AskForMore(),
        events.Previous(),
    ],
)
def test_commands_are_no_miss(protocol, command):
    """However often a command is said, the question keeps its tries."""
    state, reply = say(protocol, None, events.Begin(), *[command] * 5)
    assert FIRST == reply.open_prompt
    assert f"ask.{FIRST}" == reply.says[-1]
    assert 0 == state.get_attempt(FIRST).tries
    _, reply = take_turn(protocol, state, UNSURE)
    assert ("retry.unsure", f"again.{FIRST}") == reply.says


def test_help_explains_the_open_question(protocol):
    """Help gives the emergency number first, then this question's own help."""
    _, reply = say(protocol, None, events.Begin(), events.Help())
    assert ("session.help", f"help.{FIRST}", f"ask.{FIRST}") == reply.says


@pytest.mark.parametrize(
    ("spot", "length", "rule_id"),
    [
        (YES, YES, "clinic_001_same_spot"),
        (NO, YES, "home_002_ice"),
        (NO, NO, "home_002_heat"),
    ],
)
def test_help_after_advice_gives_the_deciding_rule(protocol, spot, length, rule_id):
    """At the offer and while steps are read, why names the rule; the talk goes on."""
    answers = {
        "adult": YES,
        "same_spot_returns": spot,
        "started_within_three_days": length,
        "hard_effort": YES,
    }
    state, reply = say(protocol, None, events.Begin())
    while reply.disposition is None:
        answer = answers.get(str(reply.open_prompt), NO)
        state, reply = take_turn(protocol, state, answer)
    after, told = take_turn(protocol, state, events.Help())
    assert ("session.help", f"because.{rule_id}", reply.open_prompt) == told.says
    assert (state.disposition, state.reading) == (after.disposition, after.reading)


def test_an_unsure_that_decides_stands_alone(protocol):
    """An emergency that an unsure brings is not led in by an explanation."""
    _, reply = say(
        protocol,
        None,
        events.Begin(),
        UNSURE,
        events.UnpromptedStatement(("only_twitches",), answer=Answer.UNSURE),
    )
    assert ("emergency.unsure",) == reply.says


def test_go_back_takes_back_the_last_answer(protocol):
    """Going back asks the last question again; at the first there is nothing."""
    state, reply = say(protocol, None, events.Begin(), NO, events.Previous())
    assert (f"ask.{FIRST}",) == reply.says
    _, reply = take_turn(protocol, state, events.Previous())
    assert ("nothing.previous", f"ask.{FIRST}") == reply.says


def test_go_back_gives_the_re_ask_back(protocol):
    """A question that is asked anew may be unclear once again."""
    state, _ = say(protocol, None, events.Begin(), UNSURE, NO, events.Previous())
    _, reply = take_turn(protocol, state, UNSURE)
    assert ("retry.unsure", f"again.{FIRST}") == reply.says


def test_go_back_at_the_clinic_offer_reopens_the_interview(protocol):
    """A wrong fact in the read-back can be changed, also after the advice."""
    state, reply = until(protocol, OFFER_STEPS, spot)
    assert "readback.same_spot_returns.yes" == reply.says[0]
    state, reply = take_turn(protocol, state, events.Previous())
    assert "same_spot_returns" == reply.open_prompt
    assert state.disposition is None


def test_a_volunteered_red_flag_stays_until_taken_back(protocol):
    """A fever told early decides later; going back on it takes it away."""
    state, reply = say(protocol, None, events.Begin(), volunteer("fever"))
    assert FIRST == reply.open_prompt
    back, _ = take_turn(protocol, state, events.Previous())
    assert {} == back.answers
    while reply.disposition is None:
        assert "fever" != reply.open_prompt
        state, reply = take_turn(protocol, state, home(str(reply.open_prompt)))
    assert "urgent_fever" == reply.rule_id


def test_a_volunteered_emergency_decides_at_once(protocol):
    """Weak legs told with a no to another question end the talk with 911."""
    event = volunteer("leg_weaker", answer=Answer.NO)
    _, reply = say(protocol, None, events.Begin(), event)
    assert ("emergency.say",) == reply.says
    assert "emergency_leg_weakness" == reply.rule_id


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        (("all_at_once", "groin_pain"), "emergency_sudden_to_groin"),
        (("cancer", "unsteady"), "emergency_cancer_and_walking"),
    ],
)
def test_two_signs_together_are_an_emergency(protocol, rows, rule):
    """Both pairs of the clinical design, 3.2, decide at once, in either order."""
    for pair in (rows, rows[::-1]):
        events_said = [volunteer(row) for row in pair]
        _, reply = say(protocol, None, events.Begin(), *events_said)
        assert rule == reply.rule_id


def test_an_unsure_half_of_a_pair_is_said_as_unsure(protocol):
    """Walking unsteadily with an unsure about cancer is an unclear emergency."""
    state, _ = until(protocol, "cancer", home, volunteer("unsteady"))
    _, reply = answer(protocol, state, UNSURE)
    assert ("emergency.unsure",) == reply.says


def test_a_twitch_is_explained_and_the_question_asked_again(protocol):
    """ "It only twitches" leads nowhere; it plays what a twitch is."""
    _, reply = say(protocol, None, events.Begin(), volunteer("only_twitches"))
    assert ("explain.twitch", f"again.{FIRST}") == reply.says


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        (Duration.exact(72), ("yes", "no", "no")),
        (Duration.exact(73), ("no", "no", "no")),
        (Duration.exact(168), ("no", "no", "no")),
        (Duration.exact(169), ("no", "yes", "no")),
        (Duration.exact(336), ("no", "yes", "no")),
        (Duration.exact(337), ("no", "yes", "yes")),
        (Duration.over(72), ("no", None, None)),
        (Duration.over(168), ("no", "yes", None)),
        (Duration.over(240), ("no", "yes", None)),
        (Duration.over(336), ("no", "yes", "yes")),
        (Duration.under(168), (None, "no", "no")),
        (Duration.under(48), ("yes", "no", "no")),
        (Duration.under(240), (None, None, "no")),
        (Duration.under(72), ("yes", "no", "no")),
        (Duration(100, 168), ("no", "no", "no")),
        (Duration(117.6, 235.2), ("no", None, "no")),
        (Duration(24, 96), (None, "no", "no")),
        (Duration(0, math.inf), (None, None, None)),
    ],
)
def test_lengths_settle_the_limits_that_they_reach(protocol, duration, expected):
    """The table of the clinical design, 6.3, limits included to the hour."""
    state, _ = say(protocol, None, events.Begin(Facts(duration=duration)))
    limits = ("started_within_three_days", "more_than_one_week", "more_than_two_weeks")
    given = [state.answers.get(limit) for limit in limits]
    assert expected == tuple(a.value if a else None for a in given)


@pytest.mark.parametrize(
    ("duration", "key"),
    [
        (Duration.exact(48), "readback.started_within_three_days.yes"),
        (Duration.exact(120), "readback.more_than_one_week.no"),
        (Duration.exact(240), "readback.more_than_one_week.yes"),
        (Duration.exact(999), "readback.more_than_two_weeks.yes"),
        (Duration.over(336), "readback.more_than_two_weeks.yes"),
        (Duration.under(168), "readback.more_than_one_week.no"),
    ],
)
def test_an_opening_is_read_back(protocol, duration, key):
    """Length and cause of a one-shot opening are said before question 1."""
    facts = Facts(duration=duration, trigger="held_still")
    _, reply = say(protocol, None, events.Begin(facts))
    assert (
        "session.welcome",
        "session.draft",
        "session.understood",
        key,
        "readback.held_still.yes",
        f"ask.{FIRST}",
    ) == reply.says


def test_a_length_without_words_of_its_own_is_not_read_back(protocol):
    """ "Under two weeks" settles a limit that has no read-back."""
    facts = Facts(duration=Duration.under(336))
    _, reply = say(protocol, None, events.Begin(facts))
    assert "session.understood" == reply.says[-2]


def test_facts_never_touch_a_danger_sign(protocol):
    """An opening with every fact leaves all danger questions to be asked."""
    facts = Facts(Duration.exact(24), "hard_effort", "upper")
    state, reply = say(protocol, None, events.Begin(facts))
    assert not protocol.dangers & set(state.answers)
    assert FIRST == reply.open_prompt
    assert Answer.YES is state.answers["upper_back"]


def test_newer_ordinary_facts_replace_older_ones(protocol):
    """Told "two days", then "three weeks": the newer length counts."""
    state, _ = say(
        protocol,
        None,
        events.Begin(Facts(Duration.exact(48))),
        events.UnpromptedStatement(facts=Facts(Duration.exact(504))),
    )
    assert Answer.NO is state.answers["started_within_three_days"]
    assert Answer.YES is state.answers["more_than_two_weeks"]


TWO_DAYS = Facts(Duration.exact(48))
LENGTHS = ("started_within_three_days", "more_than_one_week", "more_than_two_weeks")


@pytest.mark.parametrize("about", ["daily_medicine", "leg_trouble", "pregnant"])
@pytest.mark.parametrize("given", [Answer.YES, None])
def test_a_length_of_something_else_is_not_that_of_the_pain(protocol, about, given):
    """Said to a medicine, "yes, for two days" tells nothing of the back."""
    state, _ = until(protocol, about, plain)
    told = events.UnpromptedStatement(facts=TWO_DAYS, answer=given)
    state, _ = take_turn(protocol, state, told)
    assert state.answers.keys().isdisjoint(LENGTHS)
    assert state.answers.get(about) is given


def test_an_answer_to_how_long_is_not_replaced_by_another_length(protocol):
    """Over a week; then two days, said to whether anything was tried."""
    state, _ = until(
        protocol, "tried_care", lambda id_: YES if id_ in LENGTHS[1:2] else plain(id_)
    )
    told = events.UnpromptedStatement(facts=TWO_DAYS, answer=Answer.YES)
    state, _ = take_turn(protocol, state, told)
    assert state.answers["more_than_one_week"] is Answer.YES
    assert state.answers["started_within_three_days"] is Answer.NO


def plain(question):
    """Answer as an adult with no cause, no danger sign and pain of some days."""
    return YES if question == "adult" else NO


def test_unknown_duration_is_for_the_clinic_and_says_so(protocol):
    """Unsure about every length leads to the clinic with its own reason."""
    lengths = {q.id for q in protocol.questions if q.is_about_length}
    state, reply = say(protocol, None, events.Begin())
    while reply.expects_answer and reply.disposition is None:
        event = UNSURE if reply.open_prompt in lengths else home("")
        event = YES if reply.open_prompt == "adult" else event
        state, reply = answer(protocol, state, event)
    assert "clinic_001_over_two_weeks" == reply.rule_id
    assert (
        "readback.more_than_two_weeks.unsure",
        "clinic.reason.duration_unknown",
    ) == reply.says[:2]


def test_a_clear_two_weeks_after_an_unsure_week_is_no_unknown_duration(protocol):
    """Only the deciding question's own unsure makes the duration unknown."""

    def old(question):
        return YES if question in ("adult", "more_than_two_weeks") else NO

    state, reply = until(protocol, "more_than_one_week", old)
    state, reply = answer(protocol, state, UNSURE)
    while reply.disposition is None:
        state, reply = take_turn(protocol, state, old(reply.open_prompt))
    assert "clinic.reason.clinic_001_over_two_weeks" in reply.says


def test_clinic_steps_hold_no_medicine_line(protocol):
    """Steps until the visit: the list by length, with no medicine and no home intro."""
    state, reply = until(protocol, OFFER_STEPS, spot)
    says = [k for r in read_to_the_end(protocol, state, reply) for k in r.says]
    assert "step.ice.apply" in says
    assert not [key for key in says if key.startswith(("medicine.", "home."))]


def test_the_offer_declined_ends_with_goodbye_and_the_number_on_the_card(protocol):
    """No to the steps: goodbye; the card keeps the clinic block and no answers."""
    state, _ = until(protocol, OFFER_STEPS, spot)
    _, reply = take_turn(protocol, state, NO)
    assert ("reading.bye",) == reply.says
    assert "contact" in reply.card
    assert not [key for key in reply.card if key.startswith("readback.")]


def test_repeat_at_the_offer_says_the_whole_advice_again(protocol):
    """The number can be heard once more by saying repeat."""
    state, first = until(protocol, OFFER_STEPS, spot)
    _, again = take_turn(protocol, state, events.Repeat())
    assert first.says == again.says


def test_reading_goes_next_back_repeat_and_stops(protocol):
    """Chunks are read one a turn; stop still says when to call for help."""
    state, first = until(protocol, MENU, home)
    assert "step.ice.apply" in first.says
    state, second = take_turn(protocol, state, YES)
    assert ("step.ice.safe", "step.ice.who", "step.move.ice", MENU) == second.says
    _, same = take_turn(protocol, state, events.Repeat())
    assert second.says == same.says
    state, back = take_turn(protocol, state, events.Previous())
    assert "step.ice.apply" in back.says
    _, nothing = take_turn(protocol, state, events.Previous())
    assert "nothing.previous" == nothing.says[0]
    _, stop = take_turn(protocol, state, events.Stop())
    assert ("net.emergency", "disclaimer.end", "reading.bye") == stop.says


def test_the_last_chunk_says_goodbye_and_its_card_lists_every_step(protocol):
    """After the last chunk the talk ends; the card holds list and disclaimer."""
    state, reply = until(protocol, MENU, home)
    last = read_to_the_end(protocol, state, reply)[-1]
    assert "reading.bye" == last.says[-1]
    assert {"step.ice.apply", "net.not_better", "disclaimer.end"} <= set(last.card)


def test_silence_while_reading_says_the_menu_once_and_then_stops(protocol):
    """Silence: the menu once more, then the closing words of the reading."""
    state, _ = until(protocol, MENU, home)
    state, reply = take_turn(protocol, state, SILENCE)
    assert (MENU,) == reply.says
    _, reply = take_turn(protocol, state, SILENCE)
    assert ("net.emergency", "disclaimer.end", "reading.bye") == reply.says


def test_noise_while_reading_never_loses_the_steps(protocol):
    """Unclear twice reads on, so a noisy room ends with everything read."""
    state, reply = until(protocol, MENU, home)
    says = list(reply.says)
    while reply.expects_answer:
        state, reply = take_turn(protocol, state, UNCLEAR)
        says += reply.says
    assert "disclaimer.end" in says
    assert "reading.bye" == says[-1]


def test_the_timer_is_offered_once_where_there_is_one(protocol):
    """After the first ice chunk, in place of the menu, and never again."""
    walked = next(
        path
        for path in walk(protocol, timers=True)
        if path.reply.disposition == "home_care_ice"
    )
    assert OFFER_TIMER == walked.reply.open_prompt
    state, reply = take_turn(protocol, walked.state, YES)
    assert ("timer.start", MENU) == reply.says
    assert reply.starts_timer
    state, reply = take_turn(protocol, state, events.Repeat())
    assert MENU == reply.open_prompt
    _, reply = take_turn(protocol, state, volunteer("chest_pain"))
    assert reply.cancels_timer


@pytest.mark.parametrize(
    ("failed", "key"), [(False, "timer.none"), (True, "timer.failed")]
)
def test_a_timer_that_does_not_start_says_so(protocol, failed, key):
    """The steps go on; the person is told to use a clock."""
    state, _ = until(protocol, MENU, home)
    _, reply = take_turn(protocol, state, events.TimerNotSet(failed))
    assert (key, MENU) == reply.says


def test_a_late_danger_sign_ends_the_reading(protocol):
    """A red flag told while steps are read is spoken at once and ends the talk."""
    state, _ = until(protocol, MENU, home)
    _, reply = take_turn(protocol, state, volunteer("hard_to_pee"))
    assert ("emergency.say",) == reply.says
    state, reply = take_turn(protocol, state, volunteer("fever"))
    assert ("ask.stiff_neck",) == reply.says
    _, reply = take_turn(protocol, state, NO)
    assert "urgent.say" in reply.says


def test_a_late_wish_for_the_clinic_raises_home_care(protocol):
    """ "I think it's my spine" while reading leads to the clinic's number."""
    state, _ = until(protocol, MENU, home)
    _, reply = take_turn(protocol, state, volunteer("wants_clinic"))
    assert "clinic_000_suspects_more" == reply.rule_id
    assert OFFER_STEPS == reply.open_prompt


UPPER = ("jaw_hurts", "arm_heavy", "hands_clumsy")


def test_upper_back_pain_first_told_while_reading_asks_about_the_chest(protocol):
    """Jaw, arm and hands are asked; with a no to each the reading goes on."""
    state, _ = until(protocol, MENU, home)
    state, reply = take_turn(protocol, state, volunteer("pain_is_high"))
    for sign, tier in zip(UPPER, ("emergency",) * 2 + ("urgent",), strict=True):
        assert (f"ask.{sign}",) == reply.says
        assert tier == take_turn(protocol, state, YES)[1].disposition
        state, reply = take_turn(protocol, state, NO)
    assert (MENU,) == reply.says


def test_upper_back_pain_at_the_offer_asks_the_causes_too(protocol):
    """With no cause found the clinic case becomes urgent."""

    def untraced(question):
        return NO if question == "hard_effort" else spot(question)

    state, _ = until(protocol, OFFER_STEPS, untraced)
    state, reply = take_turn(protocol, state, volunteer("pain_is_high"))
    asked = []
    while reply.expects_answer:
        asked.append(reply.open_prompt)
        state, reply = take_turn(protocol, state, NO)
    assert asked == [*UPPER, "short_of_fluids"]
    assert "urgent_upper_back_untraced" == reply.rule_id


def test_a_caution_told_late_is_said_at_once(protocol):
    """Numb skin told after the ice was explained takes the ice back."""
    state, _ = until(protocol, MENU, home)
    state, _ = take_turn(protocol, state, YES)
    state, reply = take_turn(protocol, state, volunteer("skin_or_heat_caution"))
    assert ("step.skin_caution", MENU) == reply.says
    says = [k for r in read_to_the_end(protocol, state, reply) for k in r.says]
    assert not [key for key in says if key.startswith("step.ice.")]


def test_emergency_words_end_the_talk_at_every_stage(protocol):
    """ "Call nine one one" plays the emergency words and nothing else."""
    states = [None, say(protocol, None, events.Begin())[0]]
    states += [until(protocol, OFFER_STEPS, spot)[0]]
    states += [until(protocol, MENU, home)[0]]
    for state in states:
        after, reply = take_turn(protocol, state, events.CallForHelp())
        assert ("emergency.say",) == reply.says
        assert after.ended


def test_start_over_drops_every_answer(protocol):
    """A fresh start says so and speaks the disclaimer again."""
    state, reply = say(protocol, None, events.Begin(), NO, NO, events.StartOver())
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
def test_with_nothing_open_the_talk_is_opened(protocol, event):
    """A yes with nothing pending is not an answer; it gets the opening."""
    state, reply = take_turn(protocol, None, event)
    assert FIRST == reply.open_prompt
    assert "session.welcome" == reply.says[0]
    assert {} == state.answers


def test_requests_with_nothing_open_are_answered_and_closed(protocol):
    """The number without an interview comes with the danger words in front."""
    _, reply = take_turn(protocol, None, events.AskForNumber())
    assert ("number.check_first", "number.say", "number.other") == reply.says
    assert not reply.expects_answer


def test_more_explains_by_disposition(protocol):
    """Before advice only the general rows are read; at the clinic its own too."""
    _, early = say(protocol, None, events.Begin(), events.AskForMore())
    assert ["explain.spasm", "explain.twitch", "explain.signal"] == list(
        early.says[:-1]
    )
    state, _ = until(protocol, OFFER_STEPS, spot)
    _, late = take_turn(protocol, state, events.AskForMore())
    assert "explain.spine_causes" in late.says
    assert "explain.ice_and_heat" not in late.says


def test_an_ended_talk_begins_anew(protocol):
    """After the closing words the next event opens a new talk."""
    state, _ = say(protocol, None, events.Begin(), events.Stop())
    state, reply = take_turn(protocol, state, NO)
    assert "session.welcome" == reply.says[0]
    assert {} == state.answers


def test_every_row_said_after_advice_leaves_or_raises_it(protocol):
    """Nothing volunteered after a disposition lowers it."""
    tiers = [d.id for d in protocol.dispositions]
    for way, open_prompt in ((spot, OFFER_STEPS), (home, MENU)):
        spoken, _ = until(protocol, open_prompt, way)
        before = tiers.index(spoken.disposition)
        for row in protocol.volunteered:
            state, reply = take_turn(protocol, spoken, volunteer(row.id))
            assert tiers.index(reply.disposition) <= before, row.id
            while reply.expects_answer and reply.open_prompt not in OFFERS:
                state, reply = take_turn(protocol, state, NO)
            assert tiers.index(reply.disposition) <= before, row.id
