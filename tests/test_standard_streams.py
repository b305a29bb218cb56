"""Standard streams that are closed, full or left: a sentence, a code, no traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.stream_driver import CLOSED, FULL, LEFT

ROOT = Path(__file__).parents[1]
CLIP = str(ROOT / "tests" / "audio" / "en-US" / "yes_0ac15fe9.wav")
CASES = str(ROOT / "tests" / "cases" / "back_spasm.csv")
USUAL = "usual"
COMMANDS = (
    "dialogue --help",
    "dialogue --version",
    "dialogue check --clinic nobody",
    "dialogue try",
    f"dialogue cases {CASES}",
    "dialogue clinic check roseville",
    "dialogue clinic new blaine.yaml",
    "dialogue sign",
    "dialogue draw",
    "dialogue history history.db",
    "dialogue replay none.jsonl",
    "dialogue understand -",
    "dialogue completion bash",
    "dialogue booklet --out -",
    "skill --help",
    "skill model --check",
    "skill package",
    "skill rehearse --help",
    "skill.testing --say launch --relay http://127.0.0.1:9",
    "local_voice --help",
    "local_voice --typed",
    "local_voice --list-devices",
    "local_voice --no-microphone",
    "local_voice hear none.wav",
    "local_voice autostart status",
    "local_voice completion bash",
)
WITH_ENGINES = (
    f"local_voice hear {CLIP}",
    "local_voice say-number --out number.wav",
)
PRINTING = (
    "dialogue --help",
    "dialogue draw",
    f"dialogue cases {CASES}",
    "skill completion bash",
    "local_voice --help",
    "local_voice --list-devices",
    "local_voice hear none.wav",
)
ALL_CLOSED = [CLOSED] * 3
FULL_OUT, LEFT_OUT = [USUAL, FULL, USUAL], [USUAL, LEFT, USUAL]

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux")


@pytest.fixture
def run_with(tmp_path):
    """Return a function that runs commands, and gives their codes and errors."""

    def run(commands, *ways):
        cases = [(command, way) for command in commands for way in ways]
        done = subprocess.run(
            [sys.executable, "-m", "helpers.stream_driver", json.dumps(cases)],
            stdout=subprocess.PIPE,
            cwd=tmp_path,
            env={
                **os.environ,
                "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}",
                "HOME": str(tmp_path),
            },
            timeout=250,
            check=True,
        )
        return dict(
            zip(
                [(command, *way) for command, way in cases],
                json.loads(done.stdout),
                strict=True,
            )
        )

    return run


def assert_orderly(results):
    """Assert that each ended with a code of its own, and told no story."""
    for case, (code, errors) in results.items():
        assert "Traceback" not in errors, (case, errors)
        assert "Exception ignored" not in errors, (case, errors)
        assert code in range(10), (case, code)


def test_every_command_bears_streams_that_are_closed_or_full(run_with):
    """It ends with a code of its own; what reads is at its end at once."""
    assert_orderly(run_with(COMMANDS, ALL_CLOSED))
    assert_orderly(run_with(PRINTING, FULL_OUT))


def test_each_stream_alone(run_with):
    """One command of each program, and each way that a stream can fail."""
    ways = [
        [how if n == number else USUAL for n in range(3)]
        for number in range(3)
        for how in (CLOSED, FULL, LEFT)
        if (number, how) != (0, FULL)
    ]
    commands = ("dialogue --version", "skill --version", "local_voice --help")
    reading = ("dialogue try", "local_voice --typed --mute")
    results = run_with(commands, *ways[2:], [USUAL, FULL, FULL])
    results |= run_with(reading, *ways[:2], FULL_OUT)
    assert_orderly(results)
    for (_, _, output, errors), (code, told) in results.items():
        if output == FULL and errors == USUAL:
            assert code in (1, 2)
            assert "Standard output cannot be written: No space left" in told


def test_a_reader_that_left_is_no_fault_of_a_filter(run_with):
    """As in `check | head`: nothing is told."""
    for code, errors in run_with(
        ("dialogue --version", "skill --version"), LEFT_OUT
    ).values():
        assert (0, "") == (code, errors)


@pytest.mark.audio
def test_a_spoken_session_outlives_its_captions(run_with, tmp_path):
    """Nobody reads them who speaks: it goes on to its end, and its sound is there."""
    command = f"local_voice --input {CLIP} --out said.wav"
    results = run_with([command], FULL_OUT)
    assert_orderly(results)
    ((code, errors),) = results.values()
    assert 1 == code
    assert "Standard output cannot be written" in errors
    assert (tmp_path / "said.wav").stat().st_size > 500_000


@pytest.mark.audio
def test_commands_with_engines_bear_closed_streams(run_with):
    """The children of the engines have streams of their own."""
    assert_orderly(run_with(WITH_ENGINES, ALL_CLOSED))


def test_no_file_gets_the_number_of_a_closed_stream(tmp_path):
    """What a library prints would be written into it."""
    code = (
        "import os\n"
        "from dialogue.standard_streams import run_command\n"
        "def command():\n"
        "    with open('kept.txt', 'w') as kept:\n"
        "        assert kept.fileno() > 2\n"
        "        os.write(1, b'spoilt'), os.write(2, b'spoilt')\n"
        "    return 7\n"
        "os._exit(run_command(command, no_output=1, no_reader=0))\n"
    )
    done = subprocess.run(
        ["bash", "-c", f'exec {sys.executable} -c "$CODE" <&- >&- 2>&-'],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "CODE": code},
        timeout=60,
    )
    assert 7 == done.returncode
    assert b"" == (tmp_path / "kept.txt").read_bytes()


@pytest.mark.parametrize(
    ("command", "code", "says"),
    [
        ("dialogue try", 0, "911"),
        ("dialogue replay /dev/zero", 2, "longer than"),
        ("dialogue understand -", 2, "longer than"),
        ("dialogue understand /dev/zero", 2, "longer than"),
        ("local_voice --typed", 0, "911"),
    ],
)
def test_line_without_an_end_ends_the_command(
    command: str, code: int, says: str
) -> None:
    """Input that never ends neither fills the memory nor keeps the command."""
    with open("/dev/zero", "rb") as endless:
        run = subprocess.run(
            [sys.executable, "-m", *command.split()],
            cwd=ROOT,
            stdin=endless,
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert run.returncode == code, run.stderr
    assert says in run.stdout + run.stderr
