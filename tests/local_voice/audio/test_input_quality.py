"""How a word reached the microphone, and the advice that follows from it."""

import math
import random
from array import array

import pytest

from local_voice.audio.input_quality import Reached, advice, reached
from local_voice.audio.pcm import SAMPLE_RATE

GOOD = Reached(-12.0, -60.0, 35.0, 0.0, False)


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
    found = reached(sound(-60, -20))
    assert found.room_dbfs == pytest.approx(-60, abs=1.5)
    assert found.above_room == pytest.approx(40, abs=2)
    assert found.peak_dbfs == pytest.approx(-17, abs=1)
    assert (0.0, False) == (found.clipped, found.muted)


def test_silence_around_a_recording_is_no_room():
    """Zeros before and after leave the room's level as it was."""
    padded = bytes(SAMPLE_RATE) + sound(-50, -20) + bytes(SAMPLE_RATE)
    assert reached(padded).room_dbfs == pytest.approx(-50, abs=1.5)


def test_only_zeros_are_a_muted_microphone():
    """No room is so quiet; too few zeros tell nothing."""
    assert reached(bytes(2 * SAMPLE_RATE)).muted
    assert not reached(bytes(100)).muted
    assert not reached(b"").muted


@pytest.mark.parametrize(
    ("words", "missed", "told"),
    [
        ([GOOD] * 6, 0, []),
        ([GOOD] * 6, 1, ["loud enough"]),
        ([Reached(-100, -100, 0, 0, True)] * 6, 6, ["muted"]),
        ([Reached(0.0, -50, 40, 0.02, False)] * 6, 2, ["too loud"]),
        ([Reached(-48.0, -80, 30, 0, False)] * 6, 0, ["closer"]),
        ([Reached(-20.0, -30, 9, 0, False)] * 6, 3, ["headset"]),
        ([Reached(-50.0, -60, 8, 0, False)] * 6, 3, ["faintly", "as loud as you"]),
        ([GOOD] * 5 + [Reached(0, -50, 40, 0.02, False)], 0, []),
    ],
)
def test_the_advice_names_what_to_change(words, missed, told):
    """Closer, louder, less loud, other microphone: what fits, and nothing else."""
    found = advice(words, missed)
    assert len(told) == len(found)
    for part, sentence in zip(told, found, strict=True):
        assert part in sentence
        assert sentence.endswith(".")
