"""A whole live talk with pretended devices, an echo, and the real ear and voice."""

import sys
import wave

import pytest
from helpers.echo_room import EchoRoom

from local_voice.__main__ import main
from local_voice.audio import devices
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.audio.simulated_room import Silence
from local_voice.commands import live_talk

pytestmark = pytest.mark.audio

BEFORE = bytes(2 * SAMPLE_RATE * 6 // 10)
SET_UP = 2
"""So often somebody listens before the talk: to the room, and for our echo."""


class Says(Silence):
    """Says a line whenever it is their turn, or one line over our voice."""

    def __init__(self, lines, over_us=b"", after=3.0):
        """`over_us` begins `after` seconds of our speech."""
        self._lines = [b""] * SET_UP + [BEFORE + line for line in lines]
        self._now = b""
        self._over_us = bytes(2 * round(after * SAMPLE_RATE)) + over_us

    def begin_turn(self):
        """Begin the next line."""
        self._now = self._lines.pop(0) if self._lines else b""

    def read(self, samples):
        """Go on with what was begun over us, else with the line."""
        if self._lines or len(self._over_us) < 2 * samples:
            pcm, self._now = self._now[: 2 * samples], self._now[2 * samples :]
            return pcm.ljust(2 * samples, b"\0")
        return self.read_during_playback(samples)

    def read_during_playback(self, samples):
        """Return what is said over us."""
        if self._lines:
            return bytes(2 * samples)
        pcm, self._over_us = self._over_us[: 2 * samples], self._over_us[2 * samples :]
        return pcm.ljust(2 * samples, b"\0")


class RoomMicrophone:
    """The room's microphone, as a device."""

    room = None
    turned = ()

    def __init__(self, device):
        """Take the device's name only."""
        self.blocks = self.room.blocks

    @property
    def now(self):
        """Return the sample that comes next."""
        return self.room.now

    def turn(self, on):
        """Note it."""
        RoomMicrophone.turned += (on,)

    def close(self):
        """Nothing is open."""


class RoomSpeaker:
    """The room's loudspeaker, as a device."""

    room = None

    def __init__(self, device, now, reference=None):
        """Tell the room who wants to know what is played."""
        self.room._reference = reference
        for name in ("play", "start", "poll", "stop", "close"):
            setattr(self, name, getattr(self.room, name))


@pytest.fixture
def in_room(monkeypatch, tmp_path):
    """Return a function that holds a live talk with somebody, echo as given."""
    one = (devices.Device(1, "Headset", None),)
    monkeypatch.setattr(
        devices, "find_devices", lambda: devices.Devices("ALSA", one, one)
    )
    monkeypatch.setattr(live_talk, "LiveMicrophone", RoomMicrophone)
    monkeypatch.setattr(live_talk, "LiveSpeaker", RoomSpeaker)
    monkeypatch.chdir(tmp_path)

    def hold(person, echo, *options):
        RoomMicrophone.room = RoomSpeaker.room = EchoRoom(person, echo)
        RoomMicrophone.turned = ()
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
    options = ("--record-me", "--output", "me.wav", "--no-sound-check")
    assert 0 == in_room(Says(said), None, *options)
    assert kept == ("I record this." in told(capsys))
    assert kept == (tmp_path / "me.wav").exists()
    if kept:
        with wave.open(str(tmp_path / "me.wav")) as file:
            assert file.getnframes() > 5 * SAMPLE_RATE


@pytest.mark.parametrize(
    "options",
    [
        ("--output", "me.wav"),
        ("--record-me",),
        ("--record-me", "--output", "me.wav", "--wake"),
    ],
)
def test_a_recording_that_nobody_agreed_to_is_refused(in_room, capsys, options):
    """With a microphone a file needs --record-me, and the reverse."""
    assert 2 == in_room(Silence(), None, *options)
    assert "--record-me" in capsys.readouterr().err


def test_a_recording_over_a_file_is_refused_before_the_talk(in_room, capsys, tmp_path):
    """Nobody talks in vain, and nobody is asked for a recording that cannot be."""
    (tmp_path / "me.wav").write_bytes(b"mine")
    options = ("--record-me", "--output", "me.wav", "--no-sound-check")
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
