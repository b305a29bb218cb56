"""Resting between talks: woken by a phrase or a key, deaf otherwise."""

import pytest
from helpers.offline_session import Lines, said, talk

from dialogue.engine.events import Stop
from local_voice.asr.grammar import GrammarState
from local_voice.asr.interfaces import RecognizerError, RecognizerUnavailable
from local_voice.asr.listener import Utterance
from local_voice.audio.interfaces import DeviceLost
from local_voice.problems import DEVICE_LOST, ENGINE_FAILED, LocalVoiceProblem
from local_voice.session.events import Ended, Rests
from local_voice.session.ice_timer import ICE_SECONDS, IceTimer
from local_voice.session.input_events import Gate
from local_voice.session.standby import hold, is_wake_phrase, wait_for_tap
from local_voice.tts.speech import Adjust

WAKE = Utterance("back talk", seconds=0.8)


def rested(content, *script):
    """Hold talks with rests between; the script's end ends everything."""
    loop, happened = talk(content)

    def make(listener, line):
        if line == "(end)":
            loop.taps.put(Stop())
            return None
        return Utterance(line, seconds=0.8)

    loop.listener = Lines(*script, "(end)", make=make)
    return loop, happened


def talks_in(happened):
    """Return how many talks there were."""
    return sum(isinstance(h, Ended) for h in happened)


@pytest.mark.parametrize(
    ("text", "seconds", "woken"),
    [
        ("back talk", 0.8, True),
        ("back talk", 0.4, True),
        ("back talk", 1.6, True),
        ("back talk", 0.3, False),
        ("back talk", 1.7, False),
        ("back talk back talk", 1.5, False),
        ("back talk [unk]", 1.2, False),
        ("stop", 0.8, False),
        ("", 0.8, False),
    ],
)
def test_the_wake_phrase(content, text, seconds, woken):
    """Only these two words, alone, and as long as they take."""
    loop, _ = talk(content)
    assert woken == is_wake_phrase(loop, Utterance(text, seconds=seconds))


def test_the_wake_phrase_starts_the_next_talk(content):
    """Other talk in the room does not; each talk begins with empty hands."""
    script = ["yes", "", "yes", "help", "back talk", "yes"]
    loop, happened = rested(content, *script)
    hold(loop, stay=True, wake=True)
    assert 2 == talks_in(happened)
    assert [True, True] == [h.for_wake_phrase for h in happened if isinstance(h, Rests)]
    welcomes = [keys for keys in said(happened) if "session.draft" in keys]
    assert 2 == len(welcomes)
    assert 2 == sum(keys == ("rest.by_phrase",) for keys in said(happened))


def test_at_rest_only_commands_are_listened_for(content):
    """The ear is aimed at the small list that holds the wake phrase."""
    loop, _ = rested(content, "yes", "")
    hold(loop, stay=True, wake=True)
    assert [GrammarState.COMMAND] * 2 == loop.listener.states[1:]


def test_without_a_wake_phrase_the_microphone_is_off(content):
    """It rests deaf, and a key turns the microphone on again."""
    loop, happened = rested(content, "yes", "yes")
    ears, taps = [], [Adjust.LOUDER, Gate.PRESSED, Stop()]
    loop.ears = ears.append
    loop.pass_time = lambda seconds: loop.tap(taps.pop(0))
    hold(loop, stay=True)
    assert [False, True, False] == ears
    assert 2 == talks_in(happened)
    assert ("rest.by_key",) in said(happened)


def test_the_ice_is_announced_while_we_rest(content):
    """A timer of the last talk speaks in mid-rest, and the rest goes on."""
    now = [0.0]
    loop, happened = rested(content, "yes")
    loop.timer = IceTimer((lambda: now[0],))

    def wait(seconds):
        now[0] += seconds
        if not loop.timer.running:
            loop.taps.put(None)

    loop.pass_time = wait
    loop.watchers += (lambda h: isinstance(h, Rests) and loop.timer.start(),)
    hold(loop, stay=True)
    assert ICE_SECONDS <= now[0] < ICE_SECONDS + 120
    assert ("timer.end",) == said(happened)[-1]


def test_an_ear_that_stumbles_at_rest_listens_on(content):
    """Sound that ended the ear twice is dropped, at rest as in a talk."""
    loop, happened = rested(content, "yes", RecognizerError(), "back talk", "yes")
    hold(loop, stay=True, wake=True)
    assert 2 == talks_in(happened)


def test_a_microphone_lost_at_rest_may_come_back(content):
    """Plugged in again it listens on for the wake phrase."""
    loop, happened = rested(content, "yes", DeviceLost(), "back talk", "yes")
    loop.recover = lambda: True
    hold(loop, stay=True, wake=True)
    assert 2 == talks_in(happened)


@pytest.mark.parametrize(
    ("failure", "code"),
    [(DeviceLost(), DEVICE_LOST), (RecognizerUnavailable(), ENGINE_FAILED)],
)
def test_what_is_lost_for_good_ends_the_rest(content, failure, code):
    """One sentence, and the exit code of its kind."""
    loop, _ = rested(content, "yes", failure)
    with pytest.raises(LocalVoiceProblem) as problem:
        hold(loop, stay=True, wake=True)
    assert code == problem.value.code


def test_a_tap_ends_the_waiting(content):
    """Nobody waits for the end of a minute."""
    loop, _ = talk(content)
    wait_for_tap(loop.taps, 0)
    loop.taps.put(Stop())
    wait_for_tap(loop.taps, 60)
    assert Stop() == loop.taps.get()
