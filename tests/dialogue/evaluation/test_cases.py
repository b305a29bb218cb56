"""A clinician's table: each patient leads where the row says, by the row's rule."""

from collections import defaultdict
from pathlib import Path

import pytest

from dialogue.engine.protocol import Answer
from dialogue.evaluation.cases import Case, read_cases, run_cases
from dialogue.loading import load_content

TABLE = Path(__file__).parents[2] / "cases" / "back_spasm.csv"
CONTENT = load_content()
ROWS = list(read_cases(CONTENT, TABLE.read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.patient.id)
def test_case(row: Case):
    """Disposition, deciding rule and the questions asked are the row's."""
    (result,) = run_cases(CONTENT, [row])
    assert () == result.differences


def test_every_question_has_a_yes_a_no_and_an_unsure_case():
    """Each answer to each question is in some row."""
    answered = defaultdict(set)
    for row in ROWS:
        for id_, answer in row.patient.answers.items():
            answered[id_].add(answer)
    for id_ in CONTENT.protocol.question:
        assert set(Answer) == answered[id_], id_


def test_every_rule_decides_a_case():
    """No rule of the protocol is without a patient."""
    assert {rule.id for rule in CONTENT.protocol.rules} == {row.rule_id for row in ROWS}
