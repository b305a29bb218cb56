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
BATCH = 32
"""Sounds that are compared at once; those of like length, since all take as long as
the longest."""


def warp(one: Rows, many: Sequence[Rows], *, cosine: bool) -> Distances:
    """Return the distance of `one` to each of `many`; each has at least one row.

    Two rows are apart by Euclid, or with `cosine` by 1 minus their product.
    """
    lengths = np.array([len(rows) for rows in many])
    order = np.argsort(lengths, kind="stable")
    found = np.empty(len(many), np.float32)
    for begin in range(0, len(order), BATCH):
        places = order[begin : begin + BATCH]
        cost = _measure_cost(one, [many[place] for place in places], cosine=cosine)
        sums = _sum_paths(cost, lengths[places])
        found[places] = sums / (lengths[places] + len(one))
    return found


def _measure_cost(one: Rows, many: Sequence[Rows], *, cosine: bool) -> Distances:
    """Return `[row of many, row of one, sound]`, with anything behind a sound's end."""
    width = max(map(len, many))
    padded = np.zeros((len(many), width, one.shape[1]), np.float32)
    for place, rows in zip(padded, many, strict=True):
        place[: len(rows)] = rows
    products = padded @ np.asarray(one, np.float32).T
    if cosine:
        cost = 1 - products
    else:
        squares = (padded**2).sum(2)[:, :, None] + (one**2).sum(1)
        cost = np.sqrt(np.maximum(0, squares - 2 * products))
    return np.asarray(cost.transpose(1, 2, 0), np.float32)


def _sum_paths(cost: Distances, lengths: npt.NDArray[np.intp]) -> Distances:
    """Return the cheapest sum up to the last pair of rows of each sound.

    Diagonal by diagonal, since all pairs of one can be computed at once, and the sounds
    lie side by side in memory.
    """
    width, count, batch = cost.shape
    # What lies outside the pairs of a diagonal is never read.
    by_diagonal = np.empty((width + count - 1, width, batch), np.float32)
    i, j = np.indices((width, count))
    by_diagonal[i + j, i] = cost
    before, last = (np.full((width + 1, batch), np.inf, np.float32) for _ in range(2))
    before[0] = 0
    sums = np.empty(batch, np.float32)
    for diagonal in range(2, width + count + 1):
        first, end = max(1, diagonal - count), min(width, diagonal - 1) + 1
        above, here = slice(first - 1, end - 1), slice(first, end)
        step = by_diagonal[diagonal - 2, above]
        straight = np.minimum(last[above], last[here]) + step
        now = np.full_like(last, np.inf)
        now[here] = np.minimum(before[above] + 2 * step, straight)
        ends = lengths + count == diagonal
        sums[ends] = now[lengths[ends], ends]
        before, last = last, now
    return sums
