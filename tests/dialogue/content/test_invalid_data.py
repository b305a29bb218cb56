"""Spoilt data: the check names the very line and says what to do."""

import re
from pathlib import Path

import pytest
from helpers import (
    invalid_clinics,
    invalid_entries,
    invalid_files,
    invalid_protocol,
    invalid_wording,
)
from helpers.invalid_data import Spoilt, bundled_copy, is_from, spoil

from dialogue.content import messages, problems
from dialogue.content.problems import Message, Problem
from dialogue.loading import check_all

MISTAKES: tuple[Spoilt, ...] = (
    *invalid_files.MISTAKES,
    *invalid_entries.MISTAKES,
    *invalid_protocol.MISTAKES,
    *invalid_wording.MISTAKES,
    *invalid_clinics.MISTAKES,
)
MESSAGES = {
    name: value
    for module in (problems, messages)
    for name, value in vars(module).items()
    if isinstance(value, Message)
}


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.title)
def test_a_mistake_is_named_with_its_line_and_remedy(
    mistake: Spoilt, tmp_path: Path
) -> None:
    """One small edit gives a problem at its line, in words that help."""
    data = bundled_copy(tmp_path)
    line = spoil(data, mistake)
    errors, warnings = check_all(data)
    found = [p for p in (*errors, *warnings) if is_from(mistake.message, p)]
    shown = "\n".join(map(str, (*errors, *warnings)))
    assert found, f"not found; the check said:\n{shown}"
    helpful = [p for p in found if mistake.says in str(p)]
    assert helpful, f"without {mistake.says!r}:\n{shown}"
    if mistake.at is not None or mistake.new is None:
        assert (mistake.file, line) in [(p.path, p.line) for p in helpful], shown
    for problem in found:
        _reads_as_a_sentence(problem)


def test_every_message_is_triggered() -> None:
    """Each message of the catalogue belongs to at least one mistake above."""
    triggered = {id(mistake.message) for mistake in MISTAKES}
    missing = [name for name, value in MESSAGES.items() if id(value) not in triggered]
    assert missing == []


def test_there_are_many_kinds_of_mistakes() -> None:
    """The tables above hold no fewer kinds than they once did."""
    assert len({id(mistake.message) for mistake in MISTAKES}) >= 60


def test_the_bundled_data_is_in_order() -> None:
    """The shipped data has nothing to mend and nothing to look at."""
    assert check_all() == ([], [])


def _reads_as_a_sentence(problem: Problem) -> None:
    """Check the form `path:line: what is wrong. The rule. What to do.`."""
    line = str(problem)
    assert re.match(r"[\w./-]+:\d+: \S", line), line
    assert "\n" not in line
    assert not re.search(r"\.\.|  |\{\}", line.replace(" ...", "")), line
    assert problem.rule[0].isupper(), line
    assert problem.rule[-1] not in ".?!:", line
    assert problem.remedy[0].isupper(), line
    assert problem.remedy[-1] in ".?", line
    assert len(line) < 400, line
