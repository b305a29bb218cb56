"""The automaton of all templates: every segment from a position, and cheapest covers.

It is deterministic, minimal and has no circle. A cover explains every token by one
segment each; what no template explains is unknown, and costs far more.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from math import inf
from typing import NamedTuple, overload

from dialogue.understanding.normalisation import (
    LENGTH_SIGN,
    NUMBER_SIGN,
    Tokens,
    get_number,
)

MOST_COVERS = 16
"""So many equally cheap covers are interpreted; more are never agreed upon."""


class Kind(Enum):
    """What a segment of an utterance is."""

    ANSWER = "answer"
    COMMAND = "command"
    TOPIC = "topic"
    STATEMENT = "statement"
    LENGTH = "length"
    COMPARISON = "comparison"
    """Against the limit of the open question: longer than that."""
    FILLER = "filler"
    CIRCUMSTANCE = "circumstance"
    """Where, when or how much: it takes nothing from a yes, and may limit a no."""
    HEDGE = "hedge"
    FINE = "fine"
    BACK = "back"
    """A harmless complaint: the back itself."""
    OLD = "old"
    """Same as always."""
    TURN = "turn"
    """But, except."""
    FIX = "fix"
    """A correction: wait, i mean."""
    UNKNOWN = "unknown"

    __hash__ = object.__hash__


class Scope(Enum):
    """Where a statement counts."""

    ANYWHERE = "anywhere"
    NAMED = "named"
    """A thing without a verb: a statement at its own question, elsewhere only asked."""
    HERE = "here"
    """Only while its own question is open."""

    __hash__ = object.__hash__


@dataclass(frozen=True)
class Label:
    """What a template means."""

    kind: Kind
    name: str = ""
    """An answer, command, topic or row; of a length, how it is bounded."""
    detail: str = ""
    """Of an answer its strength, of a statement `yes` or `no`."""
    scope: Scope = Scope.ANYWHERE
    least: float = 0
    most: float = inf
    """Hours, of a length that is fixed."""


ASIDE = (Kind.FILLER, Kind.CIRCUMSTANCE, Kind.HEDGE, Kind.TURN, Kind.FIX)
"""What stands beside something that has a meaning of its own."""

PASSED_OVER = (Kind.FILLER, Kind.CIRCUMSTANCE)
"""What a rule looks past for what stands before or behind a word."""

NOT_KNOWN = Label(Kind.UNKNOWN)

_COSTS = {
    Kind.FILLER: 4,
    Kind.CIRCUMSTANCE: 4,
    Kind.TURN: 9,
    Kind.FIX: 9,
    Kind.UNKNOWN: 100,
}
_USUAL_COST = 10
"""In tenths: a filler is cheap, so that it is no part of something longer by chance."""


@dataclass(frozen=True)
class Segment:
    """Some tokens in a row, and what they mean together."""

    tokens: Tokens
    label: Label
    start: int

    @property
    def end(self) -> int:
        """Return the place behind the last token."""
        return self.start + len(self.tokens)


Cover = tuple[Segment, ...]


class State(NamedTuple):
    """One state: the labels of what ends here, and where each token leads."""

    accepted: tuple[int, ...]
    steps: Mapping[str, int]


class PackedStates(Sequence[State]):
    """Every state as one text, unpacked when it is reached.

    A session reaches a small part of them; unpacking all at load takes longer than
    everything else there.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        """Take a line for each state, as `pack_state` writes it."""
        self.lines = lines
        self._states: list[State | None] = [None] * len(lines)

    def __len__(self) -> int:
        """Return the number of states."""
        return len(self.lines)

    @overload
    def __getitem__(self, number: int) -> State: ...

    @overload
    def __getitem__(self, number: slice) -> Sequence[State]: ...

    def __getitem__(self, number: int | slice) -> State | Sequence[State]:
        """Return a state."""
        if isinstance(number, slice):
            return [self[n] for n in range(*number.indices(len(self)))]
        if (state := self._states[number]) is None:
            accepted, *parts = self.lines[number].split(" ")
            labels = tuple(map(int, filter(None, accepted.split(","))))
            steps = dict(zip(parts[::2], map(int, parts[1::2]), strict=True))
            state = self._states[number] = State(labels, steps)
        return state


