"""A lesson by voice and buttons: what is asked for, checked, tried and kept."""

from collections import Counter
from contextlib import contextmanager

import pytest
from helpers.offline_session import list_prompt_keys, make_session

from dialogue.engine.events import Answered, Next, Previous, Stop
from dialogue.engine.protocol import Answer
from local_voice.asr.interfaces import UNKNOWN, RecognitionResult, SoundMatch
from local_voice.asr.listener import Utterance
from local_voice.own_sounds.decision import SoundDecider
from local_voice.own_sounds.in_session import OwnSounds
from local_voice.own_sounds.matcher_process import LessonState
from local_voice.own_sounds.words import add_own_words
from local_voice.session.sound_lesson import SoundLesson

YES, NO = Answered(Answer.YES), Answered(Answer.NO)
ALL = ["yes", "no"] * 3 + ["nothing"] * 3
FIVE = ["yes", "no", "no", "yes", "no"]
KEEP = [YES]


class Matcher:
    """Takes every example, and says of them what a test wants."""

    def __init__(self, *faults, **found):
        self.faults, self.found, self.taken = list(faults), found, []
        self.dropped, self.used = [], False

    def take(self, name, pcm):
        """Take it, unless a fault is next."""
        fault = self.faults.pop(0) if self.faults else ""
        if not fault:
            self.taken.append(name)
        return fault

    def drop(self, name, number):
        """Note it."""
        self.dropped.append((name, number))

    def check(self):
        """Say once what was found, then that all is well."""
        found, counts = {}, Counter(self.taken)
        complete = counts["yes"] >= 3 and counts["no"] >= 3
        if complete:
            found, self.found = self.found, {}
        return LessonState(
            complete,
            found.get("alike", False),
            found.get("odd"),
            found.get("unsteady", False),
            counts,
        )

    def use_lesson(self):
        """Note it."""
        self.used = True


class Ears:
    """Stands for the recogniser that knows own sounds."""

    is_lost = False

    @contextmanager
    def attend(self, *, takes_any=False):
        """Hear nothing of its own."""
        yield


class Person:
    """Makes sounds and presses buttons, one after the other."""

    def __init__(self, *script):
        quiet = ""
        self.script, self.session = [quiet, *script], None

    def prepare(self, state):
        """Need no preparation."""

    def listen(self, from_sample, patience=None, interrupted=lambda: False, *_):
        """Make the next sound, or press the next button."""
        if interrupted():
            return None
        step = self.script.pop(0)
        if not isinstance(step, str):
            self.session.inputs.put(step)
            return None
        if step == "":
            return Utterance("")
        text, _, name = step.partition("/")
        name = name or text
        match = SoundMatch(1, name if name in ("yes", "no") else "", True, 30.0)
        heard = text if "/" in step else UNKNOWN
        result = RecognitionResult(heard, -10.0, looked_twice=False, ms=0.0, own=match)
        return Utterance(heard, result, pcm=bytes(3200))


def hold(content, person, matcher, start=None, **more):
    """Hold a lesson; return what it came to, and the keys of what was said."""
    own = OwnSounds("lesson", Ears(), SoundDecider(), is_taught=False)
    content = add_own_words(content)
    session, happened = make_session(content, listener=person, own_sounds=own)
    person.session = session
    lesson = SoundLesson(session, own, matcher, **more)
    outcome = start(lesson) if start else lesson.hold(("yes", "no"))
    assert person.script == []
    return outcome, [key for keys in list_prompt_keys(happened) for key in keys]


def test_a_whole_lesson(content):
    """Three of each, three that mean nothing, five questions, and it is kept."""
    matcher = Matcher()
    outcome, keys = hold(content, Person(*ALL, *FIVE, *KEEP), matcher)
    assert matcher.taken == ALL
    assert (outcome.right, outcome.wants_to_keep, outcome.asks_twice) == (
        5,
        True,
        False,
    )
    assert matcher.used
    assert keys.count("own.taken") == 9
    assert keys[-2:] == ["own.try.good", "own.ask.keep"]


def test_it_is_kept_by_a_sound_too(content):
    """Whoever is alone needs no button."""
    outcome, _ = hold(content, Person(*ALL, *FIVE, "yes"), Matcher())
    assert outcome.wants_to_keep


def test_nothing_is_kept_without_a_yes(content):
    """A no is a no."""
    outcome, _ = hold(content, Person(*ALL, *FIVE, NO), Matcher())
    assert not outcome.wants_to_keep


@pytest.mark.parametrize("fault", ["silent", "pieces", "long", "faint", "clipped"])
def test_an_example_that_cannot_be_used_is_made_again(content, fault):
    """One sentence, without a count of failures."""
    outcome, keys = hold(content, Person("yes", *ALL, *FIVE, *KEEP), Matcher(fault))
    assert f"own.fault.{fault}" in keys
    assert outcome.wants_to_keep


def test_nobody_is_hurried(content):
    """Silence is waited for, again and again."""
    person = Person("", "", "", *ALL, *FIVE, *KEEP)
    outcome, keys = hold(content, person, Matcher())
    assert outcome.right == 5
    assert keys.count("own.make.yes") == 3


def test_the_last_example_can_be_dropped(content):
    """By no, or by back; a repeat says what is wanted again."""
    matcher = Matcher()
    hold(content, Person("yes", Previous(), *ALL[1:], *FIVE, *KEEP), matcher)
    assert matcher.dropped == [("yes", -1)]


