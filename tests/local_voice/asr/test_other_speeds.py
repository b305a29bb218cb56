"""Second looks at other speeds: what they add, what they take away, and the tempo."""

import math
from array import array
from itertools import pairwise

import pytest

from local_voice.asr.interfaces import UNKNOWN, RecognitionResult
from local_voice.asr.other_speeds import AGREEING, SPEEDS, change_speed, look_again
from local_voice.audio.pcm import SAMPLE_RATE

MEANINGS = {"okay": "plain yes", "all right": "plain yes", "again": "repeat"}


def heard(text):
    """Return a transcript."""
    return RecognitionResult(text, -10.0, looked_twice=False, ms=0.0)


def look(text, *looks):
    """Return the text that counts, and how many looks were taken."""
    taken = iter(looks)
    found = look_again(heard(text), map(heard, taken), lambda t: MEANINGS.get(t, ""))
    return found.text, len(looks) - len(list(taken))


@pytest.mark.parametrize(
    ("looks", "taken"),
    [
        (["again"], 1),
        ([UNKNOWN, "again", "okay"], 2),
        (["okay", "", UNKNOWN, "again"], 4),
    ],
)
def test_a_phrase_that_one_look_hears_too_is_kept(looks, taken):
    """No more looks are taken than it needs."""
    assert ("again", taken) == look("again", *looks)


def test_words_of_the_same_meaning_agree():
    """The one bears out the other, and the words stay as they were heard."""
    assert ("okay", 1) == look("okay", "all right")


@pytest.mark.parametrize("looks", [[UNKNOWN] * 4, ["", "okay", UNKNOWN, "okay"]])
def test_a_phrase_that_no_look_hears_is_unknown(looks):
    """It may have been chance: it is asked about, and not acted on."""
    assert (UNKNOWN, 4) == look("again", *looks)


@pytest.mark.parametrize("unknown", [UNKNOWN, f"{UNKNOWN} {UNKNOWN}"])
def test_looks_that_agree_add_what_was_not_heard(unknown):
    """The text is that of the look which made them enough."""
    assert AGREEING == 2
    assert ("all right", 3) == look(unknown, "okay", UNKNOWN, "all right", "again")


@pytest.mark.parametrize(
    "looks",
    [
        ["again", "okay", UNKNOWN, ""],
        [UNKNOWN] * 4,
        ["again okay", "again okay", f"{UNKNOWN} okay", f"{UNKNOWN} okay"],
    ],
)
def test_looks_that_do_not_agree_add_nothing(looks):
    """One is chance, and what is no phrase as a whole does not count."""
    assert (UNKNOWN, 4) == look(UNKNOWN, *looks)


@pytest.mark.parametrize("text", ["", f"again {UNKNOWN}", "again okay"])
def test_no_look_is_taken_at_anything_else(text):
    """Silence stays silence; what was understood in part is asked about anyway."""
    assert (text, 0) == look(text, "again", "again")


@pytest.mark.parametrize("speed", SPEEDS)
def test_speed_changes_length_and_pitch_alike(speed):
    """A tone of 400 Hz that lasts a second."""
    waves = (8_000 * math.sin(n * math.tau * 400 / SAMPLE_RATE) for n in range(16_000))
    samples = array("h", change_speed(array("h", map(round, waves)).tobytes(), speed))
    assert len(samples) == pytest.approx(SAMPLE_RATE / speed, abs=2)
    ups = sum(a < 0 <= b for a, b in pairwise(samples))
    assert ups / len(samples) * SAMPLE_RATE == pytest.approx(400 * speed, abs=2)
