"""Builds a graph from words and loops of sounds between hubs, for a CTC network.

A unit is two states: spoken, and a blank behind it. A hub is a place between words,
where blank may last. Costs are natural logarithms.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from local_voice.asr.graph.const_fst import Arc, pack_const_fst
from local_voice.asr.graph.network_units import NetworkUnits
from local_voice.asr.graph.word_tree import Ending, Sounds, Step, Way, WordTrees

EMPTY = "<eps>"


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
    _trees: WordTrees = field(default_factory=WordTrees)

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
        self._trees.add(start, variants, Ending(end, word, cost))

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
        steps, hubs = self._trees.build_steps()
        spoken: list[int] = []
        for step in steps:
            spoken.append(self._add_step(step, spoken, steps))
        for hub, ways in hubs.items():
            self._add_ways(hub, ways, spoken, steps)
        fst = pack_const_fst(self._arcs, self._states, 0, self._finals)
        return Graph(fst, tuple(self._words))

    def _add_step(
        self, step: Step, spoken: Sequence[int], steps: Sequence[Step]
    ) -> int:
        """Add the states of one sound behind those it leads to; return the first."""
        stay, state = self.units.numbers[step.sound].stay, self.add_state()
        self._arcs.append((state, state, stay, 0, 0.0))
        self._add_ways(state, step.ways, spoken, steps, step.onward)
        if step.ways:
            blank, quiet = self.units.blank, self.add_state()
            self._arcs += [
                (state, quiet, blank, 0, step.onward),
                (quiet, quiet, blank, 0, 0.0),
            ]
            self._add_ways(quiet, step.ways, spoken, steps)
        # The blank after a word lasts in the hub behind it.
        self._arcs += [
            (state, ending.hub, 0, self._number(ending.word), ending.cost)
            for ending in step.endings
        ]
        return state

    def _add_ways(
        self,
        state: int,
        ways: Sequence[Way],
        spoken: Sequence[int],
        steps: Sequence[Step],
        onward: float = 0.0,
    ) -> None:
        for way in ways:
            enter = self.units.numbers[steps[way.step].sound].enter
            said = self._number(way.word)
            self._arcs.append((state, spoken[way.step], enter, said, onward + way.cost))

    def _number(self, word: str) -> int:
        return self._words.setdefault(word, len(self._words)) if word else 0
