"""Every example of docs/adding.md does what the page says, on a copy of the data."""

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from helpers.hearing import hear

from dialogue.__main__ import main
from dialogue.content.content import Content
from dialogue.engine.events import Answered, Checked, UnpromptedStatement, Wait
from dialogue.engine.protocol import Answer
from dialogue.evaluation.cases import read_cases, run_cases
from dialogue.loading import load_content

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "adding.md").read_text(encoding="utf-8")
CHANGE = re.compile(r"[Ii]n `([^`]+)`:\n\n```diff\n(.*?)```", re.DOTALL)
ADDED = "swollen_glands"
"""The question of the page's example."""
NOW = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


def section(title: str) -> str:
    """Return the part of the page under one heading."""
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def apply(part: str, root: Path) -> int:
    """Make the changes of `part` in the copy at `root`; return how many files."""
    changes = CHANGE.findall(part)
    for name, lines in changes:
        before = "".join(f"{x[1:]}\n" for x in lines.splitlines() if x[0] != "+")
        after = "".join(f"{x[1:]}\n" for x in lines.splitlines() if x[0] != "-")
        file = root / name
        text = file.read_text(encoding="utf-8")
        assert 1 == text.count(before), f"{name} has no such place: {before}"
        file.write_text(text.replace(before, after), encoding="utf-8")
    return len({name for name, _ in changes})


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of what the examples change."""
    for name in ("dialogue/data", "tests/cases"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def test_a_phrase_is_understood(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line of the lexicon, and the check has nothing against it."""
    assert 1 == apply(section("A phrase that people say"), copy)
    data = copy / "dialogue" / "data"
    assert 0 == main(["words", "--data", str(data)])
    content = load_content(data=data)
    assert Wait() == hear(content, "Let me find my glasses, please.", "fever")
    assert 0 == main(["check", "--data", str(data)]), capsys.readouterr()


def test_a_case_comes_out_as_its_row_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A table with only the columns that matter."""
    table = tmp_path / "mine.csv"
    table.write_text(re.findall(r"```csv\n(.*?)```", section("A case"), re.DOTALL)[0])
    assert 0 == main(["cases", str(table)]), capsys.readouterr().out


def find_differences(content: Content, table: Path) -> dict[int, tuple[str, ...]]:
    """Return what differs from the table's rows, by line; a table has patients."""
    with table.open(encoding="utf-8") as lines:
        results = list(run_cases(content, read_cases(content, lines)))
    assert results
    return {r.case.line: r.differences for r in results if r.differences}


def test_a_question_touches_the_protocol_its_words_and_its_cases(
    content: Content, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The data check is silent, and every table of cases comes out as before."""
    part, data = section("A question"), copy / "dialogue" / "data"
    own = copy / "tests" / "cases" / f"{ADDED}.csv"
    own.write_text(re.findall(r"```csv\n(.*?)```", part, re.DOTALL)[0])
    assert 3 == apply(part, copy)
    assert 0 == main(["words", "--data", str(data)])
    assert 0 == main(["check", "--data", str(data)]), capsys.readouterr().out
    changed = load_content(data=data)
    assert 3 == changed.protocol.version
    for said in ("i have swollen glands", "my glands are swollen"):
        assert UnpromptedStatement((ADDED,)) == hear(changed, said)
    assert Answered(Answer.NO) == hear(changed, "no swollen glands", ADDED)
    in_part = hear(changed, "well the glands", "chest_pain")
    assert isinstance(in_part, Checked)
    assert (ADDED,) == in_part.ask
    capsys.readouterr()
    assert {} == find_differences(changed, own)
    table = copy / "tests" / "cases" / "back_spasm.csv"
    assert find_differences(content, table) == find_differences(changed, table)


def test_a_clinic_is_accepted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The profile of the page is one that `clinic check` shows as patients hear it."""
    profile = tmp_path / "lakeside.yaml"
    profile.write_text(re.findall(r"```yaml\n(.*?)```", section("A clinic"), re.S)[0])
    assert 0 == main(["clinic", "check", str(profile)])
    assert "six one two, five five five" in capsys.readouterr().out


def test_a_channel_holds_a_session() -> None:
    """The keypad of the page reaches an emergency, and asks again after another key."""
    (code,) = re.findall(r"```python\n(.*?)```", section("A channel"), re.S)
    names: dict[str, object] = {}
    exec(compile(code, "docs/adding.md", "exec"), names)  # noqa: S102 it is our own page
    said: list[str] = []
    hold = names["hold_call"]
    assert callable(hold)
    assert "emergency" == hold(iter("91"), said.append, NOW)
    assert 3 == len(said)
    assert "nine one one" in said[-1]
