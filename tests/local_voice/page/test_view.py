"""What the page shows, happening by happening."""

import re

import pytest
from helpers.rendered import one_prompt

from dialogue.engine.display import LEADING, Part
from dialogue.engine.events import (
    Answered,
    Begin,
    Checked,
    CheckReason,
    Next,
    NoInput,
    NoMatch,
    Stop,
)
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer
from dialogue.engine.rendering import render_reply
from dialogue.engine.reply import Reply
from dialogue.engine.state import State
from dialogue.loading import load_content
from local_voice.asr.grammar import GrammarState
from local_voice.own_sounds.further_examples import REMEMBER
from local_voice.own_sounds.words import add_own_words
from local_voice.page.view import (
    OFFER,
    QUESTION,
    READING,
    STANDBY,
    VOICE,
    View,
    update_view,
)
from local_voice.session.events import (
    ListeningStarted,
    OwnSoundsChanged,
    ResponseStarted,
    SessionEnded,
    SessionWarning,
    StandbyStarted,
    TimerEnded,
    TimerUpdated,
    UserTurnEnded,
)

NO, YES = Answered(Answer.NO), Answered(Answer.YES)


@pytest.fixture(scope="module")
def clinic_content():
    """Return the content with a clinic that has a number."""
    return load_content(clinic="roseville")


FRESH = dict.fromkeys(("adult", "started_within_three_days", "hard_effort"), YES)
"""A yes to these leads to the ice steps."""


def says(content, state, reply, turn=1):
    """Return what the loop tells about one reply."""
    worded = render_reply(reply, content.prompts, content.clinic, None)
    return ResponseStarted(worded.prompts, 0, 0, reply, state, turn)


def shown(content, *events, ears=True):
    """Return the view after a talk of `events`."""
    view, state = View(), None
    for turn, event in enumerate((Begin(), *events), start=1):
        state, reply = take_turn(content.protocol, state, event)
        told = says(content, state, reply, turn)
        view = update_view(view, told, content, 0.0)
        if not reply.expects_answer:
            return update_view(view, SessionEnded(None, None), content, 0.0)
    return update_view(view, ListeningStarted(GrammarState.ANSWER, ears), content, 0.0)


def until(content, wanted, *, first=()):
    """Return the view once `wanted` is open, with no for every other question."""
    state, reply = take_turn(content.protocol, None, Begin(timers=True))
    view = View()
    answers = dict(first)
    for turn in range(1, 40):
        view = update_view(view, says(content, state, reply, turn), content, 0.0)
        if reply.open_prompt == wanted:
            return view, state
        event = answers.get(reply.open_prompt, NO)
        state, reply = take_turn(content.protocol, state, event)
    raise AssertionError(f"{wanted} never opens")


def text(line):
    """Return a line as it is read."""
    return "".join(span.text for span in line)


def test_a_question_has_its_buttons_and_stands_out(clinic_content):
    """The question stands first, whatever led to it; that is still announced first."""
    view = shown(clinic_content)
    asked = clinic_content.prompts["ask.chest_pain"]
    assert QUESTION == view.buttons
    assert [Part.QUESTION] == [s.part for s in view.said if s.part in LEADING]
    assert asked == text(view.said[0].line)
    assert view.words.endswith(asked)
    assert not view.words.startswith(asked)
    assert "listening" == view.phase


@pytest.mark.parametrize(
    "events",
    [
        [Checked(Answer.NO)],
        [Checked(ask=("leg_trouble",), reason=CheckReason.SIGN)],
        [NoMatch()],
        [NoMatch(), NoMatch()],
        [Answered(Answer.UNSURE)],
        [NoInput()],
    ],
)
def test_a_question_that_is_put_again_has_its_buttons(clinic_content, events):
    """After a check, a sign, a doubt or a miss: the question stands out as ever."""
    view = shown(clinic_content, *events)
    assert QUESTION == view.buttons
    assert view.said[0].part is Part.QUESTION
    assert text(view.said[0].line).endswith("?")


