"""Step 2: trains the network on features; keeps a checkpoint every few minutes."""

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

from acoustic_model.data.features import COEFFICIENTS
from acoustic_model.errors import RecipeError
from acoustic_model.training import network
from acoustic_model.training.discriminative import compute_loss
from acoustic_model.training.perturbation import perturb
from acoustic_model.training.rivals import Comparison, Label, Rivals
from acoustic_model.training.start import check_form, measure_moments, unfold
from local_voice.own_sounds.shipped_network import Affine

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
KEPT_EVERY = 50
"""Steps after which a checkpoint is kept: a few minutes."""
SETS = "features-*.npz"
SHORT = 4
"""Units of a word or phrase that counts as one."""
SOME_BATCHES = 12
"""So many tell the moments of a network's layers."""
Floats = npt.NDArray[np.float32]
Said = tuple[Floats, npt.NDArray[np.int32], Floats]
"""1 behind the end of the sound; units; 1 where they are filled up."""
Batch = tuple[Floats, Said, Comparison | None]
"""Frames, what was said, and what it is compared with."""


@dataclass(frozen=True)
class FeatureSet:
    """The examples of one prepared file."""

    features: list[npt.NDArray[np.float16]]
    units: list[npt.NDArray[np.int32]]
    shapes: list[int]
    """Which shape each example fits; -1 when none does."""
    labels: list[Label]
    """What the examples mean to `rivals`."""
    rivals: Rivals | None


def _find_shape(frames: int, units: int) -> int:
    # CTC needs a blank between equal units; half the outputs are kept free for them.
    for number, (most_frames, most_units) in enumerate(SHAPES):
        if frames <= most_frames and units <= most_units and units * 4 < frames:
            return number
    return -1


def load_set(path: Path, rivals: Rivals | None = None) -> FeatureSet:
    """Read one `features-N.npz`; raises RecipeError where it lacks what is needed."""
    with np.load(path) as stored:
        features = np.split(stored["features"], np.cumsum(stored["frames"])[:-1])
        units = np.split(stored["units"], np.cumsum(stored["lengths"])[:-1])
        said = stored["said"].tolist() if "said" in stored else []
    if rivals is not None and len(said) != len(units):
        raise RecipeError(
            f"{path}: does not hold what was said. To compare it with phrases it must "
            "be known. Delete the file and run prepare again, or leave out "
            "--discriminative."
        )
    labels = list(map(rivals.label, said, units)) if rivals else []
    shapes = [_find_shape(len(f), len(u)) for f, u in zip(features, units, strict=True)]
    return FeatureSet(features, units, shapes, labels, rivals)


