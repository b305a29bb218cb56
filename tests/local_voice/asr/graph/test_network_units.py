"""The units of a network, from the files of a model."""

import shutil

import pytest

from local_voice.asr.graph.const_fst import GraphError
from local_voice.asr.graph.network_units import parse_network_units, read_network_units
from local_voice.asr.model_files import SHIPPED

NETWORK = (SHIPPED / "am" / "final.mdl").read_bytes()
NAMES = tuple((SHIPPED / "units.txt").read_text().split())


def test_the_shipped_network_has_the_units_that_it_names(units):
    """Each unit has two numbers of its own, and the blank one more."""
    assert {"N_no", "OW_no", "Y_yes", "AA", "ZH"} <= set(units.names)
    numbers = [n for unit in units.numbers.values() for n in (unit.enter, unit.stay)]
    assert len(set(numbers)) == len(numbers) == 2 * len(NAMES)
    assert units.blank not in numbers
    assert max([*numbers, units.blank]) <= units.transitions


@pytest.mark.parametrize("names", [NAMES[:-1], (*NAMES, "QQ"), ("AA", *NAMES[:-1])])
def test_other_names_than_outputs_are_refused(names):
    """One too few, one too many, one twice."""
    with pytest.raises(GraphError, match=r"44 units .* names"):
        parse_network_units(names, NETWORK)


@pytest.mark.parametrize("size", [0, 2, 40, 300, 1500])
def test_a_cut_network_is_refused(size):
    """Wherever it is cut inside its first part."""
    with pytest.raises(GraphError, match="no transition model"):
        parse_network_units(NAMES, NETWORK[:size])


def test_a_changed_network_is_refused_or_has_units():
    """A byte that is another raises nothing but a GraphError."""
    for place in range(0, 3000, 7):
        changed = bytearray(NETWORK[:6000])
        changed[place] ^= 0xFF
        try:
            parse_network_units(NAMES, bytes(changed))
        except GraphError:
            continue


def test_the_model_says_its_units(tmp_path):
    """The builder knows no inventory of its own."""
    folder = tmp_path / "model"
    shutil.copytree(SHIPPED, folder)
    other = [name.replace("ZH", "QQ") for name in NAMES]
    (folder / "units.txt").write_text("\n".join(other))
    assert "QQ" in read_network_units(folder).numbers
