"""Talks in which the person begins to speak before we have ended."""

import pytest
from helpers.offline_session import (
    FakeAudio,
    list_prompt_keys,
    list_user_events,
    make_session,
)

from dialogue.engine.events import Answered, NoMatch, Repeat, Stop
from dialogue.engine.protocol import Answer
from local_voice.audio import tones
from local_voice.audio.interfaces import DeviceLost, Playback
from local_voice.session.events import SessionWarning
from local_voice.session.input import INTERRUPTED_PATIENCE

SPOKEN_AT = 4321


def interrupted(content, *script, playbacks=(0,), where=1.0, **more):
    """Return a talk in which these playbacks (counted from 0) are interrupted."""
    lengths = []

    def play(audio):
        lengths.append(audio.samples)
        if len(lengths) - 1 in playbacks:
            return Playback(0, round(where * audio.samples), cut=True), SPOKEN_AT
        return Playback(0, audio.samples, cut=False), None

    return make_session(content, *script, audio=FakeAudio(play=play), **more)


@pytest.mark.parametrize(
    ("words", "event"), [("stop", Stop()), ("say that again", Repeat())]
)
def test_a_command_interrupts_us(content, words, event):
    """Stop and repeat count while we still speak."""
    session, happened = interrupted(content, words, "yes")
    session.run()
    assert event == list_user_events(happened)[0]
    assert INTERRUPTED_PATIENCE == session.listener.patience[0]


def test_an_early_answer_counts(content):
    """A yes in the middle of the second question is its answer."""
    session, happened = interrupted(content, "no", "yes", "yes", playbacks=(1,))
    session.run()
    assert Answered(Answer.YES) == list_user_events(happened)[1]


@pytest.mark.parametrize("words", ["", "marmalade", "no", "nope", "not sure", "back"])
def test_what_may_be_our_own_voice_is_no_answer(content, words):
    """Nothing, noise, or a word of our own sentence: we say all of it again.

    The welcome asks for "yes, no, not sure": were an echo of that taken for an answer,
    we would answer ourselves.
    """
    script = [words, "", "yes"] if words else ["", "yes"]
    where = 0.1 if words == "back" else 0.6
    session, happened = interrupted(content, *script, where=where)
    session.run()
    assert [Answered(Answer.YES)] == list_user_events(happened)
    assert list_prompt_keys(happened)[0] == list_prompt_keys(happened)[1]


def test_who_says_it_again_while_we_are_silent_is_heard(content):
    """People repeat themselves, and then nothing can be our own voice."""
    session, happened = interrupted(content, "no", "no", "yes", where=0.6)
    session.run()
    wanted = [Answered(Answer.NO), Answered(Answer.YES)]
    assert wanted == list_user_events(happened)
    assert ("ask.hard_to_breathe",) == list_prompt_keys(happened)[1]


def test_our_words_said_again_are_not_interrupted(content):
    """Once is enough: in a noisy room we would never get to the end."""
    session, _ = interrupted(content, "", "yes", playbacks=(0, 1, 2, 3))
    session.run()
    assert tones.LISTENING.pcm == session.output.speaker.played[0].pcm[-3840:]


def test_a_room_that_interrupts_us_twice_for_nothing_is_not_believed(content):
    """An echo that is not cancelled, or a television: from then on only keys do."""
    script = ["", "no", "", "no", "no", "no", "yes"]
    session, happened = interrupted(content, *script, playbacks=range(99))
    session.run()
    assert 1 == sum(isinstance(h, SessionWarning) for h in happened)
    assert [None, None] == session.listener.patience[-2:]


def test_an_emergency_is_not_interrupted_by_speech(content):
    """The last words are played as ever."""
    session, _ = interrupted(content, "no", "yes", playbacks=(9,))
    session.run()
    assert 1 == len(session.output.speaker.played)


def test_what_was_not_understood_is_no_miss(content):
    """After an unclear interruption the question still has its re-ask."""
    unclear = ["marmalade", "marmalade"]
    session, happened = interrupted(content, *unclear, "marmalade", "yes")
    session.run()
    assert [NoMatch(), Answered(Answer.YES)] == list_user_events(happened)


def test_a_loudspeaker_lost_meanwhile_is_looked_for(content):
    """The reply is played again when it is back."""
    lost = [DeviceLost("unplugged")]

    def play(audio):
        if lost:
            raise lost.pop()
        return Playback(0, audio.samples, cut=False), None

    session, _ = make_session(
        content, "yes", audio=FakeAudio(comes_back=True, play=play)
    )
    assert "emergency" == session.run().disposition
    assert 2 == len(session.output.speaker.played)
