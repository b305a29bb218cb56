"""How it is served: a refused start in one sentence, and the container's recipe.

The container itself is not built here; its recipe is read.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from deployment.replay_container import read_instructions

ROOT = Path(__file__).parents[2]
GIVEN = {"BACKTALK_SKILL_ID": "x", "BACKTALK_CLINIC": "dfw"}
RECIPE = (ROOT / "Containerfile").read_text(encoding="utf-8")


def gunicorn(**settings: str) -> subprocess.CompletedProcess[str]:
    """Run gunicorn as an operator does, with these settings and no others."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("BACKTALK_")}
    return subprocess.run(
        [sys.executable, "-m", "gunicorn", "app:create_app()", "--bind", "127.0.0.1:0"],
        cwd=ROOT, env=environ | settings, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, "BACKTALK_SKILL_ID is not set"),
        (GIVEN | {"BACKTALK_CLINIC": "nowhere"}, "BACKTALK_CLINIC is 'nowhere'"),
        (GIVEN | {"BACKTALK_PROTOCOL": "sources"}, "BACKTALK_PROTOCOL is 'sources'"),
        (GIVEN | {"BACKTALK_CERTIFICATES": __file__}, "BACKTALK_CERTIFICATES is"),
        (GIVEN | {"BACKTALK_ENV": "test"}, "BACKTALK_ENV is 'test'"),
        (GIVEN | {"BACKTALK_DEV_CERT_HOST": "x:1"}, "BACKTALK_DEV_CERT_HOST"),
        (
            {"BACKTALK_ENV": "development", "BACKTALK_DEV_ROOT": __file__},
            "BACKTALK_DEV_ROOT",
        ),
    ],
)  # fmt: skip
def test_a_refused_start_is_one_sentence_and_exit_code_1(
    settings: dict[str, str], expected: str
) -> None:
    """No traceback, and no worker that dies again and again."""
    run = gunicorn(**settings)
    assert 1 == run.returncode
    assert run.stderr.startswith(expected)
    assert 1 == len(run.stderr.strip().splitlines())
    assert "" == run.stdout


def test_the_container_runs_as_nobody_in_particular() -> None:
    """The last user is not root, and is set before the program starts."""
    names = [name for name, _ in read_instructions()]
    users = [words for name, words in read_instructions() if name == "USER"]
    assert ["10001"] == users
    assert names.index("USER") < names.index("CMD")
    assert f"--uid {users[-1]} " in RECIPE


@pytest.mark.parametrize(
    ("base", "code"),
    [
        (f"registry.example/python@sha256:{64 * 'a'}", 0),
        (f"registry.example/python:3.12-slim@sha256:{64 * 'a'}", 0),
        ("registry.example/python:3.12-slim", 1),
        ("registry.example/python@sha256:abc", 1),
        ("", 1),
    ],
)
def test_the_container_is_built_on_a_digest_only(base: str, code: int) -> None:
    """A tag is refused in a sentence, and no base is taken unless it is given."""
    instructions = read_instructions()
    assert ("FROM", "${BASE}") in instructions
    check = next(words for name, words in instructions if name == "RUN")
    done = subprocess.run(
        ["sh", "-c", check], env=os.environ | {"BASE": base}, capture_output=True
    )
    assert code == done.returncode
    assert (b"has no digest" in done.stderr) is bool(code)


def test_the_container_installs_only_what_is_locked() -> None:
    """By version and hash, from a file that the repository holds."""
    installs = [words for name, words in read_instructions() if "pip install" in words]
    assert 1 == len(installs)
    words = shlex.split(installs[0])
    assert "--require-hashes" in words
    assert words[words.index("-r") + 1].endswith("requirements/serve.txt")


def test_what_the_container_copies_is_there_and_no_more_gets_in() -> None:
    """Each source exists, and the ignore file lets exactly these in."""
    copied = {
        source
        for name, words in read_instructions()
        if name == "COPY"
        for source in words.split()[:-1]
    }
    assert all((ROOT / source).exists() for source in copied)
    ignore = (ROOT / ".containerignore").read_text(encoding="utf-8").split()
    assert "*" == ignore[0]
    assert copied == {line[1:] for line in ignore if line.startswith("!")}


def test_the_container_holds_no_setting_of_a_clinic() -> None:
    """Nor a door of development; it is checked for health and starts our app."""
    found = dict(read_instructions())
    assert "BACKTALK_ENV=production" in RECIPE
    assert not re.search(r"SKILL_ID|CLINIC=|DEV_ROOT|DEV_CERT", RECIPE)
    assert "/health" in found["HEALTHCHECK"]
    assert '"app:create_app()"' in found["CMD"]


@pytest.mark.parametrize("name", ["serve", "lambda"])
def test_the_locked_files_agree_with_what_is_tested(name: str) -> None:
    """The same versions run there that ran here."""

    def versions(file: str) -> dict[str, str]:
        text = (ROOT / "requirements" / file).read_text(encoding="utf-8")
        return dict(re.findall(r"(?m)^([a-z0-9-]+)==(\S+)", text))

    tested, served = versions("test.txt"), versions(f"{name}.txt")
    assert served
    assert served.items() <= tested.items()
    unwanted = {"lambda": {"flask", "cryptography", "gunicorn"}, "serve": {"vosk"}}
    assert not unwanted[name] & set(served)
