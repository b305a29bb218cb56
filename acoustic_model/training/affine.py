"""A layer as the decoder computes it, and as the model's file has it."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]


class Affine(NamedTuple):
    """Weights of one layer, with all that follows the rectifier folded into them."""

    offsets: tuple[int, ...]
    """Which frames the layer sees, relative to its own."""
    weights: Matrix
    """One row for each output, over all frames it sees."""
    bias: Matrix
