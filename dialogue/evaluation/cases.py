"""A clinician's table: one patient a row, expected beside actual."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dialogue.content.content import Content
from dialogue.engine.protocol import GIVEN, Answer
from dialogue.evaluation.replay import (
    OFFERS,
    Patient,
    PatientRefused,
    SessionResult,
    parse_answer,
    run_session,
)

FIXED = (
    *("case", "source", "description", "why"),
    *("said", "told", "others", "disposition", "because"),
)
"""Columns that are no question. `said` holds phrases and `told` holds answers
(`numb_bottom=yes`), parted by semicolons; `others` is what everything else that is
asked is answered with; the first four are for people."""


@dataclass(frozen=True)
class Case:
    """One row of a table: who, and where the interview must lead."""

    line: int
    patient: Patient
    disposition: str
    rule_id: str
    source: str = ""
    description: str = ""
    open_questions: frozenset[str] = frozenset()
    """What the table has no column for: it may be asked, and is answered with no."""


@dataclass(frozen=True)
class CaseResult:
    """A case and what came of it."""

    case: Case
    session: SessionResult

    @property
    def differences(self) -> tuple[str, ...]:
        """Return what differs from the row, a sentence each; empty when nothing."""
        return tuple(_find_differences(self.case, self.session))


def read_cases(content: Content, lines: Iterable[str]) -> Iterator[Case]:
    """Yield the cases of a table.

    Columns: `case`, `disposition`, `because`, question ids, and others of `FIXED` if
    wanted. Cells: yes, no, unsure; blank means that the question must not be asked,
    unless `others` says what is answered then. A question without a column is none of
    the table's business: it may be asked, and the answer is no. Raises PatientRefused
    with the line.
    """
    table = csv.DictReader(lines)
    columns = table.fieldnames or ()
    for wanted in ("case", "disposition", "because"):
        if wanted not in columns:
            raise PatientRefused(f"line 1: there is no column '{wanted}'")
    known = {*FIXED, *OFFERS, *content.protocol.question}
    unknown = [column for column in columns if column not in known]
    if unknown:
        raise PatientRefused(f"line 1: column '{unknown[0]}' is not a question")
    for cells in table:
        try:
            yield _parse_case(content, cells, table.line_num)
        except PatientRefused as refusal:
            raise PatientRefused(f"line {table.line_num}: {refusal}") from refusal


def run_cases(content: Content, cases: Iterable[Case]) -> Iterator[CaseResult]:
    """Run every case's interview."""
    for case in cases:
        yield CaseResult(case, run_session(content, case.patient))


def _parse_case(
    content: Content, cells: dict[str | None, str | None], line: int
) -> Case:
    if None in cells or None in cells.values():
        raise PatientRefused("the row has not as many cells as there are columns")
    text = {str(name): str(cell).strip() for name, cell in cells.items()}
    answers: dict[str, Answer] = {
        name: parse_answer(content, name, cell.lower())
        for name, cell in text.items()
        if name not in FIXED and cell
    }
    for part in _split(text, "told"):
        name, equals, answer = (bit.strip() for bit in part.partition("="))
        if not equals or name in answers:
            raise PatientRefused(
                f"'{part}' is no new answer. Write it as numb_bottom=yes"
            )
        answers[name] = parse_answer(content, name, answer.lower())
    others = text.get("others", "").lower()
    if others and others not in [answer.value for answer in GIVEN]:
        raise PatientRefused(f"others is '{others}'. Write yes, no, unsure or nothing")
    if text["disposition"] not in content.protocol.disposition:
        raise PatientRefused(f"'{text['disposition']}' is not a disposition")
    open_questions = content.protocol.question.keys() - text.keys() - answers.keys()
    if not others:
        answers |= dict.fromkeys(open_questions, Answer.NO)
    said, rest = tuple(_split(text, "said")), Answer(others) if others else None
    return Case(
        line,
        Patient(text["case"], answers, said, rest),
        text["disposition"],
        text["because"],
        text.get("source", ""),
        text.get("description", ""),
        frozenset(open_questions),
    )


def _split(text: dict[str, str], column: str) -> Iterator[str]:
    parts = (part.strip() for part in text.get(column, "").split(";"))
    return (part for part in parts if part)


def _find_differences(case: Case, session: SessionResult) -> Iterator[str]:
    if session.disposition != case.disposition:
        yield f"expected {case.disposition}, actual {session.disposition}"
    if case.rule_id and session.rule_id != case.rule_id:
        yield f"expected because of {case.rule_id}, actual {session.rule_id}"
    answers = case.patient.answers
    if case.patient.others is not None:
        return
    for id_ in session.asked:
        if id_ not in answers:
            yield f"{id_} was asked, and the row leaves it blank"
    for id_ in answers:
        if id_ not in (*session.asked, *OFFERS, *case.open_questions):
            yield f"{id_} was not asked, and the row answers it"