def count_steps(data: FeatureSet) -> int:
    """Count the batches of a set."""
    return sum(data.shapes.count(s) // BATCH for s in range(len(SHAPES)))


def _pad_edges(features: Floats, frames: int) -> Floats:
    """Repeat the edge frames on both sides, as the decoder does it."""
    after = frames + network.CONTEXT - len(features)
    return np.pad(features, ((network.CONTEXT, after), (0, 0)), mode="edge")


def plan_batches(
    shapes: list[int], rng: np.random.Generator
) -> list[tuple[int, npt.NDArray[np.int64]]]:
    """Put all examples of a set into batches once, in new company."""
    plan = []
    for shape in range(len(SHAPES)):
        fitting = rng.permutation([i for i, s in enumerate(shapes) if s == shape])
        whole = len(fitting) // BATCH * BATCH
        plan += [(shape, part) for part in fitting[:whole].reshape(-1, BATCH)]
    return [plan[number] for number in rng.permutation(len(plan))]


def build_batch(
    data: FeatureSet,
    planned: tuple[int, npt.NDArray[np.int64]],
    even: tuple[Floats, Floats],
    rng: np.random.Generator,
) -> Batch:
    """Build one batch; `even` is the mean and the deviation of the features."""
    shape, chosen = planned
    frames, most = SHAPES[shape]
    mean, deviation = even
    x = np.zeros((BATCH, frames + 2 * network.CONTEXT, len(mean)), np.float32)
    unheard = np.ones((BATCH, frames // network.SUBSAMPLING), np.float32)
    units = np.zeros((BATCH, most), np.int32)
    unsaid = np.ones((BATCH, most), np.float32)
    for row, index in enumerate(chosen):
        features, said = data.features[index], data.units[index]
        perturbed = perturb(features.astype(np.float32), rng)
        evened = (perturbed - mean) / deviation
        x[row] = _pad_edges(evened, frames)
        if rng.random() < 0.4:
            # A gap, so that no single instant decides about a word.
            start = int(rng.integers(network.CONTEXT, frames))
            x[row, start : start + int(rng.integers(1, 12))] = 0
        unheard[row, : (len(features) + 2) // network.SUBSAMPLING] = 0
        units[row, : len(said)], unsaid[row, : len(said)] = said, 0
    compared = None
    if data.rivals is not None:
        compared = data.rivals.draw([data.labels[index] for index in chosen], rng)
    return x, (unheard, units, unsaid), compared


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
    before: Plan | None = kept.get("plan")
    if before is not None and before.epochs == epochs:
        return before
    first, epoch = (kept["steps"], kept["epoch"]) if kept else (0, 0)
    last = first + max(1, epochs - epoch) * steps
    goes_on = epoch > 0 or bool(kept and kept.get("started"))
    return Plan(epochs, first, last, NEXT_RATE if goes_on else PEAK_RATE)


def _build_step(plan: Plan) -> tuple[Any, Any]:
    learning = optax.adamw(plan.get_rate, weight_decay=1e-3)
    rule = optax.chain(optax.clip_by_global_norm(5.0), learning)

    def loss(layers: Any, moments: Any, batch: Any, key: Any) -> Any:
        x, said, compared = batch
        unheard, units, unsaid = said
        found, seen = network.compute_outputs(layers, moments, x, key)
        # A sentence counts more than a word, but not by as much as it is longer: else
        # its many sounds would drown the answers.
        many = jnp.maximum(jnp.sum(1 - unsaid, axis=1), SHORT)
        each = optax.ctc_loss(found, unheard, units, unsaid) / jnp.sqrt(many / SHORT)
        value = jnp.mean(each)
        if compared is not None:
            value += compute_loss(found, said, compared)
        return value, seen

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


def load_checkpoint(path: Path) -> dict[str, Any]:
    """Read what the last steps kept; empty before the first ones."""
    if not path.is_file():
        return {}
    with path.open("rb") as stored:
        kept: dict[str, Any] = pickle.load(stored)
    return kept


def _build_checkpoint(first: FeatureSet, start: list[Affine] | None) -> dict[str, Any]:
    """Build the first one: of random weights, or of those of a model."""
    some = np.concatenate(first.features[::20]).astype(np.float32)
    mean, deviation = some.mean(0), some.std(0)
    layers, moments = network.build_network(seed=0)
    if start is not None:
        check_form(start)
        moments = measure_moments(start, _draw_frames(first))
        layers = unfold(start, moments, mean, deviation)
    return {
        "epoch": 0,
        "steps": 0,
        "state": (layers, moments, layers, None),
        "mean": mean,
        "deviation": deviation,
        "losses": [],
        "seconds": 0.0,
        "started": start is not None,
        "begun": (layers, moments),
    }


def _draw_frames(data: FeatureSet) -> Iterator[Floats]:
    """Yield the frames of some batches, as the decoder gives them to the network."""
    as_is = np.zeros(COEFFICIENTS, np.float32), np.ones(COEFFICIENTS, np.float32)
    rng = np.random.default_rng(3)
    for planned in islice(plan_batches(data.shapes, rng), SOME_BATCHES):
        yield build_batch(data, planned, as_is, rng)[0]


def _choose_set(work: Path, used: dict[str, int]) -> Path:
    """Return the set that was used least: a new one first, as it has been made."""
    sets = sorted(work.glob(SETS))
    if not sets:
        raise RecipeError(
            f"{work}: holds no prepared features. Training reads what prepare wrote. "
            "Run python -m acoustic_model prepare with the same --work."
        )
    return min(sets, key=lambda path: (used.get(path.name, 0), path.name))


def _begin_epoch(kept: dict[str, Any], work: Path) -> None:
    """Note which set the epoch uses, so that it goes on with the same one."""
    if "set" not in kept or not (work / kept["set"]).is_file():
        used = kept.setdefault("used", {})
        name = _choose_set(work, used).name
        used[name] = used.get(name, 0) + 1
        kept |= {"set": name, "done": 0, "loss": 0.0}


def _save_checkpoint(kept: dict[str, Any], work: Path) -> None:
    unfinished = work / (CHECKPOINT + ".part")
    unfinished.write_bytes(pickle.dumps(kept))
    unfinished.replace(work / CHECKPOINT)


def _run_steps(kept: dict[str, Any], step: Any, data: FeatureSet, last: int) -> None:
    """Go on in the epoch up to batch `last`, the same as if never cut short."""
    epoch, began = kept["epoch"], time.monotonic()
    planned = plan_batches(data.shapes, np.random.default_rng([11, epoch]))
    even, state, losses = (kept["mean"], kept["deviation"]), kept["state"], []
    for number in range(kept["done"], last):
        rng = np.random.default_rng([11, epoch, number])
        batch = build_batch(data, planned[number], even, rng)
        key = jax.random.fold_in(jax.random.PRNGKey(epoch), number)
        state, loss = step(state, batch, key)
        losses.append(loss)
    kept["state"] = jax.device_get(state)
    kept["loss"] += float(sum(float(loss) for loss in losses))
    kept["steps"] += len(losses)
    kept["done"] = last
    kept["seconds"] += time.monotonic() - began


def _report(kept: dict[str, Any], steps: int, epochs: int) -> None:
    print(
        f"epoch {kept['epoch'] + 1} of {epochs}, {kept['set']}: "
        f"{kept['done']} of {steps} steps, loss {kept['loss'] / kept['done']:.3f}, "
        f"{kept['seconds'] / 60:.1f} minutes and {kept['steps']} steps in all",
        file=sys.stderr,
        flush=True,
    )


def train(
    work: Path,
    epochs: int,
    most_steps: int | None = None,
    start: list[Affine] | None = None,
    rivals: Rivals | None = None,
) -> None:
    """Train up to the given epoch; a second call goes on after the last kept step.

    `most_steps` ends each epoch early: a part of the set, chosen by chance. `start`
    are the layers of a model whose weights a new training begins with. With `rivals`
    it is trained by the decision, too: a network that knows the sounds already.
    """
    kept = load_checkpoint(work / CHECKPOINT)
    chosen = work / _choose_set(work, kept.get("used", {})).name
    current = load_set(chosen, rivals)
    steps = min(count_steps(current), most_steps or sys.maxsize)
    kept = kept or _build_checkpoint(current, start)
    kept["plan"] = plan = build_plan(kept, epochs, steps)
    rule, step = _build_step(plan)
    if kept["state"][3] is None:
        kept["state"] = (*kept["state"][:3], rule.init(kept["state"][0]))
    while kept["epoch"] < epochs:
        _begin_epoch(kept, work)
        current = load_set(work / kept["set"], rivals)
        steps = min(count_steps(current), most_steps or sys.maxsize)
        while kept["done"] < steps:
            _run_steps(kept, step, current, min(kept["done"] + KEPT_EVERY, steps))
            _save_checkpoint(kept, work)
            _report(kept, steps, epochs)
        kept["losses"].append(kept["loss"] / max(1, kept["done"]))
        kept["epoch"] += 1
        del kept["set"]
        _save_checkpoint(kept, work)
