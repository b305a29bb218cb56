"""The decoding graph as text: a tree of phrases and a loop of unknown words."""

from acoustic_model.data.pronunciation import OWN_UNITS, UNIT_NUMBER
from acoustic_model.exporting.graph import Costs, build_graph_text
from acoustic_model.exporting.transitions import build_transitions

COSTS = Costs(phrase=-3.0, unknown=0.5, unknown_sound=1.0, own={"no": -5.0})
NUMBERS = {"no": 1, "nope": 2, "[unk]": 3}


def arcs() -> list[list[str]]:
    """Return the arcs of a graph of two words that begin alike."""
    said = {"no": [[1, 2]], "nope": [[1, 2, 3]]}
    ids = build_transitions(3)
    text = build_graph_text(ids, NUMBERS, said, ("[unk]", [1, 2]), COSTS)
    return [line.split("\t") for line in text.splitlines() if line.count("\t") == 4]


def test_words_share_the_sounds_they_begin_with() -> None:
    """Unit 1 is entered once for both words, and once in the unknown loop."""
    enter = str(build_transitions(3).of_unit[1].enter)
    assert len([arc for arc in arcs() if arc[2] == enter]) == 2


def test_each_word_carries_its_cost() -> None:
    """A word's own cost stands in place of the common one."""
    costs = {arc[3]: float(arc[4]) for arc in arcs() if arc[3] != "0"}
    assert costs == {"1": -5.0, "2": -3.0, "3": 0.5}


def test_each_unknown_sound_costs() -> None:
    """Entering a unit inside the unknown loop has a price."""
    entering = {str(unit.enter) for unit in build_transitions(3).of_unit.values()}
    prices = [float(arc[4]) for arc in arcs() if arc[2] in entering]
    assert prices.count(COSTS.unknown_sound) == 2


def test_yes_and_no_have_units_of_their_own() -> None:
    """No unit of yes or no is a sound of another word."""
    own = [unit for units in OWN_UNITS.values() for unit in units]
    assert len(set(own)) == len(own)
    assert all("_" in unit and unit in UNIT_NUMBER for unit in own)
