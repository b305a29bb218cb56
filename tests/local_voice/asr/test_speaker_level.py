"""People behind are told from the person by loudness."""

import math
from array import array

import pytest

from local_voice.asr.speaker_level import (
    ALIKE_WITHIN,
    AROUND,
    FAINTER_BY,
    FRAME_BYTES,
    LEAST_KNOWN,
    NEAR_WITHIN,
    SpeakerLevel,
)

OWN = -20.0
SOFTEST = OWN - 4


def tone(decibels: float, frames: int = 10) -> bytes:
    """Return a tone of this root mean square in dBFS."""
    top = 32_768 * 10 ** (decibels / 20) * math.sqrt(2)
    count = frames * FRAME_BYTES // 2
    waves = (top * math.sin(n * math.tau * 250 / 16_000) for n in range(count))
    return array("h", map(round, waves)).tobytes()


@pytest.fixture
def known():
    """Return the level of a person who answered several times."""
    level = SpeakerLevel()
    for decibels in (SOFTEST, OWN + 4, OWN):
        level.note(tone(decibels))
    return level


def test_nobody_is_faint_before_the_person_is_known():
    """A few answers are not enough: they may have been somebody else's."""
    level = SpeakerLevel()
    for _ in range(LEAST_KNOWN - 1):
        level.note(tone(OWN))
    assert not level.is_faint(tone(-70))


@pytest.mark.parametrize(("below", "faint"), [(-1, False), (1, True)])
def test_the_limit_is_under_the_softest_of_the_answers(known, below, faint):
    """A decibel on both sides of it."""
    pcm = bytes(FRAME_BYTES * 20) + tone(SOFTEST - FAINTER_BY - below)
    assert faint is known.is_faint(pcm)


@pytest.mark.parametrize(("apart", "faint"), [(-1, True), (1, False)])
def test_answers_of_differing_loudness_tell_nothing(apart, faint):
    """Several people, or a telephone that is moved, make nobody faint."""
    level = SpeakerLevel()
    for decibels in (OWN, OWN - ALIKE_WITHIN - apart, OWN):
        level.note(tone(decibels))
    assert faint is level.is_faint(tone(-70))


def test_a_person_that_was_forgotten_is_not_known(known):
    """Until as many answers as at the beginning."""
    known.forget()
    assert not known.is_faint(tone(-70))


def test_a_click_is_not_loud(known):
    """Three loud frames are no vowel."""
    assert known.is_faint(tone(OWN, 3) + tone(OWN - 40, 30))


@pytest.mark.parametrize("fresh", [True, False])
def test_what_is_faint_beside_the_answer_is_left_out(known, fresh):
    """By the loudest part, where the person is not known yet."""
    level = SpeakerLevel() if fresh else known
    near, behind = tone(OWN), tone(SOFTEST - NEAR_WITHIN - 3, 40)
    cut = level.cut_near(behind + near + behind)
    assert near in cut
    assert len(cut) - 2 * len(AROUND) < len(near) + len(behind) / 2
    assert cut.startswith(AROUND)
    assert cut.endswith(AROUND)


def test_where_all_is_the_persons_nothing_is_left_out(known):
    """There is nothing to look at again, also with the room around it."""
    assert b"" == known.cut_near(tone(OWN, 30))
    assert b"" == known.cut_near(tone(-70, 30) + tone(OWN, 30) + bytes(9999))


def test_a_soft_answer_keeps_its_soft_parts(known):
    """Whoever speaks more softly now is measured by this utterance."""
    softer = tone(OWN - 10)
    assert softer in known.cut_near(tone(OWN - 10 - 20, 40) + softer)


def test_no_sound_at_all_is_no_error():
    """Neither of an utterance, nor of the person."""
    level = SpeakerLevel()
    for _ in range(LEAST_KNOWN):
        level.note(b"")
    assert not level.is_faint(b"")
    assert b"" == level.cut_near(b"")