def test_who_is_tired_ends_early(content):
    """With three of each it is enough; with fewer nothing is kept."""
    outcome, keys = hold(content, Person(*ALL[:6], Stop(), *FIVE, *KEEP), Matcher())
    assert outcome.wants_to_keep
    assert "own.learn.enough" in keys
    outcome, keys = hold(content, Person(*ALL[:4], Stop(), NO), Matcher())
    assert not outcome.is_complete
    assert keys[-1] == "own.not_kept"


def test_a_lesson_goes_on_another_time(content):
    """What is there is not asked for again."""
    matcher = Matcher()
    outcome, keys = hold(content, Person(*ALL[:4], Stop(), YES), matcher)
    assert outcome.wants_to_go_on
    assert keys[-1] == "own.ask.later"
    outcome, keys = hold(content, Person(*ALL[4:], *FIVE, *KEEP), matcher)
    assert "own.learn.again" in keys
    assert matcher.taken == ALL
    assert outcome.wants_to_keep


def test_who_stops_while_trying_may_go_on_another_time(content):
    """Nothing that was taught is lost without a question."""
    outcome, keys = hold(content, Person(*ALL, "yes", Stop(), YES), Matcher())
    assert (outcome.wants_to_go_on, outcome.wants_to_keep) == (True, False)
    assert keys[-1] == "own.ask.later"
    outcome, keys = hold(content, Person(*ALL, "yes", Stop(), NO), Matcher())
    assert not outcome.wants_to_go_on
    assert keys[-1] == "own.not_kept"


def test_sounds_that_mean_nothing_can_be_left_out(content):
    """Next goes on."""
    person = Person(*ALL[:6], Next(), Next(), Next(), *FIVE, *KEEP)
    assert hold(content, person, Matcher())[0].wants_to_keep


def test_sounds_that_are_alike_need_a_helpers_yes(content):
    """By a button alone: the sounds themselves are what is in doubt."""
    twice = [name for name in FIVE for _ in range(2)]
    person = Person(*ALL, "yes", YES, *twice, *KEEP)
    outcome, keys = hold(content, person, Matcher(alike=True))
    assert (outcome.asks_twice, outcome.right) == (True, 5)
    outcome, keys = hold(content, Person(*ALL, NO), Matcher(alike=True))
    assert not outcome.is_complete
    assert keys[-1] == "own.not_kept"


def test_an_odd_example_is_made_again(content):
    """The one that is unlike the others."""
    matcher = Matcher(odd=("no", 1))
    outcome, keys = hold(content, Person(*ALL, "no", *FIVE, *KEEP), matcher)
    assert matcher.dropped == [("no", 1)]
    assert "own.odd" in keys
    assert outcome.wants_to_keep


def test_a_slip_is_made_again_before_sounds_are_called_alike(content):
    """It may be why they are; nobody is asked to choose another sound for it."""
    matcher = Matcher(odd=("no", 1), alike=True)
    outcome, keys = hold(content, Person(*ALL, "no", *FIVE, *KEEP), matcher)
    assert "own.alike" not in keys
    assert outcome.wants_to_keep


def test_who_is_unsteady_makes_two_more_of_each(content):
    """Once."""
    matcher = Matcher(unsteady=True)
    person = Person(*ALL, *ALL[:4], *FIVE, *KEEP)
    assert hold(content, person, matcher)[0].wants_to_keep
    assert Counter(matcher.taken)["yes"] == 5


@pytest.mark.parametrize("word", ["stop", "slower"])
def test_a_command_word_is_refused(content, word):
    """ "Stop" as a yes would end the talk, "slower" make our voice slow."""
    matcher = Matcher()
    _, keys = hold(content, Person(f"{word}/x", *ALL, *FIVE, *KEEP), matcher)
    assert "own.fault.command" in keys
    assert matcher.taken == ALL


def test_what_the_usual_recogniser_hears_wrongly_is_noted(content):
    """A word of another language that sounds like a yes of ours."""
    person = Person("yes", "yes/no", *ALL[2:], *FIVE, *KEEP)
    outcome, keys = hold(content, person, Matcher())
    assert outcome.unheeded == {"yes"}
    assert "own.overruled" in keys


def test_nothing_recorded_is_kept_unless_asked_for(content):
    """A helper may want the sounds for a later version."""
    kept = []
    hold(
        content,
        Person(*ALL, *FIVE, *KEEP),
        Matcher(),
        keep=lambda name, pcm: kept.append(name),
    )
    assert kept == ALL


def test_two_more_examples_of_one_sound_can_be_added(content):
    """Nothing else is asked for; the check and the five questions come again."""
    matcher = Matcher()
    matcher.taken = ["yes"] * 3 + ["no"] * 3
    outcome, _ = hold(
        content,
        Person("yes", "yes", *FIVE, *KEEP),
        matcher,
        start=lambda lesson: lesson.hold(("yes",), more=True),
    )
    assert matcher.taken[6:] == ["yes", "yes"]
    assert outcome.wants_to_keep


def test_a_profile_can_be_tried_alone(content):
    """What went wrong is said; nothing is asked to be kept."""
    person = Person("yes", "no", "yes", "yes", "no")
    person.script.pop(0)  # no quiet is listened to
    outcome, keys = hold(
        content, person, Matcher(), start=lambda lesson: lesson.try_out()
    )
    assert outcome.right == 4
    assert keys[-1] == "own.try.some"
