"""The loop with stand-ins: taps, failing devices, failing engines, last words."""

import queue

import pytest
from helpers.fakes import RecordingSynthesizer, SilentSpeaker
from helpers.offline_session import said, talk, understood

from dialogue.engine.events import Answered, NoInput, NoMatch, Repeat, Stop
from dialogue.engine.protocol import Answer
from local_voice.asr.grammar import GrammarState
from local_voice.asr.interfaces import RecognizerError, RecognizerUnavailable
from local_voice.asr.listener import Utterance
from local_voice.audio import tones
from local_voice.audio.interfaces import DeviceLost
from local_voice.problems import DEVICE_LOST, ENGINE_FAILED, LocalVoiceProblem
from local_voice.session.events import Ended, Listens, Says, Trouble, Understood
from local_voice.session.input import PAUSE

EARLY = Utterance("[unk]", early=True)


def test_an_emergency_ends_the_talk_with_one_sentence(content):
    """After a danger sign there is the emergency sentence, and nothing after it."""
    loop, happened = talk(content, "no", "no", "yes")
    assert "emergency" == loop.run().disposition
    assert ("emergency.say",) == said(happened)[-1]
    assert isinstance(happened[-1], Ended)


def test_words_are_shown_before_they_are_heard(content):
    """The caption of a reply does not wait for its sound."""
    order = []
    loop, _ = talk(content, "yes")
    loop.watchers = (lambda h: isinstance(h, Says) and order.append("caption"),)
    loop.mouth.speaker.play = lambda audio, play=loop.mouth.speaker.play: (
        order.append("sound"),
        play(audio),
    )[1]
    loop.run()
    assert ["caption", "sound"] * 2 == order


def test_the_listening_signal_ends_a_question_only(content):
    """A question ends with the rising signal, a goodbye does not."""
    loop, _ = talk(content, "yes")
    loop.run()
    question, goodbye = loop.mouth.speaker.played
    assert question.pcm.endswith(tones.LISTENING.pcm)
    assert not goodbye.pcm.endswith(tones.LISTENING.pcm)


def test_signals_can_be_left_out(content):
    """With no tones a reply is speech alone, also after a no-match."""
    loop, _ = talk(content, "marmalade", "yes", signals=False)
    loop.run()
    for audio in loop.mouth.speaker.played:
        assert tones.LISTENING.pcm not in audio.pcm
        assert tones.NOT_UNDERSTOOD.pcm not in audio.pcm


def test_the_falling_signal_tells_a_no_match(content):
    """What was not understood is answered by a falling signal first."""
    loop, _ = talk(content, "marmalade", "yes")
    loop.run()
    assert loop.mouth.speaker.played[1].pcm.startswith(tones.NOT_UNDERSTOOD.pcm)


def test_what_is_listened_for_follows_the_talk(content):
    """Questions listen for answers."""
    loop, _ = talk(content, "no", "yes")
    loop.run()
    assert [GrammarState.ANSWER] * 2 == loop.listener.states


def test_two_silences_end_the_talk_with_the_emergency_number(content):
    """Nobody there: asked again, then the closing that names 911."""
    loop, happened = talk(content, "", "")
    loop.run()
    assert ("close.silence",) == said(happened)[-1]
    assert [NoInput(), NoInput()] == understood(happened)


def test_give_me_a_minute_gives_a_minute(content):
    """After a request to wait the patience is sixty seconds, for that turn."""
    loop, _ = talk(content, "hang on", "no", "yes")
    loop.run()
    assert [None, PAUSE, None] == loop.listener.patience


def test_a_tap_counts_as_the_answer(content):
    """A pressed key is an event like any other."""
    loop, happened = talk(content)
    loop.taps.put(Answered(Answer.YES))
    assert "emergency" == loop.run().disposition
    assert [Answered(Answer.YES)] == understood(happened)


def test_a_double_tap_answers_one_question(content):
    """Whoever taps twice means it once; but a stop is never lost."""
    loop, happened = talk(content, "yes")
    loop.taps.put(Answered(Answer.NO))
    loop.taps.put(Answered(Answer.NO))
    loop.run()
    assert [Answered(Answer.NO), Answered(Answer.YES)] == understood(happened)
    loop, happened = talk(content)
    loop.taps.put(Answered(Answer.NO))
    loop.taps.put(Stop())
    loop.run()
    assert [Stop()] == understood(happened)


