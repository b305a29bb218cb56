"""An independent reader of graphs, best ways through them, and random walks."""

import heapq
import math
import random
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from local_voice.asr.interfaces import drop_begun

BLANK = "<blank>"


@dataclass(frozen=True)
class ReadGraph:
    """A graph read arc by arc, with names in place of numbers."""

    start: int
    finals: dict[int, float]
    arcs: dict[int, list[tuple[str, str, float, int]]]
    """By state: sound (empty: none), word (empty: none), cost, where it leads."""

    @cached_property
    def by_sound(self) -> dict[int, dict[str, list[tuple[str, float, int]]]]:
        """Return word, cost and target of the arcs by state and sound."""
        found: dict[int, dict[str, list[tuple[str, float, int]]]] = {}
        for state, arcs in self.arcs.items():
            kinds = found[state] = {}
            for sound, word, cost, target in arcs:
                kinds.setdefault(sound, []).append((word, cost, target))
        return found


def read_graph(fst: bytes, words: str, sounds: dict[int, str]) -> ReadGraph:
    """Read the two files of a graph by OpenFst's description, field by field."""
    at = 0

    def take(form: str):
        nonlocal at
        values = struct.unpack_from("<" + form, fst, at)
        at += struct.calcsize("<" + form)
        return values

    assert take("i") == (2125659606,)
    assert take("i5s") == (5, b"const")
    assert take("i8s") == (8, b"standard")
    assert take("ii") == (2, 0)
    _, start, states, arcs = take("Qqqq")
    rows = [take("fIIII") for _ in range(states)]
    said = {int(n): w for w, n in (line.split() for line in words.splitlines())}
    found = [take("iifi") for _ in range(arcs)]
    assert at == len(fst)
    return ReadGraph(
        start,
        {n: row[0] for n, row in enumerate(rows) if math.isfinite(row[0])},
        {
            n: [
                (sounds[i] if i else "", said[o] if o else "", cost, target)
                for i, o, cost, target in found[first : first + count]
            ]
            for n, (_, first, count, _, _) in enumerate(rows)
        },
    )


def name_transitions(units) -> dict[int, str]:
    """Return the sound that each transition number waits for."""
    found = {units.blank: BLANK}
    for name, numbers in units.numbers.items():
        found |= {numbers.enter: name, numbers.stay: name}
    return found


def hear(graph: ReadGraph, frames: Sequence[str]) -> tuple[str, float]:
    """Return the words of the cheapest way through `frames`, and what it costs."""
    open_ways = _follow_empty(graph, {graph.start: (0.0, "")})
    for frame in frames:
        reached: dict[int, tuple[float, str]] = {}
        for state, (cost, words) in open_ways.items():
            for word, more, target in graph.by_sound[state].get(frame, ()):
                way = cost + more, f"{words} {word}".strip()
                if target not in reached or way < reached[target]:
                    reached[target] = way
        open_ways = _follow_empty(graph, reached)
    ends = [
        (cost + graph.finals[state], words)
        for state, (cost, words) in open_ways.items()
        if state in graph.finals
    ]
    cost, words = min(ends, default=(math.inf, ""))
    return drop_begun(words), cost


def _follow_empty(graph, ways):
    best = dict(ways)
    waiting = [(cost, state, words) for state, (cost, words) in ways.items()]
    heapq.heapify(waiting)
    while waiting:
        cost, state, words = heapq.heappop(waiting)
        if (cost, words) > best[state]:
            continue
        for word, more, target in graph.by_sound[state].get("", ()):
            way = cost + more, f"{words} {word}".strip()
            if target not in best or way < best[target]:
                best[target] = way
                heapq.heappush(waiting, (way[0], target, way[1]))
    return best


def say(sounds: Sequence[str], rng: random.Random) -> list[str]:
    """Return frames in which a network would say `sounds`, with silence around."""
    frames = [BLANK] * 4
    before = ""
    for sound in sounds:
        # Two of a kind are told apart by a blank, and often others are as well.
        frames += [BLANK] * (before == sound or rng.random() < 0.4)
        frames += [sound] * rng.randint(1, 3)
        before = sound
    return frames + [BLANK] * 4


def walk(graph: ReadGraph, rng: random.Random, most: int = 400) -> list[str] | None:
    """Return the words of a random way to an end, None where it took too long."""
    state, words = graph.start, list[str]()
    for _ in range(most):
        if state in graph.finals and rng.random() < 0.15:
            return drop_begun(" ".join(words)).split()
        ways = [arc for arc in graph.arcs[state] if arc[3] != state]
        if not ways:
            assert state in graph.finals, "a way leads nowhere"
            return drop_begun(" ".join(words)).split()
        empty = [arc for arc in ways if not arc[0]]
        # Joins leave a hub with hundreds of words by one empty arc.
        _, word, _, state = rng.choice(empty if empty and rng.random() < 0.5 else ways)
        words += [word] * bool(word)
    return None


def read_state(folder: Path, sounds: dict[int, str]) -> ReadGraph:
    """Read the graph in a folder that Vosk would load."""
    graph = folder / "graph"
    fst, words = graph / "HCLG.fst", graph / "words.txt"
    return read_graph(fst.read_bytes(), words.read_text("utf-8"), sounds)