def pack_state(state: State) -> str:
    """Return a state as a line: `1,5 my 12 i 7`; without labels ` my 12 i 7`."""
    steps = (f"{word} {target}" for word, target in state.steps.items())
    return " ".join((",".join(map(str, state.accepted)), *steps))


@dataclass(frozen=True)
class Automaton:
    """States by number, the first is the start."""

    states: Sequence[State]
    labels: Sequence[Label]
    bounds: tuple[float, ...]
    """Numbers that templates tell apart, sorted: those that they name as a bound."""
    lengths: frozenset[str]
    """Lengths that templates name word by word."""

    @cached_property
    def _bounded(self) -> frozenset[str]:
        return frozenset(f"{NUMBER_SIGN}{bound:g}" for bound in self.bounds)

    def to_symbol(self, token: str) -> str:
        """Return what `token` is called in the steps of states."""
        if not token.startswith(NUMBER_SIGN):
            return token
        if token.startswith(LENGTH_SIGN):
            return token if token in self.lengths else LENGTH_SIGN
        return token if token in self._bounded else name_gap(self.bounds, token)

    def find_segments(
        self, symbols: Sequence[str], start: int
    ) -> list[tuple[int, tuple[int, ...]]]:
        """Return the end and labels of every segment that begins at `start`."""
        found = []
        state = self.states[0]
        for place in range(start, len(symbols)):
            number = state.steps.get(symbols[place])
            if number is None:
                break
            state = self.states[number]
            if state.accepted:
                found.append((place + 1, state.accepted))
        return found

    def find_whole(self, tokens: Tokens) -> tuple[Label, ...]:
        """Return the labels of all tokens as one segment."""
        symbols = [self.to_symbol(token) for token in tokens]
        for end, numbers in self.find_segments(symbols, 0):
            if end == len(tokens):
                return tuple(self.labels[number] for number in numbers)
        return ()


def name_gap(bounds: Sequence[float], token: str) -> str:
    """Return the name of the gap between two bounds that a number lies in."""
    value = get_number(token)
    below = sum(bound < value for bound in bounds)
    return f"{NUMBER_SIGN}>{below}"


@dataclass(frozen=True)
class Covers:
    """All cheapest ways to explain an utterance."""

    covers: tuple[Cover, ...]
    whole: bool
    """False: there are more than `MOST_COVERS`, and some were left out."""


def find_covers(
    automaton: Automaton, tokens: Tokens, choose: Callable[[list[Label]], list[Label]]
) -> Covers:
    """Return the cheapest covers of `tokens`.

    `choose` returns which labels of one segment may be used.
    """
    symbols = [automaton.to_symbol(token) for token in tokens]
    size = len(tokens)
    costs: list[float] = [0, *([inf] * size)]
    paths: list[list[tuple[tuple[int, int, Label], ...]]] = [
        [()],
        *([] for _ in tokens),
    ]
    whole = True
    for start in range(size):
        found = [
            (end, label)
            for end, numbers in automaton.find_segments(symbols, start)
            for label in choose([automaton.labels[number] for number in numbers])
        ]
        for end, label in (*found, (start + 1, NOT_KNOWN)):
            cost = costs[start] + _COSTS.get(label.kind, _USUAL_COST)
            if cost < costs[end]:
                costs[end], paths[end] = cost, []
            if cost == costs[end]:
                room = MOST_COVERS - len(paths[end])
                whole = whole and len(paths[start]) <= room
                step = (start, end, label)
                paths[end] += [(*path, step) for path in paths[start][:room]]
    covers = tuple(
        tuple(Segment(tokens[start:end], label, start) for start, end, label in path)
        for path in paths[size]
    )
    return Covers(covers, whole)
