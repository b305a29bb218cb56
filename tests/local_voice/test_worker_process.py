"""Ear and voice in their children: killed, stopped, hung; the talk goes on."""

import os
import signal
import time

import pytest

from local_voice.asr.grammar import GrammarState
from local_voice.asr.interfaces import RecognizerError, RecognizerUnavailable
from local_voice.asr.listener import AudioListener
from local_voice.asr.vosk_recognizer import KEPT_FRAMES, MOST_RESTARTS, VoskRecognizer
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.commands.hear import FileMicrophone
from local_voice.tts.interfaces import SynthesisError
from local_voice.tts.pyttsx3_voice import Pyttsx3Synthesizer
from local_voice.worker_process import EngineError, EngineProcess, EngineRefusal

pytestmark = [
    pytest.mark.audio,
    pytest.mark.skipif(os.name == "nt", reason="signals of Unix"),
]

FRAME = bytes(1024)


@pytest.fixture
def own_ear(ear):
    """Return a recogniser that a test may ill-treat."""
    made = VoskRecognizer(str(ear.model.folder))
    yield made
    made.close()


@pytest.fixture
def own_voice():
    """Return a voice that a test may ill-treat."""
    made = Pyttsx3Synthesizer()
    yield made
    made.close()


def gone(pid: int) -> bool:
    """Tell whether a process has ended."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
@pytest.mark.parametrize("moment", [5, 25, 40])
def test_an_ear_killed_in_mid_answer_is_not_noticed(ear, own_ear, clips, how, moment):
    """The answer is heard by the next child from its beginning, within 2 s."""
    listener = AudioListener(
        FileMicrophone(clips["yes"][0]), own_ear, ear.grammars, ear.detector
    )
    listener.prepare(GrammarState.ANSWER)
    feed, count = own_ear.feed, 0

    def feed_and_hit(pcm):
        nonlocal count
        count += 1
        if count == moment:
            os.kill(own_ear.pid, how)
        return feed(pcm)

    own_ear.feed = feed_and_hit
    began = time.monotonic()
    heard = listener.listen(0)
    assert ("yes", 1) == (heard.text, own_ear.restarts)
    # One second is the deadline of a block; loading again takes the rest.
    assert time.monotonic() - began < 5


def test_an_ear_killed_before_the_final_result(ear, own_ear, clips):
    """The last look at an answer survives the child's death as well."""
    answers = ear.grammars[GrammarState.ANSWER]
    own_ear.begin(answers.spellings, answers.decoys)
    for block in FileMicrophone(clips["no"][0]).blocks():
        own_ear.feed(block.pcm)
    os.kill(own_ear.pid, signal.SIGKILL)
    assert "no" == own_ear.finish().text


def test_sound_that_ends_the_ear_twice_is_dropped(ear, own_ear, monkeypatch):
    """The loop is told, and the ear is ready for the next listening."""
    answers = ear.grammars[GrammarState.ANSWER]
    own_ear.begin(answers.spellings, answers.decoys)
    replay = own_ear._replay

    def killed_again():
        os.kill(own_ear.pid, signal.SIGKILL)
        return replay()

    monkeypatch.setattr(own_ear, "_replay", killed_again)
    os.kill(own_ear.pid, signal.SIGKILL)
    with pytest.raises(RecognizerError):
        own_ear.feed(FRAME)
    own_ear.begin(answers.spellings, answers.decoys)
    assert "" == own_ear.feed(FRAME)


def test_an_ear_that_keeps_dying_is_given_up(ear, own_ear):
    """After three restarts in one talk there is no fourth."""
    answers = ear.grammars[GrammarState.ANSWER]
    own_ear.begin(answers.spellings, answers.decoys)
    for _ in range(MOST_RESTARTS):
        os.kill(own_ear.pid, signal.SIGKILL)
        own_ear.feed(FRAME)
    os.kill(own_ear.pid, signal.SIGKILL)
    with pytest.raises(RecognizerUnavailable):
        own_ear.feed(FRAME)


