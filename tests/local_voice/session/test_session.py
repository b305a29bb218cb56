"""The loop with stand-ins: taps, failing devices, failing engines, last words."""

import queue

import pytest
from helpers.fakes import RecordingSynthesizer, SilentSpeaker
from helpers.offline_session import (
    FakeAudio,
    list_answers,
    list_prompt_keys,
    list_user_events,
    make_session,
)

from dialogue.engine.events import Answered, NoInput, NoMatch, Repeat, Stop
from dialogue.engine.protocol import Answer
from local_voice.asr.grammar import GrammarState
from local_voice.asr.interfaces import RecognizerError, RecognizerUnavailable
from local_voice.asr.listener import Utterance
from local_voice.audio import tones
from local_voice.audio.interfaces import DeviceLost
from local_voice.commands.exit_codes import DEVICE_LOST, ENGINE_FAILED, explain
from local_voice.session.errors import LoudspeakerLost, MicrophoneLost, RecognizerLost
from local_voice.session.events import (
    ListeningStarted,
    ResponseStarted,
    SessionEnded,
    SessionState,
    SessionWarning,
    UserTurnEnded,
)
from local_voice.session.input import PAUSE

EARLY = Utterance("[unk]", early=True)


def test_an_emergency_ends_the_talk_with_one_sentence(content):
    """After a danger sign there is the emergency sentence, and nothing after it."""
    session, happened = make_session(content, "no", "no", "yes")
    assert "emergency" == session.run().disposition
    assert ("emergency.say",) == list_prompt_keys(happened)[-1]
    assert isinstance(happened[-1], SessionEnded)


def test_words_are_shown_before_they_are_heard(content):
    """The caption of a reply does not wait for its sound."""
    order = []
    session, _ = make_session(content, "yes")
    session.add_event_listener(
        lambda h: isinstance(h, ResponseStarted) and order.append("caption")
    )
    session.output.speaker.play = lambda audio, play=session.output.speaker.play: (
        order.append("sound"),
        play(audio),
    )[1]
    session.run()
    assert ["caption", "sound"] * 2 == order


def test_the_listening_signal_ends_a_question_only(content):
    """A question ends with the rising signal, a goodbye does not."""
    session, _ = make_session(content, "yes")
    session.run()
    question, goodbye = session.output.speaker.played
    assert question.pcm.endswith(tones.LISTENING.pcm)
    assert not goodbye.pcm.endswith(tones.LISTENING.pcm)


def test_signals_can_be_left_out(content):
    """With no tones a reply is speech alone, also after a no-match."""
    session, _ = make_session(content, "marmalade", "yes", signals=False)
    session.run()
    for audio in session.output.speaker.played:
        assert tones.LISTENING.pcm not in audio.pcm
        assert tones.NOT_UNDERSTOOD.pcm not in audio.pcm


def test_the_falling_signal_tells_a_no_match(content):
    """What was not understood is answered by a falling signal first."""
    session, _ = make_session(content, "marmalade", "yes")
    session.run()
    assert session.output.speaker.played[1].pcm.startswith(tones.NOT_UNDERSTOOD.pcm)


def test_what_is_listened_for_follows_the_talk(content):
    """Questions listen for answers."""
    session, _ = make_session(content, "no", "yes")
    session.run()
    assert [GrammarState.ANSWER] * 2 == session.listener.states


def test_two_silences_end_the_talk_with_the_emergency_number(content):
    """Nobody there: asked again, then the closing that names 911."""
    session, happened = make_session(content, "", "")
    session.run()
    assert ("close.silence",) == list_prompt_keys(happened)[-1]
    assert [NoInput(), NoInput()] == list_user_events(happened)


def test_give_me_a_minute_gives_a_minute(content):
    """After a request to wait the patience is sixty seconds, for that turn."""
    session, _ = make_session(content, "hang on", "no", "yes")
    session.run()
    assert [None, PAUSE, None] == session.listener.patience


def test_a_tap_counts_as_the_answer(content):
    """A pressed key is an event like any other."""
    session, happened = make_session(content)
    session.inputs.put(Answered(Answer.YES))
    assert "emergency" == session.run().disposition
    assert [Answered(Answer.YES)] == list_user_events(happened)


