"""On Alexa nothing is kept: the skill can neither offer, write nor read a record."""

import ast
from datetime import datetime
from pathlib import Path

import pytest
from helpers.alexa_channel import AlexaTalk
from helpers.alexa_replies import CLINIC, MOST_TURNS

import skill
from dialogue.engine.events import Answered
from dialogue.engine.protocol import Answer

KEEPING = {"records", "record_offer", "sqlite3"}
OPEN = datetime.fromisoformat("2026-03-03T10:00-06:00")


def find_imports(file: Path) -> set[str]:
    """Return the dotted parts of everything that a file imports."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {part for alias in node.names for part in alias.name.split(".")}
        elif isinstance(node, ast.ImportFrom):
            names |= {*str(node.module).split("."), *(a.name for a in node.names)}
    return names


def test_the_skill_imports_nothing_that_keeps():
    """No file of the skill, nor the application, reaches the record or a data base."""
    package = Path(skill.__file__).parent
    for file in (*package.rglob("*.py"), package.parent / "app.py"):
        assert not find_imports(file) & KEEPING, file


@pytest.mark.parametrize(
    "yes",
    [{"fever"}, {"chest_pain"},
     CLINIC],
)  # fmt: skip
def test_a_talk_leaves_no_file_and_asks_for_none(content, yes, tmp_path, monkeypatch):
    """To urgent, emergency and clinic: no offer is heard, and no file appears."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    talk = AlexaTalk(content, OPEN, timers=False)
    said = [talk.open()]
    asks = {content.prompts[f"ask.{id_}"] for id_ in yes}
    while said[-1].open and len(said) < MOST_TURNS:
        is_yes = any(said[-1].words.endswith(ask) for ask in asks)
        answer = Answer.YES if is_yes else Answer.NO
        said.append(talk.say(Answered(answer), answer.value))
    offered = {content.prompts[key][:30] for key in ("record.ask", "history.ask")}
    assert not said[-1].open
    assert not [one for one in said for words in offered if words in one.words]
    assert [] == list(tmp_path.iterdir())