def test_a_care_question_has_its_buttons_and_marks_no_step(clinic_content):
    """The steps before it stay in sight; none of them is being read."""
    yes = ("adult", "started_within_three_days", "hard_effort")
    first = {**dict.fromkeys(yes, YES), "reading.menu": Next()}
    view, _ = until(clinic_content, "wants_medicine", first=first.items())
    assert QUESTION == view.buttons
    assert view.steps
    assert not any(step.now for step in view.steps)


def test_how_many_questions_are_to_come_is_told_until_advice(clinic_content):
    """In words, while questions decide; not while steps are read."""
    first = shown(clinic_content)
    later = shown(clinic_content, *[NO] * 5)
    counts = [int(re.search(r"\d+", view.progress)[0]) for view in (first, later)]
    assert counts[0] > counts[1] > 0
    assert "" == until(clinic_content, "timer.offer", first=FRESH)[0].progress
    care = {**FRESH, "reading.menu": Next()}
    assert "" == until(clinic_content, "wants_medicine", first=care)[0].progress


def test_a_microphone_is_named_only_where_there_is_one(clinic_content):
    """At rest it is off; where none was used the talk has ended, and that is all."""
    for ears, phase in ((True, "resting"), (False, "ended")):
        view = shown(clinic_content, ears=ears)
        for session_event in (SessionEnded(None, None), StandbyStarted(False)):
            view = update_view(view, session_event, clinic_content, 0.0)
        assert (phase, STANDBY) == (view.phase, view.buttons)


def test_nobody_speaks_without_a_voice(clinic_content):
    """A page that is muted never says that it speaks."""
    state, reply = take_turn(clinic_content.protocol, None, Begin())
    told = says(clinic_content, state, reply)
    assert "waiting" == update_view(View(), told, clinic_content, 0.0).phase
    voiced = update_view(View(voice=True), told, clinic_content, 0.0)
    assert "speaking" == voiced.phase


def test_without_ears_the_page_waits_for_a_press(clinic_content):
    """Nobody is told to speak where nobody listens."""
    assert "waiting" == shown(clinic_content, ears=False).phase


def test_an_emergency_is_shown_as_one_with_its_number(clinic_content):
    """No clinic's number, no button, and 911 to press."""
    view = shown(clinic_content, YES)
    assert "emergency" == view.tone
    assert () == view.numbers == view.buttons == view.said
    assert ["911"] == [s.tel for s in view.summary.instruction if s.tel]
    assert "ended" == view.phase


def test_an_urgent_end_is_marked(clinic_content):
    """A doctor today: neither calm nor 911."""
    first = {"fever": YES, "adult": YES}
    view, _ = until(clinic_content, None, first=first.items())
    assert ("urgent", ()) == (view.tone, view.numbers)


def test_the_clinics_number_stays_while_its_advice_stands(clinic_content):
    """Said once, it can be pressed until the talk goes another way."""
    first = {"same_spot_returns": YES}
    view, state = until(clinic_content, "offer_steps", first=first.items())
    assert OFFER == view.buttons
    assert ["6512197292"] == [n.tel for n in view.numbers]
    state, reply = take_turn(clinic_content.protocol, state, YES)
    view = update_view(view, says(clinic_content, state, reply), clinic_content, 0.0)
    assert ["6512197292"] == [n.tel for n in view.numbers]
    state, reply = take_turn(clinic_content.protocol, None, Begin())
    view = update_view(view, says(clinic_content, state, reply), clinic_content, 0.0)
    assert () == view.numbers


def test_the_steps_are_a_list_with_the_one_being_read_marked(clinic_content):
    """Next moves the mark; at the end the list stays and nothing is marked."""
    view, state = until(clinic_content, "reading.menu")
    assert READING == view.buttons
    marks = [[s.now for s in view.steps]]
    ended = False
    while not ended:
        state, reply = take_turn(clinic_content.protocol, state, Next())
        told = says(clinic_content, state, reply)
        view = update_view(view, told, clinic_content, 0.0)
        marks.append([s.now for s in view.steps])
        ended = state.ended
    assert all(any(now) for now in marks[:-1])
    assert not any(marks[-1])
    assert marks[0].index(True) == 0
    assert marks[0] != marks[1]
    read = {s.line for s in view.steps}
    assert len(marks[0]) == len(read)


