"""What the measurements in a virtual room stand on, without a sound server."""

import pytest
from virtual_room import kills, sound_server
from virtual_room.own_voice import count_answers_without_gate, find_own_answers
from virtual_room.patients import STORIES, build_recorded_voice, get_right_end
from virtual_room.room_acoustics import (
    ACTIVE,
    SPEECH_DBFS,
    build_noise,
    build_pink_noise,
    find_word,
    reverberate,
    scale_speech,
)

from local_voice.audio.pcm import SAMPLE_RATE, measure_rms, to_dbfs

SHORTER_THAN_A_TALK = 0.3
"""Seconds; on a quick computer a whole talk in the pretended room takes one."""


def level(pcm):
    """Return the root mean square in dBFS."""
    return to_dbfs(measure_rms(pcm))


def test_stories_lead_to_every_kind_of_end(content):
    """Emergency, urgent, clinic and home: none is left out of the measurements."""
    ends = {name: get_right_end(content, yes) for name, yes in STORIES.items()}
    assert {"emergency", "urgent", "clinic", "home_care_ice"} == set(ends.values())


def test_a_word_is_brought_to_one_level():
    """Faint and loud people are equally far above the noise."""
    say = build_recorded_voice(seed=3)
    for says_yes in (True, False):
        for _ in range(5):
            pcm = scale_speech(say(says_yes))
            first, last = find_word(pcm)
            assert SPEECH_DBFS == pytest.approx(level(pcm[2 * first : 2 * last]), abs=1)


def test_an_echo_dies_away_within_its_time():
    """Half a second after a click the room is 60 dB quieter, as its decay says."""
    click = (20_000).to_bytes(2, "little", signed=True) + bytes(2 * SAMPLE_RATE // 2)
    echo = reverberate(click)
    early = level(echo[2 * 800 : 2 * 2400])
    late = level(echo[2 * 8000 : 2 * 9600])
    assert early > -60
    assert early - late > ACTIVE


def test_noise_has_the_level_that_was_asked_for():
    """So that a signal-to-noise ratio is one."""
    noise = build_noise(
        [build_pink_noise(1, seed=1), build_pink_noise(1, seed=2)], 4, -32.0, seed=5
    )
    assert 4 * SAMPLE_RATE <= len(noise) // 2
    assert -32.0 == pytest.approx(level(noise), abs=0.5)


@pytest.mark.audio
@pytest.mark.parametrize("seed", range(4))
def test_an_interview_survives_an_engine_killed_at_any_moment(content, seed):
    """It goes on from where it was, to its right end, with no invented answer."""
    talk = kills.hold(content, seed, longest=SHORTER_THAN_A_TALK)
    assert (True, True, 0) == (talk.struck, talk.right, talk.wrong)


@pytest.mark.audio
def test_the_ear_does_hear_our_own_voice(content, ear, voice):
    """The measurement can fail: bare answers in our voice are taken for answers."""
    assert {"yes", "stop"} <= set(find_own_answers(content, ear, voice))


@pytest.mark.audio
def test_our_own_sentences_are_no_answers(content, ear, voice):
    """Even an ear that is never deaf takes no sentence that names the answers."""
    kinds = ("session.welcome", "retry.no_match", "reading.menu")
    assert 0 == count_answers_without_gate(content, ear, voice, kinds)


def test_a_missing_sound_server_is_named(monkeypatch):
    """The sentence says what to install."""
    monkeypatch.setattr(sound_server.shutil, "which", lambda name: None)
    with pytest.raises(sound_server.NoSoundServer, match="pulseaudio-utils"):
        sound_server.SoundServer()
