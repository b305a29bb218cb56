"""The reply of a disposition: read-back, advice, what it offers, its card."""

from collections.abc import Mapping
from dataclasses import replace

from dialogue.engine.care_steps import start_reading
from dialogue.engine.open_question import build_prompt_reply
from dialogue.engine.protocol import Answer, Rule, TriageProtocol
from dialogue.engine.reply import Reply
from dialogue.engine.rules import Decision, Truth, decision_by, truth
from dialogue.engine.state import State

CARE_QUESTIONS = ("care_helped", "tried_care")
"""What `care` in a rule's read-back stands for: the first of them with an answer."""


def conclude(
    protocol: TriageProtocol, state: State, decision: Decision
) -> tuple[State, Reply]:
    """Speak the disposition of `decision`; it replaces any that was spoken before."""
    told = protocol.disposition[decision.rule.disposition]
    timer = "done" if state.timer == "done" else None
    state = replace(
        state,
        disposition=told.id,
        rule_id=decision.rule.id,
        reading=None,
        timer=timer,
    )
    says = _says(protocol, state, decision)
    if told.offers is not None:
        return state, build_prompt_reply(protocol, state, says)
    if told.reads is not None:
        return start_reading(protocol, state, says)
    reply = Reply(
        says,
        disposition=told.id,
        rule_id=decision.rule.id,
        cancels_timer=timer is not None,
        card=tuple(key for key in says if not key.startswith("readback.")),
    )
    return replace(state, ended=True), reply


def advice_again(protocol: TriageProtocol, state: State) -> tuple[State, Reply]:
    """Say the spoken disposition's whole reply once more, its offer still open."""
    rule = next((r for r in protocol.rules if r.id == state.rule_id), None)
    says: tuple[str, ...] = ()
    if rule is not None:
        says = _says(protocol, state, decision_by(protocol, state.answers, rule))
    return state, build_prompt_reply(protocol, state, says)


def _says(
    protocol: TriageProtocol, state: State, decision: Decision
) -> tuple[str, ...]:
    told = protocol.disposition[decision.rule.disposition]
    if decision.unsure and told.says_if_unsure:
        return told.says_if_unsure
    says: list[str] = []
    for word in told.says:
        if word == "read_back":
            says += _read_back(protocol, state, decision.rule)
        elif word == "reason":
            says += _reason(decision)
        else:
            says.append(word)
    return tuple(says)


def _reason(decision: Decision) -> list[str]:
    rule = decision.rule
    key = rule.reason_if_unsure if decision.unsure else None
    key = key or rule.reason
    return [key] if key else []


def _read_back(protocol: TriageProtocol, state: State, rule: Rule) -> list[str]:
    """Return the keys of the facts that decided, each as it was answered."""
    answers = state.answers
    says: list[str] = []
    for word in rule.read_back:
        if word == "no_trigger":
            says.append("readback.no_trigger")
            continue
        about: tuple[str, ...] = (word,)
        if word == "trigger":
            about = tuple(t for t in protocol.triggers if answers.get(t) is Answer.YES)
        elif word == "care":
            about = _care_told(answers)
        says += [
            f"readback.{a}.{answers[a].value}"
            for a in about[:1]
            if a in answers and not _taken_back(protocol, state, rule, a)
        ]
    return says


def _care_told(answers: Mapping[str, Answer]) -> tuple[str, ...]:
    """Return the care question to read back: whether it helped, else whether tried.

    That it was tried is not read back alone: a cause told in place of the question
    whether it helped leaves that open.
    """
    helped, tried = CARE_QUESTIONS
    if helped in answers:
        return (helped,)
    return (tried,) if answers.get(tried) in (Answer.NO, Answer.UNSURE) else ()


def _taken_back(protocol: TriageProtocol, state: State, rule: Rule, about: str) -> bool:
    """Tell whether something said later speaks against what decided; it stays unsaid.

    A spoken disposition stays, but a fact that no longer bears it is not read back.
    """
    return (
        about in rule.when.names and truth(protocol, state.answers, about) is Truth.NO
    )
