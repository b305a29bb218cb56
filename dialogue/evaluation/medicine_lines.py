"""Counts sessions that name a medicine, and those that must not have."""

from collections.abc import Iterable, Sequence

from dialogue.content.content import Content
from dialogue.engine.protocol import Answer, Question, Stage, Urgency
from dialogue.engine.rules import get_urgency
from dialogue.evaluation.cases import CaseResult
from dialogue.evaluation.replay import Patient
from dialogue.validation.medicine_words import has_medicine_name


def names_medicine(content: Content, prompts: Iterable[str]) -> bool:
    """Tell whether one of `prompts`, by key, names a medicine."""
    return any(has_medicine_name(content.prompts.get(key, "")) for key in prompts)


def find_violations(
    content: Content, results: Sequence[CaseResult]
) -> tuple[CaseResult, ...]:
    """Return the sessions that name a medicine against the stop-list.

    A medicine may be named only at home, to a patient who answers yes to whether one is
    wanted, and no to each question of the stop-list. Source: the clinical design, P6.
    """
    return tuple(
        result
        for result in results
        if names_medicine(content, result.session.prompts)
        and not _may_hear(content, result)
    )


def _may_hear(content: Content, result: CaseResult) -> bool:
    disposition = result.session.disposition
    if (
        disposition is None
        or get_urgency(content.protocol, disposition) is not Urgency.HOME
    ):
        return False
    care = [q for q in content.protocol.questions if q.stage is Stage.CARE]
    wish = [question for question in care if not _waits_for(question, care)]
    patient = result.case.patient
    return all(_get_answer(patient, q) is Answer.YES for q in wish) and all(
        _get_answer(patient, q) is Answer.NO for q in care if q not in wish
    )


def _waits_for(question: Question, others: Sequence[Question]) -> bool:
    """Tell whether `question` is asked only after an answer to one of `others`."""
    names = {name for q in others for name in (q.id, q.opposite) if name}
    return question.only_if is not None and not names.isdisjoint(question.only_if.names)


def _get_answer(patient: Patient, question: Question) -> Answer:
    return patient.answers.get(question.id, patient.others or Answer.UNSURE)
