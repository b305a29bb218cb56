"""Own sounds in a session: what counts, what is said back, and how it is undone."""

from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import pytest
from helpers.offline_session import (
    Lines,
    list_answers,
    list_prompt_keys,
    list_user_events,
    make_session,
)

from dialogue.engine.events import Answered, Checked, NoMatch, Previous, Repeat
from dialogue.engine.protocol import Answer
from local_voice.asr.interfaces import UNKNOWN, RecognitionResult, SoundMatch
from local_voice.asr.listener import Utterance
from local_voice.own_sounds.decision import SoundDecider
from local_voice.own_sounds.further_examples import FurtherExamples
from local_voice.own_sounds.in_session import OwnSounds
from local_voice.own_sounds.words import REPLACED, add_own_words
from local_voice.session.events import (
    OwnSoundsChanged,
    SessionWarning,
    UserTurnEnded,
    VoiceChanged,
)

YES, NO = Answered(Answer.YES), Answered(Answer.NO)
SILENCE = Utterance("")


class Ears:
    """Stands for the recogniser that knows own sounds."""

    def __init__(self):
        """Be there, and note which listenings take any sound."""
        self.is_lost, self.takes_any = False, []

    @contextmanager
    def attend(self, *, takes_any=False):
        """Note it."""
        self.takes_any.append(takes_any)
        yield


def sound(name, *, sure=True, text=UNKNOWN, above=30.0, early=False):
    """Return an utterance that is one of the taught sounds, or none with ""."""
    match = SoundMatch(1, name, sure, above)
    result = RecognitionResult(text, -10.0, looked_twice=False, ms=0.0, own=match)
    return Utterance(text, result, early)


@pytest.fixture
def run(content):
    """Return a function that runs a session with a script of utterances."""

    def run_script(*script, ears=None, further=None):
        own = OwnSounds("me", ears or Ears(), SoundDecider(), further=further)
        listener = Lines(*script, None)
        session, happened = make_session(
            add_own_words(content), listener=listener, own_sounds=own
        )
        session.responder.replace_prompts(REPLACED)
        listener._make = None
        original = listener.listen

        def listen(*arguments):
            step = listener._script[0]
            if callable(step):
                listener._script.pop(0)
                step(session)
                return None
            if step is None:
                session.receive(None)
            return original(*arguments)

        listener.listen = listen
        session.run()
        return happened, own

    return run_script


def test_a_sure_sound_counts_and_the_page_shows_it(run):
    """A yes at a danger sign, at once."""
    happened, _ = run(sound("yes"))
    (ended,) = [h for h in happened if isinstance(h, UserTurnEnded)]
    assert (ended.event, ended.by) == (YES, "yes")


def test_the_usual_recognisers_answer_is_asked_again(run):
    """Its yes never counts alone where a profile is loaded."""
    happened, _ = run(sound("", text="yes"))
    assert list_user_events(happened) == [NoMatch()]


def test_a_no_to_a_danger_sign_is_said_back(run):
    """Two seconds in which any sound takes it back; silence lets it stand."""
    ears = Ears()
    happened, _ = run(sound("no"), SILENCE, ears=ears)
    keys = list_prompt_keys(happened)
    assert keys[1] == ("own.undo",)
    assert keys[2] != keys[0]
    assert ears.takes_any[:2] == [False, True]


def test_a_sound_takes_the_no_back(run):
    """Whatever it is; the question is put again."""
    happened, _ = run(sound("no"), sound("", text=UNKNOWN), sound("yes"))
    keys = list_prompt_keys(happened)
    assert keys[2][0] == "own.reopened"
    assert keys[2][-1].removeprefix("again.") == keys[0][-1].removeprefix("ask.")


def test_a_button_takes_the_no_back_at_once(run):
    """The press answers the question that was said back."""

    def press(session):
        session.receive(YES)

    happened, _ = run(sound("no"), press)
    assert list_user_events(happened)[-1] == YES


def test_undo_by_back_is_one_press(run):
    """In the seconds after it, and later."""
    happened, _ = run(sound("no"), lambda session: session.receive(Previous()))
    assert list_user_events(happened)[-1] == Previous()


