"""How many questions are to come: an estimate that is checked against patients."""

from pathlib import Path
from statistics import median

from helpers.core_turns import HOME, answer

from dialogue.engine import events
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer
from dialogue.engine.questions_ahead import estimate_questions_ahead
from dialogue.evaluation.cases import read_cases

CASES = Path(__file__).parents[2] / "cases" / "published.csv"


def list_estimates(protocol, answers, others):
    """Return, for each question of an interview, the estimate and the truth.

    What is not in `answers` is answered with `others`. None where it ends with an
    emergency.
    """
    state, reply = take_turn(protocol, None, events.Begin())
    estimates = {}
    while not state.ended and state.disposition is None:
        ahead = estimate_questions_ahead(protocol, state)
        estimates.setdefault(reply.open_prompt, ahead)
        given = answers.get(reply.open_prompt, others)
        state, reply = answer(protocol, state, events.Answered(given))
    if reply.disposition == "emergency":
        return None
    last = len(estimates) - 1
    return [(ahead, last - asked) for asked, ahead in enumerate(estimates.values())]


def test_it_falls_with_each_question_and_is_none_after_advice(protocol):
    """Whoever answers as the estimate thinks sees it count down."""
    ahead = list_estimates(protocol, dict.fromkeys(HOME, Answer.YES), Answer.NO)
    counts = [estimate for estimate, _ in ahead]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 10
    assert 0 == counts[-1]
    state, _ = take_turn(protocol, None, events.CallForHelp())
    assert 0 == estimate_questions_ahead(protocol, state)


def test_it_asks_nobody_and_changes_nothing(protocol):
    """The same state gives the same number, before and after."""
    state, _ = take_turn(protocol, None, events.Begin())
    first = estimate_questions_ahead(protocol, state)
    again, _ = take_turn(protocol, None, events.Begin())
    assert first == estimate_questions_ahead(protocol, state)
    assert state == again


def test_it_is_right_within_four_questions_for_most_patients(content):
    """Half of the errors are at most 2, and it is neither always too high nor low.

    An emergency ends the interview at any question, so it has no count to be right.
    Every sixth patient, for the time it takes.
    """
    errors = []
    with CASES.open(encoding="utf-8", newline="") as lines:
        for case in list(read_cases(content, lines))[::6]:
            patient = case.patient
            others = patient.others or Answer.UNSURE
            ahead = list_estimates(content.protocol, patient.answers, others)
            errors += [estimate - truth for estimate, truth in ahead or ()]
    assert len(errors) > 200
    assert median(map(abs, errors)) <= 2
    assert -2 <= median(errors) <= 2
    assert sum(abs(error) <= 4 for error in errors) >= 0.75 * len(errors)
