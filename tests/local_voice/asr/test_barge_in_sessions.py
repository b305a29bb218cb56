"""Talks in which the person begins to speak before we have ended."""

import pytest
from helpers.offline_session import said, talk, understood

from dialogue.engine.events import Answered, NoMatch, Repeat, Stop
from dialogue.engine.protocol import Answer
from local_voice.audio import tones
from local_voice.audio.interfaces import DeviceLost, Playback
from local_voice.session.events import Trouble
from local_voice.session.input import INTERRUPTED_PATIENCE

SPOKEN_AT = 4321


def interrupted(content, *script, playbacks=(0,), where=1.0, **more):
    """Return a talk in which these playbacks (counted from 0) are interrupted."""
    loop, happened = talk(content, *script, **more)
    lengths = []

    def play(audio):
        lengths.append(audio.samples)
        if len(lengths) - 1 in playbacks:
            return Playback(0, round(where * audio.samples), cut=True), SPOKEN_AT
        return Playback(0, audio.samples, cut=False), None

    loop.interruptible = play
    return loop, happened


@pytest.mark.parametrize(
    ("words", "event"), [("stop", Stop()), ("say that again", Repeat())]
)
def test_a_command_interrupts_us(content, words, event):
    """Stop and repeat count while we still speak."""
    loop, happened = interrupted(content, words, "yes")
    loop.run()
    assert event == understood(happened)[0]
    assert INTERRUPTED_PATIENCE == loop.listener.patience[0]


def test_an_early_answer_counts(content):
    """A yes in the middle of the second question is its answer."""
    loop, happened = interrupted(content, "no", "yes", "yes", playbacks=(1,))
    loop.run()
    assert Answered(Answer.YES) == understood(happened)[1]


@pytest.mark.parametrize("words", ["", "marmalade", "no", "nope", "not sure", "back"])
def test_what_may_be_our_own_voice_is_no_answer(content, words):
    """Nothing, noise, or a word of our own sentence: we say all of it again.

    The welcome asks for "yes, no, not sure": were an echo of that taken for an answer,
    we would answer ourselves.
    """
    script = [words, "", "yes"] if words else ["", "yes"]
    where = 0.1 if words == "back" else 0.6
    loop, happened = interrupted(content, *script, where=where)
    loop.run()
    assert [Answered(Answer.YES)] == understood(happened)
    assert said(happened)[0] == said(happened)[1]


def test_who_says_it_again_while_we_are_silent_is_heard(content):
    """People repeat themselves, and then nothing can be our own voice."""
    loop, happened = interrupted(content, "no", "no", "yes", where=0.6)
    loop.run()
    wanted = [Answered(Answer.NO), Answered(Answer.YES)]
    assert wanted == understood(happened)
    assert ("ask.bladder_or_bowel",) == said(happened)[1]


def test_our_words_said_again_are_not_interrupted(content):
    """Once is enough: in a noisy room we would never get to the end."""
    loop, _ = interrupted(content, "", "yes", playbacks=(0, 1, 2, 3))
    loop.run()
    assert tones.LISTENING.pcm == loop.mouth.speaker.played[0].pcm[-3840:]


def test_a_room_that_interrupts_us_twice_for_nothing_is_not_believed(content):
    """An echo that is not cancelled, or a television: from then on only keys do."""
    script = ["", "no", "", "no", "no", "no", "yes"]
    loop, happened = interrupted(content, *script, playbacks=range(99))
    loop.run()
    assert 1 == sum(isinstance(h, Trouble) for h in happened)
    assert [None, None] == loop.listener.patience[-2:]


def test_an_emergency_is_not_interrupted_by_speech(content):
    """The last words are played as ever."""
    loop, _ = interrupted(content, "no", "yes", playbacks=(9,))
    loop.run()
    assert 1 == len(loop.mouth.speaker.played)


def test_what_was_not_understood_is_no_miss(content):
    """After an unclear interruption the question still has its re-ask."""
    unclear = ["marmalade", "marmalade"]
    loop, happened = interrupted(content, *unclear, "marmalade", "yes")
    loop.run()
    assert [NoMatch(), Answered(Answer.YES)] == understood(happened)


def test_a_loudspeaker_lost_meanwhile_is_looked_for(content):
    """The reply is played again when it is back."""
    loop, _ = talk(content, "yes", recover=lambda: True)
    lost = [DeviceLost("unplugged")]

    def play(audio):
        if lost:
            raise lost.pop()
        return Playback(0, audio.samples, cut=False), None

    loop.interruptible = play
    assert "emergency" == loop.run().disposition
    assert 2 == len(loop.mouth.speaker.played)