def test_an_unsure_no_is_asked_again_in_words_of_its_own(run):
    """The same once more counts, and is then said back."""
    unsure = sound("no", sure=False)
    happened, _ = run(unsure, unsure, SILENCE)
    assert list_user_events(happened) == [Checked(lean=Answer.NO), NO]
    keys = list_prompt_keys(happened)
    assert "own.check.no" in keys[1]
    assert keys[2] == ("own.undo",)


@pytest.mark.parametrize(
    ("name", "event", "changes"), [("yes", NoMatch(), 0), ("", Repeat(), 1)]
)
def test_a_word_for_our_voice_is_a_command_like_others(run, name, event, changes):
    """An own sound that speaks against it is asked again, and nothing is adjusted."""
    happened, _ = run(sound(name, text="slower"))
    assert list_user_events(happened) == [event]
    assert sum(isinstance(h, VoiceChanged) for h in happened) == changes
    assert ("own.which" in list_prompt_keys(happened)[1]) is (not changes)


def test_in_noise_a_button_is_named(run):
    """The sound is not believed at a danger sign."""
    happened, _ = run(sound("no", above=10.0))
    assert list_user_events(happened) == [NoMatch()]
    assert list_prompt_keys(happened)[1][0] == "own.loud"


def test_what_began_while_we_spoke_is_no_own_sound(run):
    """It may be our echo."""
    happened, _ = run(sound("no", early=True), sound("no", early=True))
    assert NO not in list_user_events(happened)


def test_lost_sounds_are_told_once_and_the_usual_recogniser_goes_on(run):
    """The child failed again and again."""
    ears = Ears()
    ears.is_lost = True
    alone = RecognitionResult("no", -10.0, looked_twice=False, ms=0.0)
    happened, _ = run(Utterance("no", alone), Utterance("no", alone), ears=ears)
    assert list_user_events(happened) == [NO, NO]
    assert sum(isinstance(h, SessionWarning) for h in happened) == 1
    assert OwnSoundsChanged(in_use=False) in happened


def press(event, session):
    """Press a button."""
    session.receive(event)


PRESS_YES, PRESS_NO = (partial(press, event) for event in (YES, NO))
PCM = bytes(3200)


class Profile:
    """Stands for the profile: keeps every example, or none."""

    def __init__(self, *, lets=True):
        """`lets` is what its check says."""
        self.lets, self.kept = lets, []

    def keep(self, name, pcm):
        """Note it."""
        self.kept.append((name, pcm))
        return self.lets


def confirm(content, name, *yes):
    """Return a talk: one doubtful sound, the same pressed behind it, all by presses."""
    answers = list_answers(content.protocol, *yes, timers=False)
    presses = [PRESS_YES if said == "yes" else PRESS_NO for said in answers]
    return replace(sound(name, sure=False), pcm=PCM), *presses


@pytest.mark.parametrize(
    ("answer", "lets", "kept", "last"),
    [
        (PRESS_YES, True, [("no", PCM)], "own.kept"),
        (sound("yes"), True, [("no", PCM)], "own.kept"),
        (PRESS_YES, False, [("no", PCM)], "own.unlike"),
        (PRESS_NO, True, [], "own.not_kept"),
        (SILENCE, True, [], "own.not_kept"),
        (sound("yes", sure=False), True, [], "own.not_kept"),
        (sound("", text="yes"), True, [], "own.not_kept"),
        (None, True, [], "own.ask.remember.no"),
    ],
)
def test_a_doubtful_sound_is_kept_only_by_a_yes_that_is_sure(
    run, content, answer, lets, kept, last
):
    """At the end, where a press has said the same at that question."""
    profile = Profile(lets=lets)
    talk = confirm(content, "no")
    happened, _ = run(*talk, answer, further=FurtherExamples(profile.keep))
    keys = [key for keys in list_prompt_keys(happened) for key in keys]
    assert keys.count("own.ask.remember.no") == 1
    assert keys[-1] == last
    assert profile.kept == kept


@pytest.mark.parametrize("name", ["yes", "no"])
def test_nothing_is_offered_to_be_kept_in_an_emergency(run, content, name):
    """Its reply stands alone; nor where no press has said the same."""
    first = content.protocol.questions[0].id
    talk = confirm(content, name, first)
    happened, _ = run(*talk, further=FurtherExamples(Profile().keep))
    keys = [key for keys in list_prompt_keys(happened) for key in keys]
    assert not [key for key in keys if key.startswith("own.ask.remember")]
