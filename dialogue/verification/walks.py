"""The walks of the proof: what is said in each state, and what only once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from dialogue.engine import events
from dialogue.engine.events import CheckReason, Duration, Event, Facts, Strength
from dialogue.engine.facts import find_statement_answers
from dialogue.engine.protocol import Answer, TriageProtocol
from dialogue.engine.signs import find_sign_answers, find_waiting
from dialogue.engine.state import RecordedAnswer, State
from dialogue.engine.view import Answers, count_answer
from dialogue.verification.state_space import Key, Node, StateSpace, Walk, find_talk_key

YES, NO, UNSURE = map(events.Answered, (Answer.YES, Answer.NO, Answer.UNSURE))
SILENCE, NO_MATCH = events.NoInput(), events.NoMatch()

HELP = events.Checked(reason=CheckReason.HELP)

UNCLEAR: tuple[Event, ...] = (
    NO_MATCH,
    events.HarmlessComplaint(),
    *map(events.Checked, (Answer.YES, Answer.NO, None)),
    events.Checked(reason=CheckReason.LENGTH),
    HELP,
)
"""What settles nothing, whatever is open."""

MOVES: tuple[Event, ...] = (
    YES,
    NO,
    UNSURE,
    SILENCE,
    events.Answered(Answer.YES, Strength.HEDGED),
    events.Answered(Answer.NO, Strength.HEDGED),
    *UNCLEAR,
)
"""What moves a session on; none of them may lead in a circle."""

EVERYTHING: tuple[Event, ...] = (
    *MOVES,
    events.Next(),
    events.Previous(),
    events.Stop(),
    events.CallForHelp(),
)

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


class PlainWalk:
    """Sessions in which nothing is said unasked: everything is tried in each state."""

    name = "plain"
    parts_timers = True

    def list_events(self, space: StateSpace, node: Node) -> Iterable[Event]:
        """Return everything; after silence only a second one."""
        return (SILENCE,) if node.state.silent else EVERYTHING

    def find_key(self, space: StateSpace, node: Node) -> Key:
        """Return the residue of the answers, and how the talk stands."""
        state = node.state
        return space.find_residue(state), find_talk_key(state)

    def choose_next(self, before: Node, node: Node) -> Walk | None:
        """Go on until a call for help is heard in part, or a question set aside."""
        if node.state.help_checked:
            return None if node.state.unheard else HELPED
        return ASIDE if node.state.unheard else self


class HelpedWalk(PlainWalk):
    """Sessions after a call for help was heard among words not understood."""

    name = "after a call for help"

    def list_events(self, space: StateSpace, node: Node) -> Iterable[Event]:
        """Return each answer, and a second such call: all that looks at the first."""
        return YES, NO, UNSURE, HELP


class AsideWalk:
    """Sessions after a question was set aside: yes and no, and at its turn everything.

    The key holds the residue with that question unheard, and while it waits for its
    second chance the one without it. A doubt about it from before is left out: at its
    second chance it is tried. What is set aside besides is another walk's.
    """

    name = "set aside"
    parts_timers = False

    def list_events(self, space: StateSpace, node: Node) -> Iterable[Event]:
        """Return both answers; at the question's second chance everything."""
        if node.state.silent:
            return (SILENCE,)
        again = node.reply.open_prompt in node.state.unheard
        return EVERYTHING if again else (YES, NO)

    def find_key(self, space: StateSpace, node: Node) -> Key:
        """Return the residue, the other while that waits, and how the talk stands."""
        state = node.state
        waiting = find_waiting(space.protocol, state)
        without = None
        if waiting:
            answers = state.answers.items()
            rest = {about: given for about, given in answers if about not in waiting}
            without = space.find_residue(state, rest)
        attempts = tuple(
            attempt
            for attempt in state.attempts
            if attempt.about not in state.unheard
            or attempt.about == node.reply.open_prompt
        )
        talk = find_talk_key(replace(state, attempts=attempts))
        return space.find_residue(state), without, talk

    def choose_next(self, before: Node, node: Node) -> Walk | None:
        """Go on while no other question is set aside."""
        state = node.state
        return self if len(state.unheard) < 2 and not state.help_checked else None


class AfterWalk:
    """Sessions after one thing was said unasked."""

    name = "after it was said"
    parts_timers = False

    def list_events(self, space: StateSpace, node: Node) -> Iterable[Event]:
        """Return each answer."""
        return list_answers(node)

    def find_key(self, space: StateSpace, node: Node) -> Key:
        """Return the residue, and how the talk stands."""
        return space.find_residue(node.state), find_talk_key(node.state)

    def choose_next(self, before: Node, node: Node) -> Walk | None:
        """Go on to the end."""
        return None if node.state.unheard else self


class AfterNamedWalk(AfterWalk):
    """Sessions after one sign was brought forward: at it each answer, then yes and no.

    The key holds what a yes or a doubt would do: it may count for the gates besides.
    """

    name = "after it was named"

    def list_events(self, space: StateSpace, node: Node) -> Iterable[Event]:
        """Return yes and no, at the sign unsure besides."""
        return list_answers(node) if node.state.ask_next else (YES, NO)

    def find_key(self, space: StateSpace, node: Node) -> Key:
        """Return the residues, and how the talk stands."""
        state, protocol = node.state, space.protocol
        signs = (protocol.question[id_] for id_ in state.ask_next)
        residues = tuple(
            space.find_residue(state, {**state.answers, **_to_dict(told)})
            for sign in signs
            for answer in (Answer.YES, Answer.UNSURE)
            for told in [find_sign_answers(protocol, state.answers, sign, answer)]
        )
        return space.find_residue(state), residues, find_talk_key(state)


