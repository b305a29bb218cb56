"""Further examples: only what a press has confirmed, and nothing by itself."""

import pytest

from dialogue.engine.events import Answered, Previous
from dialogue.engine.protocol import Answer
from local_voice.own_sounds.further_examples import FurtherExamples
from local_voice.own_sounds.recognizer import JUDGED_BYTES

YES, NO = Answered(Answer.YES), Answered(Answer.NO)


@pytest.fixture
def further():
    """Return a place for examples, in which nothing can be kept."""
    return FurtherExamples(lambda name, pcm: False)


def test_a_press_that_says_the_same_confirms_a_sound(further):
    """At the same question; each answer once, the newest sound of it."""
    for pcm in (b"first", b"second"):
        further.note_sound("chest", "no", pcm)
        further.note_press("chest", NO)
    assert list(further.take_confirmed()) == [("no", b"second")]
    assert list(further.take_confirmed()) == []


@pytest.mark.parametrize(
    ("place", "press"), [("chest", YES), ("breath", NO), ("chest", Previous())]
)
def test_every_other_press_confirms_nothing(further, place, press):
    """Another answer, another question, another button; nor the press behind it."""
    further.note_sound("chest", "no", b"sound")
    further.note_press(place, press)
    further.note_press("chest", NO)
    assert list(further.take_confirmed()) == []


def test_the_press_is_about_the_newest_sound(further):
    """One that was no doubt takes its place."""
    further.note_sound("chest", "no", b"sound")
    further.note_sound("chest", "", b"a groan")
    further.note_press("chest", NO)
    assert list(further.take_confirmed()) == []


def test_another_interview_begins_with_none(further):
    """And no more of a sound is kept than is judged."""
    further.note_sound("chest", "no", bytes(3 * JUDGED_BYTES))
    further.note_press("chest", NO)
    ((_, pcm),) = list(further.take_confirmed())
    assert len(pcm) == JUDGED_BYTES
    further.note_sound("chest", "no", b"sound")
    further.note_press("chest", NO)
    further.clear()
    assert list(further.take_confirmed()) == []
