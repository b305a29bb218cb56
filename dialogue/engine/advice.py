"""A disposition's reply, and what is explained on request: how to answer, and why."""

from collections.abc import Mapping
from dataclasses import replace

from dialogue.engine import events
from dialogue.engine.care_steps import start_reading
from dialogue.engine.events import Event
from dialogue.engine.open_question import Position, build_prompt_reply, find_position
from dialogue.engine.protocol import (
    GIVEN,
    Answer,
    Question,
    Rule,
    TriageProtocol,
    Urgency,
)
from dialogue.engine.reply import Reply, Signs
from dialogue.engine.rules import Decision, build_decision, evaluate_statement
from dialogue.engine.signs import find_unheard_signs
from dialogue.engine.state import State
from dialogue.engine.view import Truth

DOUBT = "readback.doubt"
"""Said where a doubt decided and nothing that is read back tells so."""

CARE_QUESTIONS = ("care_helped", "tried_care")
"""What `care` in a rule's read-back stands for: the first of them with an answer."""


def conclude(
    protocol: TriageProtocol, state: State, decision: Decision
) -> tuple[State, Reply]:
    """Speak the disposition of `decision`; it replaces any that was spoken before."""
    disposition = protocol.disposition[decision.rule.disposition]
    id_, rule_id = disposition.id, decision.rule.id
    timer = "done" if state.timer == "done" else None
    state = replace(
        state,
        disposition=id_,
        rule_id=rule_id,
        reading=None,
        ahead=None,
        timer=timer,
    )
    emergency = disposition.urgency is Urgency.EMERGENCY
    signs = () if emergency else find_unheard_signs(protocol, state)
    says = _build_advice(protocol, state, decision, signs)
    if disposition.offers is not None:
        position = find_position(protocol, state)
        return state, build_prompt_reply(state, position, says, signs)
    if disposition.reads is not None:
        return start_reading(protocol, state, find_position(protocol, state), says)
    reply = Reply(
        says,
        signs=signs,
        disposition=id_,
        rule_id=rule_id,
        cancels_timer=timer is not None,
        card=tuple(key for key in says if not key.startswith("readback.")),
    )
    return replace(state, ended=True), reply


def repeat_advice(
    protocol: TriageProtocol, state: State, position: Position
) -> tuple[State, Reply]:
    """Say the spoken disposition's whole reply once more, its offer still open."""
    rule = _find_deciding_rule(protocol, state)
    says: tuple[str, ...] = ()
    signs = find_unheard_signs(protocol, state)
    if rule is not None:
        decision = build_decision(protocol, state.answers, rule)
        says = _build_advice(protocol, state, decision, signs)
    return state, build_prompt_reply(state, position, says, signs)


def build_help(
    protocol: TriageProtocol, state: State, question: Question | None
) -> tuple[str, ...]:
    """Return how to answer, whom to call first of all, and why this is asked.

    Without a question, after advice, it is why this advice was given.
    """
    if question is not None:
        return ("session.help", f"help.{question.id}")
    return ("session.help", *_explain_rule(protocol, state))


def find_explanations(
    protocol: TriageProtocol, state: State | None, topic: str | None
) -> tuple[str, ...]:
    """Return the explanations to play: one topic's, or all that fit the moment."""
    if topic is not None:
        return tuple(e.key for e in protocol.explanations if e.topic == topic)
    fits = {"any"}
    if state is not None and state.disposition is not None:
        fits.add(protocol.disposition[state.disposition].urgency.value)
    return tuple(e.key for e in protocol.explanations if e.offered_with in fits)


def explain_after_end(
    protocol: TriageProtocol, state: State, event: Event
) -> tuple[str, ...]:
    """Return what explains the advice of an ended session; nothing without one.

    The number to call in an emergency is said once more behind it; after an emergency
    nothing else is explained.
    """
    if (disposition := protocol.disposition.get(str(state.disposition))) is None:
        return ()
    emergency = disposition.urgency is Urgency.EMERGENCY
    again = ("emergency.say",) if emergency else ("net.emergency",)
    match event:
        case events.AskForMore(topic) if not emergency:
            return (*find_explanations(protocol, state, topic), *again)
        case events.Help() | events.AskForMore():
            return (*_explain_rule(protocol, state), *again)
    return ()


def _explain_rule(protocol: TriageProtocol, state: State) -> tuple[str, ...]:
    rule = _find_deciding_rule(protocol, state)
    return () if rule is None else (f"because.{rule.id}",)


def _find_deciding_rule(protocol: TriageProtocol, state: State) -> Rule | None:
    return next((rule for rule in protocol.rules if rule.id == state.rule_id), None)


def _build_advice(
    protocol: TriageProtocol,
    state: State,
    decision: Decision,
    signs: Signs,
) -> tuple[str, ...]:
    """Return the reply's keys: what was not heard, then what the disposition says.

    Where a doubt decided, the reply says so: in its own words, in what it reads back,
    or in a sentence for it.
    """
    disposition = protocol.disposition[decision.rule.disposition]
    if decision.unsure and disposition.says_if_unsure:
        return disposition.says_if_unsure
    says = [key for key, _ in signs]
    for word in disposition.says:
        if word == "read_back":
            facts = _build_read_back(protocol, state, decision.rule)
            said = any(fact.endswith(f".{Answer.UNSURE.value}") for fact in facts)
            doubt = decision.unsure and not said and not decision.rule.reason_if_unsure
            says += [*facts, DOUBT] if doubt else facts
        elif word == "reason":
            unsure = decision.rule.reason_if_unsure if decision.unsure else None
            says += filter(None, [unsure or decision.rule.reason])
        else:
            says.append(word)
    return tuple(says)


def _build_read_back(protocol: TriageProtocol, state: State, rule: Rule) -> list[str]:
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
            about = _choose_care_question(answers)
        says += [
            f"readback.{a}.{answers[a].value}"
            for a in about[:1]
            if _is_told(protocol, answers.get(a), a)
            and not _is_contradicted(protocol, state, rule, a)
        ]
    return says


def _is_told(protocol: TriageProtocol, answer: Answer | None, about: str) -> bool:
    """Tell whether there is an answer to read back; a statement has a yes only."""
    told = (Answer.YES,) if about in protocol.statement else GIVEN
    return answer in told


def _choose_care_question(answers: Mapping[str, Answer]) -> tuple[str, ...]:
    """Return the care question to read back: whether it helped, else whether tried.

    That it was tried is not read back alone: a cause given in place of the question
    whether it helped leaves that open.
    """
    helped, tried = CARE_QUESTIONS
    if helped in answers:
        return (helped,)
    return (tried,) if answers.get(tried) in (Answer.NO, Answer.UNSURE) else ()


def _is_contradicted(
    protocol: TriageProtocol, state: State, rule: Rule, about: str
) -> bool:
    """Tell whether something said later speaks against what decided; it stays unsaid.

    A spoken disposition stays, but a fact that no longer bears it is not read back.
    """
    return about in rule.when.names and (
        evaluate_statement(protocol, state.answers, about) is Truth.NO
    )
