"""The network: a time-delay network over MFCC, for training with CTC."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt

from acoustic_model.data.features import COEFFICIENTS
from acoustic_model.data.pronunciation import UNITS
from local_voice.own_sounds.shipped_network import SUBSAMPLING, Affine, Matrix

# Which frames each layer sees, relative to its own. After the first layer only every
# third frame is computed, so all later offsets are multiples of three.
OFFSETS: tuple[tuple[int, ...], ...] = (
    (-2, -1, 0, 1, 2),
    (-3, 0, 3),
    (-3, 0, 3),
    (-6, 0, 6),
    (-6, 0, 6),
    (-9, 0, 9),
    (0,),
)
CONTEXT = -sum(offsets[0] for offsets in OFFSETS)
"""Frames needed on each side of an output."""
HIDDEN = 256
"""Units of each hidden layer."""
KEPT = 0.9
"""Share of the units that dropout keeps."""
SMALL = 1e-4

Array = jax.Array


class Layer(NamedTuple):
    """Weights of one layer; scale and shift follow the rectifier."""

    weights: Array
    bias: Array
    scale: Array
    shift: Array


class Moments(NamedTuple):
    """Running mean and variance of one layer's rectified outputs."""

    mean: Array
    variance: Array


def build_network(seed: int) -> tuple[list[Layer], list[Moments]]:
    """Build layers of random weights."""
    key = jax.random.PRNGKey(seed)
    layers, moments = [], []
    inputs = COEFFICIENTS
    for number, offsets in enumerate(OFFSETS):
        outputs = len(UNITS) if number == len(OFFSETS) - 1 else HIDDEN
        fan = inputs * len(offsets)
        key, part = jax.random.split(key)
        weights = jax.random.normal(part, (fan, outputs)) * np.sqrt(2 / fan)
        one, zero = jnp.ones(outputs), jnp.zeros(outputs)
        layers.append(Layer(weights, zero, one, zero))
        moments.append(Moments(zero, one))
        inputs = outputs
    return layers, moments


def splice(values: Array, number: int) -> Array:
    """Put together the frames that each output of a layer sees."""
    offsets = OFFSETS[number]
    low, high = offsets[0], offsets[-1]
    if number == 0:
        starts = jnp.arange(0, values.shape[1] - (high - low), SUBSAMPLING)
        parts = [values[:, starts + offset - low] for offset in offsets]
    else:
        steps = [(offset - low) // SUBSAMPLING for offset in offsets]
        count = values.shape[1] - steps[-1]
        parts = [values[:, step : step + count] for step in steps]
    return jnp.concatenate(parts, axis=-1)


def compute_outputs(
    layers: list[Layer], moments: list[Moments], frames: Array, dropout: Array | None
) -> tuple[Array, list[Moments]]:
    """Compute log probabilities of the units, and in training this batch's moments."""
    values, seen = frames, []
    for number, layer in enumerate(layers):
        values = splice(values, number) @ layer.weights + layer.bias
        if number == len(layers) - 1:
            seen.append(moments[number])
            break
        values = jax.nn.relu(values)
        used = moments[number]
        if dropout is not None:
            used = Moments(values.mean((0, 1)), values.var((0, 1)))
        seen.append(used)
        values = (values - used.mean) * jax.lax.rsqrt(used.variance + SMALL)
        values = values * layer.scale + layer.shift
        if dropout is not None:
            key = jax.random.fold_in(dropout, number)
            values = values * jax.random.bernoulli(key, KEPT, values.shape) / KEPT
    return jax.nn.log_softmax(values), seen


def fold(
    layers: list[Layer],
    moments: list[Moments],
    mean: npt.NDArray[np.float32],
    deviation: npt.NDArray[np.float32],
) -> list[Affine]:
    """Fold the normalisations into the layers that follow them."""
    scale: Matrix = 1 / deviation.astype(np.float64)
    shift: Matrix = -mean.astype(np.float64) * scale
    result = []
    for offsets, layer, seen in zip(OFFSETS, layers, moments, strict=True):
        weights = np.asarray(layer.weights, np.float64).T
        times = len(offsets)
        bias = np.asarray(layer.bias, np.float64) + weights @ np.tile(shift, times)
        result.append(Affine(offsets, weights * np.tile(scale, times), bias))
        root = np.sqrt(np.asarray(seen.variance, np.float64) + SMALL)
        scale = np.asarray(layer.scale, np.float64) / root
        shift = np.asarray(layer.shift, np.float64) - np.asarray(seen.mean) * scale
    return result
