"""Levels: peak, noise, clipping, and the one sentence that is said about them."""

from array import array

import pytest

from local_voice.audio.pcm import (
    SAMPLE_RATE,
    SILENCE_DBFS,
    Level,
    get_room_advice,
    get_speech_advice,
    measure_level,
    measure_peak,
    measure_rms,
    scale,
    scale_to_peak,
    to_dbfs,
)


def pcm(*samples: int) -> bytes:
    """Return 16-bit samples."""
    return array("h", samples).tobytes()


@pytest.mark.parametrize(
    ("amplitude", "expected"),
    [(0, SILENCE_DBFS), (32_768, 0.0), (16_384, -6.02), (3_277, -20.0)],
)
def test_decibels_below_full_scale(amplitude, expected):
    """Full scale is nought, half of it six decibels less."""
    assert expected == pytest.approx(to_dbfs(amplitude), abs=0.01)


def test_the_most_negative_sample_counts_too():
    """A peak below zero is a peak, and an odd last byte is dropped."""
    assert measure_peak(pcm(0, -32_768)) == 0.0
    assert measure_peak(pcm(0, 16_384) + b"\x7f") == pytest.approx(-6.02, abs=0.01)


def test_nothing_has_the_level_of_silence():
    """No samples, or only zeros, are silence and divide nothing by nought."""
    assert measure_level(b"") == Level(SILENCE_DBFS, SILENCE_DBFS, 0.0, 0)
    assert measure_rms(b"") == 0.0
    assert scale_to_peak(pcm(0, 0), -20.0) == pcm(0, 0)


def test_scaling_clips_at_full_scale():
    """Twelve decibels more are four times as much, but never beyond 16 bits."""
    assert pcm(3981, 32_767, -32_768) == scale(pcm(1000, 30_000, -30_000), 12)


def test_a_faint_sound_is_brought_to_a_peak():
    """After scaling the loudest sample is where it was wanted."""
    assert measure_peak(scale_to_peak(pcm(10, -40, 30), -20.0)) == pytest.approx(
        -20, abs=0.1
    )


def test_zeros_and_clipping_are_counted():
    """The longest run of zeros and the share at full scale are found."""
    level = measure_level(pcm(0, 0, 0, 5, 0, 32_767, -32_768, 7))
    assert (3, 0.25) == (level.zeros, level.clipped)


@pytest.mark.parametrize(
    ("level", "word"),
    [
        (Level(-100, -100, 0, SAMPLE_RATE // 2), "muted"),
        (Level(-20, -34, 0, 10), "loud"),
        (Level(-40, -60, 0, SAMPLE_RATE // 2 - 1), None),
    ],
)
def test_advice_about_the_room(level, word):
    """Exact zeros are a muted microphone; a loud room is said; else nothing."""
    advice = get_room_advice(level)
    assert (word is None) == (advice is None)
    assert word is None or word in str(advice)


@pytest.mark.parametrize(
    ("level", "word"),
    [
        (Level(0, -10, 0.001, 0), "sound.clipped"),
        (Level(-46, -60, 0, 0), "sound.faint"),
        (Level(-44, -60, 0.0009, 0), None),
        (Level(-100, -100, 0, 0), None),
    ],
)
def test_advice_about_an_answer(level, word):
    """Clipping is worse than faintness; what is well is not spoken of."""
    advice = get_speech_advice(level)
    assert (word is None) == (advice is None)
    assert word is None or word in str(advice)
