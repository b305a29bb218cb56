"""What is open in a talk right now, and how it is asked again."""

from dialogue.engine.protocol import Question, TriageProtocol, Urgency
from dialogue.engine.reply import MENU, OFFER_STEPS, OFFER_TIMER, Reply
from dialogue.engine.rules import (
    Decision,
    danger_open,
    decide,
    next_care_question,
    next_question,
    urgency_of,
)
from dialogue.engine.state import State


def find_open_question(protocol: TriageProtocol, state: State) -> Question | None:
    """Return the question that waits for an answer, None when none does.

    After a disposition was spoken, questions come back only while an answer can
    still make a danger rule hold: upper back pain first told while steps are read.
    """
    decision = None
    if state.disposition is None:
        decision = decide(protocol, state.answers)
    return find_question_after(protocol, state, decision)


def find_question_after(
    protocol: TriageProtocol, state: State, decision: Decision | None
) -> Question | None:
    """Return the question that waits, where `decide` already said `decision`."""
    answers = state.answers
    if state.disposition is not None:
        return (
            next_question(protocol, answers) if danger_open(protocol, answers) else None
        )
    if decision is None:
        return next_question(protocol, answers)
    if urgency_of(protocol, decision.rule.disposition) is Urgency.HOME:
        return next_care_question(protocol, answers)
    return None


def find_open_prompt(protocol: TriageProtocol, state: State) -> str | None:
    """Return what is open: a question's id, or one of the three offers."""
    return _pending(state, find_open_question(protocol, state))


def _pending(state: State, question: Question | None) -> str | None:
    if question is not None:
        return question.id
    if state.disposition is None:
        return None
    if state.reading is None:
        return OFFER_STEPS
    return OFFER_TIMER if state.timer == "offered" else MENU


def build_prompt_reply(
    protocol: TriageProtocol, state: State, lead: tuple[str, ...] = ()
) -> Reply:
    """Return `lead` and then what is open, in the simpler words after a re-ask."""
    return build_question_reply(state, find_open_question(protocol, state), lead)


def build_question_reply(
    state: State, question: Question | None, lead: tuple[str, ...] = ()
) -> Reply:
    """Return `lead` and then `question`, None: the offer that is open."""
    open_prompt = _pending(state, question)
    if question is not None:
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
