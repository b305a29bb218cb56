"""Step 2: trains the network on features; writes a checkpoint after every epoch."""

import pickle
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt
import optax

from acoustic_model.errors import RecipeError
from acoustic_model.training import network

BATCH = 64
# Few shapes: each is compiled once. Frames, and the units that may stand in them.
SHAPES = ((135, 16), (165, 16), (195, 24), (240, 32), (330, 40), (480, 56), (720, 80))
PEAK_RATE = 3e-3
# A run that goes on beyond what an earlier one was planned for: faster than the end of
# that one, slower than its beginning, which would undo what was learnt.
NEXT_RATE = 1e-3
WARM_UP = 300
AVERAGE = 0.998
"""How slowly the exported average of the weights follows them."""
CHECKPOINT = "checkpoint.pkl"
Floats = npt.NDArray[np.float32]
Batch = tuple[Floats, Floats, npt.NDArray[np.int32], Floats]


@dataclass(frozen=True)
class FeatureSet:
    """The examples of one prepared file."""

    features: list[npt.NDArray[np.float16]]
    units: list[npt.NDArray[np.int32]]
    shapes: list[int]
    """Which shape each example fits; -1 when none does."""


def _find_shape(frames: int, units: int) -> int:
    # CTC needs a blank between equal units; half the outputs are kept free for them.
    for number, (most_frames, most_units) in enumerate(SHAPES):
        if frames <= most_frames and units <= most_units and units * 4 < frames:
            return number
    return -1


def load_set(path: Path) -> FeatureSet:
    """Read one `features-N.npz`."""
    with np.load(path) as stored:
        features = np.split(stored["features"], np.cumsum(stored["frames"])[:-1])
        units = np.split(stored["units"], np.cumsum(stored["lengths"])[:-1])
    shapes = [_find_shape(len(f), len(u)) for f, u in zip(features, units, strict=True)]
    return FeatureSet(features, units, shapes)