def test_a_tap_while_listening_wins(content):
    """An interrupted listening gives no event of its own."""
    taps = queue.Queue()
    loop, happened = talk(content, taps=taps)
    loop.watchers += (lambda h: isinstance(h, Listens) and taps.put(Stop()),)
    loop.run()
    assert [Stop()] == understood(happened)
    assert ("close.stop",) == said(happened)[-1]


def test_hanging_up_ends_without_a_word(content):
    """Where the person is gone, nothing more is said."""
    loop, happened = talk(content)
    loop.taps.put(None)
    assert Ended(None, None) == loop.run()
    assert 1 == len(said(happened))


def test_an_early_unclear_answer_is_forgiven_once_a_question(content):
    """What began while we spoke costs nothing the first time."""
    loop, happened = talk(content, EARLY, EARLY, "yes")
    loop.run()
    assert [NoMatch(), Answered(Answer.YES)] == understood(happened)


def test_our_own_crash_is_no_unclear_answer(content):
    """When the same sound ended the ear twice, the question is asked again."""
    loop, happened = talk(content, RecognizerError(), "no", "yes")
    loop.run()
    keys = said(happened)
    assert keys[1] == ("ask.chest_or_breathing",)
    assert "retry.no_match" not in sum(keys, ())


def test_an_ear_that_keeps_failing_ends_with_the_number(content):
    """The last words name the emergency number; the exit code tells an engine."""
    loop, happened = talk(content, RecognizerUnavailable())
    with pytest.raises(LocalVoiceProblem) as problem:
        loop.run()
    assert ENGINE_FAILED == problem.value.code
    assert ("errors.something_wrong",) == said(happened)[-1]


def test_a_microphone_that_comes_back_goes_on_at_the_same_question(content):
    """Unplugged and plugged in: an apology, then the question once more."""
    loop, happened = talk(content, "no", DeviceLost(), "yes", recover=lambda: True)
    assert "emergency" == loop.run().disposition
    keys = said(happened)
    assert ("errors.something_wrong",) == keys[2]
    assert keys[1] == keys[3] == ("ask.bladder_or_bowel",)
    assert 1 == sum(isinstance(h, Trouble) for h in happened)


def test_a_microphone_that_stays_away_ends_the_talk(content):
    """Not found again: exit code 7, after the emergency number was said."""
    loop, happened = talk(content, DeviceLost())
    with pytest.raises(LocalVoiceProblem) as problem:
        loop.run()
    assert DEVICE_LOST == problem.value.code
    assert "911" in [h.text for h in happened if isinstance(h, Says)][-1]


def test_a_loudspeaker_that_comes_back_says_the_reply_again(content):
    """The same words are played once more from their beginning."""
    loop, happened = talk(content, "yes", recover=lambda: True)
    loop.mouth.speaker = SilentSpeaker(lost_at=1)
    loop.run()
    assert 2 == len(loop.mouth.speaker.played)
    assert 1 == sum(isinstance(h, Trouble) for h in happened)


def test_a_loudspeaker_that_stays_away_leaves_the_number_in_writing(content):
    """The last caption names the emergency number."""
    loop, happened = talk(content, "yes")
    loop.mouth.speaker = SilentSpeaker(lost_at=0)
    with pytest.raises(LocalVoiceProblem) as problem:
        loop.run()
    assert DEVICE_LOST == problem.value.code
    assert "911" in [h.text for h in happened if isinstance(h, Says)][-1]


def test_a_failing_voice_leaves_the_captions(content):
    """Where a passage cannot be made, the rest is said and the person is told."""
    voice = RecordingSynthesizer(fails_on="chest pain")
    loop, happened = talk(content, "no", "yes", voice=voice)
    assert "emergency" == loop.run().disposition
    assert 1 == sum(isinstance(h, Trouble) for h in happened)
    assert any("nine one one" in text for text in voice.texts)


def test_a_talk_without_a_voice_is_silent(content):
    """Muted, the loop plays the signals only and shows every word."""
    loop, happened = talk(content, "yes", voice=None, signals=False)
    loop.run()
    assert all(not audio.pcm for audio in loop.mouth.speaker.played)
    assert "911" in [h.text for h in happened if isinstance(h, Says)][-1]


