"""A spoilt protocol never starts silently: every program refuses it in one sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import invalid_entries, invalid_files, invalid_protocol, invalid_wording
from helpers.invalid_data import PROTOCOL, Spoilt, bundled_copy, is_from, spoil

from dialogue.content import messages, problems
from dialogue.content.problems import DataRefused
from dialogue.loading import load_content

ROOT = Path(__file__).parent.parent
KINDS: tuple[Spoilt, ...] = tuple(
    mistake
    for mistake in (
        *invalid_files.MISTAKES,
        *invalid_entries.MISTAKES,
        *invalid_protocol.MISTAKES,
        *invalid_wording.MISTAKES,
    )
    if mistake.file == PROTOCOL
)
"""Every small mistake in the protocol's file."""

SILENT = Spoilt(
    messages.FLAG_UNSURE,
    PROTOCOL,
    'saddle numbness"\n    unsure_means: yes',
    'saddle numbness"\n    unsure_means: no',
    "unsure_means: no",
    "red flag 'numb_bottom' counts unsure as no",
)
"""Nothing is misspelt here: the file reads well, and people would be harmed."""

UNREADABLE = Spoilt(
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
"""What is started, and its exit code when the protocol is spoilt."""


def test_there_are_fifty_kinds_of_damage():
    """The protocol's file is spoilt in at least fifty ways."""
    assert len({(mistake.old, mistake.new) for mistake in KINDS}) >= 50


@pytest.mark.parametrize("mistake", KINDS, ids=lambda mistake: mistake.title)
def test_no_damage_of_the_protocol_is_loaded(mistake: Spoilt, tmp_path: Path):
    """What all programs load is refused, with the line and the words that help."""
    data = bundled_copy(tmp_path)
    line = spoil(data, mistake)
    with pytest.raises(DataRefused) as refused:
        load_content(clinic="roseville", data=data)
    found = [p for p in refused.value.problems if is_from(mistake.message, p)]
    assert any(mistake.says in str(problem) for problem in found)
    if mistake.at is not None:
        assert (mistake.file, line) in [(p.path, p.line) for p in found]


@pytest.fixture(scope="module", params=[SILENT, UNREADABLE], ids=lambda m: m.title)
def spoilt_program(request, tmp_path_factory) -> tuple[Path, Spoilt]:
    """Return a folder with all programs, whose protocol is spoilt, and the mistake."""
    folder = tmp_path_factory.mktemp("program")
    for name in ("local_voice", "skill", "app.py"):
        (folder / name).symlink_to(ROOT / name)
    core = folder / "dialogue"
    core.mkdir()
    for item in (ROOT / "dialogue").iterdir():
        if item.name != "data":
            (core / item.name).symlink_to(item)
    spoil(bundled_copy(core), request.param)
    return folder, request.param


@pytest.mark.parametrize("name", PROGRAMS)
def test_no_program_starts_with_a_spoilt_protocol(name, spoilt_program):
    """One sentence with file and line, its own exit code, and no talk."""
    folder, mistake = spoilt_program
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
