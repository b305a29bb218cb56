"""Builds a graph from words and loops of sounds between hubs, for a CTC network.

A unit is two states: spoken, and a blank behind it. A hub is a place between words,
where blank may last; the words that leave one hub share one tree by their sounds. Costs
are natural logarithms.
"""

from collections.abc import Iterable
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
    _trees: dict[int, dict[Sounds, int]] = field(default_factory=dict)
    """The spoken states of each hub's tree, by the sounds up to them."""
    _quiet: dict[int, int] = field(default_factory=dict)
    """The blank behind a spoken state, where a word goes on."""

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
            state = start
            for count in range(1, len(sounds) + 1):
                beginning = sounds[:count]
                if beginning not in tree:
                    tree[beginning] = self._add_unit(state, beginning)
                state = tree[beginning]
            # The blank after a word lasts in the hub behind it.
            self._arcs.append((state, end, 0, said, cost))

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

    def _add_unit(self, before: int, sounds: Sounds) -> int:
        """Add the last of `sounds` behind the state of the one before it."""
        numbers, spoken = self.units.numbers[sounds[-1]], self.add_state()
        self._arcs.append((before, spoken, numbers.enter, 0, 0.0))
        if len(sounds) > 1:
            quiet = self._find_quiet(before)
            self._arcs.append((quiet, spoken, numbers.enter, 0, 0.0))
        self._arcs.append((spoken, spoken, numbers.stay, 0, 0.0))
        return spoken

    def _find_quiet(self, spoken: int) -> int:
        if spoken not in self._quiet:
            blank, quiet = self.units.blank, self.add_state()
            self._arcs += [
                (spoken, quiet, blank, 0, 0.0),
                (quiet, quiet, blank, 0, 0.0),
            ]
            self._quiet[spoken] = quiet
        return self._quiet[spoken]

    def _number(self, word: str) -> int:
        return self._words.setdefault(word, len(self._words)) if word else 0
