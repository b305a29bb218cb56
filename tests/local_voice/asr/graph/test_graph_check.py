"""Each wrong graph that ends the engine, or that it silently hears nothing by."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_voice.asr.graph.const_fst import GraphError, pack_const_fst
from local_voice.asr.graph.graph_check import check_graph

WORDS = "<eps> 0\nyes 1\nno 2\n"
TRANSITIONS = 222
ARCS = [(0, 0, 221, 0, 0.0), (0, 1, 3, 0, 0.0), (1, 1, 1, 0, 0.0), (1, 2, 0, 1, 2.0)]


def check(arcs=ARCS, states=3, start=0, finals=None, words=WORDS, data=None):
    """Check a small graph, sound but for what is given."""
    usual = {2: 0.0} if finals is None else finals
    data = data or pack_const_fst(arcs, states, start, usual)
    return check_graph(data, words, TRANSITIONS)


def test_a_sound_graph_passes():
    """Blank loops, empty arcs and an end."""
    assert 4 == len(check().targets)


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"start": 3}, "begins at state 3 of 3"),
        ({"start": -1}, "begins at state -1"),
        ({"arcs": [*ARCS, (0, 3, 5, 0, 0.0)]}, "leads to state 3"),
        ({"arcs": [*ARCS, (0, -1, 5, 0, 0.0)]}, "leads to state -1"),
        ({"arcs": [*ARCS, (0, 1, 223, 0, 0.0)]}, "transition 223, and the last is 222"),
        ({"arcs": [*ARCS, (0, 1, -2, 0, 0.0)]}, "transition -2"),
        ({"arcs": [*ARCS, (0, 1, 5, 3, 0.0)]}, "writes word 3"),
        ({"arcs": [*ARCS, (0, 1, 5, 0, nan)]}, "cost is no number"),
        ({"arcs": [*ARCS, (0, 1, 5, 0, inf)]}, "cost is no number"),
        ({"arcs": [*ARCS, (0, 1, 5, 0, -1e9)]}, "out of all measure"),
        ({"finals": {2: nan}}, "end whose cost"),
        ({"finals": {}}, "no end"),
        ({"finals": {2: 0.0}, "arcs": ARCS[:3]}, "no end that can be reached"),
        ({"arcs": [*ARCS, (2, 0, 0, 0, 0.0), (0, 2, 0, 0, 0.0)]}, "loop of empty arcs"),
        ({"arcs": [*ARCS, (1, 1, 0, 0, 0.0)]}, "loop of empty arcs through state 1"),
        ({"words": ""}, "writes word 0"),
        ({"words": "<eps> 0\n"}, "writes word 1, not in words.txt"),
        ({"words": "<eps> 0\nyes\n"}, "words.txt:2"),
        ({"words": "<eps> 0\nyes one\n"}, "words.txt:2"),
    ],
)
def test_a_wrong_graph_is_refused(changed, wrong):
    """The sentence names what is wrong."""
    with pytest.raises(GraphError, match=wrong):
        check(**changed)


def test_miscounted_empty_arcs_are_refused():
    """Kaldi passes over a state that claims to have none: the word would be lost."""
    data = bytearray(pack_const_fst(ARCS, 3, 0, {2: 0.0}))
    data[65 + 20 + 12] = 0
    with pytest.raises(GraphError, match="miscount"):
        check(data=bytes(data))


def test_states_that_share_arcs_are_refused():
    """One state's arcs end where the next one's begin."""
    data = bytearray(pack_const_fst(ARCS, 3, 0, {2: 0.0}))
    data[65 + 20 + 4] = 1
    with pytest.raises(GraphError, match="claim"):
        check(data=bytes(data))


@given(st.integers(0, 10**9), st.integers(0, 255))
def test_any_changed_byte_is_refused_or_harmless(place, value):
    """Nothing but a GraphError is raised, whatever byte is another."""
    data = bytearray(pack_const_fst(ARCS, 3, 0, {2: 0.0}))
    data[place % len(data)] = value
    try:
        found = check(data=bytes(data))
    except GraphError:
        return
    assert all(0 <= target < 3 for target in found.targets)
    assert all(0 <= label <= TRANSITIONS for label in found.inputs)
    assert all(0 <= label <= 2 for label in found.outputs)


def test_a_long_chain_of_empty_arcs_is_no_loop():
    """As long as a chain may be, without a limit on depth."""
    count = 5000
    arcs = [(n, n + 1, 0, 0, 0.0) for n in range(count)]
    assert count == len(check(arcs, count + 1, finals={count: 0.0}).targets)