def test_a_double_tap_answers_one_question(content):
    """Whoever taps twice means it once; but a stop is never lost."""
    session, happened = make_session(content, "yes")
    session.inputs.put(Answered(Answer.NO))
    session.inputs.put(Answered(Answer.NO))
    session.run()
    assert [Answered(Answer.NO), Answered(Answer.YES)] == list_user_events(happened)
    session, happened = make_session(content)
    session.inputs.put(Answered(Answer.NO))
    session.inputs.put(Stop())
    session.run()
    assert [Stop()] == list_user_events(happened)


def test_a_tap_while_listening_wins(content):
    """An interrupted listening gives no event of its own."""
    inputs = queue.Queue()
    session, happened = make_session(content, inputs=inputs)
    session.add_event_listener(
        lambda h: isinstance(h, ListeningStarted) and inputs.put(Stop())
    )
    session.run()
    assert [Stop()] == list_user_events(happened)
    assert ("close.stop",) == list_prompt_keys(happened)[-1]


def test_hanging_up_ends_without_a_word(content):
    """Where the person is gone, nothing more is said."""
    session, happened = make_session(content)
    session.inputs.put(None)
    assert SessionEnded(None, None) == session.run()
    assert 1 == len(list_prompt_keys(happened))


def test_an_early_unclear_answer_is_forgiven_once_a_question(content):
    """What began while we spoke costs nothing the first time."""
    session, happened = make_session(content, EARLY, EARLY, "yes")
    session.run()
    assert [NoMatch(), Answered(Answer.YES)] == list_user_events(happened)


def test_our_own_crash_is_no_unclear_answer(content):
    """When the same sound ended the ear twice, the question is asked again."""
    session, happened = make_session(content, RecognizerError(), "no", "yes")
    session.run()
    keys = list_prompt_keys(happened)
    assert keys[1] == ("ask.chest_pain",)
    assert "retry.no_match" not in sum(keys, ())


def test_an_ear_that_keeps_failing_ends_with_the_number(content):
    """The last words name the emergency number; the exit code tells an engine."""
    session, happened = make_session(content, RecognizerUnavailable())
    with pytest.raises(RecognizerLost):
        session.run()
    assert ("errors.something_wrong",) == list_prompt_keys(happened)[-1]


def test_a_microphone_that_comes_back_goes_on_at_the_same_question(content):
    """Unplugged and plugged in: an apology, then the question once more."""
    session, happened = make_session(
        content, "no", DeviceLost(), "yes", audio=FakeAudio(comes_back=True)
    )
    assert "emergency" == session.run().disposition
    keys = list_prompt_keys(happened)
    assert ("errors.something_wrong",) == keys[2]
    assert keys[1] == keys[3] == ("ask.hard_to_breathe",)
    assert 1 == sum(isinstance(h, SessionWarning) for h in happened)


def test_a_microphone_that_stays_away_ends_the_talk(content):
    """Not found again: exit code 7, after the emergency number was said."""
    session, happened = make_session(content, DeviceLost())
    with pytest.raises(MicrophoneLost):
        session.run()
    assert "911" in [h.text for h in happened if isinstance(h, ResponseStarted)][-1]


def test_a_loudspeaker_that_comes_back_says_the_reply_again(content):
    """The same words are played once more from their beginning."""
    session, happened = make_session(content, "yes", audio=FakeAudio(comes_back=True))
    session.output.speaker = SilentSpeaker(lost_at=1)
    session.run()
    assert 2 == len(session.output.speaker.played)
    assert 1 == sum(isinstance(h, SessionWarning) for h in happened)


def test_a_loudspeaker_that_stays_away_leaves_the_number_in_writing(content):
    """The last caption names the emergency number."""
    session, happened = make_session(content, "yes")
    session.output.speaker = SilentSpeaker(lost_at=0)
    with pytest.raises(LoudspeakerLost):
        session.run()
    assert "911" in [h.text for h in happened if isinstance(h, ResponseStarted)][-1]