def test_an_offer_stands_beside_its_buttons(clinic_content):
    """Long advice never pushes what is asked out of sight; alone it is the caption."""
    first = {"same_spot_returns": YES}
    view, _ = until(clinic_content, "offer_steps", first=first.items())
    assert "Would you like" in text(view.asked)
    assert [Part.INSTRUCTION] == [s.part for s in view.said if s.part in LEADING]
    alone = says(
        clinic_content, State(), Reply(("offer_steps",), open_prompt="offer_steps")
    )
    view = update_view(view, alone, clinic_content, 0.0)
    assert ((), [Part.QUESTION]) == (view.asked, [said.part for said in view.said])


def test_what_is_read_stands_out_and_the_menu_does_not(clinic_content):
    """The step is what a person looks for across the room."""
    view, _ = until(clinic_content, "reading.menu")
    now = {s.line for s in view.steps if s.now}
    assert now == {s.line for s in view.said if s.part is Part.STEP}


def test_the_step_stays_where_the_reply_does_not_repeat_it(clinic_content):
    """The timer starts, or is not wanted: the steps that it is for are still there."""
    view, state = until(clinic_content, "timer.offer", first=FRESH)
    now = [s.line for s in view.steps if s.now]
    for event in (YES, NO):
        _, reply = take_turn(clinic_content.protocol, state, event)
        after = update_view(
            view, says(clinic_content, _, reply, 50), clinic_content, 0.0
        )
        assert now == [s.line for s in after.said if s.part is Part.STEP]
        assert clinic_content.prompts["reading.menu"] == text(after.asked)


@pytest.mark.parametrize(
    ("heard", "event", "words"),
    [
        ("nope", NO, "You said: nope"),
        ("", NO, "You pressed: No"),
        ("", Answered(Answer.UNSURE), "You pressed: Not sure"),
        ("", Stop(), "You pressed: Stop"),
        ("", NoInput(), "I heard nothing."),
        ("[unk]", NoMatch(), "I heard something that I do not know."),
        ("no [unk]", Checked(Answer.NO), "You said: no ..."),
    ],
)
def test_the_last_thing_of_the_person_is_shown(clinic_content, heard, event, words):
    """Voice or press: the page tells which one counted."""
    view = update_view(View(), UserTurnEnded(heard, event), clinic_content, 0.0)
    assert words == view.you


def test_an_apology_leaves_the_buttons(clinic_content):
    """Our own failure takes no answer away from anybody."""
    view = shown(clinic_content)
    sorry = says(clinic_content, None, Reply(("errors.something_wrong",)), 1)
    assert QUESTION == update_view(view, sorry, clinic_content, 0.0).buttons


def test_what_is_asked_after_an_emergency_leaves_the_page_red(clinic_content):
    """An offer of another kind has its buttons, and the number stays large."""
    view = shown(clinic_content, YES)
    asked = says(
        clinic_content, None, Reply(("timer.offer",), open_prompt="timer.offer")
    )
    view = update_view(view, asked, clinic_content, 0.0)
    assert ("emergency", OFFER) == (view.tone, view.buttons)


def test_trouble_is_shown_until_the_person_goes_on(clinic_content):
    """A notice does not outlive the next answer."""
    view = update_view(View(), SessionWarning("Plug it in."), clinic_content, 0.0)
    assert "Plug it in." == view.trouble
    assert "" == update_view(view, UserTurnEnded("no", NO), clinic_content, 0.0).trouble


