"""The sessions that people can have with a protocol, walked as graphs of states."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

from dialogue.engine import events
from dialogue.engine.events import Event
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import TriageProtocol
from dialogue.engine.reply import MENU, OFFER_STEPS, OFFER_TIMER, Reply
from dialogue.engine.state import State
from dialogue.engine.view import Answers
from dialogue.validation.merging import Merging, Residue

TakeTurn = Callable[[TriageProtocol, State | None, Event], tuple[State, Reply]]
Key = tuple[object, ...]
"""What a later turn can see of a state."""


class TurnFailed(Exception):
    """A turn raised an error in place of a reply."""

    def __init__(self, node: "Node | None", event: Event, error: Exception) -> None:
        """Keep where the session stood, what was said then, and what was raised."""
        super().__init__(f"{type(error).__name__}: {error}")
        self.node = node
        self.event = event


@dataclass(frozen=True, eq=False)
class Node:
    """A state of a session, and the shortest path to it."""

    state: State
    reply: Reply
    depth: int
    """Replies on the path."""
    before: "Node | None" = field(default=None, repr=False)
    event: Event | None = None

    @property
    def path(self) -> tuple["Node", ...]:
        """Return the nodes from the opening to this one."""
        nodes, node = [self], self.before
        while node is not None:
            nodes.append(node)
            node = node.before
        return tuple(reversed(nodes))


class Walk(Protocol):
    """One way to explore sessions."""

    @property
    def name(self) -> str:
        """Return what tells this walk's states from those of others."""

    @property
    def parts_timers(self) -> bool:
        """Tell whether care reading is walked with and without timers."""

    def list_events(self, space: "StateSpace", node: Node) -> Iterable[Event]:
        """Return what is said or done in a state."""

    def find_key(self, space: "StateSpace", node: Node) -> Key:
        """Return what a later turn of this walk can see of a state."""

    def choose_next(self, before: Node, node: Node) -> "Walk | None":
        """Return the walk that goes on from `node`, None where none does."""


class StateSpace:
    """The states that sessions can reach, and the turns between them.

    Two states are taken for one only where no later turn of their walk can tell them
    apart in a way that a property looks at:

    - Of the answers their residue counts (`dialogue/validation/merging.py`), and where
      something is still to be said once, the residue that would follow it.
    - The order in which things were said matters to "go back" alone, and the state
      that it gives was reached by another session of the walk.
    - Before the first care step no turn looks at timers: from there on each session
      is walked with and without them.
    - Silence is forgotten by everything but a second silence, which alone is tried.

    Tests hold random sessions, exact and unmerged, against it.
    """

    def __init__(self, protocol: TriageProtocol, turn: TakeTurn = take_turn) -> None:
        """Explore nothing yet; `turn` is the function under proof."""
        self.protocol = protocol
        self.merging = Merging(protocol)
        self.nodes: list[Node] = []
        """By number: the node that stands for all states of its key."""
        self.steps: list[dict[Event, int]] = []
        """By state and event: the number of the next state, where there is one."""
        self._turn = turn
        self._by_key: dict[Key, int] = {}
        self._numbers: dict[Residue, int] = {}

    def explore(self, walk: Walk) -> Iterator[Node]:
        """Yield every turn of `walk` and of those that go on from it, once.

        The shortest sessions come first. Turns from states that an earlier walk of
        this space explored are not taken again.
        """
        opening = self.open()
        yield opening
        waiting: Waiting = deque()
        self._visit(walk, opening, waiting)
        while waiting:
            walk, number = waiting.popleft()
            node, steps = self.nodes[number], self.steps[number]
            for event in walk.list_events(self, node):
                after = self.take(node, event)
                yield after
                if walk.parts_timers and _begins_reading(node, after):
                    quiet = replace(node, state=replace(node.state, timers=False))
                    without = self.take(quiet, event)
                    yield without
                    self._follow(walk, node, without, waiting)
                reached = self._follow(walk, node, after, waiting)
                if reached is not None:
                    steps[event] = reached
            forget_answers(node.state)

    def open(self) -> Node:
        """Return the node of the opening."""
        return self.take(None, events.Begin(timers=True))

    def take(self, before: Node | None, event: Event) -> Node:
        """Return the node after one more turn; raises TurnFailed."""
        state = before.state if before else None
        try:
            state, reply = self._turn(self.protocol, state, event)
        except Exception as error:
            raise TurnFailed(before, event, error) from error
        return Node(state, reply, before.depth + 1 if before else 0, before, event)

    def replay(self, node: Node) -> tuple[Node, ...]:
        """Return the nodes from the opening to `node`, with its timers throughout."""
        again = self.take(None, events.Begin(timers=node.state.timers))
        path = [again]
        for earlier in node.path[1:]:
            assert earlier.event is not None  # noqa: S101 - an opening alone has none
            again = self.take(again, earlier.event)
            path.append(again)
        return tuple(path)

    def find_residue(self, state: State, answers: Answers | None = None) -> int:
        """Return a number that stands for the residue of the answers of `state`.

        With `answers`, of these in their place.
        """
        reading = state.reading is not None
        if answers is None:
            answered = state.answered
            residue = self.merging.find_residue(state.answers, reading, answered)
        else:
            residue = self.merging.build_residue(answers, reading)
        return self._numbers.setdefault(residue, len(self._numbers))

    def find_number(self, walk: Walk, node: Node) -> int | None:
        """Return the number of the state that stands for `node`, if it was explored."""
        return self._by_key.get((walk.name, *walk.find_key(self, node)))

    def _follow(
        self, walk: Walk, before: Node, after: Node, waiting: "Waiting"
    ) -> int | None:
        """Return the number of `after`, None where it is an end or goes no further."""
        if after.state.ended:
            return None
        next_walk = walk.choose_next(before, after)
        return None if next_walk is None else self._visit(next_walk, after, waiting)

    def _visit(self, walk: Walk, node: Node, waiting: "Waiting") -> int:
        key = (walk.name, *walk.find_key(self, node))
        number = self._by_key.get(key)
        if number is None:
            number = self._by_key[key] = len(self.nodes)
            self.nodes.append(node)
            self.steps.append({})
            waiting.append((walk, number))
        return number


Waiting = deque[tuple[Walk, int]]


def find_talk_key(state: State) -> Key:
    """Return what a later turn can see of `state` beside its answers.

    Attempts at an offer that cannot come up again are left out.
    """
    attempts = state.attempts
    if attempts:
        offer = OFFER_TIMER if state.timer == "offered" else MENU
        offer = OFFER_STEPS if state.reading is None else offer
        stale = {OFFER_STEPS, OFFER_TIMER, MENU} - {
            offer if state.ahead is None else ""
        }
        kept = (attempt for attempt in attempts if attempt.about not in stale)
        attempts = tuple(sorted(kept, key=lambda attempt: attempt.about))
    return (
        attempts,
        state.ask_next,
        state.asked_again,
        state.silent,
        state.help_checked,
        state.disposition,
        state.reading,
        state.ahead,
        state.timers,
        state.timer,
    )


def forget_answers(state: State) -> None:
    """Drop the mapping of answers that `state` keeps beside its turns.

    There are hundreds of thousands of states, and it is worked out anew where needed.
    """
    state.__dict__.pop("answers", None)
    state.__dict__.pop("answered", None)
    state.__dict__.pop("unheard", None)


def _begins_reading(before: Node, after: Node) -> bool:
    return (
        after.state.reading is not None
        and before.state.reading is None
        and before.state.timers
    )
