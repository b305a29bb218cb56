"""The engine is small and pure: what an import of it brings along."""

import subprocess
import sys


def test_the_interview_loads_little_and_reads_no_data() -> None:
    """The engine needs at most twenty of our modules, and nothing that reads YAML."""
    script = "import sys, dialogue.engine.interview; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    modules = done.stdout.split()
    ours = [name for name in modules if name.split(".")[0] == "dialogue"]
    assert "dialogue.engine.rules" in ours
    assert len(ours) <= 20
    assert "yaml" not in modules
