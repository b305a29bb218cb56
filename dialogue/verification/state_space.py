"""Every session that people can have with a protocol, as one graph of states."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from dialogue.engine import events
from dialogue.engine.care_steps import list_care_lines
from dialogue.engine.events import Duration, Event, Facts
from dialogue.engine.interview import take_turn
from dialogue.engine.open_question import find_open_prompt
from dialogue.engine.protocol import Answer, Question, TriageProtocol, Urgency
from dialogue.engine.reply import MENU, OFFER_TIMER, Reply
from dialogue.engine.state import State

TakeTurn = Callable[[TriageProtocol, State | None, Event], tuple[State, Reply]]
Key = tuple[object, ...]

YES, NO, UNSURE = map(events.Answered, (Answer.YES, Answer.NO, Answer.UNSURE))
ANSWERS = (YES, NO, UNSURE, events.NoInput())
"""What moves a session on; none of them may lead in a cycle."""

LENGTHS = (
    Duration.exact(72),
    Duration.exact(168),
    Duration.exact(336),
    Duration.exact(337),
    Duration.over(168),
)
"""Lengths that a person may say unasked: one a row of the duration table."""


class TurnFailed(Exception):
    """A turn raised an error in place of a reply."""

    def __init__(self, node: "Node | None", event: Event, error: Exception) -> None:
        """Keep where the session stood, what was said then, and what was raised."""
        super().__init__(f"{type(error).__name__}: {error}")
        self.node = node
        self.event = event


@dataclass(frozen=True)
class Node:
    """A state of a session, and the shortest path to it."""

    state: State
    reply: Reply
    unprompted: int
    """How many things were said unasked on the path."""
    depth: int
    key: Key = field(repr=False)
    """What a later turn can see of the state."""
    before: "Node | None" = field(default=None, repr=False)
    event: Event | None = None

    @property
    def path(self) -> tuple["Node", ...]:
        """Return the nodes from the opening to this one."""
        earlier = self.before.path if self.before else ()
        return (*earlier, self)


class StateSpace:
    """All states that a session can reach, and the steps between them.

    In every state each of yes, no, unsure, silence, "go back" and "stop" is tried,
    and, in a session in which fewer than `most_unprompted` things were said unasked,
    every row of unprompted statements and every length.

    Two states are taken for one (`_key`) only where no later turn can tell them
    apart in a way that a property looks at:

    - The order in which things were said matters to "go back" alone. Where nothing
      was said twice, taking back the last thing gives a state that this session went
      through before. Where something was (`take_turn` then drops the older word),
      "go back" is tried right after that turn, before states are compared, and what
      it gives is explored as a state of its own.
    - A used re-ask of something that has an answer is never looked at: `go back` on
      the answer clears it.
    - An unsure is the same as the answer it counts as, unless a care line or a reply
      tells them apart (`_tell_apart`): rules see the counted answer only.
    - While steps are read, a turn sees the lines that are due, and, when something
      is said unasked, the decision by all answers. The decision does not depend on
      the chunk, nor the lines on the decision. So statements are tried with all
      answers at the first chunk, and with all lists of lines at each later one.
    - A session without timers is one with timers whose offer was answered: there
      nothing is tried unasked once more.
    - Silence is forgotten by everything but a second silence, so that nothing
      unprompted is tried once more right after it.

    A test takes random sessions, exact and unmerged, and finds each of their states
    here.
    """

    def __init__(
        self,
        protocol: TriageProtocol,
        most_unprompted: int = 1,
        turn: TakeTurn = take_turn,
        share: slice = slice(None),
    ) -> None:
        """Explore nothing yet; `turn` is the function under proof.

        `share`: which of the unprompted statements may come first, so that several
        processes divide the work.
        """
        self.protocol = protocol
        self.most_unprompted = most_unprompted
        self.steps: dict[Key, dict[Event, Key | Node]] = {}
        """By state and event: the next state, or the end that the event leads to."""
        self._turn = turn
        self._share = share
        self._nodes: dict[Key, Node] = {}

    def explore(self) -> Iterator[Node]:
        """Yield every turn once, the shortest sessions first; fills `steps`."""
        waiting: deque[Node] = deque()
        for timers in (True, False):
            opening = self._take(None, events.Begin(timers=timers))
            yield opening
            self._visit(opening, waiting)
        while waiting:
            node = waiting.popleft()
            if self._nodes[node.key] is not node:
                continue  # reached again with less said unasked
            steps = self.steps[node.key] = {}
            for event in self._events(node):
                after = self._take(node, event)
                yield after
                ended = after.state.ended
                steps[event] = after if ended else self._visit(after, waiting)
                is_statement = isinstance(event, events.UnpromptedStatement)
                if is_statement and _replaces_answer(node.state, after.state):
                    back = self._take(after, events.Previous())
                    yield back
                    self._visit(back, waiting)

    def find_node(self, *said: Event) -> Node:
        """Return the node after the opening and then `said`."""
        node = self._take(None, events.Begin(timers=True))
        for event in said:
            node = self._take(node, event)
        return node

    def at(self, key: Key) -> Node:
        """Return the node that stands for all states of `key`."""
        return self._nodes[key]

    def knows(self, state: State, unprompted: int) -> bool:
        """Tell whether `state` was explored, after `unprompted` things said unasked."""
        open_prompt = find_open_prompt(self.protocol, state)
        keys = (self._key(state, open_prompt, n) for n in range(unprompted + 1))
        return any(key in self._nodes for key in keys)

    @cached_property
    def statements(self) -> tuple[events.UnpromptedStatement, ...]:
        """Return everything that is tried unasked."""
        if not self.most_unprompted:
            return ()
        said, rows = events.UnpromptedStatement, self.protocol.volunteered
        lengths = (said(facts=Facts(length)) for length in LENGTHS)
        return (*(said((row.id,)) for row in rows), *lengths)

    @property
    def is_first(self) -> bool:
        """Tell whether this is the first share, or the whole."""
        return not self._share.start

    @cached_property
    def first_statements(self) -> tuple[events.UnpromptedStatement, ...]:
        """Return this share of what is tried unasked."""
        return self.statements[self._share]

    def _events(self, node: Node) -> tuple[Event, ...]:
        tried: tuple[Event, ...] = (*ANSWERS, events.Previous(), events.Stop())
        state = node.state
        unclear = state.silent or (state.reading is not None and state.reasked)
        if node.unprompted >= self.most_unprompted or unclear or not state.timers:
            return tried
        more = self.statements if node.unprompted else self.first_statements
        return (*tried, *more)

    def _take(self, before: Node | None, event: Event) -> Node:
        state = before.state if before else None
        try:
            state, reply = self._turn(self.protocol, state, event)
        except Exception as error:
            raise TurnFailed(before, event, error) from error
        unprompted, depth = (before.unprompted, before.depth + 1) if before else (0, 0)
        unprompted += isinstance(event, events.UnpromptedStatement)
        key = self._key(state, reply.open_prompt, unprompted)
        return Node(state, reply, unprompted, depth, key, before, event)

    def _visit(self, node: Node, waiting: deque[Node]) -> Key:
        known = self._nodes.get(node.key)
        if known is None or node.unprompted < known.unprompted:
            self._nodes[node.key] = node
            waiting.append(node)
        return node.key

    def _key(self, state: State, open_prompt: str | None, unprompted: int) -> Key:
        answers = state.answers
        seen: object = frozenset(
            (about, self._count_as(about, answer).value)
            for about, answer in answers.items()
        )
        if state.reading is not None and open_prompt in (MENU, OFFER_TIMER):
            lines = tuple(line.key for line in list_care_lines(self.protocol, state))
            first = state.reading == self.protocol.care_lines[0].chunk
            if unprompted >= self.most_unprompted or not first:
                seen = lines
        reasked = frozenset(id_ for id_ in state.reasked if id_ not in answers)
        reading = state.disposition, state.reading, state.timers, state.timer
        return (seen, reasked, state.silent, *reading)

    def _count_as(self, about: str, answer: Answer) -> Answer:
        merged = self._invisible_unsures.get(about)
        return merged if answer is Answer.UNSURE and merged else answer

    @cached_property
    def _invisible_unsures(self) -> Mapping[str, Answer]:
        """Return by question what its unsure counts as, where nothing more is seen."""
        return {
            question.id: question.unsure_means
            for question in self.protocol.questions
            if not _is_unsure_visible(self.protocol, question)
        }


def _replaces_answer(before: State, after: State) -> bool:
    if after.ended or after.turns == before.turns:
        return False
    return any(given.about in before.answers for given in after.turns[-1].answers)


def _is_unsure_visible(protocol: TriageProtocol, question: Question) -> bool:
    """Tell whether an unsure to `question` shows, beside what it counts as."""
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
    deciding = (id_ for d in protocol.dispositions for id_, _ in d.reads_if_yes)
    return counts_as_yes and question.id in deciding


NEVER = -1000
"""Questions to an emergency where no path leads to one."""


def find_cycle(space: StateSpace) -> Node | None:
    """Return a state that answers and silence lead back to, None if there is none."""
    moves = {
        key: [steps[event] for event in ANSWERS if not isinstance(steps[event], Node)]
        for key, steps in space.steps.items()
    }
    try:
        TopologicalSorter(moves).prepare()
    except CycleError as error:
        return min((space.at(key) for key in error.args[1]), key=lambda n: n.depth)
    return None


class PathLengths:
    """Counts and lengths of the paths in a state space without cycles.

    A path is made of clear answers: an unsure is repeated until it counts. A session
    is made of yes, no, unsure and silence, each one turn.
    """

    def __init__(self, space: StateSpace) -> None:
        """Count in `space`, which must have been explored and be without cycles."""
        self._space = space
        self._paths: dict[Key, tuple[int, int, int]] = {}
        self._sessions: dict[Key, tuple[int, int]] = {}
        self._late: dict[Key, tuple[int, tuple[Event, ...]]] = {}

    def count_paths(self, node: Node) -> tuple[int, int, int]:
        """Return three counts of the paths from `node` to a disposition.

        How many there are, the questions of the longest, and how many of them end in
        an emergency.
        """
        if node.reply.disposition is not None or node.state.ended:
            return 1, 0, int(self._is_emergency(node))
        if node.key not in self._paths:
            paths = [self.count_paths(after) for _, after in self._after_answers(node)]
            self._paths[node.key] = (
                sum(path[0] for path in paths),
                1 + max(path[1] for path in paths),
                sum(path[2] for path in paths),
            )
        return self._paths[node.key]

    def count_sessions(self, node: Node) -> tuple[int, int]:
        """Return two counts of the sessions from `node` to their very end.

        How many there are, and the replies of the longest, that of `node` included.
        """
        if node.state.ended:
            return 1, 1
        if node.key not in self._sessions:
            paths = [self.count_sessions(self._next(node, event)) for event in ANSWERS]
            total = sum(path[0] for path in paths), 1 + max(path[1] for path in paths)
            self._sessions[node.key] = total
        return self._sessions[node.key]

    def find_latest_emergency(self, node: Node) -> tuple[int, tuple[Event, ...]]:
        """Return the longest path to an emergency: its questions, and what is said."""
        if node.reply.disposition is not None or node.state.ended:
            return (0 if self._is_emergency(node) else NEVER), ()
        if node.key not in self._late:
            found: list[tuple[int, tuple[Event, ...]]] = [(NEVER, ())]
            for said, after in self._after_answers(node):
                questions, rest = self.find_latest_emergency(after)
                found.append((questions + 1, (*said, *rest)))
            self._late[node.key] = max(found, key=lambda path: path[0])
        return self._late[node.key]

    def _after_answers(self, node: Node) -> Iterator[tuple[tuple[Event, ...], Node]]:
        """Yield what follows once the open question has its answer, by answer."""
        for event in (YES, NO, UNSURE):
            after = self._next(node, event)
            said: tuple[Event, ...] = (event,)
            if event == UNSURE and after.reply.open_prompt == node.reply.open_prompt:
                after, said = self._next(after, event), (event, event)
            yield said, after

    def _next(self, node: Node, event: Event) -> Node:
        after = self._space.steps[node.key][event]
        return after if isinstance(after, Node) else self._space.at(after)

    def _is_emergency(self, node: Node) -> bool:
        if (spoken := node.reply.disposition) is None:
            return False
        disposition = self._space.protocol.disposition[spoken]
        return disposition.urgency is Urgency.EMERGENCY
