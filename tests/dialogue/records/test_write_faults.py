"""A kill and a full disk at every write lose nothing but what is being written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a child to be killed")
def test_nothing_is_lost_at_any_write():
    """The first notes, and one that makes the file grow; `make fuzz-writes` has all."""
    run = subprocess.run(
        [sys.executable, "-m", "write_faults", "--notes", "135", "--only-splits"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "history: page splits: 1\n" in run.stdout, run.stdout + run.stderr
    assert "record: full_once: 24\n" in run.stdout
    assert "recording: full_once: 24\n" in run.stdout
    assert "replacement: full_once: 8\n" in run.stdout
    assert "Lost: 0\n" in run.stdout, run.stdout
    assert 0 == run.returncode
