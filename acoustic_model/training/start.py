"""Begins a training with the weights of a model that export wrote."""

from collections.abc import Iterable

import jax
import jax.numpy as jnp
import numpy as np

from acoustic_model.errors import RecipeError
from acoustic_model.training import network
from acoustic_model.training.network import Array, Layer, Moments
from local_voice.own_sounds.shipped_network import Affine, Matrix


def check_form(layers: list[Affine]) -> None:
    """Check that a model's layers are of the recipe's form; raises RecipeError."""
    built, _ = network.build_network(seed=0)
    have = [(one.offsets, one.weights.shape) for one in layers]
    need = [
        (offsets, (layer.weights.shape[1], layer.weights.shape[0]))
        for offsets, layer in zip(network.OFFSETS, built, strict=True)
    ]
    if have != need:
        raise RecipeError(
            "--start: the model has layers of another form than the recipe's network. "
            "Training goes on only from a network of its own form. Train from nothing, "
            "or set OFFSETS, HIDDEN and UNITS to those of the model."
        )


def measure_moments(layers: list[Affine], batches: Iterable[Matrix]) -> list[Moments]:
    """Measure mean and variance of each layer's rectified outputs over MFCC frames."""
    built = [
        Layer(jnp.asarray(a.weights.T), jnp.asarray(a.bias), *_keep(len(a.bias)))
        for a in layers
    ]
    sums = [(np.zeros(len(a.bias)), np.zeros(len(a.bias)), 0) for a in layers]
    measure = jax.jit(_rectify_all)
    for frames in batches:
        for number, (total, squares, count) in enumerate(measure(built, frames)):
            before = sums[number]
            sums[number] = (
                before[0] + np.asarray(total, np.float64),
                before[1] + np.asarray(squares, np.float64),
                before[2] + int(count),
            )
    found = []
    for total, squares, count in sums:
        mean = total / max(count, 1)
        variance = np.maximum(squares / max(count, 1) - mean**2, 0)
        found.append(Moments(jnp.asarray(mean), jnp.asarray(variance)))
    # The last layer is not rectified: nothing follows that its moments would scale.
    found[-1] = Moments(*reversed(_keep(len(layers[-1].bias))))
    return found


def _keep(size: int) -> tuple[Array, Array]:
    return jnp.ones(size), jnp.zeros(size)


def _rectify_all(
    layers: list[Layer], frames: Array
) -> list[tuple[Array, Array, Array]]:
    values, found = frames, []
    for number, layer in enumerate(layers):
        spliced = network.splice(values, number)
        values = jax.nn.relu(spliced @ layer.weights + layer.bias)
        count = jnp.asarray(values.shape[0] * values.shape[1])
        found.append((values.sum((0, 1)), (values**2).sum((0, 1)), count))
    return found


def unfold(
    layers: list[Affine], moments: list[Moments], mean: Matrix, deviation: Matrix
) -> list[Layer]:
    """Undo `fold`: take the normalisations out of the layers that follow them.

    The network computes the same with these moments, and each layer has even inputs,
    as training needs it.
    """
    spread, shift = deviation.astype(np.float64), mean.astype(np.float64)
    result = []
    for affine, seen in zip(layers, moments, strict=True):
        times = len(affine.offsets)
        bias = affine.bias + affine.weights @ np.tile(shift, times)
        weights = (affine.weights * np.tile(spread, times)).T
        result.append(
            Layer(
                jnp.asarray(weights, jnp.float32),
                jnp.asarray(bias, jnp.float32),
                *_keep(len(bias)),
            )
        )
        spread = np.sqrt(np.asarray(seen.variance, np.float64) + network.SMALL)
        shift = np.asarray(seen.mean, np.float64)
    return result