def test_a_failing_voice_leaves_the_captions(content):
    """Where a passage cannot be made, the rest is said and the person is told."""
    voice = RecordingSynthesizer(fails_on="harder to breathe")
    session, happened = make_session(content, "no", "yes", voice=voice)
    assert "emergency" == session.run().disposition
    assert 1 == sum(isinstance(h, SessionWarning) for h in happened)
    assert any("nine one one" in text for text in voice.texts)


def test_a_talk_without_a_voice_is_silent(content):
    """Muted, the loop plays the signals only and shows every word."""
    session, happened = make_session(content, "yes", voice=None, signals=False)
    session.run()
    assert all(not audio.pcm for audio in session.output.speaker.played)
    assert "911" in [h.text for h in happened if isinstance(h, ResponseStarted)][-1]


def test_faint_answers_are_told_twice_at_most(content):
    """Advice about loudness is given on the first two answers only."""
    faint = Utterance("no", pcm=b"\x05\x00" * 100)
    session, happened = make_session(content, faint, faint, faint, "yes")
    session.run()
    assert 2 == sum(isinstance(h, SessionWarning) for h in happened)


def test_repeat_says_the_same_again(content):
    """A person may ask for the question as often as they like."""
    session, happened = make_session(content, "say that again", "yes")
    session.run()
    assert Repeat() == list_user_events(happened)[0]
    assert ("ask.chest_pain",) == list_prompt_keys(happened)[1]


@pytest.mark.parametrize(
    ("way", "named"),
    [
        ({}, ()),
        ({"has_keys": True}, ("retry.keys",)),
        ({"has_keys": True, "has_buttons": lambda: True}, ("retry.buttons",)),
    ],
)
def test_the_third_try_names_the_other_way_to_answer(content, way, named):
    """Keys or buttons, where there are any, behind the words that answer."""
    session, happened = make_session(content, "marmalade", "marmalade", "yes", **way)
    session.run()
    third = ("retry.third", *named, "again.chest_pain")
    assert third == list_prompt_keys(happened)[2]


def test_a_crash_uses_up_no_try(content):
    """However often it happens, the question is asked as it was."""
    crashes = [RecognizerError()] * 5
    session, happened = make_session(content, *crashes, "yes")
    assert "emergency" == session.run().disposition
    assert [("ask.chest_pain",)] * 5 == list_prompt_keys(happened)[1:6]


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("no [unk]", ("check.no", "again.chest_pain")),
        ("not sure", ("retry.unsure", "again.chest_pain")),
        ("um my leg i don't know", ("check.sign", "ask.leg_trouble")),
    ],
)
def test_what_was_understood_in_part_is_asked_about(content, words, keys):
    """A no beside other words settles nothing; a sign that is named comes next."""
    session, happened = make_session(content, words, "stop")
    session.run()
    assert keys == list_prompt_keys(happened)[1][-2:]


def test_what_was_not_heard_is_named_in_the_advice(content):
    """The short name of the sign stands in the words, here and on the page."""
    yes = ("adult", "started_within_three_days", "hard_effort")
    protocol, unclear = content.protocol, ("chest_pain",)
    script = list_answers(protocol, *yes, unclear=unclear, until="offer_steps")
    session, happened = make_session(content, *script, "stop")
    session.run()
    advice = [h for h in happened if isinstance(h, ResponseStarted)][-2]
    assert "unheard.now" == advice.keys[0]
    assert content.prompts["sign.chest_pain"] in advice.text


def test_a_tap_for_an_earlier_turn_counts_for_nothing(content):
    """It answers no later question, and it does not silence us."""
    session, happened = make_session(content, "no", "yes")
    stopped, counted = [], []
    session.output.speaker.stop = lambda: stopped.append(session.turn)

    def tap_late(session_event):
        if isinstance(session_event, ResponseStarted):
            counted.append(
                session.receive(Answered(Answer.YES), turn=session_event.turn - 1)
            )

    session.add_event_listener(tap_late)
    session.run()
    assert [False] * 3 == counted
    assert [] == stopped
    assert [Answered(Answer.NO), Answered(Answer.YES)] == list_user_events(happened)


