"""What is exported: averages of checkpoints, mixed; needs the acoustic extra."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("jax")
pytest.importorskip("optax")
pytest.importorskip("kaldi_native_fbank")

from acoustic_model.errors import RecipeError
from acoustic_model.training.mixture import get_average, mix_checkpoints
from acoustic_model.training.train import AVERAGE

BEGUN = ([np.full(3, 5.0)], [np.full(2, 7.0)])


def write(path: Path, layers: float, moments: float, **other: Any) -> Path:
    """Write a checkpoint, trained so long that nothing of its start is left."""
    state = (None, [np.full(2, moments)], [np.full(3, layers)], None)
    kept = {"state": state, "steps": 100_000, "begun": BEGUN, "started": True}
    even = {"mean": np.zeros(4), "deviation": np.ones(4)}
    path.write_bytes(pickle.dumps(kept | even | other))
    return path


def test_the_start_is_taken_out_of_the_average() -> None:
    """After few steps the slow average is of those alone."""
    average, moments = [BEGUN[0][0]], [BEGUN[1][0]]
    for _ in range(60):
        average = [AVERAGE * average[0] + (1 - AVERAGE) * 1.0]
        moments = [AVERAGE * moments[0] + (1 - AVERAGE) * 2.0]
    kept = {"state": (None, moments, average, None), "steps": 60, "begun": BEGUN}
    layers, seen = get_average(kept)
    assert layers[0] == pytest.approx(np.ones(3))
    assert seen[0] == pytest.approx(np.full(2, 2.0))
    kept["steps"] = 3
    assert get_average(kept)[0] is average


def test_what_shares_leave_falls_on_the_first_weights(tmp_path: Path) -> None:
    """One half of the way, two beside it, and one alone, which is as it is."""
    one, other = write(tmp_path / "1", 1.0, 9.0), write(tmp_path / "2", 3.0, 1.0)
    half = mix_checkpoints([(one, 0.5)])
    assert half.layers[0] == pytest.approx(3.0)
    assert half.moments[0] == pytest.approx(8.0)
    both = mix_checkpoints([(one, 0.25), (other, 0.5)])
    assert both.layers[0] == pytest.approx(0.25 * 1 + 0.5 * 3 + 0.25 * 5)
    assert both.moments[0] == pytest.approx(0.25 * 9 + 0.5 * 1 + 0.25 * 7)
    assert both.deviation == pytest.approx(1.0)
    twice = mix_checkpoints([(one, 0.25), (one, 0.25)])
    assert twice.layers[0] == pytest.approx(half.layers[0])
    alone = write(tmp_path / "3", 1.0, 9.0, started=False)
    assert mix_checkpoints([(alone, 1.0)]).layers[0] == pytest.approx(1.0)


@pytest.mark.parametrize("shares", [(0.6, 0.5), (-0.1, 0.5), (float("nan"), 0.5)])
def test_shares_that_make_no_mixture(shares, tmp_path: Path) -> None:
    """They are named, with the rule."""
    given = [(write(tmp_path / str(n), 1.0, 1.0), s) for n, s in enumerate(shares)]
    with pytest.raises(RecipeError, match=r"1=0\.5: is no mixture. Each share is"):
        mix_checkpoints(given)


def test_weights_that_cannot_be_mixed(tmp_path: Path) -> None:
    """Of random ones, of another origin, of other features, and missing ones."""
    one = write(tmp_path / "1", 1.0, 1.0)
    random = write(tmp_path / "2", 1.0, 1.0, started=False)
    with pytest.raises(RecipeError, match="2: began with random weights"):
        mix_checkpoints([(random, 0.5)])
    for part in ({"begun": ([np.zeros(3)], BEGUN[1])}, {"mean": np.full(4, 0.1)}):
        strange = write(tmp_path / "3", 1.0, 1.0, **part)
        with pytest.raises(RecipeError, match="3: began with other weights than"):
            mix_checkpoints([(one, 0.5), (strange, 0.5)])
    with pytest.raises(RecipeError, match="4: is missing"):
        mix_checkpoints([(tmp_path / "4", 1.0)])
    old = tmp_path / "5"
    old.write_bytes(pickle.dumps({"state": None, "started": True}))
    with pytest.raises(RecipeError, match="5: does not hold the weights that it began"):
        mix_checkpoints([(one, 0.5), (old, 0.5)])