def count_steps(data: FeatureSet) -> int:
    """Count the batches of a set."""
    return sum(data.shapes.count(s) // BATCH for s in range(len(SHAPES)))


def _pad_edges(features: Floats, frames: int) -> Floats:
    """Repeat the edge frames on both sides, as the decoder does it."""
    after = frames + network.CONTEXT - len(features)
    return np.pad(features, ((network.CONTEXT, after), (0, 0)), mode="edge")


def draw_batches(
    data: FeatureSet, mean: Floats, deviation: Floats, rng: np.random.Generator
) -> Iterator[Batch]:
    """Yield all examples of a set once, in new company."""
    plan = []
    for shape in range(len(SHAPES)):
        fitting = rng.permutation([i for i, s in enumerate(data.shapes) if s == shape])
        whole = len(fitting) // BATCH * BATCH
        plan += [(shape, part) for part in fitting[:whole].reshape(-1, BATCH)]
    for number in rng.permutation(len(plan)):
        shape, chosen = plan[number]
        frames, most = SHAPES[shape]
        x = np.zeros((BATCH, frames + 2 * network.CONTEXT, len(mean)), np.float32)
        unheard = np.ones((BATCH, frames // network.SUBSAMPLING), np.float32)
        units = np.zeros((BATCH, most), np.int32)
        unsaid = np.ones((BATCH, most), np.float32)
        for row, index in enumerate(chosen):
            features, said = data.features[index], data.units[index]
            even = (features.astype(np.float32) - mean) / deviation
            x[row] = _pad_edges(even, frames)
            if rng.random() < 0.4:
                # A gap, so that no single instant decides about a word.
                start = int(rng.integers(network.CONTEXT, frames))
                x[row, start : start + int(rng.integers(1, 12))] = 0
            unheard[row, : (len(features) + 2) // network.SUBSAMPLING] = 0
            units[row, : len(said)], unsaid[row, : len(said)] = said, 0
        yield x, unheard, units, unsaid


@dataclass(frozen=True)
class Plan:
    """How the rate of learning rises and falls, from one step to another."""

    epochs: int
    """In all, with those of earlier plans."""
    first: int
    last: int
    peak: float

    def get_rate(self, step: Any) -> Any:
        """Return the rate at one step, counted over all plans."""
        steps = self.last - self.first
        rising = min(WARM_UP, steps // 6)
        falling = optax.warmup_cosine_decay_schedule(
            self.peak / 30, self.peak, rising, steps, 3e-5
        )
        return falling(step - self.first)


def build_plan(kept: dict[str, Any], epochs: int, steps: int) -> Plan:
    """Return the same plan as before when a run was cut short; else a further one."""
    if kept and kept["plan"].epochs == epochs:
        plan: Plan = kept["plan"]
        return plan
    first, epoch = (kept["steps"], kept["epoch"]) if kept else (0, 0)
    last = first + max(1, epochs - epoch) * steps
    return Plan(epochs, first, last, NEXT_RATE if kept else PEAK_RATE)


def _build_step(plan: Plan) -> tuple[Any, Any]:
    learning = optax.adamw(plan.get_rate, weight_decay=1e-3)
    rule = optax.chain(optax.clip_by_global_norm(5.0), learning)

    def loss(layers: Any, moments: Any, batch: Any, key: Any) -> Any:
        x, unheard, units, unsaid = batch
        found, seen = network.compute_outputs(layers, moments, x, key)
        return jnp.mean(optax.ctc_loss(found, unheard, units, unsaid)), seen

    @jax.jit
    def step(state: Any, batch: Any, key: Any) -> Any:
        layers, moments, average, memory = state
        differentiated = jax.value_and_grad(loss, has_aux=True)
        (value, seen), slope = differentiated(layers, moments, batch, key)
        change, memory = rule.update(slope, memory, layers)
        layers = optax.apply_updates(layers, change)

        def follow(old: Any, new: Any) -> Any:
            return jax.tree.map(lambda a, b: AVERAGE * a + (1 - AVERAGE) * b, old, new)

        average = follow(average, layers)
        return (layers, follow(moments, seen), average, memory), value

    return rule, step


def _load_checkpoint(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    with path.open("rb") as stored:
        kept: dict[str, Any] = pickle.load(stored)
    return kept


def _build_checkpoint(rule: Any, first: FeatureSet) -> dict[str, Any]:
    layers, moments = network.build_network(seed=0)
    some = np.concatenate(first.features[::20]).astype(np.float32)
    return {
        "epoch": 0,
        "steps": 0,
        "state": (layers, moments, layers, rule.init(layers)),
        "mean": some.mean(0),
        "deviation": some.std(0),
        "losses": [],
        "seconds": 0.0,
    }


def _run_epoch(
    kept: dict[str, Any], step: Any, path: Path, steps: int
) -> tuple[Any, list[Any]]:
    epoch, state, losses = kept["epoch"], kept["state"], []
    key = jax.random.PRNGKey(epoch)
    rng = np.random.default_rng([11, epoch])
    every = draw_batches(load_set(path), kept["mean"], kept["deviation"], rng)
    for batch in islice(every, steps):
        key, part = jax.random.split(key)
        state, loss = step(state, batch, part)
        losses.append(loss)
    return jax.device_get(state), losses


def train(work: Path, epochs: int, most_steps: int | None = None) -> None:
    """Train up to the given epoch; a second call goes on after the last kept one.

    `most_steps` ends each epoch early: a part of the set, chosen by chance.
    """
    sets = sorted(work.glob("features-[0-9].npz"))
    if not sets:
        raise RecipeError(
            f"{work}: holds no prepared features. Training reads what prepare wrote. "
            "Run python -m acoustic_model prepare with the same --work."
        )
    current = load_set(sets[0])
    steps = min(count_steps(current), most_steps or sys.maxsize)
    kept = _load_checkpoint(work / CHECKPOINT)
    plan = build_plan(kept, epochs, steps)
    rule, step = _build_step(plan)
    kept = kept or _build_checkpoint(rule, current)
    kept["plan"] = plan
    print(f"{steps} steps an epoch, {len(sets)} set(s)", file=sys.stderr)
    while kept["epoch"] < epochs:
        epoch, began = kept["epoch"], time.monotonic()
        # Those that prepare has written by now.
        sets = sorted(work.glob("features-[0-9].npz"))
        path = sets[epoch % len(sets)]
        kept["state"], losses = _run_epoch(kept, step, path, steps)
        kept["epoch"] = epoch + 1
        kept["steps"] += len(losses)
        kept["losses"].append(float(np.mean([float(value) for value in losses])))
        kept["seconds"] += time.monotonic() - began
        unfinished = work / (CHECKPOINT + ".part")
        unfinished.write_bytes(pickle.dumps(kept))
        unfinished.replace(work / CHECKPOINT)
        print(
            f"epoch {epoch + 1} of {epochs}: loss {kept['losses'][-1]:.3f}, "
            f"{kept['seconds'] / 60:.1f} minutes in all",
            file=sys.stderr,
            flush=True,
        )
