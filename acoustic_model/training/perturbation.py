"""Perturbs features of a clip: as another mouth would say it, or without a band.

Sources: Jaitly and Hinton, "Vocal tract length perturbation improves speech
recognition", 2013; Park and others, "SpecAugment", 2019. MFCCs are a linear map of the
logarithms of mel energies, as many as there are, so both are matrices that they are
multiplied by: each epoch hears other mouths without features being computed anew.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

from acoustic_model.data.features import COEFFICIENTS, HIGH_HZ, LOW_HZ
from acoustic_model.data.recordings import RATE
from local_voice.own_sounds.shipped_network import Matrix
from local_voice.own_sounds.spectrum import (
    build_cosines,
    build_lifter,
    interpolate_rows,
    to_mel,
)

WARPED, MASKED = 0.7, 0.3
"""Shares of the examples."""
LOWEST, HIGHEST, WARPS = 0.86, 1.16, 25
"""Frequencies are multiplied by one of so many numbers between the first two: by less
than 1 as of a longer vocal tract."""
STILL_WARPED_HZ = 4800
"""Above this, warped frequencies run up to the highest one: none is lost."""
WIDEST = 6
"""Mel bands that are masked at most, of all 40."""
Floats = npt.NDArray[np.float32]


def perturb(features: Floats, rng: np.random.Generator) -> Floats:
    """Return MFCCs (frames, 40) of the clip, perturbed or as they were."""
    warps = build_warps()
    if rng.random() < WARPED:
        features = features @ warps[int(rng.integers(len(warps)))]
    if rng.random() < MASKED and len(features):
        width = int(rng.integers(1, WIDEST + 1))
        first = int(rng.integers(COEFFICIENTS - width + 1))
        features = mask_bands(features, first, width)
    return features


@cache
def build_warps() -> Floats:
    """Return the matrices (warps, 40, 40) of all warps, by increasing frequencies."""
    factors = np.linspace(LOWEST, HIGHEST, WARPS)
    return np.stack([build_warp(factor) for factor in factors])


def build_warp(factor: float) -> Floats:
    """Return what MFCCs (frames, 40) are multiplied by (40, 40): `x @ warp`.

    Frequencies are multiplied by `factor`: what stood at 1,000 Hz stands at 1,100 Hz
    with 1.1.
    """
    edges = np.linspace(to_mel(LOW_HZ), to_mel(HIGH_HZ), COEFFICIENTS + 2)
    centres = edges[1:-1]
    came_from = to_mel(_warp(_to_hz(centres), 1 / factor))
    places = np.interp(came_from, centres, np.arange(COEFFICIENTS))
    bands = interpolate_rows(np.eye(COEFFICIENTS, dtype=np.float32), places)
    to_bands, to_mfcc = build_transforms()
    warp: Floats = (to_bands @ bands.T @ to_mfcc).astype(np.float32)
    return warp


def mask_bands(features: Floats, first: int, width: int) -> Floats:
    """Return the MFCCs with some mel bands as loud as on average, all the time."""
    to_bands, to_mfcc = build_transforms()
    chosen = slice(first, first + width)
    share = (to_bands[:, chosen] @ to_mfcc[chosen]).astype(np.float32)
    return features - (features - features.mean(0)) @ share


@cache
def build_transforms() -> tuple[Matrix, Matrix]:
    """Return matrices (40, 40) from MFCCs to log mel energies, and back."""
    cosines = build_cosines(COEFFICIENTS, COEFFICIENTS)
    lifter = build_lifter(COEFFICIENTS)
    return cosines / lifter[:, None], cosines.T * lifter


def _warp(hertz: Matrix, factor: float) -> Matrix:
    """Multiply frequencies, and above some of them bend so that the highest stays."""
    bend, highest = STILL_WARPED_HZ / max(factor, 1), RATE / 2
    above = (highest - factor * bend) / (highest - bend)
    bent = highest - above * (highest - hertz)
    return np.where(hertz <= bend, factor * hertz, bent)


def _to_hz(mel: Matrix) -> Matrix:
    return np.asarray(700 * np.expm1(mel / 1127))
