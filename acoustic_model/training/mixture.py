"""The weights that are exported: the slow averages of checkpoints, alone or mixed.

Weights of one origin can be mixed, and a mixture keeps most of what each of them does
well (Wortsman and others, "Model soups", 2022); decisions 23 and 26.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import jax
import numpy as np

from acoustic_model.errors import RecipeError
from acoustic_model.training.train import AVERAGE, load_checkpoint

MOST_OF_START = 0.95
"""A greater share of the start cannot be taken out of it: too few steps follow."""
NEARLY = 1e-6
"""Shares that are written in decimals add up to 1 but for this."""
Share = tuple[Path, float]
"""A checkpoint, and how much of it: 0 to 1."""
Weights = tuple[Any, Any]
"""Layers, and the moments of what they see."""


class Mixture(NamedTuple):
    """What `fold` makes a network of, in its order."""

    layers: Any
    moments: Any
    mean: Any
    deviation: Any


def get_average(kept: Mapping[str, Any]) -> Weights:
    """Return the slow average of layers and moments, without what it began with.

    It follows so slowly that the first thousand steps would be mixed with that.
    """
    _, moments, average, _ = kept["state"]
    share = AVERAGE ** kept["steps"]
    if share > MOST_OF_START:
        return average, moments
    return _mix(
        [((average, moments), 1 / (1 - share)), (kept["begun"], -share / (1 - share))]
    )


def mix_checkpoints(shares: Sequence[Share]) -> Mixture:
    """Return the averages of checkpoints, each by its share.

    What the shares leave of 1 falls on the weights that the training began with.
    Raises RecipeError for shares that make no mixture, and for a checkpoint that is
    missing, too old, or began with other weights than the first one.
    """
    left = 1 - sum(share for _, share in shares)
    # Written so that what is no number is refused as well.
    if not (all(share >= 0 for _, share in shares) and left >= -NEARLY):
        given = " ".join(f"{path}={share:g}" for path, share in shares)
        raise RecipeError(
            f"--mix {given}: is no mixture. Each share is 0 or more, and all together "
            "are 1 at the most. Give smaller shares."
        )
    every = [_load(path) for path, _ in shares]
    first, (began, _) = every[0], shares[0]
    if left > NEARLY and not first.get("started"):
        raise RecipeError(
            f"{began}: began with random weights. Only between two networks is there a "
            "mixture. Give shares of 1 together, or train with --start."
        )
    for (path, _), other in zip(shares, every, strict=True):
        if other is not first and not _is_same(first, other):
            raise RecipeError(
                f"{path}: began with other weights than {began}. Only weights of one "
                "origin can be mixed. Give checkpoints that one training left, or "
                "several with the same --start and features."
            )
    parts = [(get_average(k), s) for k, (_, s) in zip(every, shares, strict=True)]
    if left > NEARLY:
        parts.append((first["begun"], left))
    return Mixture(*_mix(parts), first["mean"], first["deviation"])


def _load(path: Path) -> dict[str, Any]:
    kept = load_checkpoint(path)
    if not kept:
        raise RecipeError(
            f"{path}: is missing. Only a trained network can be exported. "
            "Run python -m acoustic_model train with the same --work."
        )
    if "begun" not in kept:
        raise RecipeError(
            f"{path}: does not hold the weights that it began with. A mixture needs "
            "them. Train again in an empty --work."
        )
    return kept


def _is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two trainings began alike, and see their features alike."""
    parts = "begun", "mean", "deviation"
    ours, theirs = (jax.tree.leaves([kept[p] for p in parts]) for kept in (one, other))
    return len(ours) == len(theirs) and all(map(np.array_equal, ours, theirs))


def _mix(parts: list[tuple[Weights, float]]) -> Weights:
    """Add up weights, each multiplied."""
    times = [share for _, share in parts]

    def add(*values: Any) -> Any:
        return sum(t * value for t, value in zip(times, values, strict=True))

    mixed: Weights = jax.tree.map(add, *(weights for weights, _ in parts))
    return mixed
