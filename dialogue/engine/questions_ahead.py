"""Estimates how many questions are still to come before advice, for who waits."""

from dialogue.engine.events import Answered
from dialogue.engine.interview import take_turn
from dialogue.engine.open_question import find_open_prompt
from dialogue.engine.protocol import Answer, TriageProtocol
from dialogue.engine.state import State


def estimate_questions_ahead(protocol: TriageProtocol, state: State) -> int:
    """Return about how many questions follow the open one until a disposition.

    It is half way between two people who go on from `state`: one says no to everything,
    one says no to danger signs and gates and yes to all else. A danger sign ends the
    interview earlier, and a gate that is not denied makes it longer. 0 where nothing
    follows, or a disposition was spoken.
    """
    denies = _count_questions(protocol, state, affirms=False)
    affirms = _count_questions(protocol, state, affirms=True)
    return (denies + affirms + 1) // 2


def _count_questions(protocol: TriageProtocol, state: State, affirms: bool) -> int:
    """Return how many other questions are asked of one of the two people."""
    asked = set[str | None]()
    open_prompt = first = find_open_prompt(protocol, state)
    while open_prompt in protocol.question and not _is_decided(state):
        asked.add(open_prompt)
        yes = affirms and open_prompt not in protocol.dangers
        answer = Answered(Answer.YES if yes else Answer.NO)
        state, _ = take_turn(protocol, state, answer)
        open_prompt = find_open_prompt(protocol, state)
    return len(asked - {first})


def _is_decided(state: State) -> bool:
    return state.ended or state.disposition is not None
