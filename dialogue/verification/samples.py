"""Sessions taken by chance: everything is said in them, as often as it comes."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from dialogue.engine import events
from dialogue.engine.events import CheckReason, Event, Strength
from dialogue.engine.protocol import Answer, TriageProtocol
from dialogue.verification.state_space import Node, StateSpace
from dialogue.verification.walks import (
    MOVES,
    NO,
    NO_MATCH,
    UNSURE,
    YES,
    list_checks,
    list_statements,
)

COMMANDS: tuple[Event, ...] = (
    events.Next(),
    events.Previous(),
    events.Previous(),
    events.Repeat(),
    events.Help(),
    events.Wait(),
    events.AskForNumber(),
    events.AskForMore(),
    events.TimerNotSet(),
)


@dataclass(frozen=True)
class Sample:
    """How many sessions are taken, and the seed that makes them the same each time."""

    seed: int
    size: int


@dataclass(frozen=True)
class _Person:
    """How somebody talks: how likely what is."""

    no: float
    """Of the answers to a danger sign; anything else is as likely yes as no."""
    unclear: float
    unasked: float
    commands: float


_PEOPLE = (
    _Person(no=0.99, unclear=0.03, unasked=0.02, commands=0.02),
    _Person(no=0.99, unclear=0.15, unasked=0.01, commands=0.01),
    _Person(no=0.98, unclear=0.05, unasked=0.08, commands=0.01),
    _Person(no=0.95, unclear=0.03, unasked=0.01, commands=0.15),
)


def sample_sessions(space: StateSpace, sample: Sample) -> Iterator[Node]:
    """Yield the turns of sessions taken by chance; they go on until they end."""
    chance = random.Random(sample.seed)
    unasked = list(_list_unasked(space.protocol))
    for _ in range(sample.size):
        person = chance.choice(_PEOPLE)
        node = space.take(None, events.Begin(timers=chance.random() < 0.5))
        yield node
        for _ in range(_MOST):
            node = space.take(
                node, _choose(chance, person, space.protocol, node, unasked)
            )
            yield node
            if node.state.ended:
                break


_MOST = 250


def _choose(
    chance: random.Random,
    person: _Person,
    protocol: TriageProtocol,
    node: Node,
    unasked: list[Event],
) -> Event:
    if chance.random() < person.unclear:
        return chance.choice((NO_MATCH, NO_MATCH, NO_MATCH, *MOVES))
    if chance.random() < person.unasked:
        return chance.choice(unasked)
    if chance.random() < person.commands:
        return chance.choice(COMMANDS)
    question = protocol.question.get(str(node.reply.open_prompt))
    is_sign = question is not None and question.red_flag
    if chance.random() < (person.no if is_sign else 0.5):
        return NO
    return chance.choice((YES, YES, UNSURE))


def _list_unasked(protocol: TriageProtocol) -> Iterator[Event]:
    for statement in list_statements(protocol):
        yield statement
        for answer in Answer.YES, Answer.NO:
            for strength in Strength:
                yield events.UnpromptedStatement(
                    statement.ids, statement.facts, answer, strength
                )
    for check in list_checks(protocol):
        yield check
        for lean in Answer.YES, Answer.NO:
            yield events.Checked(lean, check.ask, CheckReason.SIGN)
