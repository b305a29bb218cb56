"""Tables of cases: each patient leads where the row says, by the row's rule."""

from collections import defaultdict
from pathlib import Path

import pytest

from dialogue.__main__ import main
from dialogue.engine.protocol import GIVEN
from dialogue.evaluation.cases import Case, read_cases, run_cases
from dialogue.loading import load_content

FOLDER = Path(__file__).parents[2] / "cases"
TABLES = sorted(set(FOLDER.glob("*.csv")) - {FOLDER / "published.csv"})
"""Every table; published reports have a test of their own."""
CONTENT = load_content()
UNHEARD = "clinic_unheard"
"""The one rule that no answer leads to: it needs a question that was not heard."""
DISAGREE = {
    # Version 2 sends every child to the clinic; before it was home care like anybody's.
    "told: it is for my child": "clinic",
}
"""Rows whose tier this version does not reach, and what it says instead."""
CASES = [
    case
    for table in TABLES
    for case in read_cases(CONTENT, table.read_text(encoding="utf-8").splitlines())
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.patient.id)
def test_case(case: Case):
    """Disposition, deciding rule and the questions asked are the row's."""
    (result,) = run_cases(CONTENT, [case])
    expected = DISAGREE.get(case.patient.id)
    if expected is None:
        assert () == result.differences
    else:
        assert expected == result.session.disposition


def test_every_question_has_a_yes_a_no_and_an_unsure_case():
    """Each answer to each question is in some row."""
    answered = defaultdict(set)
    for case in CASES:
        for id_ in case.patient.answers.keys() - case.open_questions:
            answered[id_].add(case.patient.answers[id_])
    for id_ in CONTENT.protocol.question:
        assert set(GIVEN) == answered[id_], id_


def test_every_rule_decides_a_case():
    """No rule of the protocol is without a patient."""
    rules = {rule.id for rule in CONTENT.protocol.rules} - {UNHEARD}
    assert rules == {c.rule_id for c in CASES} - {""}


def test_a_question_without_a_column_is_none_of_the_tables_business():
    """It may be asked, is answered with no, and the row does not differ by it."""
    table = "case,chest_pain,fever,disposition,because"
    row = "fever,no,yes,urgent,urgent_fever"
    (result,) = run_cases(CONTENT, read_cases(CONTENT, [table, row]))
    assert () == result.differences
    assert "hard_to_pee" in result.session.asked


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="a device of Unix")
def test_a_table_without_end_is_refused(capsys) -> None:
    """It is read as far as the limit, and no further."""
    assert 2 == main(["cases", "/dev/zero"])
    assert "larger than 20 MB" in capsys.readouterr().err
