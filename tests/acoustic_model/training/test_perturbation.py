"""Features are perturbed as other mouths would change them."""

import numpy as np
import pytest

from acoustic_model.data.features import COEFFICIENTS
from acoustic_model.training import perturbation

TO_BANDS, TO_MFCC = perturbation.build_transforms()


def build_peak(hertz: float) -> np.ndarray:
    """Return MFCCs (1, 40) of a sound that is loudest at one frequency."""
    top = 1127 * np.log1p(7600 / 700)
    bottom = 1127 * np.log1p(20 / 700)
    centres = np.linspace(bottom, top, COEFFICIENTS + 2)[1:-1]
    place = 1127 * np.log1p(hertz / 700)
    return (10 * np.exp(-(((centres - place) / 100) ** 2)) @ TO_MFCC)[None]


@pytest.mark.parametrize("hertz", [400.0, 1000.0, 2500.0])
@pytest.mark.parametrize("factor", [0.86, 0.92, 1.09, 1.16])
def test_what_is_loud_moves_to_where_a_warp_says(hertz: float, factor: float) -> None:
    """As if the whole had been said by a shorter or a longer vocal tract."""
    warped = build_peak(hertz) @ perturbation.build_warp(factor)
    meant = build_peak(hertz * factor)
    assert np.argmax(warped @ TO_BANDS) == pytest.approx(
        np.argmax(meant @ TO_BANDS), abs=1
    )
    unwarped = np.abs((build_peak(hertz) - meant) @ TO_BANDS).mean()
    assert np.abs((warped - meant) @ TO_BANDS).mean() < unwarped / 2


def test_no_warp_changes_nothing() -> None:
    """Neither does it tear the highest bands off."""
    features = np.random.default_rng(1).normal(size=(9, COEFFICIENTS))
    assert features @ perturbation.build_warp(1.0) == pytest.approx(features, abs=1e-3)


def test_masked_bands_are_as_loud_as_on_average() -> None:
    """And all others as they were."""
    features = np.random.default_rng(2).normal(size=(9, COEFFICIENTS))
    masked = perturbation.mask_bands(features, 10, 4) @ TO_BANDS
    bands = features @ TO_BANDS
    assert masked[:, 10:14] == pytest.approx(
        np.tile(bands[:, 10:14].mean(0), (9, 1)), abs=1e-3
    )
    kept = [*range(10), *range(14, COEFFICIENTS)]
    assert masked[:, kept] == pytest.approx(bands[:, kept], abs=1e-3)


def test_clips_are_perturbed_by_chance_and_the_same_again() -> None:
    """So that a training that was cut short goes on as it would have gone."""
    features = np.random.default_rng(3).normal(size=(9, COEFFICIENTS))
    features = features.astype(np.float32)
    once, again = (
        [perturbation.perturb(features, np.random.default_rng(n)) for n in range(99)]
        for _ in range(2)
    )
    assert all(map(np.array_equal, once, again))
    as_it_was = sum(np.array_equal(features, one) for one in once)
    assert 5 < as_it_was < 45
    assert all(one.dtype == np.float32 and one.shape == (9, 40) for one in once)
