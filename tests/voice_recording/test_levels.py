"""Measuring a recording: a whole one is in order, and each fault is named."""

import pytest

from local_voice.tts import mastering
from voice_recording.levels import find_faults, measure_levels

np = pytest.importorskip("numpy")


def build_sound(front=mastering.MARGIN_IN_FRONT, behind=mastering.MARGIN_BEHIND):
    """Return a level hum of a second between `front` and `behind` samples."""
    hum = np.sin(np.arange(mastering.RATE) / 20)
    return mastering.level(np.concatenate((np.zeros(front), hum, np.zeros(behind))))


def find(sound):
    """Return the faults of `sound` as one text."""
    return "; ".join(find_faults(measure_levels(sound)))


def test_a_whole_recording_is_in_order():
    """Margins, loudness and peaks as they are mastered."""
    assert not find(build_sound())


def test_each_fault_is_named():
    """One that is cut, one with too much silence, a loud one, one that clips."""
    assert "begins too early" in find(build_sound(front=0))
    assert "ends too late" in find(build_sound(behind=0))
    assert "no first sound" in find(build_sound(front=mastering.RATE // 4))
    assert "no last sound" in find(build_sound(behind=mastering.RATE // 4))
    assert "LUFS" in find(build_sound() * 2)
    assert "clips" in find(np.clip(build_sound() * 20, -1, 1))


def test_a_pause_is_measured():
    """From the last sound before it to the first behind it."""
    whole = build_sound()
    half = len(whole) // 2
    paused = np.concatenate((whole[:half], np.zeros(mastering.RATE), whole[half:]))
    assert measure_levels(paused).longest_pause == pytest.approx(1.0, abs=0.02)
