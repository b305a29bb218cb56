"""The matcher: what was taught is heard, and what was taught badly is told."""

from pathlib import Path

import numpy as np
import pytest
from helpers.mouth_recordings import record_mouth

from acoustic_model.own_sounds.signals import colour
from local_voice.own_sounds.features import trim
from local_voice.own_sounds.lesson import Lesson, TakeFault
from local_voice.own_sounds.piece import find_pieces
from local_voice.own_sounds.scoring import measure_separation

from .conftest import SEED, to_clip

DOCS = Path(__file__).parents[3] / "docs"


def judge(matcher, known, pcm):
    """Return what one recording is."""
    (piece,) = find_pieces(to_clip(pcm))
    return matcher.judge(known.extractor.extract(trim(piece.clip)))


def test_other_renditions_are_heard(matcher, known, takes):
    """Each as what it is; of six one at the most not surely enough."""
    heard = 0
    for name, recorded in takes.items():
        for pcm in recorded[3:]:
            judged = judge(matcher, known, pcm)
            assert judged.name == name
            heard += judged.reaches(known.model, sure=False)
    assert heard >= 5


PAIRS = (
    ("click", "low hum"),
    ("ooo", "sss"),
    ("whistle", "aaa"),
    ("pop", "high hum"),
    ("mm-hm", "uh-uh"),
    ("kiss", "eee"),
)


def test_what_ships_hears_other_mouths_and_swaps_none(known):
    """A floor under each new fit; the card has the figures of people and mouths."""
    heard = swapped = 0
    for seed, kinds in enumerate(PAIRS, 300):
        lesson, made = Lesson(known), [record_mouth(seed, k, 6) for k in kinds]
        for name, recorded in zip(("yes", "no"), made, strict=True):
            for pcm in recorded[:3]:
                assert lesson.take(name, to_clip(pcm)) is None
        matcher = lesson.build_matcher()
        for name, recorded in zip(("yes", "no"), made, strict=True):
            for pcm in recorded[3:]:
                judged = judge(matcher, known, pcm)
                taken = judged.reaches(known.model, sure=False)
                heard += taken and judged.name == name
                swapped += taken and judged.name != name
    assert (heard >= 33, swapped) == (True, 0), f"{heard} of 36"


def test_other_sounds_of_the_same_person_are_none(matcher, known):
    """A whistle and a hiss, which nobody taught."""
    for kind in ("whistle", "shh"):
        judged = judge(matcher, known, record_mouth(SEED, kind, 1)[0])
        assert not judged.reaches(known.model, sure=True)


def test_one_sound_under_two_names_is_noticed(known):
    """Before it is saved, from the examples alone."""
    lesson, whistles = Lesson(known), record_mouth(SEED, "whistle", 6)
    for name, recorded in (("yes", whistles[:3]), ("no", whistles[3:])):
        for pcm in recorded:
            lesson.take(name, to_clip(pcm))
    assert lesson.check().are_alike


def test_two_of_four_sounds_that_are_alike_are_found():
    """Whatever the others are; and one slip of six examples is no twin."""
    apart, alike = np.array([6.0, 7.0, 8.0]), np.array([-0.5, 0.0, 1.0])
    assert measure_separation([apart, apart]) == 7
    assert measure_separation([apart, alike, apart, alike]) < 1
    slipped = np.array([6.0, -9.0, 8.0])
    assert measure_separation([apart, slipped]) > 5


@pytest.mark.parametrize("kind", ["another sound", "a door"])
def test_a_slip_is_pointed_out(known, takes, kind):
    """One of three examples is none; by itself nobody could tell."""
    lesson = Lesson(known)
    slip = to_clip(record_mouth(SEED, "sss", 1)[0]) if kind != "a door" else place(DOOR)
    for name, recorded in (("yes", takes["yes"][:3]), ("no", takes["no"][:2])):
        for pcm in recorded:
            lesson.take(name, to_clip(pcm))
    assert lesson.take("no", slip) is None
    assert lesson.check().odd == ("no", 2)


def test_two_sounds_with_three_examples_are_enough(known, takes):
    """With fewer it goes on later."""
    lesson = Lesson(known)
    for pcm in takes["yes"][:3]:
        lesson.take("yes", to_clip(pcm))
    for pcm in takes["no"][:2]:
        lesson.take("no", to_clip(pcm))
    assert not lesson.check().is_complete
    assert lesson.build_matcher() is None
    lesson.take("no", to_clip(takes["no"][2]))
    check = lesson.check()
    assert (check.is_complete, check.are_alike, check.odd) == (True, False, None)


def test_of_twenty_examples_the_eight_most_different_are_kept(known, takes):
    """The first three stay; of one that is made again and again one or few."""
    lesson, (*first, fourth, fifth, last) = Lesson(known), map(to_clip, takes["yes"])
    for clip in (*first, fifth, last, *[fourth] * 15):
        assert lesson.take("yes", clip) is None
    assert lesson.counts == {"yes": 8}
    kept = [features.seconds for features in lesson.examples["yes"][:8]]
    few = Lesson(known)
    for clip in (*first, fifth, last):
        few.take("yes", clip)
    wanted = [features.seconds for features in few.examples["yes"][:5]]
    assert kept[:5] == wanted


def test_a_recording_of_the_person_is_taken_for_the_person(matcher, known, takes):
    """It is no lock, and the page for carers says so."""
    played = colour(to_clip(takes["no"][4]), 0.3).astype(np.float32) / 2
    (piece,) = find_pieces(played)
    judged = matcher.judge(known.extractor.extract(trim(piece.clip)))
    assert judged.name == "no"
    assert judged.reaches(known.model, sure=False)
    assert "**no lock**" in (DOCS / "own-sounds.md").read_text("utf-8")


HISS = np.random.default_rng(1).normal(size=64_000).astype(np.float32) * 1e-3


def place(sound, at=1.0):
    """Return a room with a sound in it."""
    room = HISS.copy()
    room[int(at * 16_000) : int(at * 16_000) + len(sound)] += sound
    return room


def hum(seconds, level):
    """Return a tone of so many seconds."""
    return level * np.sin(np.arange(int(seconds * 16_000)) / 10).astype(np.float32)


SECONDS = np.arange(4000) / 16_000
DOOR = (0.4 * np.exp(-25 * SECONDS) * np.sin(380 * SECONDS)).astype(np.float32)
TALK = 0.05 * np.concatenate([hum(0.3, 1), np.zeros(3200)] * 7).astype(np.float32)


@pytest.mark.parametrize(
    ("audio", "fault"),
    [
        (HISS, TakeFault.SILENT),
        (place(hum(0.3, 0.1)) + place(hum(0.3, 0.1), 2.2), TakeFault.PIECES),
        (place(DOOR, 0.3) + place(hum(0.3, 0.1), 1.8), TakeFault.PIECES),
        (place(hum(2.8, 0.1), 0.5), TakeFault.LONG),
        (place(TALK, 0.3) + place(hum(0.5, 0.1)), TakeFault.LONG),
        (place(hum(0.5, 0.005)), TakeFault.FAINT),
        (np.clip(place(hum(0.5, 3)), -1, 1), TakeFault.CLIPPED),
    ],
)
def test_an_example_that_cannot_be_used_is_not_stored(known, audio, fault):
    """One sentence for each, and taken again."""
    lesson = Lesson(known)
    assert lesson.take("yes", audio) is fault
    assert lesson.counts == {}
