"""What is said or named once in a session, in each state, and what follows it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from dialogue.engine import events
from dialogue.engine.events import CheckReason, Duration, Event, Facts
from dialogue.engine.facts import find_statement_answers
from dialogue.engine.protocol import Answer, Question, TriageProtocol, Urgency
from dialogue.engine.signs import find_sign_answers
from dialogue.engine.view import Answers, count_answer
from dialogue.verification.danger import Danger
from dialogue.verification.state_space import Key, Node, StateSpace, Walk, find_talk_key
from dialogue.verification.walks import NO, YES, list_answers, to_dict

LENGTHS = (
    Duration.exact(72),
    Duration.exact(168),
    Duration.exact(336),
    Duration.exact(337),
    Duration.over(72),
    Duration.over(168),
    Duration.over(336),
    Duration.under(168),
)
"""Lengths that a person may say unasked: each way of settling the three limits."""


class AfterWalk:
    """Sessions after one thing was said unasked, or one sign was named: answers.

    A doubt is left out where no later turn can tell it from the yes or no that it
    counts as, for nothing new comes of it; at a sign that was named it is tried. The
    key holds what a yes to such a sign would do besides: its gates may count with it.
    """

    name = "after it was said"
    parts_timers = False

    def list_events(self, space: StateSpace, node: Node) -> Iterable[Event]:
        """Return each answer, a doubt where it can be told apart."""
        answers = list_answers(space, node)
        told = len(answers) < 3 or node.state.ask_next or tells_doubt(space, node)
        return answers if told else (YES, NO)

    def find_key(self, space: StateSpace, node: Node) -> Key:
        """Return the residues, and how the talk stands."""
        state, protocol = node.state, space.protocol
        signs = (protocol.question[id_] for id_ in state.ask_next)
        residues = tuple(
            space.find_residue(state, {**state.answers, **to_dict(told)})
            for sign in signs
            for told in [find_sign_answers(protocol, state.answers, sign, Answer.YES)]
        )
        return space.find_residue(state), residues, find_talk_key(state)

    def choose_next(self, before: Node, node: Node) -> Walk | None:
        """Go on to the end."""
        return None if node.state.unheard else self


AFTER = AfterWalk()


@dataclass(frozen=True)
class OnceWalk:
    """Sessions in which one of some things is said, in each state but one of doubt.

    The key holds the residue that each of them would lead to, but where it leads to an
    emergency whatever was answered. A doubt is left out as in `AfterWalk`.
    """

    name: str
    once: tuple[Event, ...]
    parts_timers: bool = False

    def list_events(self, space: StateSpace, node: Node) -> Iterable[Event]:
        """Return each answer, and with nothing in doubt what is said once."""
        answers = list_answers(space, node)
        if len(answers) == 1:
            return answers
        if len(answers) == 3 and not tells_doubt(space, node, self.once):
            answers = (YES, NO)
        return (*answers, *self.once)

    @property
    def is_named(self) -> bool:
        """Tell whether signs are named rather than said."""
        return isinstance(self.once[0], events.Checked)

    def find_key(self, space: StateSpace, node: Node) -> Key:
        """Return the residue now and after each thing, and how the talk stands."""
        state = node.state
        after = tuple(
            found if isinstance(found, bool) else space.find_residue(state, found)
            for found in list_overlays(space.protocol, state.answers, self.once)
        )
        return space.find_residue(state), after, find_talk_key(state)

    def choose_next(self, before: Node, node: Node) -> Walk | None:
        """Go on with what follows once it was said."""
        return AFTER if node.event in self.once else self


def list_overlays(
    protocol: TriageProtocol, answers: Answers, once: tuple[Event, ...]
) -> Iterator[Answers | bool]:
    """Yield what answers become by each of some things, and what else it depends on."""
    told, signs = _list_told(protocol, once)
    for more in told:
        yield {**answers, **more}
    for sign, is_emergency in signs:
        given = answers.get(sign.id)
        counts = given is not None and count_answer(sign, given) is Answer.YES
        yield counts  # then it is not asked about
        if counts or (given is None and is_emergency):
            continue
        rest = {id_: a for id_, a in answers.items() if id_ != sign.id}
        if given is not None:
            yield rest
        if not is_emergency:
            yes = find_sign_answers(protocol, rest, sign, Answer.YES)
            yield {**rest, **to_dict(yes)}


def tells_doubt(space: StateSpace, node: Node, once: tuple[Event, ...] = ()) -> bool:
    """Tell whether a later turn can see that the open question was doubted.

    `once`: what may still be said or named.
    """
    protocol, state = space.protocol, node.state
    question = protocol.question[str(node.reply.open_prompt)]
    counted = count_answer(question, Answer.UNSURE)
    told = find_sign_answers(protocol, state.answers, question, counted)
    answers, reading = {**state.answers, **to_dict(told)}, state.reading is not None
    return any(
        space.merging.tells_doubt(found, question.id, reading)
        for found in (answers, *list_overlays(protocol, answers, once))
        if not isinstance(found, bool)
    )


@lru_cache(maxsize=256)
def _list_told(
    protocol: TriageProtocol, once: tuple[Event, ...]
) -> tuple[list[Mapping[str, Answer]], list[tuple[Question, bool]]]:
    """Return the answers that statements amount to, and the signs that are named.

    Equal ones once, and none that is an emergency whatever was answered; of each sign,
    whether a yes to it is one.
    """
    danger = Danger(protocol)

    def is_emergency(told: Mapping[str, Answer]) -> bool:
        masks = danger.find_masks(told)
        return danger.find_demanded_tier(masks) is Urgency.EMERGENCY

    told: dict[frozenset[tuple[str, Answer]], Mapping[str, Answer]] = {}
    signs: list[tuple[Question, bool]] = []
    for event in once:
        if isinstance(event, events.UnpromptedStatement):
            answers = to_dict(find_statement_answers(protocol, event))
            if answers and not is_emergency(answers):
                told[frozenset(answers.items())] = answers
        elif isinstance(event, events.Checked):
            for sign in map(protocol.question.__getitem__, event.ask):
                yes = find_sign_answers(protocol, {}, sign, Answer.YES)
                signs.append((sign, is_emergency(to_dict(yes))))
    return list(told.values()), signs


def list_statements(protocol: TriageProtocol) -> Iterator[events.UnpromptedStatement]:
    """Yield everything that is tried unasked: each row, and each kind of length."""
    for row in protocol.volunteered:
        yield events.UnpromptedStatement((row.id,))
    for length in LENGTHS:
        yield events.UnpromptedStatement(facts=Facts(length))


def list_checks(protocol: TriageProtocol) -> Iterator[events.Checked]:
    """Yield each danger question named without being settled."""
    for question in protocol.questions:
        if question.id in protocol.dangers:
            yield events.Checked(ask=(question.id,), reason=CheckReason.SIGN)


def list_once_walks(protocol: TriageProtocol) -> Iterator[OnceWalk]:
    """Yield the walks of what is said once, each with what touches the same answers.

    What is told apart by the answers to one group of questions is walked together, and
    so is what is an emergency whatever was answered.
    """
    for kind, tried in (
        ("said", list(list_statements(protocol))),
        ("named", list(list_checks(protocol))),
    ):
        at_once, groups = list[Event](), dict[str, list[Event]]()
        roots = _find_roots(protocol, tried)
        for event in tried:
            if not any(_list_told(protocol, (event,))):
                at_once.append(event)
                continue
            touched = _list_touched(protocol, event)
            groups.setdefault(roots[touched[0]], []).append(event)
        single = [group[0] for group in groups.values() if len(group) == 1]
        large = [group for group in groups.values() if len(group) > 1]
        parts = [part for group in large for part in _part(protocol, group)]
        for number, part in enumerate(filter(None, [*parts, single, at_once])):
            yield OnceWalk(f"{kind} {number}", tuple(part))


def _part(protocol: TriageProtocol, group: list[Event]) -> Iterator[list[Event]]:
    """Yield what is walked together of a group.

    A length that leaves something open is walked by itself: it tells more apart.
    """
    touched = {event: len(_list_touched(protocol, event)) for event in group}
    most = max(touched.values())
    open_lengths = [
        event
        for event in group
        if isinstance(event, events.UnpromptedStatement)
        and event.facts.duration is not None
        and touched[event] < most
    ]
    yield [event for event in group if event not in open_lengths]
    for event in open_lengths:
        yield [event]


def _find_roots(protocol: TriageProtocol, tried: Iterable[Event]) -> dict[str, str]:
    """Return by question or statement the first one of its group.

    The first two answers that something touches belong together. Through a third, which
    a few signs have, half of them would: walked together these take twice as long.
    """
    root = {name: name for name in (*protocol.question, *protocol.statement)}

    def find(name: str) -> str:
        while root[name] != name:
            name = root[name]
        return name

    for event in tried:
        for first, other in pairwise(_list_touched(protocol, event)[:2]):
            root[find(other)] = find(first)
    return {name: find(name) for name in root}


def _list_touched(protocol: TriageProtocol, event: Event) -> list[str]:
    """Return the answers that `event` can change, and danger questions before them."""
    touched: dict[str, None] = {}
    if isinstance(event, events.UnpromptedStatement):
        told = find_statement_answers(protocol, event)
        touched.update((answer.about, None) for answer in told)
    elif isinstance(event, events.Checked):
        touched.update(dict.fromkeys(event.ask))
    for id_ in list(touched):
        only_if = protocol.question[id_].only_if if id_ in protocol.question else None
        for name in only_if.names if only_if else ():
            gate = protocol.opposite_of.get(name) or protocol.question.get(name)
            if gate is not None and gate.id in protocol.dangers:
                touched[gate.id] = None
    return list(touched)
