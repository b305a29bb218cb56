"""The walks of the proof: what is said in each state, and what only once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dialogue.engine import events
from dialogue.engine.events import CheckReason, Duration, Event, Facts, Strength
from dialogue.engine.facts import find_statement_answers
from dialogue.engine.protocol import Answer, TriageProtocol
from dialogue.engine.signs import find_sign_answers
from dialogue.engine.state import RecordedAnswer
from dialogue.engine.view import Answers, count_answer
from dialogue.verification.state_space import Key, Node, StateSpace, Walk, find_talk_key

YES, NO, UNSURE = map(events.Answered, (Answer.YES, Answer.NO, Answer.UNSURE))
SILENCE, NO_MATCH = events.NoInput(), events.NoMatch()

HELP = events.Checked(reason=CheckReason.HELP)

UNCLEAR = (
    NO_MATCH,
    events.HarmlessComplaint(),
    *map(events.Checked, (Answer.YES, Answer.NO, None)),
    events.Checked(reason=CheckReason.LENGTH),
    HELP,
)
"""What settles nothing, whatever is open."""

MOVES = (
    YES,
    NO,
    UNSURE,
    SILENCE,
    events.Answered(Answer.YES, Strength.HEDGED),
    events.Answered(Answer.NO, Strength.HEDGED),
    *UNCLEAR,
)
"""What moves a session on; none of them may lead in a circle."""

EVERYTHING = (
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
    """Sessions after a question was set aside; what is set aside besides, is counted.

    The key holds the residue with that question unheard, and the one without it: it is
    asked once more.
    """

    name = "set aside"

    def list_events(self, space: StateSpace, node: Node) -> Iterable[Event]:
        """Return each answer; at the question's second chance everything."""
        if node.state.silent:
            return (SILENCE,)
        again = node.reply.open_prompt in node.state.unheard
        return EVERYTHING if again else list_answers(node)

    def find_key(self, space: StateSpace, node: Node) -> Key:
        """Return both residues, and how the talk stands."""
        state = node.state
        answers = {
            about: answer
            for about, answer in state.answers.items()
            if answer is not Answer.UNHEARD
        }
        residues = space.find_residue(state), space.find_residue(state, answers)
        return *residues, find_talk_key(state)

    def choose_next(self, before: Node, node: Node) -> Walk | None:
        """Go on while no other question is set aside."""
        state = node.state
        return self if len(state.unheard) < 2 and not state.help_checked else None


class AfterWalk:
    """Sessions after one thing was said unasked, or one sign was brought forward."""

    name = "after"

    def list_events(self, space: StateSpace, node: Node) -> Iterable[Event]:
        """Return each answer."""
        return list_answers(node)

    def find_key(self, space: StateSpace, node: Node) -> Key:
        """Return the residue, how the talk stands, and what a sign asked now would do.

        A yes to a sign that was brought forward may count for its gates besides.
        """
        state, protocol = node.state, space.protocol
        signs = (protocol.question[id_] for id_ in state.ask_next)
        residues = tuple(
            space.find_residue(state, {**state.answers, **_to_dict(told)})
            for sign in signs
            for answer in (Answer.YES, Answer.UNSURE)
            for told in [find_sign_answers(protocol, state.answers, sign, answer)]
        )
        return space.find_residue(state), residues, find_talk_key(state)

    def choose_next(self, before: Node, node: Node) -> Walk | None:
        """Go on to the end."""
        return None if node.state.unheard else self


HELPED, ASIDE, AFTER = HelpedWalk(), AsideWalk(), AfterWalk()


@dataclass(frozen=True)
class OnceWalk:
    """Sessions in which one of some things is said, in each state.

    The key holds the residue that each of them would lead to.
    """

    name: str
    once: tuple[Event, ...]

    def list_events(self, space: StateSpace, node: Node) -> Iterable[Event]:
        """Return each answer, and in a state with nothing pending what is said once."""
        return (*list_answers(node), *(() if is_pending(node) else self.once))

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
        return AFTER if node.event in self.once else self


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
        yield {**answers, **_to_dict(find_statement_answers(protocol, event))}
    elif isinstance(event, events.Checked):
        for sign in map(protocol.question.__getitem__, event.ask):
            given = answers.get(sign.id)
            yield given is not None and count_answer(sign, given) is Answer.YES
            rest = {id_: a for id_, a in answers.items() if id_ != sign.id}
            told = find_sign_answers(protocol, rest, sign, Answer.YES)
            yield from (rest, {**rest, **_to_dict(told)})


def list_statements(protocol: TriageProtocol) -> Iterator[events.UnpromptedStatement]:
    """Yield everything that is tried unasked; of equal rows the first."""
    rows: dict[object, str] = {}
    for row in protocol.volunteered:
        own = row.id if row.id in protocol.question else ""
        rows.setdefault((own, row.sets, row.explains), row.id)
    for id_ in rows.values():
        yield events.UnpromptedStatement((id_,))
    for length in LENGTHS:
        yield events.UnpromptedStatement(facts=Facts(length))
    for trigger in protocol.triggers:
        yield events.UnpromptedStatement(facts=Facts(trigger=trigger))


def list_checks(protocol: TriageProtocol) -> Iterator[events.Checked]:
    """Yield each danger question named without being settled."""
    for question in protocol.questions:
        if question.id in protocol.dangers:
            yield events.Checked(ask=(question.id,), reason=CheckReason.SIGN)


def _to_dict(recorded: Iterable[RecordedAnswer]) -> dict[str, Answer]:
    return {answer.about: answer.answer for answer in recorded}
