"""The rules of interpretation, each by a table that a clinician can read."""

import csv
from collections.abc import Mapping
from pathlib import Path

import pytest
from helpers.meanings import find_meaning, write_meaning

from dialogue.understanding.rules import RULES, Rule

TABLE = Path(__file__).with_name("rules.csv")
ROWS = tuple(csv.DictReader(TABLE.open(encoding="utf-8")))
COLUMNS = ("result", "answer", "strength", "said", "ask", "command", "hours")


def wanted(row: Mapping[str, str]) -> dict[str, str]:
    """Return what a row says that its words mean."""
    return {column: row[column] for column in COLUMNS}


@pytest.mark.parametrize(
    "row", ROWS, ids=[f"{row['rule']}: {row['say']} ({row['asked']})" for row in ROWS]
)
def test_a_phrase_means_what_its_rule_says(row: dict[str, str]) -> None:
    """Result, answer, strength, rows said, questions asked, command and hours."""
    meaning = find_meaning(row["say"], row["asked"] or None)
    found = write_meaning(meaning)
    if not row["hours"]:
        found["hours"] = ""
    assert wanted(row) == found, meaning.why


@pytest.mark.parametrize("rule", RULES, ids=[rule.__name__ for rule in RULES])
def test_no_rule_can_be_left_out(rule: Rule) -> None:
    """Each rule alone decides something in the table."""
    fewer = tuple(other for other in RULES if other is not rule)
    assert any(
        write_meaning(find_meaning(row["say"], row["asked"] or None))
        != write_meaning(find_meaning(row["say"], row["asked"] or None, fewer))
        for row in ROWS
    )
