"""Where a session stands: the question or offer that is open, and how it is asked."""

from dataclasses import dataclass

from dialogue.engine.protocol import Question, TriageProtocol, Urgency
from dialogue.engine.reply import MENU, OFFER_STEPS, OFFER_TIMER, Reply, Signs
from dialogue.engine.rules import (
    Decision,
    decide,
    find_next_care_question,
    find_next_question,
    get_urgency,
)
from dialogue.engine.signs import find_waiting
from dialogue.engine.state import State
from dialogue.engine.view import Answered, Answers, get_view_of

THIRD_FORM = "retry.third"
"""Said before the simpler words of a question: how to say yes and no to it."""
ONCE_MORE = "retry.later"
"""Names the sign of a question that is asked once more, behind other questions."""


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
    second_chance: bool = False
    """The question was set aside before and is asked once more."""


MOST_POSITIONS = 1024

_positions: dict[tuple[TriageProtocol, Answered, bool, tuple[str, ...]], Position] = {}
"""By answers, whether a disposition was spoken, and what waits for a second chance."""


def find_position(protocol: TriageProtocol, state: State) -> Position:
    """Return the position of `state`; most people answer alike, so it is often known.

    A sign that was brought forward comes before all else, a care question after all
    others. After a disposition was spoken, other questions come back only while an
    answer can still make a danger rule hold: upper back pain first named while steps
    are read.
    """
    answered = state.answered
    waiting = find_waiting(protocol, state) if state.unheard else ()
    spoken = state.disposition is not None
    key = protocol, answered, spoken, waiting
    if (position := _positions.get(key)) is None:
        newest = state.turns[-1].answers if state.turns else ()
        # The view of the turn before is mostly known: only what is new is worked out.
        get_view_of(protocol, answered, frozenset((a.about, a.answer) for a in newest))
        position = _find_position(protocol, state.answers, spoken, waiting)
        while len(_positions) >= MOST_POSITIONS:
            _positions.pop(next(iter(_positions)), None)
        _positions[key] = position
    if state.ask_next:
        return Position(protocol.question[state.ask_next[0]], position.decision)
    if state.ahead is not None and position.question is None:
        among = protocol.care_questions[state.ahead]
        question = find_next_care_question(protocol, state.answers, among)
        return Position(question, position.decision)
    return position


def _find_position(
    protocol: TriageProtocol, answers: Answers, spoken: bool, waiting: tuple[str, ...]
) -> Position:
    decision = decide(protocol, answers)
    if decision is not None and not spoken:
        tier = get_urgency(protocol, decision.rule.disposition)
        if not waiting or tier is Urgency.EMERGENCY:
            return Position(None, decision)
    question = find_next_question(protocol, answers, spoken, waiting)
    if question is not None and question.id in waiting:
        return Position(question, None, second_chance=True)
    return Position(question, decision)


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
    state: State,
    position: Position,
    lead: tuple[str, ...] = (),
    signs: Signs = (),
    simpler: bool = False,
) -> Reply:
    """Return `lead` and then what is open, in the simpler words after a first try.

    `signs` are the danger questions that prompts of `lead` name.
    """
    open_prompt = get_open_prompt(state, position)
    if (question := position.question) is not None:
        again = f"again.{question.id}"
        if position.second_chance and THIRD_FORM not in lead:
            lead = (*lead, ONCE_MORE, THIRD_FORM)
            signs = (*signs, (ONCE_MORE, (question.id,)))
        simpler = simpler or position.second_chance
        if state.attempts and not simpler:
            attempt = state.get_attempt(question.id)
            simpler = attempt.tries > 0 or attempt.doubted
        words = again if simpler else f"ask.{question.id}"
    else:
        again = words = str(open_prompt)
    return Reply(
        says=(*lead, words),
        open_prompt=open_prompt,
        reprompt=(again,),
        disposition=state.disposition,
        rule_id=state.rule_id,
        signs=signs,
    )