def test_faint_answers_are_told_twice_at_most(content):
    """Advice about loudness is given on the first two answers only."""
    faint = Utterance("no", pcm=b"\x05\x00" * 100)
    loop, happened = talk(content, faint, faint, faint, "yes")
    loop.run()
    assert 2 == sum(isinstance(h, Trouble) for h in happened)


def test_repeat_says_the_same_again(content):
    """A person may ask for the question as often as they like."""
    loop, happened = talk(content, "say that again", "yes")
    loop.run()
    assert Repeat() == understood(happened)[0]
    assert ("ask.chest_or_breathing",) == said(happened)[1]


def test_a_tap_for_an_earlier_turn_counts_for_nothing(content):
    """It answers no later question, and it does not silence us."""
    loop, happened = talk(content, "no", "yes")
    stopped, counted = [], []
    loop.mouth.speaker.stop = lambda: stopped.append(loop.turn)

    def tap_late(happening):
        if isinstance(happening, Says):
            counted.append(loop.tap(Answered(Answer.YES), turn=happening.turn - 1))

    loop.watchers += (tap_late,)
    loop.run()
    assert [False] * 3 == counted
    assert [] == stopped
    assert [Answered(Answer.NO), Answered(Answer.YES)] == understood(happened)


def test_a_tap_that_comes_after_a_spoken_answer_is_dropped(content):
    """The first one counts; a stop is never dropped."""
    for late, then in (
        (Answered(Answer.YES), Answered(Answer.NO)),
        (Stop(), Stop()),
    ):
        loop, happened = talk(content, "no", "no", "yes")

        def tap_too(happening, loop=loop, late=late):
            if isinstance(happening, Understood) and loop.turn == 1:
                loop.tap(late)

        loop.watchers += (tap_too,)
        loop.run()
        assert [Answered(Answer.NO), then] == understood(happened)[:2]


def test_a_tap_for_this_turn_interrupts_and_counts(content):
    """It is the answer to the question that it names."""
    loop, happened = talk(content)

    def tap(happening):
        if isinstance(happening, Says) and happening.reply.expects_answer:
            assert loop.tap(Answered(Answer.YES), turn=happening.turn)

    loop.watchers += (tap,)
    assert "emergency" == loop.run().disposition
    assert [Answered(Answer.YES)] == understood(happened)


def test_silence_does_not_end_a_talk_that_is_answered_by_hand(content):
    """Asked again after the first silence, then as long as it takes."""
    loop, happened = talk(content, "", "", "", "", "yes", by_hand=lambda: True)
    loop.run()
    assert [NoInput(), Answered(Answer.YES)] == understood(happened)


def test_what_is_said_tells_where_the_talk_stands(content):
    """A watcher gets the reply and the state with the words, and counts no turn."""
    loop, happened = talk(content, "no", "yes")
    loop.run()
    says = [h for h in happened if isinstance(h, Says)]
    assert [1, 2, 3] == [h.turn for h in says]
    assert ["chest_or_breathing", "bladder_or_bowel", None] == [
        h.reply.open_prompt for h in says
    ]
    assert says[-1].state.ended


def by_hand_after(content, *script, **more):
    """Hold a talk whose ear goes away, and answer by hand from then on."""
    loop, happened = talk(content, *script, by_hand=lambda: True, **more)

    def press(happening):
        if isinstance(happening, Listens) and not happening.ears:
            loop.tap(Answered(Answer.YES), loop.turn)

    loop.watchers += (press,)
    return loop, happened


@pytest.mark.parametrize("failure", [DeviceLost(), RecognizerUnavailable()])
def test_without_an_ear_the_buttons_hold_the_talk(content, failure):
    """A microphone or engine gone for good: the same question, answered by hand."""
    loop, happened = by_hand_after(content, "no", failure)
    assert "emergency" == loop.run().disposition
    assert [Answered(Answer.NO), Answered(Answer.YES)] == understood(happened)
    assert "press a button" in [h.text for h in happened if isinstance(h, Trouble)][-1]


def test_without_a_loudspeaker_the_captions_hold_the_talk(content):
    """Its words go on in writing where somebody has the page open."""
    loop, happened = talk(content, "no", "yes", by_hand=lambda: True)
    loop.mouth.speaker = SilentSpeaker(lost_at=0)
    assert "emergency" == loop.run().disposition
    assert "read the words" in [h.text for h in happened if isinstance(h, Trouble)][-1]
