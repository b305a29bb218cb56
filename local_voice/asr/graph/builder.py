"""Builds a graph from words and loops of sounds between hubs, for a CTC network.

A unit is two states: spoken, and a blank behind it. A hub is a place between words,
where blank may last; the words that leave one hub share one tree by their sounds. Costs
are natural logarithms.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from local_voice.asr.graph.const_fst import Arc, pack_const_fst
from local_voice.asr.graph.network_units import NetworkUnits

EMPTY = "<eps>"
Sounds = tuple[str, ...]
"""Names of units, in the order in which they are said."""


@dataclass(frozen=True)
class Graph:
    """The two files of a graph."""

    fst: bytes
    words: tuple[str, ...]
    """By their numbers, `<eps>` first."""

    def render_words(self) -> str:
        """Return words.txt: a word and its number a line."""
        return "".join(f"{word} {n}\n" for n, word in enumerate(self.words))


@dataclass
class GraphBuilder:
    """A graph that grows; its first state is the start."""

    units: NetworkUnits
    _arcs: list[Arc] = field(default_factory=list)
    _finals: dict[int, float] = field(default_factory=dict)
    _states: int = 0
    _words: dict[str, int] = field(default_factory=lambda: {EMPTY: 0})
    _trees: dict[int, dict[Sounds, tuple[int, int]]] = field(default_factory=dict)

    def add_state(self) -> int:
        """Add a state without arcs and return its number."""
        self._states += 1
        return self._states - 1

    def add_hub(self, final: float | None = None) -> int:
        """Add a hub and return its number; with `final` a person may end there."""
        state = self.add_state()
        self._arcs.append((state, state, self.units.blank, 0, 0.0))
        if final is not None:
            self._finals[state] = final
        return state

    def add_empty(self, start: int, end: int, cost: float = 0.0) -> None:
        """Lead from one state to another without a sound."""
        self._arcs.append((start, end, 0, 0, cost))

    def add_word(
        self,
        start: int,
        end: int,
        word: str,
        variants: Iterable[Sounds],
        cost: float = 0.0,
    ) -> None:
        """Lead from one hub to another by a word, said in any of `variants`.

        An empty word is heard and not written.
        """
        tree = self._trees.setdefault(start, {})
        said = self._number(word)
        for sounds in variants:
            before: Sequence[int] = (start,)
            for count in range(1, len(sounds) + 1):
                beginning = sounds[:count]
                if beginning not in tree:
                    tree[beginning] = self._add_unit(before, beginning[-1])
                before = tree[beginning]
            # The blank after a word lasts in the hub behind it.
            self._arcs.append((before[0], end, 0, said, cost))

    def add_unknown(
        self,
        start: int,
        end: int,
        word: str,
        sounds: Iterable[str],
        cost: float,
        each: float,
    ) -> None:
        """Lead from one hub to another by one or more of `sounds`, in any order."""
        first, between = self.add_state(), self.add_hub()
        self._arcs.append((start, first, 0, self._number(word), cost))
        for sound in sounds:
            numbers, spoken = self.units.numbers[sound], self.add_state()
            self._arcs += [
                (first, spoken, numbers.enter, 0, each),
                (between, spoken, numbers.enter, 0, each),
                (spoken, spoken, numbers.stay, 0, 0.0),
                (spoken, between, 0, 0, 0.0),
            ]
        self.add_empty(between, end)

    def build(self) -> Graph:
        """Return the graph; the same words in the same order give the same bytes."""
        fst = pack_const_fst(self._arcs, self._states, 0, self._finals)
        return Graph(fst, tuple(self._words))

    def _add_unit(self, before: Iterable[int], unit: str) -> tuple[int, int]:
        numbers, blank = self.units.numbers[unit], self.units.blank
        spoken, quiet = self.add_state(), self.add_state()
        self._arcs += [(state, spoken, numbers.enter, 0, 0.0) for state in before]
        self._arcs += [
            (spoken, spoken, numbers.stay, 0, 0.0),
            (spoken, quiet, blank, 0, 0.0),
            (quiet, quiet, blank, 0, 0.0),
        ]
        return spoken, quiet

    def _number(self, word: str) -> int:
        return self._words.setdefault(word, len(self._words)) if word else 0
