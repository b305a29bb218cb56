"""Counts and lengths of the paths in an explored state space."""

from collections.abc import Iterable

from dialogue.engine.events import Answered, Event
from dialogue.verification.state_space import Node, StateSpace
from dialogue.verification.walks import MOVES, NO, UNSURE, YES

Spans = dict[str, tuple[int, int]]
"""Fewest and most questions, by disposition."""


def find_circle(space: StateSpace) -> Node | None:
    """Return a state that moves lead back to, None if there is none."""
    done, open_ = set[int](), set[int]()
    for start in range(len(space.steps)):
        ahead = [(start, iter(_list_moves(space, start)))]
        if start in done:
            continue
        open_.add(start)
        while ahead:
            number, rest = ahead[-1]
            after = next(rest, None)
            if after is None:
                ahead.pop()
                open_.discard(number)
                done.add(number)
            elif after in open_:
                return space.nodes[after]
            elif after not in done:
                open_.add(after)
                ahead.append((after, iter(_list_moves(space, after))))
    return None


def count_longest(space: StateSpace, start: int) -> int:
    """Return the replies of the longest session from `start` on, re-asks included.

    Only moves are counted: commands can be said without end.
    """
    lengths: dict[int, int] = {}
    ahead = [start]
    while ahead:
        number = ahead[-1]
        after = _list_moves(space, number)
        missing = [one for one in after if one not in lengths]
        if missing:
            ahead += missing
            continue
        ahead.pop()
        lengths[number] = 1 + max((lengths[one] for one in after), default=1)
    return lengths[start]


def _list_moves(space: StateSpace, number: int) -> list[int]:
    steps = space.steps[number]
    return [steps[event] for event in MOVES if event in steps]


class PathLengths:
    """Counts the paths of clear answers: an unsure is repeated until it counts."""

    def __init__(self, space: StateSpace) -> None:
        """Count in `space`, which must have been explored and be without circles."""
        self._space = space
        self._known: dict[int, tuple[int, Spans]] = {}

    def count(self, number: int | None, node: Node) -> tuple[int, Spans]:
        """Return how many paths lead from a state to a disposition, and their spans.

        `number` is None where the session ended there.
        """
        spoken = node.reply.disposition
        if spoken is not None or number is None:
            return 1, {str(spoken): (0, 0)}
        if number not in self._known:
            self._known[number] = self._count(number)
        return self._known[number]

    def _count(self, number: int) -> tuple[int, Spans]:
        total, spans = 0, Spans()
        for event in (YES, NO, UNSURE):
            paths, rest = self.count(*self._follow(number, event))
            total += paths
            for name, (fewest, most) in rest.items():
                least, longest = spans.get(name, (fewest + 1, most + 1))
                spans[name] = (min(least, fewest + 1), max(longest, most + 1))
        return total, spans

    def _follow(self, number: int, event: Event) -> tuple[int | None, Node]:
        """Return the state after `event`, said twice where once leaves it open.

        A doubt that was left out leads to what it counts as: see `AfterWalk`.
        """
        space = self._space
        node = space.nodes[number]
        if event == UNSURE and event not in space.steps[number]:
            question = space.protocol.question[str(node.reply.open_prompt)]
            return self._follow(number, Answered(question.unsure_means))
        after = space.take(node, event)
        next_number = space.steps[number].get(event)
        same = after.reply.open_prompt == node.reply.open_prompt
        if event == UNSURE and same and next_number is not None:
            again = space.take(space.nodes[next_number], event)
            return space.steps[next_number].get(event), again
        return next_number, after


def join_spans(spans: Iterable[Spans]) -> Spans:
    """Return the widest span of each disposition."""
    joined = Spans()
    for name, (fewest, most) in (item for one in spans for item in one.items()):
        least, longest = joined.get(name, (fewest, most))
        joined[name] = (min(least, fewest), max(longest, most))
    return joined