def test_own_sounds_are_shown_as_long_as_they_are_in_use(content):
    """And an answer as what it was taken for."""
    content = add_own_words(content)
    view = update_view(View(), OwnSoundsChanged(in_use=True), content, 0.0)
    view = update_view(view, UserTurnEnded("[unk]", NO, by="no"), content, 0.0)
    assert ("Your own yes and no are in use.", "your own no") == (view.own, view.you)
    assert "" == update_view(view, OwnSoundsChanged(in_use=False), content, 0.0).own


def test_a_lesson_has_large_words_and_buttons(content):
    """What is wanted stands alone; yes, no, repeat, back and stop can be pressed."""
    wanted = Reply(("own.make.yes",), open_prompt="own.make.yes")
    content = add_own_words(content)
    asked = says(content, None, wanted)
    view = update_view(View(), asked, content, 0.0)
    assert view.buttons == OFFER
    assert [text(prompt.line) for prompt in view.said] == ["Make your sound for yes."]


def test_keeping_an_example_is_asked_beside_what_stays(clinic_content):
    """The summary is not covered; the question stands with its buttons."""
    content = add_own_words(clinic_content)
    view, state = until(content, "offer_steps", first=[("same_spot_returns", YES)])
    state, reply = take_turn(content.protocol, state, NO)
    view = update_view(view, says(content, state, reply, 50), content, 0.0)
    assert view.summary is not None
    key = REMEMBER["no"]
    asked = says(content, None, Reply((key,), open_prompt=key), 51)
    after = update_view(view, asked, content, 0.0)
    assert "Shall I remember this one?" in text(after.asked)
    assert (after.summary, after.buttons) == (view.summary, OFFER)


def test_words_without_a_reply_are_shown_too(clinic_content):
    """Whatever tells only its words is read all the same."""
    told = ResponseStarted(one_prompt("x", "Rest now."), 0, 0)
    view = update_view(View(), told, clinic_content, 0.0)
    assert "Rest now." == text(view.said[0].line)


def test_the_ice_is_counted_from_when_it_was_told(clinic_content):
    """What is left runs on by our clock until it is over or cancelled."""
    view = update_view(View(), TimerUpdated(1200.0), clinic_content, 50.0)
    assert 1190.0 == view.to_json(60.0)["timer"]
    view = update_view(view, TimerEnded(cancelled=False), clinic_content, 70.0)
    assert view.to_json(70.0)["timer"] is None


def test_resting_leaves_the_last_words_and_offers_another_talk(clinic_content):
    """Advice to call 911 is not covered by a word about rest."""
    view = shown(clinic_content, YES)
    rest, closing = (
        says(clinic_content, None, Reply((key,)))
        for key in ("rest.by_key", "close.stop")
    )
    for session_event in (rest, StandbyStarted(for_wake_phrase=False), closing):
        view = update_view(view, session_event, clinic_content, 0.0)
    assert "could be an emergency" in text(view.summary.instruction)
    assert ("ended", STANDBY) == (view.phase, view.pressable)
    assert (
        "asleep" == update_view(view, StandbyStarted(True), clinic_content, 0.0).phase
    )


def test_a_voice_can_be_changed_while_a_talk_is_open():
    """Not without a voice, and not between two talks."""
    assert (*READING, *VOICE) == View(buttons=READING, voice=True).pressable
    assert READING == View(buttons=READING).pressable
    assert STANDBY == View(buttons=STANDBY, voice=True).pressable
    assert () == View(voice=True).pressable


def test_a_plain_view_counts_the_timer_down():
    """The page gets what is left, not our clock; never less than nothing."""
    assert View().to_json(5.0)["timer"] is None
    assert 7.0 == View(timer_ends=12.0).to_json(5.0)["timer"]
    assert 0.0 == View(timer_ends=12.0).to_json(50.0)["timer"]


def test_a_state_is_needed_for_steps(clinic_content):
    """Without a reading there is no list."""
    told = says(clinic_content, State(), Reply(("reading.bye",)))
    assert () == update_view(View(), told, clinic_content, 0.0).steps
