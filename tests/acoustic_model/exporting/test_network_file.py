"""The shipped network is read back and written again, byte by byte the same."""

from pathlib import Path

import numpy as np
import pytest

from acoustic_model.data.pronunciation import UNITS
from acoustic_model.errors import RecipeError
from acoustic_model.exporting.network_file import build_network_file
from acoustic_model.exporting.network_reader import read_network
from acoustic_model.exporting.transitions import build_transitions
from local_voice.own_sounds.shipped_network import Affine

SHIPPED = Path(__file__).parents[3] / "local_voice/model/en-US/am/final.mdl"


def test_the_shipped_network_is_read_and_written_exactly() -> None:
    """Training may start from it, and nothing of it is lost on the way."""
    layers = read_network(SHIPPED)
    transitions = build_transitions(len(UNITS) - 1).binary
    assert build_network_file(layers, transitions) == SHIPPED.read_bytes()
    assert layers[0].offsets == (-2, -1, 0, 1, 2)
    assert layers[-1].offsets == (0,)
    assert len(layers[-1].bias) == len(UNITS)


def test_layers_of_any_form_are_read_as_they_were_written(tmp_path: Path) -> None:
    """Frames, sizes and signs; each weight within one step of 16 bits."""
    rng = np.random.default_rng(1)
    layers = [
        Affine((-3, 0, 3), rng.normal(size=(5, 6)), rng.normal(size=5)),
        Affine((0,), rng.normal(size=(3, 5)), rng.normal(size=3)),
    ]
    path = tmp_path / "final.mdl"
    path.write_bytes(build_network_file(layers, build_transitions(2).binary))
    read = read_network(path)
    assert [layer.offsets for layer in read] == [(-3, 0, 3), (0,)]
    for before, after in zip(layers, read, strict=True):
        assert after.weights == pytest.approx(before.weights, abs=1e-4)
        assert after.bias == pytest.approx(before.bias, abs=1e-6)


@pytest.mark.parametrize("kept", [0, 1, 500, 100_000, -4000])
def test_a_cut_network_is_refused(tmp_path: Path, kept: int) -> None:
    """One sentence with the file, and what to give instead."""
    path = tmp_path / "final.mdl"
    path.write_bytes(SHIPPED.read_bytes()[:kept])
    with pytest.raises(RecipeError, match=r"final\.mdl: cannot be read as a network"):
        read_network(path)


def test_a_missing_network_is_refused(tmp_path: Path) -> None:
    """So is no file at all."""
    with pytest.raises(RecipeError, match="Give the folder of such a model"):
        read_network(tmp_path / "final.mdl")
