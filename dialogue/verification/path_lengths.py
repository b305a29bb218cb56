"""How many ways lead through a walked graph of talks, and how long they are."""

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from dialogue.engine.events import Event
from dialogue.engine.protocol import Urgency
from dialogue.verification.state_space import ANSWERS, NO, UNSURE, YES, Key, Node, Walk

NEVER = -1000
"""Questions to an emergency where no path leads to one."""


def circle(walk: Walk) -> Node | None:
    """Return a state that answers and silence lead back to, None if there is none."""
    moves = {
        key: [steps[event] for event in ANSWERS if not isinstance(steps[event], Node)]
        for key, steps in walk.steps.items()
    }
    try:
        TopologicalSorter(moves).prepare()
    except CycleError as error:
        return min((walk.at(key) for key in error.args[1]), key=lambda n: n.depth)
    return None


class Lengths:
    """Counts in a graph without circles.

    A path is made of clear answers: an unsure is repeated until it counts. A talk is
    made of yes, no, unsure and silence, each one turn.
    """

    def __init__(self, walk: Walk) -> None:
        """Count in `walk`, which must have been walked and be without circles."""
        self._walk = walk
        self._paths: dict[Key, tuple[int, int, int]] = {}
        self._talks: dict[Key, tuple[int, int]] = {}
        self._late: dict[Key, tuple[int, tuple[Event, ...]]] = {}

    def paths(self, node: Node) -> tuple[int, int, int]:
        """Return three counts of the paths from `node` to a disposition.

        How many there are, the questions of the longest, and how many of them end in
        an emergency.
        """
        if node.reply.disposition is not None or node.state.ended:
            return 1, 0, int(self._is_emergency(node))
        if node.key not in self._paths:
            ways = [self.paths(after) for _, after in self._settled(node)]
            self._paths[node.key] = (
                sum(way[0] for way in ways),
                1 + max(way[1] for way in ways),
                sum(way[2] for way in ways),
            )
        return self._paths[node.key]

    def talks(self, node: Node) -> tuple[int, int]:
        """Return two counts of the talks from `node` to their very end.

        How many there are, and the replies of the longest, that of `node` included.
        """
        if node.state.ended:
            return 1, 1
        if node.key not in self._talks:
            ways = [self.talks(self._next(node, event)) for event in ANSWERS]
            total = sum(way[0] for way in ways), 1 + max(way[1] for way in ways)
            self._talks[node.key] = total
        return self._talks[node.key]

    def to_emergency(self, node: Node) -> tuple[int, tuple[Event, ...]]:
        """Return the longest path to an emergency: its questions, and what is said."""
        if node.reply.disposition is not None or node.state.ended:
            return (0 if self._is_emergency(node) else NEVER), ()
        if node.key not in self._late:
            found: list[tuple[int, tuple[Event, ...]]] = [(NEVER, ())]
            for said, after in self._settled(node):
                questions, rest = self.to_emergency(after)
                found.append((questions + 1, (*said, *rest)))
            self._late[node.key] = max(found, key=lambda way: way[0])
        return self._late[node.key]

    def _settled(self, node: Node) -> Iterator[tuple[tuple[Event, ...], Node]]:
        """Yield what follows once the open question has its answer, by answer."""
        for event in (YES, NO, UNSURE):
            after = self._next(node, event)
            said: tuple[Event, ...] = (event,)
            if event == UNSURE and after.reply.open_prompt == node.reply.open_prompt:
                after, said = self._next(after, event), (event, event)
            yield said, after

    def _next(self, node: Node, event: Event) -> Node:
        after = self._walk.steps[node.key][event]
        return after if isinstance(after, Node) else self._walk.at(after)

    def _is_emergency(self, node: Node) -> bool:
        spoken = node.reply.disposition
        told = None if spoken is None else self._walk.protocol.disposition[spoken]
        return told is not None and told.urgency is Urgency.EMERGENCY
