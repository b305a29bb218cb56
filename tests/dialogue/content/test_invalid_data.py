"""Mistake data: the check names the very line and says what to do."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import (
    invalid_clinics,
    invalid_entries,
    invalid_files,
    invalid_protocol,
    invalid_wording,
)
from helpers.invalid_data import (
    PROTOCOL,
    Mistake,
    bundled_copy,
    is_from,
    make_mistake,
)

from dialogue.content import messages, problems
from dialogue.content.problems import DataRefused, Message, Problem
from dialogue.loading import check_all, load_content

MISTAKES: tuple[Mistake, ...] = (
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


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the data that every mistake is made in and taken out of."""
    return bundled_copy(tmp_path_factory.mktemp("invalid"))


@pytest.fixture
def data(copy: Path, mistake: Mistake) -> Iterator[Path]:
    """Return the copy; the file that `mistake` is made in is restored afterwards."""
    file = copy / mistake.file
    before = file.read_bytes() if file.exists() else None
    yield copy
    if before is None:
        file.unlink()
        if not any(file.parent.iterdir()):
            file.parent.rmdir()
    else:
        file.write_bytes(before)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.title)
def test_a_mistake_is_named_with_its_line_and_remedy(
    mistake: Mistake, data: Path
) -> None:
    """One small edit gives a problem at its line, in words that help.

    With a mistake in the protocol nothing is loaded either, for the same reason.
    """
    line = make_mistake(data, mistake)
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
    if mistake.file == PROTOCOL:
        with pytest.raises(DataRefused) as refused:
            load_content(clinic="roseville", data=data)
        refusals = [p for p in refused.value.problems if is_from(mistake.message, p)]
        assert any(mistake.says in str(problem) for problem in refusals)
        if mistake.at is not None:
            assert (mistake.file, line) in [(p.path, p.line) for p in refusals]


def test_every_message_is_triggered() -> None:
    """Each message of the catalogue belongs to at least one mistake above."""
    triggered = {id(mistake.message) for mistake in MISTAKES}
    missing = [name for name, value in MESSAGES.items() if id(value) not in triggered]
    assert missing == []


def test_there_are_many_kinds_of_mistakes() -> None:
    """The tables above hold no fewer kinds than they once did."""
    protocol = {(m.old, m.new) for m in MISTAKES if m.file == PROTOCOL}
    assert len(protocol) >= 50
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