def test_a_tap_that_comes_after_a_spoken_answer_is_dropped(content):
    """The first one counts; a stop is never dropped."""
    for late, then in (
        (Answered(Answer.YES), Answered(Answer.NO)),
        (Stop(), Stop()),
    ):
        session, happened = make_session(content, "no", "no", "yes")

        def tap_too(session_event, session=session, late=late):
            if isinstance(session_event, UserTurnEnded) and session.turn == 1:
                session.receive(late)

        session.add_event_listener(tap_too)
        session.run()
        assert [Answered(Answer.NO), then] == list_user_events(happened)[:2]


def test_a_tap_for_this_turn_interrupts_and_counts(content):
    """It is the answer to the question that it names."""
    session, happened = make_session(content)

    def tap(session_event):
        if (
            isinstance(session_event, ResponseStarted)
            and session_event.reply.expects_answer
        ):
            assert session.receive(Answered(Answer.YES), turn=session_event.turn)

    session.add_event_listener(tap)
    assert "emergency" == session.run().disposition
    assert [Answered(Answer.YES)] == list_user_events(happened)


def test_silence_does_not_end_a_talk_that_is_answered_by_hand(content):
    """Asked again after the first silence, then as long as it takes."""
    session, happened = make_session(
        content, "", "", "", "", "yes", has_buttons=lambda: True
    )
    session.run()
    assert [NoInput(), Answered(Answer.YES)] == list_user_events(happened)


def test_what_is_said_tells_where_the_talk_stands(content):
    """A watcher gets the reply and the state with the words, and counts no turn."""
    session, happened = make_session(content, "no", "yes")
    session.run()
    says = [h for h in happened if isinstance(h, ResponseStarted)]
    assert [1, 2, 3] == [h.turn for h in says]
    assert ["chest_pain", "hard_to_breathe", None] == [
        h.reply.open_prompt for h in says
    ]
    assert says[-1].state.ended


def by_hand_after(content, *script, **more):
    """Hold a talk whose ear goes away, and answer by hand from then on."""
    session, happened = make_session(content, *script, has_buttons=lambda: True, **more)

    def press(session_event):
        if (
            isinstance(session_event, ListeningStarted)
            and not session_event.by_microphone
        ):
            session.receive(Answered(Answer.YES), session.turn)

    session.add_event_listener(press)
    return session, happened


@pytest.mark.parametrize("failure", [DeviceLost(), RecognizerUnavailable()])
def test_without_an_ear_the_buttons_hold_the_talk(content, failure):
    """A microphone or engine gone for good: the same question, answered by hand."""
    session, happened = by_hand_after(content, "no", failure)
    assert "emergency" == session.run().disposition
    assert [Answered(Answer.NO), Answered(Answer.YES)] == list_user_events(happened)
    assert (
        "press a button"
        in [h.text for h in happened if isinstance(h, SessionWarning)][-1]
    )


def test_without_a_loudspeaker_the_captions_hold_the_talk(content):
    """Its words go on in writing where somebody has the page open."""
    session, happened = make_session(content, "no", "yes", has_buttons=lambda: True)
    session.output.speaker = SilentSpeaker(lost_at=0)
    assert "emergency" == session.run().disposition
    assert (
        "read the words"
        in [h.text for h in happened if isinstance(h, SessionWarning)][-1]
    )


def test_a_session_is_in_one_of_four_states(content):
    """It responds, listens and processes in turn, and is idle before and after."""
    session, _ = make_session(content, "no", "yes")
    states = [session.state]
    session.add_event_listener(lambda event: states.append(session.state))
    session.run()
    turn = [SessionState.RESPONDING, SessionState.LISTENING, SessionState.PROCESSING]
    idle = [SessionState.IDLE]
    assert idle + turn * 2 + [SessionState.RESPONDING] + idle == states


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (
            MicrophoneLost(),
            DEVICE_LOST,
            "The microphone did not come back. Talk by keyboard instead, with --typed.",
        ),
        (LoudspeakerLost(), DEVICE_LOST, "The loudspeaker did not come back."),
        (
            RecognizerLost(),
            ENGINE_FAILED,
            "The ear keeps failing. Talk by keyboard instead, with --typed.",
        ),
    ],
)
def test_what_ended_a_session_is_explained(error, code, sentence):
    """The command says what to do, with the exit code of its kind."""
    assert (sentence, code) == explain(error)
