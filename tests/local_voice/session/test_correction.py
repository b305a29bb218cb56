"""An answer that is taken back within a second, while we already speak."""

import pytest
from helpers.offline_session import (
    FakeAudio,
    list_prompt_keys,
    list_user_events,
    make_session,
)

from dialogue.engine.events import Answered, Checked, Repeat
from dialogue.engine.protocol import Answer
from local_voice.asr.listener import Utterance
from local_voice.audio.interfaces import Playback
from local_voice.audio.pcm import SAMPLE_RATE

ENDED = 100_000
"""The sample behind the last sound of the answer."""


def hold(content, *script, after=0.6, interrupted=1):
    """Return a session in which the second reply is interrupted soon after it began.

    Speech is listened to from `after` seconds behind the answer on.
    """
    count = []

    def play(audio):
        count.append(audio)
        if len(count) - 1 == interrupted:
            since = ENDED + round(after * SAMPLE_RATE)
            return Playback(0, audio.samples // 50, cut=True), since
        return Playback(0, audio.samples, cut=False), None

    first, *others = script
    said = Utterance(first, spoken_until=ENDED)
    return make_session(content, said, *others, audio=FakeAudio(play=play))


@pytest.mark.parametrize(
    "words", ["wait yes", "no wait yes", "sorry yes", "i mean yes"]
)
def test_a_no_is_taken_back(content, words):
    """The yes belongs to the first question, which is an emergency then."""
    session, happened = hold(content, "no", words)
    assert "emergency" == session.run().disposition
    assert [Answered(Answer.NO), Answered(Answer.YES)] == list_user_events(happened)


@pytest.mark.parametrize("words", ["yes", "yeah"])
def test_two_answers_in_a_row_settle_nothing(content, words):
    """Neither is believed, and neither is one to the next question."""
    session, happened = hold(content, "no", words, "stop")
    session.run()
    assert isinstance(list_user_events(happened)[1], Checked)


def test_what_was_taken_back_is_asked_again(content):
    """The question comes again in its simple words, and its answer counts."""
    session, happened = hold(content, "no", "yes", "no", "stop")
    session.run()
    keys = list_prompt_keys(happened)
    assert keys[0][-1] == "ask.chest_pain"
    assert keys[2][-1] == "again.chest_pain"
    assert keys[3][-1] == keys[1][-1]


def test_the_same_answer_twice_is_one(content):
    """It is none to the next question, which nobody has heard yet."""
    session, happened = hold(content, "no", "no", "stop")
    session.run()
    assert [Answered(Answer.NO), Repeat()] == list_user_events(happened)[:2]
    keys = list_prompt_keys(happened)
    assert keys[2][-1].partition(".")[2] == keys[1][-1].partition(".")[2]


def test_after_a_second_it_is_an_answer_to_the_next_question(content):
    """Whoever knows what comes may answer early."""
    session, happened = hold(content, "no", "yes", after=1.1)
    assert "emergency" == session.run().disposition
    assert [Answered(Answer.NO), Answered(Answer.YES)] == list_user_events(happened)


def test_a_command_is_no_correction(content):
    """Stop is stop, whatever was said before."""
    session, _ = hold(content, "no", "stop")
    assert session.run().disposition is None
