"""A child that was taken over: nothing it sends is run, believed or kept."""

import pickle
import struct
from pathlib import Path

import pytest

from local_voice.asr.vosk_recognizer import VoskRecognizer
from local_voice.tts.pyttsx3_voice import get_speech
from local_voice.worker_process import (
    EngineError,
    EngineProcess,
    EngineRefusal,
    Message,
    parse_fields,
)

PREFACE = """
import json, struct, sys, time
def send(value, raw=b""):
    words = json.dumps(value).encode()
    sys.stdout.buffer.write(struct.pack(">II", len(words), len(raw)) + words + raw)
    sys.stdout.buffer.flush()
def send_bytes(sent):
    sys.stdout.buffer.write(sent)
    sys.stdout.buffer.flush()
def receive():
    words, raw = struct.unpack(">II", sys.stdin.buffer.read(8))
    return json.loads(sys.stdin.buffer.read(words)), sys.stdin.buffer.read(raw)
"""


@pytest.fixture
def build_engine(tmp_path, monkeypatch):
    """Return a function that builds an engine out of the child's code."""
    made = []

    def build(code: str) -> EngineProcess:
        (tmp_path / "taken_over.py").write_text(PREFACE + code)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        made.append(EngineProcess("taken_over", []))
        return made[-1]

    yield build
    for engine in made:
        engine.stop()


class Touch:
    """An object that makes a file when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self):
        return Path.touch, (self.file,)


def test_a_request_and_its_bytes_arrive(build_engine):
    """Any bytes and any words, and the answer with bytes of its own."""
    engine = build_engine(
        "send(['done', None])\nwords, raw = receive()\n"
        "send(['done', words], raw[::-1])\ntime.sleep(60)"
    )
    engine.start()
    answer = engine.ask(("say", "näïve \ud800 \n"), 20, bytes(range(256)))
    assert Message(["say", "näïve \ud800 \n"], bytes(range(255, -1, -1))) == answer


def test_a_pickle_is_never_opened(build_engine, tmp_path):
    """What would run here when it is read is only refused."""
    mark = tmp_path / "mark"
    sent = pickle.dumps(("done", Touch(mark)))
    with pytest.raises(EngineError):
        build_engine(f"send_bytes({sent!r})\ntime.sleep(60)").start(20)
    framed = struct.pack(">II", len(sent), 0) + sent
    with pytest.raises(EngineError):
        build_engine(f"send_bytes({framed!r})\ntime.sleep(60)").start(20)
    assert not mark.exists()
    pickle.loads(sent)  # noqa: S301 (our own: shows that it would have run)
    assert mark.exists()


@pytest.mark.parametrize(
    "code",
    [
        "send_bytes(b'\\xff' * 8)",
        "send_bytes(struct.pack('>II', 2, 1 << 31) + b'[]')",
        "send_bytes(struct.pack('>II', 9, 0) + b'[\"done\", ')",
        "send_bytes(struct.pack('>II', 100_000, 0) + b'[' * 100_000)",
        "send_bytes(struct.pack('>II', 13, 0) + b'[\"done\", NaN]')",
        "send_bytes(struct.pack('>II', 2, 0) + b'\\xff\\xff')",
        "send({'done': 1})",
        "send(['done'])",
        "send(['refused', ['no', 'yes', 3]])",
    ],
)
def test_what_is_no_answer_ends_the_child(build_engine, code):
    """Too long, cut off, nested, no JSON, another form: the child is ended at once."""
    engine = build_engine(f"{code}\ntime.sleep(60)")
    with pytest.raises(EngineError, match=r"ended|form"):
        engine.start(20)
    assert engine.pid is None


def test_a_child_that_talks_without_end_is_not_listened_to(build_engine):
    """Answers that nobody asked for fill no memory, and are nobody's answer."""
    engine = build_engine(
        "send(['done', None])\nwhile True: send(['done', 'stale'], bytes(1 << 20))"
    )
    engine.start()
    while engine._answers.qsize() < 2:
        pass
    with pytest.raises(EngineError, match="unasked"):
        engine.ask(("say",), 5)
    assert engine.pid is None


def test_a_file_beside_us_is_no_module_of_the_child(tmp_path, monkeypatch):
    """A `wave.py` in the folder that we are run in is not what the child imports."""
    mark = tmp_path / "mark"
    code = f"open({str(mark)!r}, 'w')\nraise ImportError('taken over')"
    for name in ("wave", "miniaudio", "local_voice"):
        (tmp_path / f"{name}.py").write_text(code)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    engine = EngineProcess("local_voice.tts.pyttsx3_voice", ["--list"])
    try:
        assert engine.start().value
    finally:
        engine.stop()
    assert not mark.exists()


@pytest.mark.parametrize(
    ("value", "kinds"),
    [("ab", (str, str)), ([1], (str,)), (["a", 1], (str,)), (None, (str,))],
)
def test_an_answer_of_another_form_is_an_error(value, kinds):
    """The kinds and the number of the fields are checked."""
    with pytest.raises(EngineError, match="form"):
        parse_fields(value, *kinds)


@pytest.mark.parametrize(
    "answer",
    [Message(0, b"ab"), Message(10**9, b"ab"), Message("x"), Message(22_050, b"abc")],
)
def test_speech_of_an_impossible_rate_is_an_error(answer):
    """It would be resampled for ever, or not at all."""
    with pytest.raises(EngineError):
        get_speech(answer)


@pytest.mark.audio
def test_an_unknown_request_is_refused(ear):
    """A request names what the recogniser does, not any attribute of it."""
    made = VoskRecognizer(str(ear.model.folder))
    try:
        with pytest.raises(EngineRefusal, match="__init__"):
            made._engine.ask(("__init__", "a", "b"), 5)
    finally:
        made.close()
