"""Follows the container's recipe in a plain folder: make replay-container.

It installs the same lock, copies the same files and no others, starts the same command
with the same variables and runs the same health check. It shows nothing of the base
image, of users or of the container engine.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOME = "/srv/backtalk"
PATIENCE = 60
"""Seconds for the program to answer."""


def read_instructions() -> list[tuple[str, str]]:
    """Return the recipe's instructions with their words, in order."""
    recipe = (ROOT / "Containerfile").read_text(encoding="utf-8")
    joined = re.sub(r"\\\n\s*", " ", re.sub(r"(?m)^#.*\n", "", recipe))
    lines = [line.strip() for line in joined.splitlines() if line.strip()]
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in lines]


def main() -> int:
    """Follow the recipe and return 0 when its own health check is content."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        environ = {"PATH": f"{place / 'venv/bin'}:{os.environ['PATH']}"}
        environ |= {k: v for k, v in os.environ.items() if k.startswith("PIP_")}
        subprocess.run([sys.executable, "-m", "venv", place / "venv"], check=True)
        commands: dict[str, list[str]] = {}
        for name, words in read_instructions():
            if name == "ENV":
                environ |= dict(pair.split("=", 1) for pair in words.split())
            elif name == "COPY":
                copy(words.split(), place)
            elif name == "ARG" and "=" in words:
                environ[words.split("=")[0]] = f"replayed@sha256:{64 * '0'}"
            elif name == "RUN" and not words.startswith("useradd"):
                run = words.replace(HOME, f"{place}{HOME}")
                subprocess.run(run, shell=True, check=True, env=environ)  # noqa: S602
            elif name in ("CMD", "HEALTHCHECK"):
                commands[name] = json.loads(words[words.index("[") :])
        given = {"BACKTALK_SKILL_ID": "replayed", "BACKTALK_CLINIC": "roseville"}
        return is_healthy(commands, environ | given, place / HOME.lstrip("/"))


def copy(words: list[str], place: Path) -> None:
    """Copy the sources of a COPY below `place`."""
    *sources, target = words
    for source in map(ROOT.joinpath, sources):
        into = Path(f"{place}{target}")
        if source.is_dir():
            bare = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, into, ignore=bare)
        else:
            into = into / source.name if target.endswith("/") else into
            into.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, into)


def is_healthy(
    commands: dict[str, list[str]], environ: dict[str, str], home: Path
) -> int:
    """Start the program, wait for the health check's yes, and end it."""
    with subprocess.Popen(commands["CMD"], cwd=home, env=environ) as program:
        try:
            for _ in range(PATIENCE):
                check = subprocess.run(
                    commands["HEALTHCHECK"], env=environ, capture_output=True
                )
                if check.returncode == 0 or program.poll() is not None:
                    break
                time.sleep(1)
            print("healthy" if check.returncode == 0 else check.stderr.decode())
            return check.returncode
        finally:
            program.terminate()


if __name__ == "__main__":
    sys.exit(main())
