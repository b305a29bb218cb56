"""The recipe measures what the product does: the same scores of the same lesson."""

import numpy as np
import pytest

from acoustic_model.own_sounds.lessons import TEST_KINDS, Taught, hold_lesson
from acoustic_model.own_sounds.mouths import TAUGHT, UNMEANT, Mouth
from acoustic_model.own_sounds.speakers import Person, make_chance
from acoustic_model.own_sounds.tables import STRANGERS, build_table
from local_voice.own_sounds.features import trim
from local_voice.own_sounds.known_numbers import load_known_numbers
from local_voice.own_sounds.matcher import Matcher, add_noise, build_sound
from local_voice.own_sounds.scoring import find_leads

LABELS = ("click",) * 4 + ("low hum",) * 4 + ("sss",)
TAUGHT_CLIPS = Taught({"click": (0, 1, 2), "low hum": (4, 5, 6)}, nothing=(8,))


@pytest.fixture(scope="module")
def known():
    """Return what ships."""
    return load_known_numbers()


@pytest.fixture(scope="module")
def person():
    """Return a mouth with few clips."""
    mouth, rng = Mouth(5), np.random.default_rng(1)
    clips = tuple(trim(mouth.record(label, rng)) for label in LABELS)
    above = (12.0,) * len(clips)
    return Person("sounds", "one", False, LABELS, clips, clips, above, clips, clips[:1])


def test_a_lesson_of_the_recipe_scores_as_the_product(person, known):
    """Clip by clip, steadiness and leads too."""
    few = dict.fromkeys(TEST_KINDS, known.strangers[:2])
    strangers = {STRANGERS: known.strangers}
    table = build_table(person, {**strangers, **few}, known.extractor)
    lesson = hold_lesson(table, TAUGHT_CLIPS)
    clean = lesson.kinds == "clean"
    scores = known.model.score(lesson.numbers[clean])
    matcher = _teach(person, known)
    for row, place in enumerate((3, 7)):
        judged = matcher.judge(known.extractor.extract(person.clean[place]))
        best = scores[row].argmax()
        own = known.model.steadiness * matcher.steadiness
        assert judged.name == list(TAUGHT_CLIPS.sounds)[best]
        assert judged.score == pytest.approx(scores[row, best] - own, abs=0.02)
        assert judged.lead == pytest.approx(find_leads(scores)[row, best], abs=0.02)
    examples = known.model.score(lesson.examples)
    wanted = examples[np.arange(6), lesson.own]
    assert [e.score for e in matcher.examples] == pytest.approx(wanted, abs=0.02)


def _teach(person, known):
    """Return what the product learns from the same clips and the same noise."""
    extract = known.extractor.extract
    rng = make_chance(person.group, person.name, "copies")
    clean = [extract(clip) for clip in person.clean]
    copies = [extract(trim(add_noise(clip, rng))) for clip in person.clean]

    def gather(places):
        return tuple(c[place] for c in (clean, copies) for place in places)

    sounds = [
        build_sound(name, gather(places), known.strangers)
        for name, places in TAUGHT_CLIPS.sounds.items()
    ]
    return Matcher(sounds, gather(TAUGHT_CLIPS.nothing), known.model)


def test_what_is_heard_after_a_lesson_is_all_there(person, known):
    """Every clip that was not taught, by kind; the one that means nothing is none."""
    few = dict.fromkeys(TEST_KINDS, known.strangers[:2])
    table = build_table(person, {STRANGERS: known.strangers, **few}, known.extractor)
    lesson = hold_lesson(table, TAUGHT_CLIPS)
    kinds, counts = np.unique(lesson.kinds, return_counts=True)
    wanted = {"clean": 2, "noisy": 2, "far": 2, "unmeant": 1, **dict.fromkeys(few, 2)}
    assert dict(zip(kinds.tolist(), counts.tolist(), strict=True)) == wanted
    assert set(lesson.above_room[lesson.kinds == "noisy"]) == {12.0}


def test_every_sound_of_a_mouth_is_one_for_the_product():
    """Finite, within full scale, and the same for the same seed."""
    for name in (*TAUGHT, *UNMEANT):
        first, again = (Mouth(3).record(name, np.random.default_rng(4)) for _ in "ab")
        assert np.isfinite(first).all()
        assert 0 < np.abs(first).max() <= 1
        assert np.array_equal(first, again)