class CountWalk:
    """Sessions in which several questions are set aside.

    Of these only their number counts, how many came in a row, how many had their second
    chance, and whether a danger sign is among them: which they are is left open, so
    that one session stands for many that differ.
    """

    name = "several set aside"
    parts_timers = False

    def list_events(self, space: StateSpace, node: Node) -> Iterable[Event]:
        """Return yes, no and what is not understood."""
        return YES, NO, NO_MATCH

    def find_key(self, space: StateSpace, node: Node) -> Key:
        """Return the residue with counts in place of what was not heard."""
        state, protocol = node.state, space.protocol
        counted = {
            about: count_answer(protocol.question[about], answer)
            if answer is Answer.UNHEARD
            else answer
            for about, answer in state.answers.items()
        }
        dangers = [id_ for id_ in state.unheard if id_ in protocol.dangers]
        return (
            space.find_residue(state, counted),
            len(state.unheard),
            len(dangers),
            len(state.asked_again),
            _count_in_a_row(state),
            state.attempts,
            state.disposition,
            state.reading,
            state.ahead,
            state.timer,
        )

    def choose_next(self, before: Node, node: Node) -> Walk | None:
        """Go on to the end."""
        return self


def _count_in_a_row(state: State) -> int:
    """Return how many of the last answers are questions set aside."""
    count = 0
    for turn in reversed(state.turns):
        if turn.asked is None or state.answers.get(turn.asked) is not Answer.UNHEARD:
            break
        count += 1
    return count


HELPED, ASIDE = HelpedWalk(), AsideWalk()
AFTER, AFTER_NAMED = AfterWalk(), AfterNamedWalk()


@dataclass(frozen=True)
class OnceWalk:
    """Sessions in which one of some things is said, in each state.

    The key holds the residue that each of them would lead to.
    """

    name: str
    once: tuple[Event, ...]
    parts_timers: bool = False

    def list_events(self, space: StateSpace, node: Node) -> Iterable[Event]:
        """Return each answer, and in a state with nothing pending what is said once.

        Before a sign is named, a doubt is left out: it counts as a yes or a no.
        """
        if is_pending(node):
            return (UNSURE,)
        return (YES, NO, *self.once) if self.is_named else (YES, NO, UNSURE, *self.once)

    @property
    def is_named(self) -> bool:
        """Tell whether signs are named rather than said."""
        return isinstance(self.once[0], events.Checked)

    def find_key(self, space: StateSpace, node: Node) -> Key:
        """Return the residue now and after each thing, and how the talk stands."""
        protocol, state = space.protocol, node.state
        after = tuple(
            found if isinstance(found, bool) else space.find_residue(state, found)
            for event in self.once
            for found in list_overlays(protocol, state.answers, event)
        )
        return space.find_residue(state), after, find_talk_key(state)

    def choose_next(self, before: Node, node: Node) -> Walk | None:
        """Go on with what follows once it was said."""
        if node.event not in self.once:
            return self
        return AFTER_NAMED if self.is_named else AFTER


def list_answers(node: Node) -> tuple[Event, ...]:
    """Return yes, no and unsure; of a question in doubt the rest was tried before."""
    return (UNSURE,) if is_pending(node) else (YES, NO, UNSURE)


def is_pending(node: Node) -> bool:
    """Tell whether what is open was put before without being settled."""
    return any(a.about == node.reply.open_prompt for a in node.state.attempts)


def list_overlays(
    protocol: TriageProtocol, answers: Answers, event: Event
) -> Iterator[Answers | bool]:
    """Yield what answers become by `event`, and what else it depends on."""
    if isinstance(event, events.UnpromptedStatement):
        yield {**answers, **_find_told(protocol, event)}
    elif isinstance(event, events.Checked):
        for sign in map(protocol.question.__getitem__, event.ask):
            given = answers.get(sign.id)
            yield given is not None and count_answer(sign, given) is Answer.YES
            rest = {id_: a for id_, a in answers.items() if id_ != sign.id}
            told = find_sign_answers(protocol, rest, sign, Answer.YES)
            yield from (rest, {**rest, **_to_dict(told)})


@lru_cache(maxsize=256)
def _find_told(
    protocol: TriageProtocol, event: events.UnpromptedStatement
) -> Mapping[str, Answer]:
    return _to_dict(find_statement_answers(protocol, event))


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

    What is told apart by the answers to one group of questions is walked together; all
    that touches nothing else is one walk.
    """
    for kind, tried in (
        ("said", list(list_statements(protocol))),
        ("named", list(list_checks(protocol))),
    ):
        groups: dict[str, list[Event]] = {}
        roots = _find_roots(protocol, tried)
        for event in tried:
            touched = _list_touched(protocol, event)
            root = roots[touched[0]] if touched else ""
            groups.setdefault(root, []).append(event)
        single = [group[0] for group in groups.values() if len(group) == 1]
        grouped = [group for group in groups.values() if len(group) > 1]
        parted = [part for group in grouped for part in _part(protocol, group)]
        for number, group in enumerate([*parted, single]):
            yield OnceWalk(f"{kind} {number}", tuple(group))


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
    """Return by question or statement the first one of its group."""
    root = {name: name for name in (*protocol.question, *protocol.statement)}

    def find(name: str) -> str:
        while root[name] != name:
            name = root[name]
        return name

    for event in tried:
        first, *others = _list_touched(protocol, event) or [""]
        for other in others:
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


def _to_dict(recorded: Iterable[RecordedAnswer]) -> dict[str, Answer]:
    return {answer.about: answer.answer for answer in recorded}
