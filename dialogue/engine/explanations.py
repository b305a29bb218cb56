"""What is said on request: how to answer, why it is asked, which rule decided."""

from dialogue.engine import events
from dialogue.engine.events import Event
from dialogue.engine.protocol import Question, TriageProtocol, Urgency
from dialogue.engine.state import State


def help_with(
    protocol: TriageProtocol, state: State, question: Question | None
) -> tuple[str, ...]:
    """Return how to answer, whom to call first of all, and why this is asked.

    Without a question, after advice, it is why this advice was given.
    """
    if question is not None:
        return ("session.help", f"help.{question.id}")
    return ("session.help", *_because(protocol, state))


def explanations(
    protocol: TriageProtocol, state: State | None, topic: str | None
) -> tuple[str, ...]:
    """Return the explanations to play: one topic's, or all that fit the moment."""
    if topic is not None:
        return tuple(e.key for e in protocol.explanations if e.topic == topic)
    fits = {"any"}
    if state is not None and state.disposition is not None:
        fits.add(protocol.disposition[state.disposition].urgency.value)
    return tuple(e.key for e in protocol.explanations if e.offered_with in fits)


def after_the_end(
    protocol: TriageProtocol, state: State, event: Event
) -> tuple[str, ...]:
    """Return what explains the advice of a talk that has ended; nothing without one.

    The number to call in an emergency is said once more behind it; after an emergency
    nothing else is told.
    """
    told = protocol.disposition.get(str(state.disposition))
    if told is None:
        return ()
    emergency = told.urgency is Urgency.EMERGENCY
    again = ("emergency.say",) if emergency else ("net.emergency",)
    match event:
        case events.AskForMore(topic) if not emergency:
            return (*explanations(protocol, state, topic), *again)
        case events.Help() | events.AskForMore():
            return (*_because(protocol, state), *again)
    return ()


def _because(protocol: TriageProtocol, state: State) -> tuple[str, ...]:
    decided = any(rule.id == state.rule_id for rule in protocol.rules)
    return (f"because.{state.rule_id}",) if decided else ()
