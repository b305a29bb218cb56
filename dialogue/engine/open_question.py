"""Where a session stands: the question or offer that is open, and how it is asked."""

from dataclasses import dataclass
from functools import lru_cache

from dialogue.engine.protocol import Answer, Question, TriageProtocol, Urgency
from dialogue.engine.reply import MENU, OFFER_STEPS, OFFER_TIMER, Reply
from dialogue.engine.rules import (
    Answers,
    Decision,
    decide,
    find_next_care_question,
    find_next_question,
    get_urgency,
)
from dialogue.engine.state import State


@dataclass(frozen=True)
class Position:
    """What a state's answers and its spoken disposition amount to.

    It stays the same through a turn until an answer comes in or a disposition is
    spoken, so it is found once and passed on.
    """

    question: Question | None
    """The question that waits for an answer, None when none does."""
    decision: Decision | None
    """Where the answers lead, None while a question is needed first."""


def find_position(protocol: TriageProtocol, state: State) -> Position:
    """Return the position of `state`; most people answer alike, so it is often known.

    After a disposition was spoken, questions come back only while an answer can
    still make a danger rule hold: upper back pain first named while steps are read.
    """
    answered = frozenset(state.answers.items())
    return _find_position(protocol, answered, state.disposition is not None)


@lru_cache(maxsize=512)
def _find_position(
    protocol: TriageProtocol, answered: frozenset[tuple[str, Answer]], spoken: bool
) -> Position:
    answers = dict(answered)
    decision = decide(protocol, answers)
    return Position(_find_question(protocol, answers, spoken, decision), decision)


def _find_question(
    protocol: TriageProtocol, answers: Answers, spoken: bool, decision: Decision | None
) -> Question | None:
    if spoken:
        return find_next_question(protocol, answers, danger_only=True)
    if decision is None:
        return find_next_question(protocol, answers)
    if get_urgency(protocol, decision.rule.disposition) is Urgency.HOME:
        return find_next_care_question(protocol, answers)
    return None


def find_open_prompt(protocol: TriageProtocol, state: State) -> str | None:
    """Return what is open in `state`, as `get_open_prompt` does."""
    return get_open_prompt(state, find_position(protocol, state))


def get_open_prompt(state: State, position: Position) -> str | None:
    """Return what is open: a question's id, or one of the three offers.

    None where nothing is: every question is answered and no disposition was spoken.
    """
    if position.question is not None:
        return position.question.id
    if state.disposition is None:
        return None
    if state.reading is None:
        return OFFER_STEPS
    return OFFER_TIMER if state.timer == "offered" else MENU


def build_prompt_reply(
    state: State, position: Position, lead: tuple[str, ...] = ()
) -> Reply:
    """Return `lead` and then what is open, in the simpler words after a re-ask."""
    open_prompt = get_open_prompt(state, position)
    if position.question is not None:
        again = f"again.{open_prompt}"
        words = again if open_prompt in state.reasked else f"ask.{open_prompt}"
    else:
        again = words = str(open_prompt)
    return Reply(
        says=(*lead, words),
        open_prompt=open_prompt,
        reprompt=(again,),
        disposition=state.disposition,
        rule_id=state.rule_id,
    )
