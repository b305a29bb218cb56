"""What version 1 of the protocol made of the cases, to print beside today's.

`data/evaluation/version_1.csv` was written at commit 86122c6, from what
`python -m dialogue cases` printed for `tests/cases/back_spasm.csv` and
`tests/cases/published.csv`: a row for each patient, with the disposition reached and
the number of questions asked. `version_1_figures.csv` says how each
was measured.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

COMMIT = "86122c6"


@dataclass(frozen=True)
class EarlierResult:
    """What one patient was told, and after how many questions."""

    disposition: str
    questions: int


@cache
def read_earlier_results() -> Mapping[str, EarlierResult]:
    """Return version 1's results by the name of the case."""
    table = files("dialogue") / "data" / "evaluation" / "version_1.csv"
    rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    return {
        row["case"]: EarlierResult(row["disposition"], int(row["questions"]))
        for row in rows
    }


@cache
def read_earlier_figures() -> Mapping[str, str]:
    """Return version 1's figures of simulated patients, by the key of the figure."""
    table = files("dialogue") / "data" / "evaluation" / "version_1_figures.csv"
    rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    return {row["figure"]: row["value"] for row in rows}
