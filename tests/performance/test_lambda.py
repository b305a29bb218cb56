"""How long a cold Lambda function takes from its start to its first response."""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROUNDS = 3
MOST_SECONDS = 1.5
"""Of processor time, which a busy machine changes little."""
MOST_TIMES = 8.0
"""Times a process that only imports the SDK and the YAML reader."""
YARDSTICK = "import ask_sdk_core.skill_builder, yaml"
FIRST_RESPONSE = """
import json, sys
from skill.aws_lambda import handler
print(json.dumps(handler(json.load(sys.stdin), None)))
"""


def spent(code: str, given: str = "") -> tuple[float, float, str]:
    """Return the wall and processor seconds of a fresh process, and what it printed."""
    settings = {"BACKTALK_SKILL_ID": "x", "BACKTALK_CLINIC": "roseville"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, input=given, env={**os.environ, **settings},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, busy, run.stdout


MOST_LOAD_MS = 30.0
"""Of processor time, to read the table of words."""
READ_TABLE = """
import time
from dialogue.content.content_store import ContentStore
store, times = ContentStore(), []
store.read_words("en-US")
for _ in range(5):
    started = time.process_time()
    store.read_words("en-US")
    times.append(time.process_time() - started)
print(min(times) * 1000)
"""


@pytest.mark.performance
def test_the_table_of_words_is_read_soon() -> None:
    """As a cold function reads it, checksum of its files and all."""
    took = float(spent(READ_TABLE)[2])
    print(f"\nthe table of words: {took:.1f} ms (at most {MOST_LOAD_MS:.0f})")
    assert took <= MOST_LOAD_MS


@pytest.mark.performance
def test_a_cold_start_answers_soon() -> None:
    """Python, the SDK, all content and the first turn, best of a few rounds."""
    application = {"applicationId": "x"}
    event = {
        "session": {"new": True, "application": application},
        "context": {"System": {"application": application}},
        "request": {"type": "LaunchRequest", "locale": "en-US"},
    }
    rounds = [
        (spent(FIRST_RESPONSE, json.dumps(event)), spent(YARDSTICK))
        for _ in range(ROUNDS)
    ]
    assert all("Back Talk for" in ours[2] for ours, _ in rounds)
    wall = min(ours[0] for ours, _ in rounds)
    busy = min(ours[1] for ours, _ in rounds)
    yardstick = min(theirs[1] for _, theirs in rounds)
    print(
        f"\nLambda, process start to first response: {wall:.2f} s, of it {busy:.2f} s "
        f"of processor time (at most {MOST_SECONDS}); {busy / yardstick:.1f} times the "
        f"SDK's import alone (at most {MOST_TIMES})"
    )
    assert busy <= MOST_SECONDS
    assert busy <= MOST_TIMES * yardstick
