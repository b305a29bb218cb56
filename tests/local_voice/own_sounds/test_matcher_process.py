"""The matcher's child: it may be killed or stopped at any moment."""

import os
import random
import signal
from dataclasses import replace

import pytest
from helpers.fakes import ScriptedRecognizer
from helpers.mouth_recordings import record_mouth

from dialogue.engine.events import NoMatch
from local_voice.asr.interfaces import UNKNOWN
from local_voice.own_sounds.matcher_process import MatcherProcess
from local_voice.own_sounds.profile_file import save_examples
from local_voice.own_sounds.profile_folder import (
    ProfileAbout,
    find_versions,
    read_about,
)
from local_voice.own_sounds.recognizer import FAILED, OwnSoundRecognizer
from local_voice.worker_process import EngineError, EngineRefusal

from .conftest import SEED

FRAME = 1024


@pytest.fixture(scope="module")
def file(tmp_path_factory, lesson):
    """Return the file of a profile."""
    import datetime

    today = datetime.date(2026, 3, 3)
    about = ProfileAbout(today, {"yes": 3, "no": 3}, find_versions())
    file = tmp_path_factory.mktemp("voices") / "me.npz"
    save_examples(file, lesson.examples, about)
    return file


@pytest.fixture(scope="module")
def shared(file):
    """Return a child that knows the profile, and that no test harms."""
    process = MatcherProcess(str(file))
    yield process
    process.close()


@pytest.fixture
def process(file):
    """Return another one, for a test that harms it."""
    process = MatcherProcess(str(file))
    yield process
    process.close()


def listen(recognizer, pcm):
    """Return the result of one utterance."""
    recognizer.begin(["yes", "no"])
    for at in range(0, len(pcm), FRAME):
        recognizer.feed(pcm[at : at + FRAME])
    return recognizer.finish()


def test_a_sound_is_judged_beside_the_recogniser(shared, takes):
    """The text of the one, the match of the other; outside only the one."""
    recognizer = OwnSoundRecognizer(ScriptedRecognizer(lambda: ""), shared)
    assert listen(recognizer, takes["yes"][4]).own is None
    with recognizer.attend():
        result = listen(recognizer, takes["yes"][4])
        silent = listen(recognizer, bytes(32_000))
    assert (result.text, result.own.name) == (UNKNOWN, "yes")
    assert (silent.text, silent.own.pieces) == ("", 0)


def test_any_sound_is_an_utterance_where_it_is_asked_for(shared):
    """Also one that means nothing."""
    whistle = record_mouth(SEED, "whistle", 1)[0]
    recognizer = OwnSoundRecognizer(ScriptedRecognizer(lambda: ""), shared)
    with recognizer.attend():
        assert listen(recognizer, whistle).text == ""
    with recognizer.attend(takes_any=True):
        assert listen(recognizer, whistle).text == UNKNOWN


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_ended_at_any_moment_it_invents_no_answer(process, takes, how):
    """The utterance counts as nothing; the next one is judged again."""
    recognizer = OwnSoundRecognizer(ScriptedRecognizer(lambda: "yes"), process)
    chance = random.Random(3)
    with recognizer.attend():
        pcm = takes["no"][4]
        recognizer.begin(["yes"])
        moment = chance.randrange(0, len(pcm), FRAME)
        for at in range(0, len(pcm), FRAME):
            if at == moment:
                os.kill(process.pid, how)
            recognizer.feed(pcm[at : at + FRAME])
        assert recognizer.finish().own == FAILED
        assert listen(recognizer, pcm).own.name == "no"


FAILURES = (
    EngineError("the engine has ended"),
    EngineRefusal("There is no profile.", unfit=True),
)


@pytest.mark.parametrize("failure", FAILURES, ids=repr)
def test_a_child_that_fails_again_and_again_is_lost(
    process, takes, monkeypatch, failure
):
    """Then the usual recogniser hears alone."""

    def fail():
        raise failure

    monkeypatch.setattr(process._engine, "start", fail)
    recognizer = OwnSoundRecognizer(ScriptedRecognizer(lambda: "yes"), process)
    os.kill(process.pid, signal.SIGKILL)
    with recognizer.attend():
        results = [listen(recognizer, takes["no"][4]) for _ in range(5)]
    assert [result.own for result in results] == [FAILED] * 3 + [None] * 2
    assert recognizer.is_lost


def test_an_example_is_added_where_the_check_finds_no_more_than_before(
    process, file, takes
):
    """Counted in the profile, which else stays as it was; the sound of another is not.

    A profile that was forgotten or taught anew meanwhile is not written over.
    """
    before, about = file.read_bytes(), read_about(file)
    assert not process.add_example("no", takes["yes"][4], str(file))
    assert not process.add_example("no", bytes(32_000), str(file))
    assert file.read_bytes() == before
    assert process.add_example("no", takes["no"][4], str(file))
    assert read_about(file) == replace(about, sounds={"yes": 3, "no": 4})
    assert process.judge(takes["no"][5]).name == "no"
    file.write_bytes(before)
    with pytest.raises(EngineRefusal, match="was changed"):
        process.add_example("no", takes["no"][5], str(file))
    assert file.read_bytes() == before
    with pytest.raises(EngineRefusal, match="There is no profile"):
        process.add_example("no", takes["no"][5], f"{file.with_name('you.npz')}")


def test_a_spoilt_profile_is_refused_with_its_sentence(tmp_path):
    """The child says what the parent tells."""
    file = tmp_path / "me.npz"
    file.write_bytes(b"PK")
    file.chmod(0o600)
    with pytest.raises(EngineRefusal, match="is damaged"):
        MatcherProcess(str(file))


def test_nothing_heard_is_no_match():
    """What stands for a failed child never names a sound."""
    from dialogue.understanding.asked import Asked, AskedKind
    from local_voice.own_sounds.decision import SoundDecider

    decision = SoundDecider().decide("a", Asked(AskedKind.DANGER), FAILED, NoMatch())
    assert decision.event == NoMatch()
