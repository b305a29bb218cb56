"""Every talk that people can hold with a protocol, walked as one graph of states."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from dialogue.engine import events
from dialogue.engine.care_steps import list_care_lines
from dialogue.engine.events import Bound, Duration, Event, Facts
from dialogue.engine.interview import take_turn
from dialogue.engine.open_question import find_open_prompt
from dialogue.engine.protocol import Answer, Question, TriageProtocol
from dialogue.engine.reply import MENU, OFFER_TIMER, Reply
from dialogue.engine.state import State

Turn = Callable[[TriageProtocol, State | None, Event], tuple[State, Reply]]
Key = tuple[object, ...]

YES, NO, UNSURE = map(events.Answered, (Answer.YES, Answer.NO, Answer.UNSURE))
ANSWERS = (YES, NO, UNSURE, events.NoInput())
"""What moves a talk on; none of them may lead in a circle."""

LENGTHS = (
    Duration(72),
    Duration(168),
    Duration(336),
    Duration(337),
    Duration(168, Bound.OVER),
)
"""Lengths that a person may tell unasked: one a row of the duration table."""


class TurnFailed(Exception):
    """A turn raised an error in place of a reply."""

    def __init__(self, node: "Node | None", event: Event, error: Exception) -> None:
        """Keep where the talk stood, what was said then, and what was raised."""
        super().__init__(f"{type(error).__name__}: {error}")
        self.node = node
        self.event = event


@dataclass(frozen=True)
class Node:
    """A state of a talk, and the shortest way that led to it."""

    state: State
    reply: Reply
    told: int
    """How many things were said unasked on the way."""
    depth: int
    key: Key = field(repr=False)
    """What a later turn can see of the state."""
    before: "Node | None" = field(default=None, repr=False)
    event: Event | None = None

    @property
    def way(self) -> tuple["Node", ...]:
        """Return the nodes from the opening to this one."""
        earlier = self.before.way if self.before else ()
        return (*earlier, self)


class Walk:
    """All states that a talk can reach, and the steps between them.

    In every state each of yes, no, unsure, silence, "go back" and "stop" is tried,
    and, in a talk in which fewer than `most_told` things were said unasked, every row
    of volunteered statements and every length.

    Two states are taken for one (`_key`) only where no later turn can tell them
    apart in a way that a property looks at:

    - The order in which things were told matters to "go back" alone. Where nothing
      was told twice, taking back the last thing gives a state that this talk went
      through before. Where something was (`take_turn` then drops the older word),
      "go back" is tried right after that turn, before states are compared, and what
      it gives is walked as a state of its own.
    - A used re-ask of something that has an answer is never looked at: `go back` on
      the answer clears it.
    - An unsure is the same as the answer it counts as, unless a care line or a reply
      tells them apart (`_tell_apart`): rules see the counted answer only.
    - While steps are read, a turn sees the lines that are due, and, when something
      is volunteered, the decision by all answers. The decision does not depend on
      the chunk, nor the lines on the decision. So volunteering is tried with all
      answers at the first chunk, and with all lists of lines at each later one.
    - A talk without timers is one with timers whose offer was answered: there nothing
      is tried unasked once more.
    - Silence is forgotten by everything but a second silence, so that nothing
      volunteered is tried once more right after it.

    A test holds random talks, exact and unmerged, and finds each of their states
    here.
    """

    def __init__(
        self,
        protocol: TriageProtocol,
        most_told: int = 1,
        turn: Turn = take_turn,
        share: slice = slice(None),
    ) -> None:
        """Walk nothing yet; `turn` is the function under proof.

        `share`: which of the volunteered things may be told first, so that several
        processes divide the walk.
        """
        self.protocol = protocol
        self.most_told = most_told
        self.steps: dict[Key, dict[Event, Key | Node]] = {}
        """By state and event: the next state, or the end that the event leads to."""
        self._turn = turn
        self._share = share
        self._nodes: dict[Key, Node] = {}

    def walked(self) -> Iterator[Node]:
        """Yield every turn once, the shortest talks first; fills `steps`."""
        waiting: deque[Node] = deque()
        for timers in (True, False):
            opening = self._after(None, events.Begin(timers=timers))
            yield opening
            self._visit(opening, waiting)
        while waiting:
            node = waiting.popleft()
            if self._nodes[node.key] is not node:
                continue  # reached again with less said unasked
            steps = self.steps[node.key] = {}
            for event in self._events(node):
                after = self._after(node, event)
                yield after
                if after.state.ended:
                    steps[event] = after
                else:
                    steps[event] = self._visit(after, waiting)
                told_now = isinstance(event, events.UnpromptedStatement)
                if told_now and _told_twice(node.state, after.state):
                    back = self._after(after, events.Previous())
                    yield back
                    self._visit(back, waiting)

    def talk(self, *said: Event) -> Node:
        """Return the talk after the opening and then `said`."""
        node = self._after(None, events.Begin(timers=True))
        for event in said:
            node = self._after(node, event)
        return node

    def at(self, key: Key) -> Node:
        """Return the node that stands for all states of `key`."""
        return self._nodes[key]

    def knows(self, state: State, told: int) -> bool:
        """Tell whether `state`, reached with `told` things unasked, was walked."""
        open_prompt = find_open_prompt(self.protocol, state)
        keys = (self._key(state, open_prompt, n) for n in range(told + 1))
        return any(key in self._nodes for key in keys)

    @cached_property
    def volunteering(self) -> tuple[events.UnpromptedStatement, ...]:
        """Return everything that is tried unasked."""
        if not self.most_told:
            return ()
        rows = (
            events.UnpromptedStatement((row.id,)) for row in self.protocol.volunteered
        )
        lengths = (
            events.UnpromptedStatement(facts=Facts(length)) for length in LENGTHS
        )
        return (*rows, *lengths)

    @cached_property
    def told_first(self) -> tuple[events.UnpromptedStatement, ...]:
        """Return this walk's share of what is tried unasked."""
        return self.volunteering[self._share]

    def _events(self, node: Node) -> tuple[Event, ...]:
        tried: tuple[Event, ...] = (*ANSWERS, events.Previous(), events.Stop())
        state = node.state
        unclear = state.silent or (state.reading is not None and state.reasked)
        if node.told >= self.most_told or unclear or not state.timers:
            return tried
        return (*tried, *(self.volunteering if node.told else self.told_first))

    def _after(self, before: Node | None, event: Event) -> Node:
        state = before.state if before else None
        try:
            state, reply = self._turn(self.protocol, state, event)
        except Exception as error:
            raise TurnFailed(before, event, error) from error
        told = (before.told if before else 0) + isinstance(
            event, events.UnpromptedStatement
        )
        depth = before.depth + 1 if before else 0
        key = self._key(state, reply.open_prompt, told)
        return Node(state, reply, told, depth, key, before, event)

    def _visit(self, node: Node, waiting: deque[Node]) -> Key:
        known = self._nodes.get(node.key)
        if known is None or node.told < known.told:
            self._nodes[node.key] = node
            waiting.append(node)
        return node.key

    def _key(self, state: State, open_prompt: str | None, told: int) -> Key:
        answers = state.answers
        seen: object = frozenset(
            (about, self._counted(about, answer).value)
            for about, answer in answers.items()
        )
        if state.reading is not None and open_prompt in (MENU, OFFER_TIMER):
            lines = tuple(line.key for line in list_care_lines(self.protocol, state))
            first = state.reading == self.protocol.care_lines[0].chunk
            if told >= self.most_told or not first:
                seen = lines
        return (
            seen,
            frozenset(id_ for id_ in state.reasked if id_ not in answers),
            state.silent,
            state.disposition,
            state.reading,
            state.timers,
            state.timer,
        )

    def _counted(self, about: str, answer: Answer) -> Answer:
        merged = self._merged.get(about)
        return merged if answer is Answer.UNSURE and merged else answer

    @cached_property
    def _merged(self) -> Mapping[str, Answer]:
        """Return by question what its unsure counts as, where nothing more is seen."""
        return {
            question.id: question.unsure_means
            for question in self.protocol.questions
            if not _tell_apart(self.protocol, question)
        }


def _told_twice(before: State, after: State) -> bool:
    """Tell whether a volunteering turn replaced something that was told before."""
    if after.ended or after.turns == before.turns:
        return False
    return any(told.about in before.answers for told in after.turns[-1].answers)


def _tell_apart(protocol: TriageProtocol, question: Question) -> bool:
    """Tell whether an unsure to `question` can be told from what it counts as."""
    own = {question.id, question.opposite}
    for rule in protocol.rules:
        says = protocol.disposition[rule.disposition].says_if_unsure
        if (says or rule.reason_if_unsure) and own & set(rule.when.names):
            return True
    counts_as_yes = question.unsure_means is Answer.YES
    for line in protocol.care_lines:
        yes, no = line.if_yes + line.unless_yes, line.if_no + line.unless_no
        if question.id in (yes if counts_as_yes else no):
            return True
    return counts_as_yes and any(
        question.id == id_
        for told in protocol.dispositions
        for id_, _ in told.reads_if_yes
    )
