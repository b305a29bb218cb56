"""Dynamic time warping against the same in plain loops."""

import numpy as np
import pytest

from local_voice.own_sounds.spectrum import Rows
from local_voice.own_sounds.warping import warp


def _warp_slowly(one: Rows, other: Rows, *, cosine: bool) -> float:
    """Return the distance by the definition, pair by pair."""
    sums = np.full((len(one) + 1, len(other) + 1), np.inf)
    sums[0, 0] = 0
    for i, left in enumerate(one):
        for j, right in enumerate(other):
            apart = 1 - left @ right if cosine else np.linalg.norm(left - right)
            before = (
                sums[i, j] + 2 * apart,
                sums[i, j + 1] + apart,
                sums[i + 1, j] + apart,
            )
            sums[i + 1, j + 1] = min(before)
    return float(sums[-1, -1] / (len(one) + len(other)))


@pytest.mark.parametrize("cosine", [False, True])
def test_many_at_once_are_as_one_by_one(cosine: bool) -> None:
    """Sounds of any length, also of one row."""
    rng = np.random.default_rng(1)
    one = rng.random((9, 4)).astype(np.float32)
    many = [rng.random((n, 4)).astype(np.float32) for n in (1, 2, 9, 14)]
    wanted = [_warp_slowly(one, other, cosine=cosine) for other in many]
    assert warp(one, many, cosine=cosine) == pytest.approx(wanted, abs=1e-5)


def test_a_sound_at_another_pace_is_near() -> None:
    """Each row twice costs nothing."""
    rng = np.random.default_rng(2)
    one = rng.random((9, 4)).astype(np.float32)
    slow, other = np.repeat(one, 2, axis=0), rng.random((18, 4)).astype(np.float32)
    near, far = warp(one, [slow, other], cosine=False)
    assert near == pytest.approx(0, abs=1e-3)
    assert far > 0.2
