"""OpenFst's ConstFst: the bytes of a graph, written and read.

Little endian, nothing between the parts: a header of 65 bytes, 20 bytes a state, 16
bytes an arc, the arcs state by state. Costs are natural logarithms. Source: OpenFst,
`fst/const-fst.h` and `fst/fst.cc`. Raises GraphError.
"""

import struct
import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import inf

MAGIC = 2_125_659_606
KIND, ARC_KIND = b"const", b"standard"
VERSION, FLAGS, EXPANDED = 2, 0, 1
_HEADER = struct.Struct("<ii5si8siiQqqq")
STATE_BYTES, ARC_BYTES = 20, 16
MOST_STATES = 20_000_000
"""More is no graph of ours; the number is looked at before memory is taken."""
Arc = tuple[int, int, int, int, float]
"""From, to, input, output, cost. Input and output 0 are empty."""


class GraphError(Exception):
    """A graph is damaged, or cannot be made; a sentence without its file."""


@dataclass(frozen=True)
class ConstFst:
    """A graph as its file has it; column by column, since there are 100,000 arcs."""

    start: int
    finals: Sequence[float]
    """Cost of ending in each state; infinity where nothing may end."""
    first_arcs: Sequence[int]
    arc_counts: Sequence[int]
    empty_inputs: Sequence[int]
    """How many of a state's arcs have input 0, as the file claims."""
    empty_outputs: Sequence[int]
    inputs: Sequence[int]
    outputs: Sequence[int]
    costs: Sequence[float]
    targets: Sequence[int]


def pack_const_fst(
    arcs: Iterable[Arc], states: int, start: int, finals: Mapping[int, float]
) -> bytes:
    """Return the bytes of a graph; the arcs of a state keep their order."""
    ordered = sorted(arcs, key=lambda arc: arc[0])
    counts, empty_inputs, empty_outputs = ([0] * states for _ in range(3))
    for source, _, heard, said, _ in ordered:
        counts[source] += 1
        empty_inputs[source] += not heard
        empty_outputs[source] += not said
    firsts = [0, *accumulate(counts)][:states]
    ends = [finals.get(state, inf) for state in range(states)]
    head = (MAGIC, len(KIND), KIND, len(ARC_KIND), ARC_KIND, VERSION, FLAGS)
    return (
        _HEADER.pack(*head, EXPANDED, start, states, len(ordered))
        + _interleave((ends, firsts, counts, empty_inputs, empty_outputs), real=0)
        + _interleave(
            (
                [arc[2] for arc in ordered],
                [arc[3] for arc in ordered],
                [arc[4] for arc in ordered],
                [arc[1] for arc in ordered],
            ),
            real=2,
        )
    )


def parse_const_fst(data: bytes) -> ConstFst:
    """Return the graph in `data`; only its sizes are looked at."""
    if len(data) < _HEADER.size:
        raise GraphError(f"has {len(data)} bytes, which is no graph")
    magic, _, kind, _, arc_kind, version, flags, _, start, states, arcs = (
        _HEADER.unpack_from(data)
    )
    if (magic, kind, arc_kind) != (MAGIC, KIND, ARC_KIND):
        raise GraphError("is no ConstFst of OpenFst")
    if (version, flags) != (VERSION, FLAGS):
        raise GraphError(f"is of version {version}, flags {flags}")
    if not (0 < states <= MOST_STATES and arcs >= 0):
        raise GraphError(f"claims {states} states and {arcs} arcs")
    size = _HEADER.size + states * STATE_BYTES + arcs * ARC_BYTES
    if len(data) != size:
        raise GraphError(f"has {len(data)} bytes instead of {size}")
    middle = _HEADER.size + states * STATE_BYTES
    state_words = _to_words(data[_HEADER.size : middle])
    arc_words = _to_words(data[middle:])
    return ConstFst(
        start,
        finals=_to_reals(state_words[0::5]),
        first_arcs=state_words[1::5],
        arc_counts=state_words[2::5],
        empty_inputs=state_words[3::5],
        empty_outputs=state_words[4::5],
        inputs=arc_words[0::4],
        outputs=arc_words[1::4],
        costs=_to_reals(arc_words[2::4]),
        targets=arc_words[3::4],
    )


def _interleave(columns: Sequence[Sequence[float]], real: int) -> bytes:
    """Return rows of 32-bit numbers, of which column `real` is floating-point."""
    width, height = len(columns), len(columns[0])
    rows = array("i", bytes(4 * width * height))
    for number, column in enumerate(columns):
        if number == real:
            rows[number::width] = array("i", array("f", column).tobytes())
        else:
            rows[number::width] = array("i", column)  # type: ignore[arg-type]
    if sys.byteorder == "big":
        rows.byteswap()
    return rows.tobytes()


def _to_words(data: bytes) -> "array[int]":
    words = array("i", data)
    if sys.byteorder == "big":
        words.byteswap()
    return words


def _to_reals(words: "array[int]") -> "array[float]":
    return array("f", words.tobytes())
