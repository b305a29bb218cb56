"""Checks a graph before it is loaded: the engine dies of a well-formed wrong one.

Vosk 0.3.45 ends its process on an arc that leads nowhere, a label that the network
lacks and a loop of empty arcs; it hears nothing where words.txt lacks a word. Raises
GraphError.
"""

from itertools import accumulate, compress
from math import inf

from local_voice.asr.graph.const_fst import ConstFst, GraphError, parse_const_fst

MOST_COST = 1e4
"""Natural logarithm; more is none that a graph of ours has."""


def check_graph(fst: bytes, words: str, transitions: int) -> ConstFst:
    """Return the graph of both files where an engine can be trusted with it.

    `transitions` is the largest number that the network knows.
    """
    graph = parse_const_fst(fst)
    _check_ranges(graph, transitions)
    _check_costs(graph)
    _check_counts(graph)
    _check_words(graph, words)
    empty = _find_empty_arcs(graph)
    _check_loops(empty)
    _check_end(graph)
    return graph


def _check_ranges(graph: ConstFst, transitions: int) -> None:
    states = len(graph.finals)
    if not 0 <= graph.start < states:
        raise GraphError(f"begins at state {graph.start} of {states}")
    firsts = [0, *accumulate(graph.arc_counts)]
    if (
        min(graph.arc_counts) < 0
        or list(graph.first_arcs) != firsts[:-1]
        or firsts[-1] != len(graph.targets)
    ):
        raise GraphError("has states that claim each other's arcs")
    for name, column, end in (
        ("leads to state", graph.targets, states),
        ("waits for transition", graph.inputs, transitions + 1),
    ):
        for worst in (min(column, default=0), max(column, default=0)):
            if not 0 <= worst < end:
                raise GraphError(f"{name} {worst}, and the last is {end - 1}")


def _check_costs(graph: ConstFst) -> None:
    # A comparison with what is no number is false.
    if not all(-MOST_COST < cost < MOST_COST for cost in graph.costs):
        raise GraphError("has an arc whose cost is no number, or out of all measure")
    if not all(-MOST_COST < cost < MOST_COST or cost == inf for cost in graph.finals):
        raise GraphError("has an end whose cost is no number, or out of all measure")


def _check_counts(graph: ConstFst) -> None:
    """Compare the claims about empty arcs: Kaldi skips states that claim none."""
    for claimed, column in (
        (graph.empty_inputs, graph.inputs),
        (graph.empty_outputs, graph.outputs),
    ):
        sums = [0, *accumulate(not label for label in column)]
        found = [
            sums[first + count] - sums[first]
            for first, count in zip(graph.first_arcs, graph.arc_counts, strict=True)
        ]
        if found != list(claimed):
            raise GraphError("has states that miscount their empty arcs")


def _check_words(graph: ConstFst, words: str) -> None:
    known = set()
    for number, line in enumerate(words.splitlines(), start=1):
        parts = line.split()
        if len(parts) != 2 or not parts[1].isdecimal():
            raise GraphError(f"does not fit words.txt:{number}: {line[:60]!r}")
        known.add(int(parts[1]))
    missing = set(graph.outputs) - known
    if missing or 0 not in known:
        raise GraphError(f"writes word {min(missing, default=0)}, not in words.txt")


def _find_empty_arcs(graph: ConstFst) -> dict[int, list[int]]:
    """Return the states with empty arcs, and where those lead."""
    return {
        state: [
            graph.targets[arc]
            for arc in range(first, first + count)
            if not graph.inputs[arc]
        ]
        for state, first, count in compress(
            zip(
                range(len(graph.finals)),
                graph.first_arcs,
                graph.arc_counts,
                strict=True,
            ),
            graph.empty_inputs,
        )
    }


def _check_loops(empty: dict[int, list[int]]) -> None:
    """Refuse a way of empty arcs that comes back to where it began."""
    done: set[int] = set()
    for root in empty:
        open_states, path = [(root, iter(empty[root]))], {root}
        while open_states and root not in done:
            state, ways = open_states[-1]
            target = next((t for t in ways if t in empty and t not in done), None)
            if target is None:
                open_states.pop()
                path.discard(state)
                done.add(state)
            elif target in path:
                raise GraphError(f"has a loop of empty arcs through state {target}")
            else:
                path.add(target)
                open_states.append((target, iter(empty[target])))


def _check_end(graph: ConstFst) -> None:
    """Refuse a graph in which nothing that is said can end."""
    reached, waiting = {graph.start}, [graph.start]
    while waiting:
        state = waiting.pop()
        if graph.finals[state] != inf:
            return
        first = graph.first_arcs[state]
        for target in graph.targets[first : first + graph.arc_counts[state]]:
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    raise GraphError("has no end that can be reached")
