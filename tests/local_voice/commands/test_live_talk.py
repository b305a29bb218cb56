"""A whole live talk with pretended devices, an echo, and the real ear and voice."""

import sys
import wave

import pytest
from helpers.live_room import (
    BEFORE,
    RoomMicrophone,
    Says,
    enter_room,
    pretend_devices,
)

from local_voice.__main__ import main
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.audio.simulated_room import Silence

pytestmark = pytest.mark.audio


@pytest.fixture
def in_room(monkeypatch, tmp_path):
    """Return a function that holds a live talk with somebody, echo as given."""
    pretend_devices(monkeypatch)
    monkeypatch.chdir(tmp_path)

    def hold(person, echo, *options):
        enter_room(person, echo)
        return main(["--clinic", "roseville", "--input-device", "head", *options])

    return hold


@pytest.fixture(scope="module")
def person(voice):
    """Return what a person says, by text, in another voice than ours."""
    from local_voice.commands.engines import load_synthesizer

    other = load_synthesizer("en-us+m3", 150)
    yield lambda text: other.render(text).pcm
    other.close()


def told(capsys):
    """Return what stood on the console."""
    return " ".join(capsys.readouterr().out.split())


def test_the_first_time_the_sound_is_checked(in_room, person, capsys):
    """A yes is asked for, heard and praised; the second time the talk begins."""
    assert 0 == in_room(Says([person("yes"), person("yes")]), -20.0)
    said = told(capsys)
    assert said.index("First a sound check") < said.index("Good, I can hear you.")
    assert "call 911 from a phone now" in said.lower()
    assert 0 == in_room(Says([person("yes")]), -20.0)
    assert "sound check" not in told(capsys)


@pytest.mark.parametrize(("answer", "kept"), [("yes", True), ("no", False)])
def test_a_live_talk_is_recorded_after_a_yes_only(
    in_room, person, capsys, tmp_path, answer, kept
):
    """Asked first; then the welcome says so, and both sides are in the file."""
    said = [person(answer), person("yes")]
    options = ("--record-me", "--out", "me.wav", "--no-sound-check")
    assert 0 == in_room(Says(said), None, *options)
    assert kept == ("I record this." in told(capsys))
    assert kept == (tmp_path / "me.wav").exists()
    if kept:
        with wave.open(str(tmp_path / "me.wav")) as file:
            assert file.getnframes() > 5 * SAMPLE_RATE


@pytest.mark.parametrize(
    "options",
    [
        ("--out", "me.wav"),
        ("--record-me",),
        ("--record-me", "--out", "me.wav", "--wake"),
    ],
)
def test_a_recording_that_nobody_agreed_to_is_refused(in_room, capsys, options):
    """With a microphone a file needs --record-me, and the reverse."""
    assert 2 == in_room(Silence(), None, *options)
    assert "--record-me" in capsys.readouterr().err


def test_a_recording_over_a_file_is_refused_before_the_talk(in_room, capsys, tmp_path):
    """Nobody talks in vain, and nobody is asked for a recording that cannot be."""
    (tmp_path / "me.wav").write_bytes(b"mine")
    options = ("--record-me", "--out", "me.wav", "--no-sound-check")
    assert 2 == in_room(Silence(), None, *options)
    assert "something of this name" in capsys.readouterr().err
    assert b"mine" == (tmp_path / "me.wav").read_bytes()


def test_stop_is_heard_over_our_own_voice(in_room, person, capsys):
    """With the echo canceller a "stop" ends the welcome; our own words do not."""
    twice = person("stop") + BEFORE + BEFORE + person("stop")
    options = ("--barge-in", "aec", "--no-sound-check")
    assert 0 == in_room(Says([], over_us=twice), -12.0, *options)
    said = told(capsys)
    assert "You: stop" in said
    assert "Okay, I will stop." in said


def test_an_echo_canceller_that_is_missing_is_told(in_room, monkeypatch, capsys):
    """Before anything is said, with how to get it."""
    monkeypatch.setitem(sys.modules, "local_voice.audio.echo_cancellation", None)
    assert 2 == in_room(Silence(), -12.0, "--barge-in", "aec", "--no-sound-check")
    assert 'pip install -e ".[barge-in]"' in capsys.readouterr().err


def test_a_headset_that_is_none_does_not_let_us_answer_ourselves(
    in_room, person, capsys
):
    """Where the microphone hears the loudspeaker, only keys interrupt us."""
    options = ("--headset", "--no-sound-check")
    assert 0 == in_room(Says([person("yes")]), -6.0, *options)
    said = told(capsys)
    assert "The microphone hears this loudspeaker" in said
    assert "You: yes" in said


def test_an_early_answer_with_a_headset_counts(in_room, person, capsys):
    """Said into the first question, it is its answer, and we fall silent."""
    options = ("--headset", "--no-sound-check", "--captions", "small")
    assert 0 == in_room(Says([], over_us=person("stop"), after=2.0), None, *options)
    room = RoomMicrophone.room
    assert "You: stop" in told(capsys)
    assert room.now < 25 * SAMPLE_RATE


def test_back_talk_wakes_and_only_that(in_room, person, capsys):
    """After a talk it rests; other words do not wake it, the phrase does."""
    lines = [person(t) for t in ("yes", "marmalade wallpaper", "back talk", "yes")]
    talk = Says(lines)
    ended = talk.begin_turn

    def then_hang_up():
        if not talk._lines:
            raise KeyboardInterrupt
        ended()

    talk.begin_turn = then_hang_up
    assert 130 == in_room(talk, None, "--wake", "--no-sound-check")
    said = told(capsys)
    assert 2 == said.count("Answer yes, no or not sure.")
    assert 2 == said.count("asleep: say 'back talk'")
    assert "marmalade" not in said


def test_a_model_without_the_wake_phrase_is_refused(in_room, model_copy, capsys):
    """The sentence says which phrase it cannot hear, and how to wake instead."""
    (model_copy / "units.txt").unlink()  # nothing is made for it
    words = model_copy / "graph" / "words.txt"
    words.write_text(words.read_text().replace("back_talk ", "black_talk "))
    assert 2 == in_room(Silence(), None, "--wake", "--model", str(model_copy))
    assert "cannot hear 'back talk'" in capsys.readouterr().err


def test_waking_needs_a_microphone(command):
    """Typed talks and recordings have nobody to wake them."""
    for options in (("--typed", "--stay"), ("--input", "x.wav", "--wake")):
        assert 2 == command(*options).returncode
