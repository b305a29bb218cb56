"""A layer as the decoder computes it, and as the model's file has it."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

SUBSAMPLING = 3
"""Frames of 10 ms for one output."""
Matrix = npt.NDArray[np.float64]


class Affine(NamedTuple):
    """Weights of one layer, with all that follows the rectifier folded into them."""

    offsets: tuple[int, ...]
    """Which frames the layer sees, relative to its own."""
    weights: Matrix
    """One row for each output, over all frames it sees."""
    bias: Matrix


def compute_outputs(layers: list[Affine], frames: Matrix) -> Matrix:
    """Compute the outputs as the decoder does: one row for every third frame.

    They are logarithms up to a number common to the row.
    """
    before = -sum(layer.offsets[0] for layer in layers)
    after = sum(layer.offsets[-1] for layer in layers)
    values = np.pad(frames, ((before, after), (0, 0)), mode="edge")
    for number, layer in enumerate(layers):
        low, high = layer.offsets[0], layer.offsets[-1]
        # The first layer leaves every third frame; later offsets count those.
        step, unit = (SUBSAMPLING, 1) if number == 0 else (1, SUBSAMPLING)
        starts = np.arange(0, len(values) - (high - low) // unit, step)
        parts = [values[starts + (o - low) // unit] for o in layer.offsets]
        values = np.concatenate(parts, axis=1) @ layer.weights.T + layer.bias
        if number < len(layers) - 1:
            values = np.maximum(values, 0)
    return values
