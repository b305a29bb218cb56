"""The recipe's commands when something is missing: one sentence, exit code 2."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the recipe as a person would."""
    return subprocess.run(
        [sys.executable, "-m", "acoustic_model", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )


@pytest.mark.parametrize(
    "command", ["prepare", "excerpts", "evaluate", "states", "report", "clips"]
)
def test_missing_data_is_one_sentence(command: str) -> None:
    """No traceback, the path, the remedy."""
    done = run(command, "--data", "no/such/folder")
    assert done.returncode == 2
    assert done.stderr.startswith("no/such/folder: is not a folder.")
    assert "Traceback" not in done.stderr


def test_a_command_is_needed() -> None:
    """Without one, the commands are listed."""
    done = run()
    assert done.returncode == 2
    for name in ("prepare", "train", "export", "evaluate", "states", "report", "clips"):
        assert name in done.stderr


def test_a_share_that_is_no_number_is_one_sentence() -> None:
    """Where it stood, and how it is written."""
    done = run("export", "--mix", "checkpoint.pkl")
    assert done.returncode == 2
    assert "checkpoint.pkl: is no checkpoint with its share. Write" in done.stderr
    assert "Traceback" not in done.stderr
