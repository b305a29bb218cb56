"""The wheel: built here, unpacked elsewhere, it carries data and model and works."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = ("dialogue", "skill", "local_voice", "acoustic_model")
CARRIED = (
    "dialogue/data/protocols/back_spasm.yaml",
    "dialogue/data/locales/en-US/prompts.yaml",
    "local_voice/model/en-US/am/final.mdl",
    "local_voice/model/en-US/graph/HCLr.fst",
    "local_voice/model/en-US/graph/words.txt",
    "local_voice/model/en-US/SHA256SUMS",
    "local_voice/model/en-US/CARD.md",
    "local_voice/model/en-US/LICENSE.md",
    "skill/publishing/icons/108.png",
    "skill/publishing/icons/512.png",
    "skill/screens/question.json",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Return the wheel, built of a copy without a network."""
    copy = tmp_path_factory.mktemp("source")
    for name in CODE:
        ignored = shutil.ignore_patterns("__pycache__", "report")
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    for name in ("app.py", "pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, copy)
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", str(copy)],
        check=True,
        capture_output=True,
        cwd=copy,
    )
    return next((copy / "dist").glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory) -> Path:
    """Return a folder with what an installation would put among the packages."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder)
    return folder


def run(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the installed copy, far from the checkout."""
    return subprocess.run(
        [sys.executable, "-P", "-m", *arguments],
        capture_output=True,
        text=True,
        cwd=installed,
        env={**os.environ, "PYTHONPATH": str(installed)},
        check=False,
    )


@pytest.mark.parametrize("name", CARRIED)
def test_data_and_model_are_in_it(wheel: Path, name: str) -> None:
    """What the programs read when they run."""
    with zipfile.ZipFile(wheel) as packed:
        assert name in packed.namelist()


def test_neither_recipe_nor_tests_are_in_it(wheel: Path) -> None:
    """They are for development, and the recipe's dependencies are heavy."""
    with zipfile.ZipFile(wheel) as packed:
        folders = {name.split("/")[0] for name in packed.namelist()}
    assert not folders & {"acoustic_model", "tests", "docs"}


def test_the_model_in_it_is_the_one_of_the_checkout(installed: Path) -> None:
    """Byte for byte, so its checksums are right there too."""
    ours = ROOT / "local_voice" / "model" / "en-US"
    for path in ours.rglob("*"):
        if path.is_file():
            copy = (
                installed / "local_voice" / "model" / "en-US" / path.relative_to(ours)
            )
            assert path.read_bytes() == copy.read_bytes(), path.name


def test_the_installed_copy_checks_its_data_and_understands(installed: Path) -> None:
    """`check` and `try` need nothing of the checkout."""
    assert 0 == run(installed, "dialogue", "check").returncode
    tried = run(installed, "dialogue", "try", "--say", "not really")
    assert 0 == tried.returncode
    assert "no" in tried.stdout


@pytest.mark.audio
def test_the_installed_copy_hears_a_recorded_yes(installed: Path) -> None:
    """With the model that came with it."""
    clip = next(iter(sorted((ROOT / "tests" / "audio" / "en-US").glob("yes_*.wav"))))
    heard = run(installed, "local_voice", "hear", str(clip))
    assert 0 == heard.returncode, heard.stderr
    assert "\tyes\t" in heard.stdout
