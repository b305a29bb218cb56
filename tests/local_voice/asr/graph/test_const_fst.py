"""The bytes of a graph, against an independent reader and a sum of them."""

from math import inf

import pytest
from helpers.graph_walks import read_graph
from hypothesis import given
from hypothesis import strategies as st

from local_voice.asr.graph.const_fst import GraphError, pack_const_fst, parse_const_fst

SMALL = [(0, 1, 3, 0, 0.5), (1, 1, 4, 0, 0.0), (0, 0, 9, 0, 0.0), (1, 2, 0, 1, 3.25)]
BYTES = pack_const_fst(SMALL, 3, 0, {2: 0.75})


GOLDEN = (
    "d6fdb27e05000000636f6e7374080000007374616e646172640200000000000000"
    "0100000000000000000000000000000003000000000000000400000000000000"
    "0000807f00000000020000000000000002000000"
    "0000807f02000000020000000100000001000000"
    "0000403f04000000000000000000000000000000"
    "03000000000000000000003f01000000"
    "09000000000000000000000000000000"
    "04000000000000000000000001000000"
    "00000000010000000000504002000000"
)
"""Two lines of the header, then the three states and the four arcs."""


def test_the_bytes_are_openfsts():
    """Little endian, nothing between the parts, the same bytes each time."""
    assert BYTES.hex() == GOLDEN
    assert 65 + 3 * 20 + 4 * 16 == len(BYTES)
    assert BYTES == pack_const_fst(SMALL, 3, 0, {2: 0.75})


def test_an_independent_reader_reads_it_back():
    """Field by field, as OpenFst describes them; arcs of a state keep their order."""
    found = read_graph(BYTES, "<eps> 0\nyes 1\n", {3: "Y", 4: "Y", 9: "blank"})
    assert {2: 0.75} == found.finals
    assert [("Y", "", 0.5, 1), ("blank", "", 0.0, 0)] == found.arcs[0]
    assert [("Y", "", 0.0, 1), ("", "yes", 3.25, 2)] == found.arcs[1]
    assert [] == found.arcs[2]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 9),
            st.integers(0, 9),
            st.integers(0, 300),
            st.integers(0, 300),
            st.floats(-100, 100, width=32),
        ),
        max_size=40,
    )
)
def test_what_is_written_is_read(arcs):
    """Any arcs, and the counts of those that wait for nothing or write nothing."""
    found = parse_const_fst(pack_const_fst(arcs, 10, 4, {3: 1.5}))
    ordered = sorted(arcs, key=lambda arc: arc[0])
    assert 4 == found.start
    assert [arc[1] for arc in ordered] == list(found.targets)
    assert [arc[2] for arc in ordered] == list(found.inputs)
    assert [arc[3] for arc in ordered] == list(found.outputs)
    assert [arc[4] for arc in ordered] == list(found.costs)
    assert [1.5 if state == 3 else inf for state in range(10)] == list(found.finals)
    for state in range(10):
        own = [arc for arc in arcs if arc[0] == state]
        assert len(own) == found.arc_counts[state]
        assert sum(not arc[2] for arc in own) == found.empty_inputs[state]
        assert sum(not arc[3] for arc in own) == found.empty_outputs[state]


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        (b"", "0 bytes"),
        (b"text, and no graph at all" * 9, "no ConstFst"),
        (BYTES[:-1], "instead of"),
        (BYTES + b"x", "instead of"),
        (b"\0" + BYTES[1:], "no ConstFst"),
        (BYTES.replace(b"const", b"vecto"), "no ConstFst"),
        (BYTES[:25] + b"\x09" + BYTES[26:], "version 9"),
        (BYTES[:49] + b"\xff" * 8 + BYTES[57:], "claims -1 states"),
        (BYTES[:49] + b"\xff" * 7 + b"\x7f" + BYTES[57:], "claims"),
    ],
)
def test_other_bytes_are_refused(data, wrong):
    """Before memory is taken for what they claim."""
    with pytest.raises(GraphError, match=wrong):
        parse_const_fst(data)
