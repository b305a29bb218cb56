"""An invalid protocol never starts: every program refuses it in one sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.invalid_data import PROTOCOL, Mistake, bundled_copy, make_mistake

from dialogue.content import messages, problems

ROOT = Path(__file__).parent.parent

SILENT = Mistake(
    messages.FLAG_UNSURE,
    PROTOCOL,
    'saddle numbness"\n    unsure_means: yes',
    'saddle numbness"\n    unsure_means: no',
    "unsure_means: no",
    "red flag 'numb_bottom' counts unsure as no",
)
"""Nothing is misspelt here: the file reads well, and people would be harmed."""

UNREADABLE = Mistake(
    problems.TAB, PROTOCOL, "    stage: care", "\tstage: care", "\tstage", "a tab"
)

PROGRAMS = {
    "console": (["-m", "dialogue", "try"], 2),
    "cases": (["-m", "dialogue", "cases", str(ROOT / "tests/cases/back_spasm.csv")], 2),
    "proof": (["-m", "dialogue", "prove"], 2),
    "offline voice": (["-m", "local_voice", "--demo"], 6),
    "Alexa endpoint": (["-c", "import app; app.create_app()"], 1),
    "Lambda": (["-c", "import skill.aws_lambda"], 1),
}
"""What is started, and its exit code when the protocol is invalid."""


@pytest.fixture(scope="module", params=[SILENT, UNREADABLE], ids=lambda m: m.title)
def invalid_program(request, tmp_path_factory) -> tuple[Path, Mistake]:
    """Return a folder with all programs, whose protocol is invalid, and the mistake."""
    folder = tmp_path_factory.mktemp("program")
    for name in ("local_voice", "skill", "app.py"):
        (folder / name).symlink_to(ROOT / name)
    core = folder / "dialogue"
    core.mkdir()
    for item in (ROOT / "dialogue").iterdir():
        if item.name != "data":
            (core / item.name).symlink_to(item)
    make_mistake(bundled_copy(core), request.param)
    return folder, request.param


@pytest.mark.parametrize("name", PROGRAMS)
def test_no_program_starts_with_an_invalid_protocol(name, invalid_program):
    """One sentence with file and line, its own exit code, and no talk."""
    folder, mistake = invalid_program
    arguments, code = PROGRAMS[name]
    run = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "BACKTALK_ENV": "development", "PYTHONPATH": str(folder)},
    )
    assert code == run.returncode, run.stderr
    assert "BACK TALK:" not in run.stdout
    assert mistake.says in run.stderr
    assert f"{PROTOCOL}:" in run.stderr
    if code != 1:
        assert "Traceback" not in run.stderr
