"""People behind are told from the person by loudness."""

import math
from array import array

import pytest

from local_voice.asr.speaker_level import (
    ALIKE_WITHIN,
    AROUND,
    BEFORE,
    FAINTER_BY,
    FRAME_BYTES,
    LEAST_KNOWN,
    MOST_NEAR,
    NEAR_WITHIN,
    ROOM_FRAMES,
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


def list_cuts(level: SpeakerLevel, pcm: bytes) -> list[bytes]:
    """Return what is as loud as the person, the most of it first."""
    return [near.pcm for near in level.list_near(pcm)]


@pytest.mark.parametrize("fresh", [True, False])
def test_what_is_faint_beside_the_answer_is_left_out(known, fresh):
    """By the loudest part, where the person is not known yet."""
    level = SpeakerLevel() if fresh else known
    near, behind = tone(OWN), tone(SOFTEST - NEAR_WITHIN - 3, 40)
    (cut,) = list_cuts(level, behind + near + behind)
    assert near in cut
    assert len(cut) - 2 * len(AROUND) < len(near) + len(behind) / 2
    assert cut.startswith(AROUND)
    assert cut.endswith(AROUND)


def test_what_is_faint_before_the_answer_is_left_out():
    """Also where nothing stands behind it."""
    (near,) = SpeakerLevel().list_near(tone(OWN - NEAR_WITHIN - 3, 40) + tone(OWN))
    assert near.is_far


@pytest.mark.parametrize("faint", [NEAR_WITHIN + 3, NEAR_WITHIN - 2])
@pytest.mark.parametrize("frames", [0, ROOM_FRAMES - BEFORE])
def test_what_is_faint_behind_the_answer_may_be_the_persons(faint, frames):
    """A "but" said softly in a quiet room is never left out of a "no"."""
    softly = tone(OWN - faint, 40)
    before = tone(OWN - faint, frames) if frames else b""
    assert [] == list_cuts(SpeakerLevel(), before + tone(OWN) + softly)


@pytest.mark.parametrize(
    ("before", "behind", "left_out"),
    [(-8, -6, True), (-8, -8, True), (-8, -20, True), (-14, -8, False), (-8, 0, False)],
)
def test_where_the_room_talks_less_is_near(before, behind, left_out):
    """Whoever is audible before the answer may be behind it too, and as loud."""
    near, after = tone(OWN), tone(OWN + behind, 40)
    pcm = tone(OWN + before, 40) + near + after
    cuts = list(SpeakerLevel().list_near(pcm))
    assert left_out is bool(cuts and after not in cuts[0].pcm)
    for cut in cuts:
        assert near in cut.pcm
        assert cut.is_far is (before < -NEAR_WITHIN)


def test_what_is_too_long_for_a_phrase_is_not_looked_at():
    """It would keep the person waiting, and come to nothing."""
    lead = tone(OWN - NEAR_WITHIN - 3, 40)
    assert [] == list_cuts(SpeakerLevel(), lead + tone(OWN, MOST_NEAR + 1))


def test_where_all_is_the_persons_nothing_is_left_out(known):
    """There is nothing to look at again, also with the room around it."""
    assert [] == list_cuts(known, tone(OWN, 30))
    assert [] == list_cuts(known, tone(-70, 30) + tone(OWN, 30) + bytes(9999))


def test_a_soft_answer_keeps_its_soft_parts(known):
    """Whoever speaks more softly now is measured by this utterance."""
    softer = tone(OWN - 10)
    (cut,) = list_cuts(known, tone(OWN - 10 - 20, 40) + softer)
    assert softer in cut


def test_no_sound_at_all_is_no_error():
    """Neither of an utterance, nor of the person."""
    level = SpeakerLevel()
    for _ in range(LEAST_KNOWN):
        level.note(b"")
    assert not level.is_faint(b"")
    assert [] == list_cuts(level, b"")
