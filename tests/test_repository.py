"""Rules of the repository: no machine or registry named, small, ranges and locks."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import dialogue.__main__
import local_voice.__main__
import skill.__main__
from dialogue.command_line import SETTINGS

ROOT = Path(__file__).parents[1]
OWN_FILES = (
    "America/",
    "Area/",
    "Etc/",
    "US/",
    "talk/",
    "skill-package/",
    "tests/cases/swollen_glands",  # written by whoever follows the page on adding
    "backtalk/",
    "tests/cases/pain_at_night",
)
"""What a page names that is no file here: time zones, and what a command writes."""


def tracked() -> list[str]:
    """Return the files that the repository holds."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [name for name in listed.stdout.split("\0") if name]


def test_nothing_names_a_machine_or_a_registry():
    """No committed text holds a package registry's host or a path of a machine."""
    hosts = "|".join(("py" + "pi", "python" + "hosted", "deb" + "ian"))
    pattern = re.compile(rf"(https?://[\w.-]*({hosts})[\w.-]*)|(/(work|root|home)/\w)")
    for name in tracked():
        path = ROOT / name
        if not path.is_file() or path.suffix in {".wav", ".flac", ".mdl", ".fst"}:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found = pattern.search(text)
        assert found is None, f"{name}: {found and found[0]}"


def test_the_repository_stays_small():
    """Everything committed is under 20 MB, or a decision record says why.

    The recorded voice has 12 MB of its own (decision 20).
    """
    voice = "local_voice/voice/"
    sizes = {name: (ROOT / name).stat().st_size for name in tracked()}
    size = sum(sizes.values())
    of_voice = sum(size for name, size in sizes.items() if name.startswith(voice))
    assert size - of_voice < 20_000_000
    assert of_voice < 12_000_000


def test_dependencies_have_a_range_and_a_lock():
    """Every dependency has a lower bound, and every one locked has a hash."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    wanted = [*project["project"]["dependencies"]]
    wanted += [requirement for extra in extras.values() for requirement in extra]
    for requirement in wanted:
        assert re.search(r">=|==", requirement), requirement
    for lock in (ROOT / "requirements").glob("*.txt"):
        pinned = re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip())
        assert all("==" in pin and "--hash=sha256:" in pin for pin in pinned)


def test_every_path_that_a_page_names_exists():
    """Files and folders in backticks stand where the page says."""
    known = {f"/{name}" for name in tracked()}
    known |= {f"/{parent}" for name in tracked() for parent in Path(name).parents}
    pattern = re.compile(r"`((?:[\w.-]+/)+(?:[\w.-]+)?|[\w-]+\.(?:py|yaml|ini))`")
    pages = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")]
    pages += sorted((ROOT / "docs").glob("*.md"))
    lost = [
        f"{page.name}: {named}"
        for page in pages
        for named in pattern.findall(page.read_text(encoding="utf-8"))
        if not any(path.endswith(f"/{named.rstrip('/')}") for path in known)
        and not named.startswith(OWN_FILES)
    ]
    assert lost == []


def test_make_help_lists_every_target():
    """And names no other."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):(?!=)", makefile, re.M))
    # A make around this one would have it tell which folder it enters.
    alone = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFL"))}
    shown = subprocess.run(
        ["make", "help"],
        cwd=ROOT,
        env=alone,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert targets == {line.split()[1] for line in shown}
    assert all(len(line.split()) > 2 for line in shown)


def test_the_page_of_commands_names_every_command_and_setting():
    """Each in backticks."""
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    page = re.sub(r"```.*?```", "", page, flags=re.S)
    words = set(re.findall(r"[\w-]+", " ".join(re.findall(r"`([^`]+)`", page))))
    programs = (dialogue.__main__, local_voice.__main__, skill.__main__)
    commands = {name for program in programs for name in program.COMMANDS}
    assert set() == {*commands, *SETTINGS} - words
