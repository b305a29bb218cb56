"""Counts how often a question is put, and settles it or sets it aside in the end."""

from dataclasses import replace

from dialogue.engine.open_question import THIRD_FORM, Position
from dialogue.engine.protocol import Answer, Question, Stage, TriageProtocol
from dialogue.engine.signs import find_sign_answers
from dialogue.engine.state import TRIES, Attempt, RecordedAnswer, State


def settle(
    protocol: TriageProtocol, state: State, question: Question, answer: Answer
) -> State:
    """Return the state in which `question` has its answer."""
    answers = find_sign_answers(protocol, state.answers, question, answer)
    return state.with_answers(answers, asked=question.id)


def count_try(
    protocol: TriageProtocol,
    state: State,
    position: Position,
    question: Question,
    leaned_yes: bool = False,
    doubted: bool = False,
) -> State:
    """Return the state after a turn that left the open question open.

    The third such turn ends it: as unsure where a yes was heard in one of them, else it
    is set aside as unheard. A question that is asked once more has one turn, and one
    more for a doubt. Source: the clinical design, 2.1, point 8, and 2.6.
    """
    attempt = state.get_attempt(question.id)
    attempt = replace(
        attempt,
        tries=attempt.tries + 1,
        leaned_yes=attempt.leaned_yes or leaned_yes,
        doubted=attempt.doubted or doubted,
    )
    if attempt.tries < TRIES and (doubted or not position.second_chance):
        return state.with_attempt(attempt)
    if attempt.leaned_yes and _counts_as_yes(question):
        return settle(protocol, state, question, Answer.UNSURE)
    if position.second_chance:
        asked_again = (*state.asked_again, question.id)
        return replace(state, asked_again=asked_again).without_attempts([question.id])
    unheard = RecordedAnswer(question.id, Answer.UNHEARD)
    state = state.with_answers((unheard,), asked=question.id)
    if attempt.doubted:
        return state.with_attempt(Attempt(question.id, doubted=True))
    return state


def _counts_as_yes(question: Question) -> bool:
    """Tell whether a yes that was heard in part may end as a doubt.

    Where a doubt counts as a no it may not; a wish for medicine may all the same.
    """
    return question.unsure_means is Answer.YES or question.stage is Stage.CARE


def count_repeat(state: State, about: str) -> State | None:
    """Return the state after one more repeat of `about`, None when none is free."""
    attempt = state.get_attempt(about)
    if attempt.repeats == TRIES:
        return None
    return state.with_attempt(replace(attempt, repeats=attempt.repeats + 1))


def count_offer_try(state: State, offer: str) -> State | None:
    """Return the state after an offer was not answered; None the second time."""
    attempt = state.get_attempt(offer)
    if attempt.tries > 0:
        return None
    return state.with_attempt(replace(attempt, tries=1))


def choose_retry(state: State, about: str, first: tuple[str, ...]) -> tuple[str, ...]:
    """Return what is said before a question again: `first`, then how to answer it."""
    last = state.get_attempt(about).tries == TRIES - 1
    return (THIRD_FORM,) if last else first
