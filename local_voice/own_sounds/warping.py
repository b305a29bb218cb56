"""Dynamic time warping (DTW): how far two sounds are apart, whatever their pace.

The steps are Sakoe and Chiba's symmetric ones with a diagonal that counts twice, and
the sum is divided by both lengths. Source: Sakoe and Chiba, "Dynamic programming
algorithm optimization for spoken word recognition", IEEE TASSP 26 (1978).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from local_voice.own_sounds.spectrum import Rows

Distances = npt.NDArray[np.float32]


def warp(one: Rows, many: Sequence[Rows], *, cosine: bool) -> Distances:
    """Return the distance of `one` to each of `many`; each has at least one row.

    Two rows are apart by Euclid, or with `cosine` by 1 minus their product.
    """
    lengths = np.array([len(rows) for rows in many])
    width, count = int(lengths.max()), len(one)
    padded = np.zeros((len(many), width, one.shape[1]), np.float32)
    for place, rows in zip(padded, many, strict=True):
        place[: len(rows)] = rows
    products = padded @ np.asarray(one, np.float32).T
    if cosine:
        cost = 1 - products
    else:
        squares = (padded**2).sum(2)[:, :, None] + (one**2).sum(1)
        cost = np.sqrt(np.maximum(0, squares - 2 * products))
    sums = _sum_paths(cost.transpose(1, 2, 0))
    last = sums[lengths + count, lengths, np.arange(len(many))]
    return np.asarray(last / (lengths + count), np.float32)


def _sum_paths(cost: Distances) -> Distances:
    """Return the cheapest sum up to each pair of rows, by diagonal and row.

    `cost` is `[row of many, row of one, sound]`. Diagonal by diagonal, since all pairs
    of one can be computed at once, and the sounds lie side by side in memory.
    """
    width, count, batch = cost.shape
    by_diagonal = np.full((width + count - 1, width, batch), np.inf, np.float32)
    i, j = np.indices((width, count))
    by_diagonal[i + j, i] = cost
    sums = np.full((width + count + 1, width + 1, batch), np.inf, np.float32)
    sums[0, 0] = 0
    for diagonal in range(2, width + count + 1):
        first, end = max(1, diagonal - count), min(width, diagonal - 1) + 1
        before, here = slice(first - 1, end - 1), slice(first, end)
        step = by_diagonal[diagonal - 2, before]
        straight = np.minimum(sums[diagonal - 1, before], sums[diagonal - 1, here])
        across = sums[diagonal - 2, before] + 2 * step
        sums[diagonal, here] = np.minimum(across, straight + step)
    return sums
