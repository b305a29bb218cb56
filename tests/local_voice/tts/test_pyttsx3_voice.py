"""The voice: what it refuses, how its sound is finished, what it remembers."""

from array import array

import pytest

from local_voice.audio.interfaces import AudioClip
from local_voice.audio.pcm import SAMPLE_RATE, measure_peak, measure_rms, to_dbfs
from local_voice.commands.engines import load_synthesizer, render_essentials
from local_voice.commands.exit_codes import BAD_OPTIONS, NO_VOICE, LocalVoiceProblem
from local_voice.tts.interfaces import SynthesisError
from local_voice.tts.pyttsx3_voice import (
    LEVEL_DBFS,
    MOST_CHARACTERS,
    PEAK_DBFS,
    SILENCE_BEHIND,
    SILENCE_IN_FRONT,
    Pyttsx3Synthesizer,
    trim_and_level,
)
from local_voice.worker_process import EngineError

pytestmark = pytest.mark.audio

QUESTION = "Did it start after hard work, sport, lifting, or a sudden move?"


def test_a_sentence_is_sound_of_its_length(voice):
    """Cut at both ends, at one loudness, some 150 words a minute."""
    audio = voice.render(QUESTION)
    assert 3 < audio.seconds < 7
    assert LEVEL_DBFS == pytest.approx(to_dbfs(measure_rms(audio.pcm)), abs=3)
    assert measure_peak(audio.pcm) <= 0
    assert not any(audio.pcm[: 2 * SILENCE_IN_FRONT])
    assert not any(audio.pcm[-2 * SILENCE_BEHIND :])


def test_what_was_said_is_remembered(voice):
    """The same sentence is not made twice."""
    assert voice.render("Take care.") is voice.render("Take care.")


@pytest.mark.parametrize(
    "text", ["", "  ", "a\nb", "a\0b", "a" * (MOST_CHARACTERS + 1)]
)
def test_texts_that_the_engine_must_not_see(voice, text):
    """Empty, with control characters or too long: refused before the child."""
    pid = voice.pid
    with pytest.raises(SynthesisError):
        voice.render(text)
    assert pid == voice.pid


def test_digits_are_told_apart(voice):
    """A phone number in words takes its four seconds."""
    number = voice.render("six five one, two one nine, seven two nine two")
    assert 3 < number.seconds < 6


@pytest.mark.parametrize("rate", [100, 260])
def test_the_rate_is_in_force(rate):
    """A slow voice takes longer than a quick one."""
    made = Pyttsx3Synthesizer(rate=rate)
    seconds = made.render(QUESTION).seconds
    made.close()
    assert (seconds > 6) is (rate == 100)
    assert (seconds < 4) is (rate == 260)


def test_an_unknown_voice_is_a_wrong_option():
    """The sentence names the voices there are."""
    with pytest.raises(LocalVoiceProblem, match="en-us") as problem:
        load_synthesizer("nobody", 150)
    assert BAD_OPTIONS == problem.value.code


def test_a_voice_that_does_not_start_is_exit_code_5(monkeypatch):
    """Without a voice the way on is captions alone."""

    def fail(self, within=0):
        raise EngineError("no")

    monkeypatch.setattr("local_voice.worker_process.EngineProcess.start", fail)
    with pytest.raises(LocalVoiceProblem, match="--mute") as problem:
        load_synthesizer("en-us", 150)
    assert NO_VOICE == problem.value.code


def test_the_emergency_sentence_must_be_sayable(content, voice, monkeypatch):
    """A voice that cannot say it is refused at the start, not in an emergency."""

    def fail(text):
        raise SynthesisError(text)

    render_essentials(content, voice)
    monkeypatch.setattr(voice, "render", fail)
    with pytest.raises(LocalVoiceProblem, match="emergency sentence") as problem:
        render_essentials(content, voice)
    assert NO_VOICE == problem.value.code


def wave_of(*stretches):
    """Return square waves, each (amplitude, seconds)."""
    samples = array("h")
    for amplitude, seconds in stretches:
        samples.extend([amplitude, -amplitude] * int(seconds * SAMPLE_RATE / 2))
    return samples.tobytes()


def test_silence_at_the_ends_is_cut():
    """Ten milliseconds stay in front and eighty behind."""
    audio = trim_and_level(wave_of((10, 0.5), (3000, 1), (10, 0.35)))
    assert audio.samples == SAMPLE_RATE + SILENCE_IN_FRONT + SILENCE_BEHIND


@pytest.mark.parametrize("amplitude", [300, 30_000])
def test_loudness_is_brought_to_one_level(amplitude):
    """A faint voice becomes louder, a loud one quieter."""
    audio = trim_and_level(wave_of((amplitude, 1)))
    assert LEVEL_DBFS == pytest.approx(to_dbfs(measure_rms(audio.pcm)), abs=1)


def test_peaks_stay_below_full_scale():
    """A peaky sound is raised only as far as its peaks allow."""
    audio = trim_and_level(wave_of((200, 0.5), (12_000, 0.001), (200, 0.5)))
    assert measure_peak(audio.pcm) <= PEAK_DBFS + 0.1


def test_pure_silence_stays_what_it_is():
    """Nothing to cut, nothing to raise."""
    assert AudioClip(bytes(640)) == trim_and_level(bytes(640))