def test_failures_hours_apart_are_no_reason_to_give_up(ear, own_ear, clips):
    """Each listening that ends well makes up for one restart."""
    listener = AudioListener(
        FileMicrophone(clips["no"][0]), own_ear, ear.grammars, ear.detector
    )
    for _ in range(MOST_RESTARTS + 2):
        listener.prepare(GrammarState.ANSWER)
        os.kill(own_ear.pid, signal.SIGKILL)
        own_ear.feed(FRAME)
        own_ear.finish()
        listener.prepare(GrammarState.ANSWER)
        assert "" == own_ear.finish().text
    assert MOST_RESTARTS + 2 == own_ear.restarts


def test_an_empty_list_never_reaches_the_engine(own_ear):
    """It would end the child with a signal, so it is refused here."""
    with pytest.raises(ValueError, match="empty list"):
        own_ear.begin(())


def test_the_kept_sound_is_bounded(own_ear, ear):
    """Of a long listening only the last 12 s are kept for a restart."""
    answers = ear.grammars[GrammarState.ANSWER]
    own_ear.begin(answers.spellings, answers.decoys)
    for _ in range(KEPT_FRAMES + 20):
        own_ear.feed(FRAME)
    assert 12 == round(len(b"".join(own_ear._kept)) / 2 / SAMPLE_RATE)


def test_a_killed_voice_says_the_sentence_all_the_same(own_voice):
    """A dead child is replaced, and nobody notices."""
    os.kill(own_voice.pid, signal.SIGKILL)
    assert own_voice.render("Take care. Goodbye.").seconds > 1


def test_a_stopped_voice_is_replaced_after_its_deadline(own_voice):
    """A child that never answers is noticed within 2 s, and another one speaks."""
    os.kill(own_voice.pid, signal.SIGSTOP)
    began = time.monotonic()
    assert own_voice.render("Goodbye.").seconds > 0.3
    assert time.monotonic() - began < 5


def test_an_ear_that_hangs_before_a_listening_is_replaced(ear, own_ear):
    """Building the grammar has a deadline of its own, learnt from the first one."""
    answers = ear.grammars[GrammarState.ANSWER]
    own_ear.begin(answers.spellings, answers.decoys)
    os.kill(own_ear.pid, signal.SIGSTOP)
    began = time.monotonic()
    own_ear.begin(answers.spellings, answers.decoys)
    assert 1 == own_ear.restarts
    assert time.monotonic() - began < 5


def test_a_voice_that_fails_twice_says_so(own_voice, monkeypatch):
    """What was rendered before stays at hand; the new sentence fails."""
    before = own_voice.render("Goodbye.")

    def fail(request, within):
        raise EngineError("no")

    monkeypatch.setattr(own_voice._engine, "ask", fail)
    with pytest.raises(SynthesisError):
        own_voice.render("Something new.")
    assert before is own_voice.render("Goodbye.")


def test_a_child_ends_with_its_parent(own_ear):
    """When the pipe closes the child goes, whatever it is doing."""
    pid = own_ear.pid
    own_ear._engine._child.stdin.close()
    deadline = time.monotonic() + 5
    while own_ear._engine._child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert own_ear._engine._child.returncode == 0
    own_ear.close()
    assert gone(pid)


def test_a_closed_engine_leaves_no_child(own_ear):
    """Closing kills at once and may be done twice."""
    pid = own_ear.pid
    own_ear.close()
    own_ear.close()
    assert gone(pid)
    with pytest.raises(EngineError):
        own_ear._engine.ask(("finish",), 1)


def test_what_an_engine_refuses_is_told():
    """A wrong wish is answered with its reason, not with a dead child."""
    engine = EngineProcess("local_voice.tts.pyttsx3_voice", ["nobody", "150", "."])
    with pytest.raises(EngineRefusal, match="not known") as refused:
        engine.start()
    assert refused.value.unfit
    engine.stop()
