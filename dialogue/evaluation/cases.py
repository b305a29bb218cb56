"""A clinician's table: one patient a row, expected beside actual."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dialogue.content.content import Content
from dialogue.engine.protocol import Answer
from dialogue.evaluation.replay import (
    OFFERS,
    Patient,
    PatientRefused,
    Talk,
    answer_to,
    hold,
)

FIXED = (
    *("case", "source", "description", "why"),
    *("said", "told", "others", "disposition", "because"),
)
"""Columns that are no question. `said` holds phrases and `told` holds answers
(`numb_bottom=yes`), parted by semicolons; `others` is what everything else that is
asked is answered with; the first four are for people."""


@dataclass(frozen=True)
class Row:
    """One row of a table: who, and where the interview must lead."""

    line: int
    patient: Patient
    disposition: str
    rule_id: str
    source: str = ""
    description: str = ""


@dataclass(frozen=True)
class Outcome:
    """A row and what came of it."""

    row: Row
    talk: Talk

    @property
    def differences(self) -> tuple[str, ...]:
        """Return what differs from the row, a sentence each; empty when nothing."""
        return tuple(_differences(self.row, self.talk))


def read_cases(content: Content, lines: Iterable[str]) -> Iterator[Row]:
    """Yield the rows of a table.

    Columns: `case`, `disposition`, `because`, question ids, and others of `FIXED` if
    wanted. Cells: yes, no, unsure; blank means that the question must not be asked,
    unless `others` says what is answered then. Raises PatientRefused with the line.
    """
    table = csv.DictReader(lines)
    columns = table.fieldnames or ()
    for wanted in ("case", "disposition", "because"):
        if wanted not in columns:
            raise PatientRefused(f"line 1: there is no column '{wanted}'")
    unknown = [
        c
        for c in columns
        if c not in (*FIXED, *OFFERS) and c not in content.protocol.question
    ]
    if unknown:
        raise PatientRefused(f"line 1: column '{unknown[0]}' is not a question")
    for cells in table:
        try:
            yield _row(content, cells, table.line_num)
        except PatientRefused as refusal:
            raise PatientRefused(f"line {table.line_num}: {refusal}") from refusal


def run_cases(content: Content, rows: Iterable[Row]) -> Iterator[Outcome]:
    """Hold every row's interview."""
    for row in rows:
        yield Outcome(row, hold(content, row.patient))


def _row(content: Content, cells: dict[str | None, str | None], line: int) -> Row:
    if None in cells or None in cells.values():
        raise PatientRefused("the row has not as many cells as there are columns")
    text = {str(name): str(cell).strip() for name, cell in cells.items()}
    answers: dict[str, Answer] = {
        name: answer_to(content, name, cell.lower())
        for name, cell in text.items()
        if name not in FIXED and cell
    }
    for part in _parts(text, "told"):
        name, equals, answer = (bit.strip() for bit in part.partition("="))
        if not equals or name in answers:
            raise PatientRefused(
                f"'{part}' is no new answer. Write it as numb_bottom=yes"
            )
        answers[name] = answer_to(content, name, answer.lower())
    others = text.get("others", "").lower()
    if others and others not in [answer.value for answer in Answer]:
        raise PatientRefused(f"others is '{others}'. Write yes, no, unsure or nothing")
    if text["disposition"] not in content.protocol.disposition:
        raise PatientRefused(f"'{text['disposition']}' is not a disposition")
    return Row(
        line,
        Patient(
            text["case"],
            answers,
            tuple(_parts(text, "said")),
            Answer(others) if others else None,
        ),
        text["disposition"],
        text["because"],
        text.get("source", ""),
        text.get("description", ""),
    )


def _parts(text: dict[str, str], column: str) -> Iterator[str]:
    parts = (part.strip() for part in text.get(column, "").split(";"))
    return (part for part in parts if part)


def _differences(row: Row, talk: Talk) -> Iterator[str]:
    if talk.disposition != row.disposition:
        yield f"expected {row.disposition}, actual {talk.disposition}"
    if row.rule_id and talk.rule_id != row.rule_id:
        yield f"expected because of {row.rule_id}, actual {talk.rule_id}"
    answers = row.patient.answers
    if row.patient.others is not None:
        return
    for id_ in talk.asked:
        if id_ not in answers:
            yield f"{id_} was asked, and the row leaves it blank"
    for id_ in answers:
        if id_ not in talk.asked and id_ not in OFFERS:
            yield f"{id_} was not asked, and the row answers it"
