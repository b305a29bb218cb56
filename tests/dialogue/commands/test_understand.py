"""`understand` and `try --say`: what lines mean, and what is refused of them."""

import io
import json
from math import inf
from pathlib import Path

import pytest

from dialogue.__main__ import main

KEYS = ["id", "result", "answer", "strength", "said", "ask", "command", "hours"]
LINES = (
    ('{"id": 1, "say": "no", "asked": "chest_pain"}', "accept", "no"),
    ('{"id": "b", "say": "no blarg", "asked": "chest_pain"}', "check", "no"),
    ('{"id": "c", "say": "blarg", "asked": null}', "none", None),
    ('{"id": "d", "say": "\\ud800\\u0000", "asked": "fever"}', "none", None),
    ('{"id": "e", "say": ""}', "none", None),
)
REFUSED = (
    ("no json", "not JSON"),
    ("[1]", "no object"),
    ('{"id": 1}', "no 'say'"),
    ('{"say": "no"}', "no 'id'"),
    ('{"id": 1, "say": 7}', "'say' is no text"),
    ('{"id": true, "say": "no"}', "the id is neither"),
    ('{"id": 1, "say": "no", "asked": "chest_pan"}', "Did you mean 'chest_pain'"),
    ('{"id": 1, "say": "no", "asked": 3}', "'asked' is neither"),
    ('{"id": 1, "say": "no", "hour": 3}', "'hour' is not known"),
    ("[" * 100_000, "not JSON"),
)


def test_each_line_has_one_line_of_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the order of the input, with the keys of the format; blank lines are none."""
    file = tmp_path / "said.jsonl"
    file.write_text("\n\n".join(line for line, _, _ in LINES), encoding="utf-8")
    assert 0 == main(["understand", str(file)])
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(list(row) == KEYS for row in found)
    assert [json.loads(line)["id"] for line, _, _ in LINES] == [r["id"] for r in found]
    assert [(r, a) for _, r, a in LINES] == [(r["result"], r["answer"]) for r in found]


def test_a_length_without_an_end_is_infinite(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Any reader of JSON takes it for that; the input comes from a pipe here."""
    line = '{"id": 1, "say": "over two weeks", "asked": "more_than_two_weeks"}'
    monkeypatch.setattr("sys.stdin", io.StringIO(line))
    assert 0 == main(["understand", "-"])
    text = capsys.readouterr().out
    assert "Infinity" not in text
    least, most = json.loads(text)["hours"]
    assert 336 < least < 336.1
    assert most == inf


def test_what_was_said_is_told_as_the_protocol_takes_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A cold leg is trouble in the legs too."""
    line = '{"id": 1, "say": "my leg is cold", "asked": null}'
    monkeypatch.setattr("sys.stdin", io.StringIO(line))
    assert 0 == main(["understand", "-"])
    said = json.loads(capsys.readouterr().out)["said"]
    assert {"leg_cold", "leg_trouble"} == set(said)


@pytest.mark.parametrize(("line", "why"), REFUSED, ids=[why for _, why in REFUSED])
def test_a_bad_line_is_named_and_the_others_are_done(
    line: str, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its number; the exit code tells it too."""
    file = tmp_path / "said.jsonl"
    good = '{"id": 1, "say": "yes", "asked": "fever"}'
    file.write_text(f"{good}\n{line}\n{good}\n", encoding="utf-8")
    assert 2 == main(["understand", str(file)])
    printed = capsys.readouterr()
    assert 2 == len(printed.out.splitlines())
    assert f"{file}:2: " in printed.err
    assert why in printed.err


def test_a_file_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Its path, and that it cannot be read."""
    assert 2 == main(["understand", "nowhere.jsonl"])
    assert "nowhere.jsonl: cannot be read" in capsys.readouterr().err


def test_try_shows_segments_result_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    """Each reading in its parts, then what it comes to."""
    said = ["--say", "no, but my legs are weak", "--asked", "chest_pain"]
    assert 0 == main(["try", *said])
    shown = capsys.readouterr().out
    assert "no [answer no plain] | but [turn] | my legs are weak [statement" in shown
    assert "accepted, no, row leg_weaker" in shown
    assert 0 == main(["try", "--say", "blarg \ud800 no blarg", "--asked", "chest_pain"])
    assert "not understood" in capsys.readouterr().out
    assert 2 == main(["try", "--say", "no", "--asked", "chest_pan"])
    assert "--asked: 'chest_pan'" in capsys.readouterr().err
