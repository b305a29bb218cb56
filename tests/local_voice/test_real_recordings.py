"""Recordings of real people through the real engine, by the command `hear`.

The speakers are people on whom the model was neither trained nor tuned.
"""

import csv
import json
from collections import Counter

import pytest

pytestmark = pytest.mark.audio

LEAST_RECALL = {"yes": 0.92, "no": 0.92, "stop": 0.8}
"""Share of the clips that must be heard right; all are in the first model."""
MOST_FALSE = 0.13
"""Share of other words that may be taken for anything; one of 16 in the first."""
NOTHING = {"no_match", "no_input"}


@pytest.fixture(scope="module")
def heard(clips, tmp_path_factory):
    """Return what each clip is understood as, from one run of the command."""
    import subprocess
    import sys

    from local_voice.asr.model_files import SHIPPED

    files = [file for group in clips.values() for file in group]
    run = subprocess.run(
        [sys.executable, "-m", "local_voice", "hear", "--json", *files],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=SHIPPED.parents[2],
    )
    assert 0 == run.returncode, run.stderr
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert files == [line["file"] for line in lines]
    return {line["file"]: line for line in lines}


def events(heard, clips, said) -> Counter:
    """Return how often each event came of the clips that say `said`."""
    return Counter(heard[file]["event"] for file in clips[said])


def test_they_are_at_least_sixty_people(clips):
    """The recordings are of many, each named in the manifest."""
    from pathlib import Path

    folder = Path(clips["yes"][0]).parent
    with (folder / "manifest.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    named = {row["file"] for row in rows}
    assert {Path(f).name for group in clips.values() for f in group} <= named
    assert len({r["speaker"] for r in rows if r["said"] != "silence"}) >= 60


def test_yes_and_no_are_never_swapped(heard, clips):
    """Nobody's yes becomes a no, and nobody's no a yes."""
    assert 0 == events(heard, clips, "yes")["no"]
    assert 0 == events(heard, clips, "no")["yes"]


@pytest.mark.parametrize("said", LEAST_RECALL)
def test_recall(heard, clips, said):
    """So many of the clips, at the least, are heard as what they say."""
    right = events(heard, clips, said)[said] / len(clips[said])
    assert right >= LEAST_RECALL[said]


def test_other_words_are_no_answers(heard, clips):
    """Words that mean nothing here are hardly ever taken for something."""
    found = events(heard, clips, "oov")
    false = sum(count for event, count in found.items() if event not in NOTHING)
    assert false / len(clips["oov"]) <= MOST_FALSE


def test_silence_is_nobody(heard, clips):
    """A room without speech gives no event but silence."""
    assert {"no_input"} == set(events(heard, clips, "silence"))


def test_each_line_says_what_was_heard_and_how_long_it_took(heard):
    """File, text, event and milliseconds stand in every line."""
    for line in heard.values():
        assert {"file", "heard", "event", "ms"} == set(line)
        assert line["event"] in NOTHING or line["heard"]
        assert 0 <= line["ms"] < 1000
