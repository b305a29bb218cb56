"""Before a talk: how late our sound comes back, and whether we hear each other."""

import pytest
from helpers.echo_room import EchoRoom
from helpers.fakes import SilentMicrophone
from helpers.offline_session import list_prompt_keys, make_session

from dialogue.engine.events import CallForHelp, Checked, CheckReason, Stop
from dialogue.engine.protocol import Answer
from local_voice.asr.listener import Utterance
from local_voice.audio import tones
from local_voice.audio.echo_delay import find_note, get_tail, measure_echo_delay
from local_voice.audio.pcm import SAMPLE_RATE, scale_to_peak
from local_voice.audio.simulated_room import Silence
from local_voice.session.sound_check import ask_to_record, check_sound, is_first_time

SIGN = CheckReason.SIGN
FAINT, LOUD, GOOD = (
    Utterance("yes", pcm=sample * 100)
    for sample in (b"\x05\x00", b"\xff\x7f", b"\x00\x10")
)


@pytest.mark.parametrize("echo", [0.0, -20.0])
def test_the_delay_of_our_echo_is_measured(echo):
    """The second note of the ready signal comes back 60 ms late, loud or faint."""
    room = EchoRoom(Silence(), echo)
    assert 0.06 == pytest.approx(measure_echo_delay(room, room), abs=0.02)


def test_a_headset_gives_no_echo():
    """Nothing comes back: the gate may open almost at once."""
    room = EchoRoom(Silence(), None)
    delay = measure_echo_delay(room, room)
    assert (None, 0.05) == (delay, get_tail(delay))


@pytest.mark.parametrize(
    ("delay", "tail"), [(0.0, 0.25), (0.06, 0.26), (0.2, 0.4), (0.9, 0.6)]
)
def test_the_gate_stays_shut_as_long_as_our_voice_hangs_in_the_room(delay, tail):
    """A little longer than the delay, within limits."""
    assert tail == pytest.approx(get_tail(delay))


def test_neither_a_voice_nor_another_note_is_ours(voice):
    """Speech and the listening signal are not taken for the ready signal."""
    spoken = voice.render("Since this began, is it newly hard to start or hold pee?")
    for pcm in (spoken.pcm, tones.LISTENING.pcm, bytes(2 * SAMPLE_RATE), b""):
        assert find_note(pcm) is None
    assert find_note(scale_to_peak(tones.READY.pcm, -50.0)) == pytest.approx(
        0.12, abs=0.02
    )


def test_a_yes_is_heard(content):
    """Asked, answered, told so; the welcome follows."""
    session, happened = make_session(content, GOOD)
    assert check_sound(session) is None
    assert [("sound.check",), ("sound.good",)] == list_prompt_keys(happened)


@pytest.mark.parametrize("words", ["yes i can hear you", "no [unk]", "not sure"])
def test_whatever_was_understood_was_heard(content, words):
    """It is a check of the sound and not of the answer."""
    session, happened = make_session(content, words)
    assert check_sound(session) is None
    assert [("sound.check",), ("sound.good",)] == list_prompt_keys(happened)


@pytest.mark.parametrize(
    ("first", "told"),
    [(FAINT, "sound.faint"), (LOUD, "sound.clipped"), ("", "sound.not_heard")],
)
def test_what_is_wrong_is_said_and_tried_once_more(content, first, told):
    """Too faint, too loud, not heard: what to do, and the question again."""
    session, happened = make_session(content, first, GOOD)
    assert check_sound(session) is None
    wanted = [("sound.check",), (told, "sound.check"), ("sound.good",)]
    assert wanted == list_prompt_keys(happened)


def test_nobody_is_kept_by_the_sound_check(content):
    """After two tries the talk begins anyhow."""
    session, happened = make_session(content, "", "marmalade")
    assert check_sound(session) is None
    assert ("sound.not_heard",) == list_prompt_keys(happened)[-1]


@pytest.mark.parametrize(
    ("words", "event"), [("call an ambulance", CallForHelp()), ("stop", Stop())]
)
def test_what_cannot_wait_does_not_wait(content, words, event):
    """A call for help in the sound check opens the talk."""
    session, happened = make_session(content, words)
    assert event == check_sound(session)
    assert ("sound.good",) not in list_prompt_keys(happened)
    assert session.run(event) is not None


def test_hanging_up_in_the_sound_check_ends_it(content):
    """The talk that follows finds the person gone."""
    session, happened = make_session(content)
    session.inputs.put(None)
    assert check_sound(session) is None
    session.run()
    assert 2 == len(list_prompt_keys(happened))


@pytest.mark.parametrize(
    ("words", "may"),
    [
        ("yes", True),
        ("yes please", True),
        ("no", False),
        ("not sure", False),
        ("", False),
        ("probably", False),
        ("I was", False),
        ("the first one", False),
    ],
)
def test_only_a_clear_yes_allows_a_recording(content, words, may):
    """Whatever else is said, nothing is kept."""
    session, happened = make_session(content, words)
    assert (may, None) == ask_to_record(session)
    assert [("recording.ask",)] == list_prompt_keys(happened)


@pytest.mark.parametrize(
    ("words", "event"),
    [
        ("please call nine one one", CallForHelp()),
        ("yes but my legs are weak", Checked(Answer.YES, ("leg_weaker",), SIGN)),
        ("stop", Stop()),
    ],
)
def test_what_cannot_wait_comes_before_a_recording(content, words, event):
    """It opens the talk, and nothing is recorded."""
    session, _ = make_session(content, words)
    assert (False, event) == ask_to_record(session)


def test_hanging_up_at_the_question_of_a_recording_ends_it(content):
    """The talk that follows finds the person gone."""
    session, happened = make_session(content)
    session.inputs.put(None)
    assert (False, None) == ask_to_record(session)
    session.run()
    assert 2 == len(list_prompt_keys(happened))


def test_the_first_time_with_a_device_is_known(tmp_path, monkeypatch):
    """Once for each pair of devices; the mark holds no name."""
    assert is_first_time(("Headset", "Speaker"))
    assert not is_first_time(("Headset", "Speaker"))
    assert is_first_time(("Other", "Speaker"))
    (mark,) = (tmp_path / "state").rglob("*ed")
    assert "Other" not in mark.read_text()
    monkeypatch.setenv("XDG_STATE_HOME", "/dev/null")
    assert not is_first_time(("Headset", "Speaker"))


def test_a_silent_microphone_has_no_echo():
    """Exact zeros are no note."""
    room = EchoRoom(Silence(), 0.0)
    assert measure_echo_delay(SilentMicrophone(), room) is None
