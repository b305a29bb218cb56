"""A training goes on where it stopped, and from a model; needs the acoustic extra."""

from pathlib import Path

import numpy as np
import pytest

jax = pytest.importorskip("jax")
pytest.importorskip("optax")
pytest.importorskip("kaldi_native_fbank")

# ruff: noqa: E402
from acoustic_model.errors import RecipeError
from acoustic_model.exporting.network_reader import read_network
from acoustic_model.training import network, train
from acoustic_model.training.rivals import Rivals
from acoustic_model.training.start import check_form, measure_moments, unfold
from local_voice.own_sounds.shipped_network import compute_outputs

SHIPPED = Path(__file__).parents[3] / "local_voice/model/en-US"


def write_set(path: Path, seed: int) -> None:
    """Write a few batches of short examples."""
    rng = np.random.default_rng(seed)
    frames = rng.integers(60, 120, size=4 * train.BATCH)
    lengths = rng.integers(1, 6, size=len(frames))
    np.savez(
        path,
        features=rng.normal(size=(frames.sum(), 40)).astype(np.float16),
        frames=frames,
        units=rng.integers(1, 40, size=lengths.sum()).astype(np.int32),
        lengths=lengths,
    )


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a checkpoint every step; a step only adds up what it was given.

    Compiling a real one takes many seconds.
    """

    class Rule:
        @staticmethod
        def init(_layers) -> float:
            return 1.0

    def step(state, batch, key):
        given = float(jax.random.uniform(key))
        given += sum(float(np.sum(part)) for part in jax.tree.leaves(batch))
        total = 0.9 * state[3] + given
        return (*state[:3], total), total

    monkeypatch.setattr(train, "KEPT_EVERY", 1)
    monkeypatch.setattr(network, "HIDDEN", 8)
    monkeypatch.setattr(train, "BATCH", 4)
    monkeypatch.setattr(train, "_build_step", lambda _plan: (Rule, step))


def read_total(work: Path) -> float:
    """Return what all steps added up to: each counts otherwise, in its turn."""
    return float(train.load_checkpoint(work / train.CHECKPOINT)["state"][3])


def test_a_run_cut_short_goes_on_as_if_it_never_was(
    small: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Step by step: the same batches, the same chance, the same weights."""
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    for work in (whole, cut):
        work.mkdir()
        for number in range(2):
            write_set(work / f"features-{number:03d}.npz", number)
    train.train(whole, 2, most_steps=3)

    saves = []

    def stop_after_two(kept, work) -> None:
        save(kept, work)
        saves.append(kept["steps"])
        if len(saves) % 2 == 0:
            raise KeyboardInterrupt

    save = train._save_checkpoint
    monkeypatch.setattr(train, "_save_checkpoint", stop_after_two)
    for _ in range(10):
        try:
            train.train(cut, 2, most_steps=3)
            break
        except KeyboardInterrupt:
            continue
    assert saves == [1, 2, 3, 3, 4, 5, 6, 6]
    assert read_total(whole) == read_total(cut)


def test_a_set_made_meanwhile_comes_first(small: None, tmp_path: Path) -> None:
    """Each set is used as often as the others, the new one before they come again."""
    write_set(tmp_path / "features-000.npz", 0)
    train.train(tmp_path, 1, most_steps=1)
    write_set(tmp_path / "features-001.npz", 1)
    train.train(tmp_path, 3, most_steps=1)
    kept = train.load_checkpoint(tmp_path / train.CHECKPOINT)
    assert kept["used"] == {"features-000.npz": 2, "features-001.npz": 1}


def test_without_features_the_remedy_is_named(tmp_path: Path) -> None:
    """One sentence."""
    with pytest.raises(RecipeError, match="Run python -m acoustic_model prepare"):
        train.train(tmp_path, 1)


def test_to_compare_a_set_must_tell_what_was_said(tmp_path: Path) -> None:
    """A set of before does not: it is named, with the remedy."""
    write_set(tmp_path / "features-000.npz", 0)
    rivals = Rivals(*([np.zeros(0)] * 4), phrases={}, numbers={}, passed=frozenset())
    with pytest.raises(RecipeError, match=r"features-000\.npz: does not hold what was"):
        train.train(tmp_path, 1, rivals=rivals)


def test_the_shipped_network_begins_a_training_unchanged() -> None:
    """Its normalisations are put back in: folded again, it is the same network."""
    layers = read_network(SHIPPED / "am/final.mdl")
    check_form(layers)
    rng = np.random.default_rng(6)
    frames = rng.normal(0, 9, size=(2, 300, 40)).astype(np.float32)
    moments = measure_moments(layers, [frames])
    mean, deviation = frames.mean((0, 1)), frames.std((0, 1))
    built = unfold(layers, moments, mean, deviation)
    for before, after in zip(
        layers, network.fold(built, moments, mean, deviation), strict=True
    ):
        assert after.offsets == before.offsets
        assert after.weights == pytest.approx(before.weights, abs=1e-5)
        assert after.bias == pytest.approx(before.bias, abs=1e-4)
    even = (frames - mean) / deviation
    found, _ = network.compute_outputs(built, moments, even, None)
    # The same moments of both, but for the first, which sees frames left out here.
    first, edge = network.CONTEXT % 3, network.CONTEXT // 3
    values = np.stack([compute_outputs(layers, one[first:]) for one in frames])
    values = values[:, edge : edge + found.shape[1]]
    meant = values - np.log(np.exp(values).sum(-1, keepdims=True))
    assert np.asarray(found)[:, 1:] == pytest.approx(meant[:, 1:], abs=1e-3)


def test_a_network_of_another_form_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The recipe's network must be as the model's."""
    layers = read_network(SHIPPED / "am/final.mdl")
    monkeypatch.setattr(network, "HIDDEN", 16)
    with pytest.raises(RecipeError, match="has layers of another form"):
        check_form(layers)
