"""How a word reached the microphone, and the advice that follows from it."""

import math
import random
from array import array

import pytest

from local_voice.audio.input_quality import (
    InputFault,
    InputQuality,
    find_input_faults,
    measure_input_quality,
)
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.commands.calibrate import ADVICE

GOOD = InputQuality(-12.0, -60.0, 35.0, 0.0, False)


def sound(room: float, voice: float) -> bytes:
    """Return a second of hiss with half a second of a tone in it; dBFS of both."""
    rng = random.Random(1)
    hiss, loud = (32_768 * 10 ** (d / 20) for d in (room, voice))
    samples = array("h")
    for i in range(SAMPLE_RATE):
        value = rng.gauss(0, hiss)
        if SAMPLE_RATE // 4 < i < SAMPLE_RATE * 3 // 4:
            value += loud * math.sqrt(2) * math.sin(i / 5)
        samples.append(max(-32_768, min(32_767, round(value))))
    return samples.tobytes()


def test_a_voice_is_measured_over_the_room():
    """The quiet frames are the room, the loud ones the voice."""
    found = measure_input_quality(sound(-60, -20))
    assert found.room_dbfs == pytest.approx(-60, abs=1.5)
    assert found.above_room == pytest.approx(40, abs=2)
    assert found.peak_dbfs == pytest.approx(-17, abs=1)
    assert (0.0, False) == (found.clipped, found.muted)


def test_silence_around_a_recording_is_no_room():
    """Zeros before and after leave the room's level as it was."""
    padded = bytes(SAMPLE_RATE) + sound(-50, -20) + bytes(SAMPLE_RATE)
    assert measure_input_quality(padded).room_dbfs == pytest.approx(-50, abs=1.5)


def test_only_zeros_are_a_muted_microphone():
    """No room is so quiet; too few zeros tell nothing."""
    assert measure_input_quality(bytes(2 * SAMPLE_RATE)).muted
    assert not measure_input_quality(bytes(100)).muted
    assert not measure_input_quality(b"").muted


@pytest.mark.parametrize(
    ("words", "missed", "faults"),
    [
        ([GOOD] * 6, 0, []),
        ([GOOD] * 6, 1, [InputFault.UNKNOWN]),
        ([InputQuality(-100, -100, 0, 0, True)] * 6, 6, [InputFault.MUTED]),
        ([InputQuality(0.0, -50, 40, 0.02, False)] * 6, 2, [InputFault.CLIPPED]),
        ([InputQuality(-48.0, -80, 30, 0, False)] * 6, 0, [InputFault.FAINT]),
        ([InputQuality(-20.0, -30, 9, 0, False)] * 6, 3, [InputFault.NOISY_ROOM]),
        (
            [InputQuality(-50.0, -60, 8, 0, False)] * 6,
            3,
            [InputFault.FAINT, InputFault.NOISY_ROOM],
        ),
        ([GOOD] * 5 + [InputQuality(0, -50, 40, 0.02, False)], 0, []),
    ],
)
def test_the_faults_name_what_to_change(words, missed, faults):
    """Muted, clipped, faint, noisy: what is there, and nothing else."""
    assert faults == find_input_faults(words, missed)


@pytest.mark.parametrize(
    ("fault", "part"),
    [
        (InputFault.UNKNOWN, "loud enough"),
        (InputFault.MUTED, "muted"),
        (InputFault.CLIPPED, "too loud"),
        (InputFault.FAINT, "closer"),
        (InputFault.NOISY_ROOM, "headset"),
    ],
)
def test_each_fault_has_its_advice(fault, part):
    """Closer, louder, less loud, other microphone."""
    assert part in ADVICE[fault]
    assert ADVICE[fault].endswith(".")
    assert set(InputFault) == set(ADVICE)
