"""The small trained network: a clip of any length to 64 numbers of length one.

Clips of one sound of one person lie near each other, all others far away. Weights are
made by `python -m acoustic_model own-sounds`.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from local_voice.own_sounds.spectrum import BANDS, FLOOR_DB, Rows, interpolate_rows

FRAMES, OUTPUTS = 48, 64
"""A clip is drawn to so many frames, and becomes so many numbers."""
PARTS = 4
"""Stretches of time over which the last layer is averaged."""
Weights = Mapping[str, npt.NDArray[np.float32]]


class Convolution(NamedTuple):
    """One layer over time."""

    name: str
    width: int
    inputs: int
    outputs: int
    step: int


LAYERS = (
    Convolution("1", 5, BANDS, 64, 1),
    Convolution("2", 3, 64, 96, 2),
    Convolution("3", 3, 96, 96, 1),
    Convolution("4", 3, 96, 128, 2),
)


def embed(weights: Weights, mel: Rows) -> Rows:
    """Return one row of 64 numbers for the mel bands of a clip."""
    values = draw_to_length(mel)
    for layer in LAYERS:
        values = _convolve(values, weights, layer)
    means = values.reshape(PARTS, -1, values.shape[1]).mean(1).reshape(1, -1)
    row = means @ weights["weights_out"] + weights["bias_out"]
    return np.asarray(row / (np.linalg.norm(row) + 1e-6), np.float32)


def draw_to_length(mel: Rows) -> Rows:
    """Return mel bands drawn to 48 frames, scaled to about -1 to 1."""
    return scale_mel(interpolate_rows(mel, np.linspace(0, len(mel) - 1, FRAMES)))


def scale_mel(mel: Rows) -> Rows:
    """Return decibels of mel bands as the network takes them, from -1 to 1."""
    half = -FLOOR_DB / 2
    return ((mel + half) / half).astype(np.float32)


def _convolve(values: Rows, weights: Weights, layer: Convolution) -> Rows:
    half, count = layer.width // 2, len(values)
    padded = np.pad(values, ((half, half), (0, 0)))
    taps = weights[f"weights_{layer.name}"]
    parts = [
        padded[at : at + count : layer.step] @ taps[at] for at in range(layer.width)
    ]
    total = np.sum(parts, axis=0) + weights[f"bias_{layer.name}"]
    return np.asarray(np.maximum(total, 0), np.float32)
