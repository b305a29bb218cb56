"""Resting between talks: woken by a phrase or a key, deaf otherwise."""

import queue

import pytest
from helpers.offline_session import FakeAudio, Lines, list_prompt_keys, make_session

from dialogue.engine.events import Stop
from local_voice.asr.grammar import GrammarState
from local_voice.asr.interfaces import RecognizerError, RecognizerUnavailable
from local_voice.asr.listener import Utterance
from local_voice.audio.interfaces import DeviceLost
from local_voice.commands.exit_codes import DEVICE_LOST, ENGINE_FAILED, explain
from local_voice.session.audio import SessionAudio
from local_voice.session.errors import MicrophoneLost, RecognizerLost
from local_voice.session.events import PushToTalk, SessionEnded, StandbyStarted
from local_voice.session.ice_timer import ICE_SECONDS, IceTimer
from local_voice.session.standby import is_wake_phrase, run_session
from local_voice.tts.speech import VoiceAdjustment

WAKE = Utterance("back talk", seconds=0.8)


def rested(content, *script, **more):
    """Hold talks with rests between; the script's end ends everything."""
    inputs = queue.Queue()

    def make(listener, line):
        if line == "(end)":
            inputs.put(Stop())
            return None
        return Utterance(line, seconds=0.8)

    listener = Lines(*script, "(end)", make=make)
    return make_session(content, listener=listener, inputs=inputs, **more)


def talks_in(happened):
    """Return how many talks there were."""
    return sum(isinstance(h, SessionEnded) for h in happened)


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
    assert woken == is_wake_phrase(content.lexicon, Utterance(text, seconds=seconds))


def test_the_wake_phrase_starts_the_next_talk(content):
    """Other talk in the room does not; each talk begins with empty hands."""
    script = ["yes", "", "yes", "help", "back talk", "yes"]
    session, happened = rested(content, *script)
    run_session(session, stay=True, wake=True)
    assert 2 == talks_in(happened)
    assert [True, True] == [
        h.for_wake_phrase for h in happened if isinstance(h, StandbyStarted)
    ]
    welcomes = [keys for keys in list_prompt_keys(happened) if "session.draft" in keys]
    assert 2 == len(welcomes)
    assert 2 == sum(keys == ("rest.by_phrase",) for keys in list_prompt_keys(happened))


@pytest.mark.parametrize("words", ["call an ambulance", "please call nine one one"])
def test_a_call_for_help_is_answered_at_rest_too(content, words):
    """In whatever words, with the emergency number and nothing before it."""
    session, happened = rested(content, "yes", words)
    run_session(session, stay=True, wake=True)
    assert 2 == talks_in(happened)
    keys = list_prompt_keys(happened)
    assert [("rest.by_phrase",), ("emergency.say",)] == keys[2:4]


def test_at_rest_only_commands_are_listened_for(content):
    """The ear is aimed at the small list that holds the wake phrase."""
    session, _ = rested(content, "yes", "")
    run_session(session, stay=True, wake=True)
    assert [GrammarState.COMMAND] * 2 == session.listener.states[1:]


def test_without_a_wake_phrase_the_microphone_is_off(content):
    """It rests deaf, and a key turns the microphone on again."""
    session, happened = rested(content, "yes", "yes")
    taps = [VoiceAdjustment.LOUDER, PushToTalk.PRESSED, Stop()]
    session.audio.on_wait = lambda seconds: session.receive(taps.pop(0))
    run_session(session, stay=True)
    assert [False, True, False] == session.audio.turned
    assert 2 == talks_in(happened)
    assert ("rest.by_key",) in list_prompt_keys(happened)


def test_the_ice_is_announced_while_we_rest(content):
    """A timer of the last talk speaks in mid-rest, and the rest goes on."""
    now = [0.0]
    timer = IceTimer((lambda: now[0],))
    session, happened = rested(content, "yes", timer=timer)

    def wait(seconds):
        now[0] += seconds
        if not session.timer.running:
            session.inputs.put(None)

    session.audio.on_wait = wait
    session.add_event_listener(
        lambda h: isinstance(h, StandbyStarted) and session.timer.start()
    )
    run_session(session, stay=True)
    assert ICE_SECONDS <= now[0] < ICE_SECONDS + 120
    assert ("timer.end",) == list_prompt_keys(happened)[-1]


def test_an_ear_that_stumbles_at_rest_listens_on(content):
    """Sound that ended the ear twice is dropped, at rest as in a talk."""
    session, happened = rested(content, "yes", RecognizerError(), "back talk", "yes")
    run_session(session, stay=True, wake=True)
    assert 2 == talks_in(happened)


def test_a_microphone_lost_at_rest_may_come_back(content):
    """Plugged in again it listens on for the wake phrase."""
    script = ["yes", DeviceLost(), "back talk", "yes"]
    session, happened = rested(content, *script, audio=FakeAudio(comes_back=True))
    run_session(session, stay=True, wake=True)
    assert 2 == talks_in(happened)


@pytest.mark.parametrize(
    ("failure", "error", "code"),
    [
        (DeviceLost(), MicrophoneLost, DEVICE_LOST),
        (RecognizerUnavailable(), RecognizerLost, ENGINE_FAILED),
    ],
)
def test_what_is_lost_for_good_ends_the_rest(content, failure, error, code):
    """One sentence, and the exit code of its kind."""
    session, _ = rested(content, "yes", failure)
    with pytest.raises(error) as lost:
        run_session(session, stay=True, wake=True)
    sentence, exit_code = explain(lost.value)
    assert code == exit_code
    assert sentence.endswith(", so Back Talk cannot be woken by voice.")


def test_a_tap_ends_the_waiting(content):
    """Nobody waits for the end of a minute."""
    session, _ = make_session(content, audio=SessionAudio())
    session.audio.wait(0, session.inputs)
    session.inputs.put(Stop())
    session.audio.wait(60, session.inputs)
    assert Stop() == session.inputs.get()
