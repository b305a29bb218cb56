"""What the tests of the real engines share: one ear and one voice a run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dialogue.content.content import Content
from local_voice.__main__ import main
from local_voice.asr.model_files import SHIPPED
from local_voice.commands.engines import RecognizerSetup, load_recognizer
from local_voice.tts.pyttsx3_voice import Pyttsx3Synthesizer

ROOT = Path(__file__).parents[2]
CLIPS = ROOT / "tests" / "audio" / "en-US"
MANY = 90
"""Seconds after which a command is taken to hang."""


@pytest.fixture(autouse=True)
def no_marks(monkeypatch, tmp_path):
    """Keep what a session leaves out of the home of whoever runs the tests."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture(scope="session")
def ear(content: Content) -> RecognizerSetup:
    """Return the shipped model's ear; a missing model fails, since it is shipped."""
    made = load_recognizer(content, None)
    yield made
    made.recognizer.close()


@pytest.fixture(scope="session")
def voice() -> Pyttsx3Synthesizer:
    """Return the real voice."""
    made = Pyttsx3Synthesizer()
    yield made
    made.close()


@pytest.fixture
def model_copy(tmp_path):
    """Return a copy of the shipped model that may be spoilt, without checksums."""
    folder = tmp_path / "model"
    shutil.copytree(SHIPPED, folder)
    (folder / "SHA256SUMS").unlink()
    return folder


@pytest.fixture
def command(tmp_path):
    """Return a function that runs `python -m local_voice` in an empty folder."""

    def run(*arguments, stdin=b"", more_environment=None, **more):
        return subprocess.run(
            [sys.executable, "-m", "local_voice", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            cwd=tmp_path,
            env=environment() | (more_environment or {}),
            timeout=MANY,
            **more,
        )

    return run


@pytest.fixture
def run_main(tmp_path, monkeypatch, capfd):
    """Return a function that runs a command in this process, in an empty folder.

    Its outcome looks like that of `command`, without the start of a Python.
    """

    def run(*arguments):
        monkeypatch.chdir(tmp_path)
        capfd.readouterr()
        try:
            code = main([*map(str, arguments)])
        except SystemExit as refused:
            code = refused.code
        out, err = capfd.readouterr()
        return subprocess.CompletedProcess(arguments, code, out.encode(), err.encode())

    return run


def environment():
    """Return an environment in which the checkout is found from any folder."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="session")
def clips() -> dict[str, list[str]]:
    """Return the recordings of people by what is said in them."""
    found: dict[str, list[str]] = {}
    for path in sorted(CLIPS.glob("*.wav")):
        found.setdefault(path.stem.split("_")[0], []).append(str(path))
    return found
