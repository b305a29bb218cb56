"""Recordings as input: every kind converted, every non-recording refused."""

import wave
from array import array

import pytest
from helpers.sounds import write_wav

from local_voice.audio.audio_files import resample, stream_audio
from local_voice.audio.interfaces import AudioError
from local_voice.audio.pcm import SAMPLE_RATE, measure_peak
from local_voice.audio.simulated_people import (
    BEFORE_SPEAKING,
    NotRawAudio,
    RawAudioPerson,
    RecordedPerson,
)
from local_voice.commands.exit_codes import BAD_OPTIONS, explain


@pytest.mark.parametrize(
    ("rate", "width", "channels"),
    [(8_000, 1, 2), (16_000, 2, 1), (22_050, 2, 1), (44_100, 3, 2), (48_000, 4, 1)],
)
def test_any_rate_width_and_channels(tmp_path, rate, width, channels):
    """What is no 16 kHz mono is converted; length and level stay."""
    path = tmp_path / "tone.wav"
    write_wav(path, rate, width, channels)
    pcm = b"".join(stream_audio(path, 320))
    assert len(pcm) / 2 == pytest.approx(SAMPLE_RATE / 2, rel=0.02)
    assert measure_peak(pcm) == pytest.approx(-6, abs=1)


def test_an_ending_that_is_wrong_does_no_harm(tmp_path):
    """A WAV under another name is used for what it is."""
    write_wav(tmp_path / "tone.wav", 16_000, 2, 1)
    (tmp_path / "tone.wav").rename(tmp_path / "tone.mp3")
    assert b"".join(stream_audio(tmp_path / "tone.mp3", 320))


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (None, "cannot be read"),
        (b"", "empty"),
        (b"yes, no and maybe\n" * 50, "not a recording"),
        (bytes(range(7, 250)) * 80, "not a recording"),
    ],
)
def test_what_is_no_recording_is_refused(tmp_path, content, word):
    """Missing, empty, text or random bytes: one sentence with the name."""
    path = tmp_path / "odd.wav"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(AudioError, match=word) as problem:
        stream_audio(path, 320)
    assert "odd.wav" in str(problem.value)
    assert (str(problem.value), BAD_OPTIONS) == explain(problem.value)


def test_a_folder_is_refused(tmp_path):
    """A folder is named as such."""
    with pytest.raises(AudioError, match="folder"):
        stream_audio(tmp_path, 320)


def test_a_recording_without_samples_is_silence(tmp_path):
    """A WAV of zero length is heard as nobody speaking."""
    write_wav(tmp_path / "none.wav", 16_000, 2, 1, seconds=0)
    person = RecordedPerson([tmp_path / "none.wav"])
    person.begin_turn()
    assert not any(person.read(16_000))


def test_a_recorded_person_can_say_nothing_for_a_turn(tmp_path):
    """The next file waits for the turn behind it."""
    write_wav(tmp_path / "line.wav", 16_000, 2, 1)
    person = RecordedPerson([tmp_path / "line.wav"])
    person.says_nothing_next = True
    person.begin_turn()
    assert not any(person.read(16_000))
    person.begin_turn()
    assert any(person.read(16_000))


def test_an_hour_is_streamed(tmp_path):
    """Of an hour only what is listened to is read."""
    path = tmp_path / "hour.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8_000)
        for _ in range(60):
            file.writeframes(b"\x80" * 480_000)
    segments = stream_audio(path, 320)
    assert 640 == len(next(segments))


def tone_of(path, value, seconds):
    """Write a recording of one constant value."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(array("h", [value]).tobytes() * int(16_000 * seconds))
    return path


def test_each_turn_begins_the_next_file(tmp_path):
    """What is left of a file is dropped when there is another one."""
    files = [tone_of(tmp_path / f"{v}.wav", v, 1) for v in (100, 200)]
    person = RecordedPerson(files)
    person.begin_turn()
    assert {0} == set(person.read(BEFORE_SPEAKING))
    assert array("h", [100]).tobytes() * 320 == person.read(320)
    person.begin_turn()
    person.read(BEFORE_SPEAKING)
    assert array("h", [200]).tobytes() * 320 == person.read(320)


def test_the_last_file_waits_while_we_speak(tmp_path):
    """One file with all answers is paused, not cut, between the turns."""
    person = RecordedPerson([tone_of(tmp_path / "all.wav", 100, 1)])
    person.begin_turn()
    person.read(BEFORE_SPEAKING)
    person.read(8_000)
    assert not any(person.read_during_playback(16_000))
    person.begin_turn()
    person.read(BEFORE_SPEAKING)
    assert any(person.read(7_000))
    assert not any(person.read(2_000)[2_000:])


def piped(content):
    """Return the reading end of a pipe that holds `content` and is closed."""
    import os

    reading, writing = os.pipe()
    os.write(writing, content)
    os.close(writing)
    return reading


def test_raw_sound_drops_an_odd_byte_and_ends_in_silence():
    """Half a sample is no sample; the end of the stream is silence."""
    person = RawAudioPerson(piped(b"\x01\x00\x02\x00\x03"))
    assert b"\x01\x00\x02\x00" + bytes(4) == person.read(4)
    assert bytes(640) == person.read(320)


def test_raw_sound_that_comes_while_we_speak_is_passed_over():
    """A stream does not wait: time goes on for it too."""
    person = RawAudioPerson(piped(b"\x01\x00" * 10 + b"\x02\x00" * 10))
    person.read_during_playback(10)
    assert b"\x02\x00" * 10 == person.read(10)


def test_a_wav_on_standard_input_is_refused():
    """Its header would be heard as a click: the name is asked for instead."""
    with pytest.raises(NotRawAudio, match="holds a WAV"):
        RawAudioPerson(piped(b"RIFF....WAVEfmt "))


def test_resampling_keeps_the_length_in_time():
    """One second stays one second."""
    assert SAMPLE_RATE * 2 == pytest.approx(
        len(resample(bytes(44_100), 22_050)), rel=0.01
    )
    assert b"ab" == resample(b"ab", SAMPLE_RATE)
