"""Builds the one automaton of all templates: determinised, then minimised.

Templates have no repetition, so no circle can arise, and equal states are found from
the ends backwards.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise

from dialogue.understanding.matcher import Automaton, Label, State, name_gap
from dialogue.understanding.normalisation import (
    LENGTH_SIGN,
    NUMBER_SIGN,
    Spelling,
    get_number,
    is_length,
    is_number,
    normalise,
)
from dialogue.understanding.template import (
    Choice,
    LengthOfTime,
    Node,
    NumberRange,
    Word,
)
from dialogue.understanding.template import (
    Sequence as Row,
)

START = 0


class AutomatonBuilder:
    """Takes templates one by one; `build` returns the automaton of all of them."""

    def __init__(self, spelling: Spelling) -> None:
        """Begin with the start state alone."""
        self._spelling = spelling
        self._steps: list[dict[str, list[int]]] = []
        self._ranges: list[list[tuple[NumberRange, int]]] = []
        self._free: list[list[int]] = []
        self._label: list[Label | None] = []
        self._frames: dict[str, int] = {}
        self._normalised: dict[int, Node] = {}
        self._kept: list[Node] = []
        self._tokens: dict[str, tuple[Word, ...]] = {}
        self._add_state()

    def add(self, node: Node, label: Label, frame: str = "") -> None:
        """Add a template; one that stands in a frame begins where the frame ends."""
        start = self._get_frame(frame) if frame else START
        end = self._lay(self._normalise(node), start)
        final = self._add_state()
        self._label[final] = label
        self._free[end].append(final)

    def add_frame(self, node: Node, frame: str) -> None:
        """Add what may stand before every template of a frame."""
        end = self._lay(self._normalise(node), START)
        self._free[end].append(self._get_frame(frame))

    def build(self) -> Automaton:
        """Return the automaton."""
        alphabet = _Alphabet(self._steps, self._ranges)
        moves = [
            alphabet.spread(steps, ranges)
            for steps, ranges in zip(self._steps, self._ranges, strict=True)
        ]
        steps, accepted = self._determinise(moves)
        order = {label: n for n, label in enumerate(self._list_labels())}
        marks = [tuple(sorted(order[label] for label in found)) for found in accepted]
        states = _minimise(steps, marks)
        return Automaton(states, tuple(order), alphabet.bounds, alphabet.lengths)

    def _get_frame(self, frame: str) -> int:
        if frame not in self._frames:
            self._frames[frame] = self._add_state()
        return self._frames[frame]

    def _add_state(self) -> int:
        self._steps.append({})
        self._ranges.append([])
        self._free.append([])
        self._label.append(None)
        return len(self._steps) - 1

    def _normalise(self, node: Node) -> Node:
        """Return `node` with words in a row as the tokens that speech turns to."""
        if id(node) not in self._normalised:
            self._kept.append(node)
            self._normalised[id(node)] = self._rewrite(node)
        return self._normalised[id(node)]

    def _rewrite(self, node: Node) -> Node:
        match node:
            case Choice(options):
                return Choice(tuple(map(self._normalise, options)))
            case Word(text):
                return Row(self._to_tokens(text))
            case Row(items):
                done: list[Node] = []
                words: list[str] = []
                for item in _flatten(items):
                    if isinstance(item, Word):
                        words.append(item.text)
                        continue
                    done += self._to_tokens(" ".join(words))
                    words.clear()
                    done.append(self._normalise(item))
                return Row((*done, *self._to_tokens(" ".join(words))))
        return node

    def _to_tokens(self, text: str) -> tuple[Word, ...]:
        if text not in self._tokens:
            found = normalise(self._spelling, text)
            self._tokens[text] = tuple(map(Word, found))
        return self._tokens[text]

    def _lay(self, node: Node, start: int) -> int:
        """Lay `node` from the state `start` on; return the state behind it."""
        if isinstance(node, Row):
            for item in node.items:
                start = self._lay(item, start)
            return start
        end = self._add_state()
        match node:
            case Choice(options):
                for option in options:
                    self._free[self._lay(option, start)].append(end)
            case Word(text):
                self._steps[start].setdefault(text, []).append(end)
            case LengthOfTime():
                self._steps[start].setdefault(LENGTH_SIGN, []).append(end)
            case NumberRange():
                self._ranges[start].append((node, end))
        return end

    def _close(self, states: Iterable[int]) -> frozenset[int]:
        """Return `states` and all that are reached from them without a token."""
        seen = set(states)
        open_states = list(seen)
        while open_states:
            for state in self._free[open_states.pop()]:
                if state not in seen:
                    seen.add(state)
                    open_states.append(state)
        return frozenset(seen)

    def _determinise(
        self, moves: Sequence[Mapping[str, Sequence[int]]]
    ) -> tuple[list[dict[str, int]], list[list[Label]]]:
        close = cache(lambda target: self._close([target]))
        # Of one state, since the same one stands in many sets.
        leads = [
            {symbol: _unite(map(close, targets)) for symbol, targets in row.items()}
            for row in moves
        ]
        first = self._close([START])
        numbers = {first: 0}
        order = [first]
        steps: list[dict[str, int]] = []
        for members in order:
            reached: dict[str, list[frozenset[int]]] = {}
            for state in members:
                for symbol, ends in leads[state].items():
                    reached.setdefault(symbol, []).append(ends)
            row = {}
            # Sorted, so that the states are numbered alike however sets are walked.
            for symbol in sorted(reached):
                target_set = _unite(reached[symbol])
                if target_set not in numbers:
                    numbers[target_set] = len(order)
                    order.append(target_set)
                row[symbol] = numbers[target_set]
            steps.append(row)
        return steps, [self._find_labels(members) for members in order]

    def _find_labels(self, members: frozenset[int]) -> list[Label]:
        labels = (self._label[state] for state in members)
        return list({label for label in labels if label is not None})

    def _list_labels(self) -> list[Label]:
        return list(dict.fromkeys(label for label in self._label if label is not None))


class _Alphabet:
    """The symbols that the templates tell apart; numbers fall into bounds and gaps."""

    def __init__(
        self,
        steps: Iterable[Mapping[str, list[int]]],
        ranges: Iterable[Iterable[tuple[NumberRange, int]]],
    ) -> None:
        words = {word for row in steps for word in row}
        bounds = {get_number(word) for word in words if is_number(word)}
        for row in ranges:
            for range_, _ in row:
                bounds |= {b for b in (range_.low, range_.high) if 0 < b < 10_000}
        self.bounds = tuple(sorted(bounds))
        self.lengths = frozenset(w for w in words if is_length(w) and w != LENGTH_SIGN)
        # A value inside each gap, by the gap's name, and each bound by its own.
        edges = (0.0, *self.bounds, 100_000.0)
        inside = [(a + b) / 2 for a, b in pairwise(edges)]
        named = {
            name_gap(self.bounds, f"{NUMBER_SIGN}{value}"): value for value in inside
        }
        named |= {f"{NUMBER_SIGN}{bound:g}": bound for bound in self.bounds}
        self._numbers = named

    def spread(
        self, steps: Mapping[str, list[int]], ranges: list[tuple[NumberRange, int]]
    ) -> Mapping[str, list[int]]:
        """Return the steps with every range as the numbers that lie in it."""
        if not ranges and LENGTH_SIGN not in steps:
            return steps
        found = {symbol: list(targets) for symbol, targets in steps.items()}
        for range_, target in ranges:
            for symbol, value in self._numbers.items():
                if range_.low <= value <= range_.high:
                    found.setdefault(symbol, []).append(target)
        for length in self.lengths if LENGTH_SIGN in steps else ():
            found.setdefault(length, []).extend(steps[LENGTH_SIGN])
        return found


def _unite(sets: Iterable[frozenset[int]]) -> frozenset[int]:
    """Return the union; a set alone stays itself, since its hash is known."""
    first, *others = sets
    return first.union(*others) if others else first


def _flatten(items: Iterable[Node]) -> Iterable[Node]:
    for item in items:
        if isinstance(item, Row):
            yield from _flatten(item.items)
        else:
            yield item


def _minimise(
    steps: Sequence[Mapping[str, int]], marks: Sequence[tuple[int, ...]]
) -> list[State]:
    """Merge states that accept the same from there on; the start stays the first.

    The steps of each are in the order of their symbols.
    """
    small: dict[tuple[object, ...], int] = {}
    renamed: dict[int, int] = {}
    small_steps: list[dict[str, int]] = []
    small_marks: list[tuple[int, ...]] = []
    for state in _list_backwards(steps):
        row = {symbol: renamed[target] for symbol, target in steps[state].items()}
        key = (marks[state], *row.items())
        if key not in small:
            small[key] = len(small_steps)
            small_steps.append(row)
            small_marks.append(marks[state])
        renamed[state] = small[key]
    # The start is reached by nothing, so it is the last one; count from it.
    last = len(small_steps) - 1
    turned = [
        {symbol: last - target for symbol, target in row.items()} for row in small_steps
    ]
    return list(map(State, small_marks[::-1], turned[::-1]))


def _list_backwards(steps: Sequence[Mapping[str, int]]) -> list[int]:
    """Return every state behind all that it leads to, the start last."""
    done: dict[int, None] = {}
    open_states = [(0, iter(steps[0].values()))]
    seen = {0}
    while open_states:
        state, targets = open_states[-1]
        for target in targets:
            if target not in seen:
                seen.add(target)
                open_states.append((target, iter(steps[target].values())))
                break
        else:
            open_states.pop()
            done[state] = None
    return list(done)
