"""Trains the small network with a contrastive loss on one processor."""

import sys
from collections import defaultdict
from collections.abc import Mapping

import jax
import jax.numpy as jnp
import numpy as np
import optax

from acoustic_model.own_sounds.corpus import Corpus, Example
from local_voice.own_sounds.embedding import (
    FRAMES,
    LAYERS,
    OUTPUTS,
    PARTS,
    Weights,
    scale_mel,
)
from local_voice.own_sounds.spectrum import BANDS, FLOOR_DB, Rows, interpolate_rows

CLASSES = 64
"""Sounds of one batch, two renditions of each."""
OF_PEOPLE = 0.75
"""The share of words; the rest is talk and odd sounds."""
WORDS_AT_ONCE = 4
"""Of one person in a batch, so that what parts them is not the voice."""
TEMPERATURE = 0.1
STEPS = 1000
AVERAGED = 0.98
SLURRED = 0.4
"""The share of renditions that are slurred."""
Parameters = dict[str, jax.Array]


def train_embedding(corpus: Corpus, steps: int = STEPS) -> Weights:
    """Return the weights after so many batches, averaged over the last ones."""
    rng = np.random.default_rng(5)
    schedule = optax.warmup_cosine_decay_schedule(0, 2e-3, 50, steps, 1e-5)
    optimizer = optax.adamw(schedule, b2=0.99, weight_decay=1e-3)
    parameters = _start(jax.random.PRNGKey(1))
    state, average = optimizer.init(parameters), parameters

    @jax.jit
    def step(parameters, state, average, rows, same, neutral):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        value, slope = jax.value_and_grad(_measure_loss)(
            parameters, rows, same, neutral
        )
        change, state = optimizer.update(slope, state, parameters)
        parameters = optax.apply_updates(parameters, change)
        average = optax.incremental_update(parameters, average, 1 - AVERAGED)
        return parameters, state, average, value

    batches = _Batches(corpus, rng)
    for number in range(1, steps + 1):
        rows, same, neutral = batches.draw()
        parameters, state, average, value = step(
            parameters, state, average, rows, same, neutral
        )
        if number % 100 == 0:
            print(f"step {number}: loss {float(value):.3f}", file=sys.stderr)
    return {name: np.asarray(part, np.float32) for name, part in average.items()}


def _start(key: jax.Array) -> Parameters:
    parameters: Parameters = {}
    for layer in LAYERS:
        key, part = jax.random.split(key)
        form = layer.width, layer.inputs, layer.outputs
        spread = np.sqrt(2 / (layer.width * layer.inputs))
        parameters[f"weights_{layer.name}"] = jax.random.normal(part, form) * spread
        parameters[f"bias_{layer.name}"] = jnp.zeros(layer.outputs)
    inputs = PARTS * LAYERS[-1].outputs
    spread = np.sqrt(1 / inputs)
    parameters["weights_out"] = jax.random.normal(key, (inputs, OUTPUTS)) * spread
    parameters["bias_out"] = jnp.zeros(OUTPUTS)
    return parameters


def compute_rows(parameters: Mapping[str, jax.Array], values: jax.Array) -> jax.Array:
    """Compute the 64 numbers of each clip of a batch, as the product does for one."""
    for layer in LAYERS:
        half = layer.width // 2
        values = jax.lax.conv_general_dilated(
            values,
            parameters[f"weights_{layer.name}"],
            (layer.step,),
            [(half, half)],
            dimension_numbers=("NWC", "WIO", "NWC"),
        )
        values = jax.nn.relu(values + parameters[f"bias_{layer.name}"])
    count, frames, width = values.shape
    means = values.reshape(count, PARTS, frames // PARTS, width).mean(2)
    rows = means.reshape(count, -1) @ parameters["weights_out"] + parameters["bias_out"]
    return rows / (jnp.linalg.norm(rows, axis=1, keepdims=True) + 1e-6)


def _measure_loss(
    parameters: Parameters, batch: jax.Array, same: jax.Array, neutral: jax.Array
) -> jax.Array:
    """Two renditions of a sound near each other, all other sounds far."""
    rows = compute_rows(parameters, batch)
    alike = rows @ rows.T / TEMPERATURE
    alike = jnp.where(jnp.eye(len(batch), dtype=bool), -1e9, alike)
    others = jnp.where(same | neutral, -1e9, alike)
    all_others = jax.nn.logsumexp(others, axis=1, keepdims=True)
    each = jnp.logaddexp(alike, all_others) - alike
    return jnp.sum(jnp.where(same, each, 0)) / jnp.sum(same)


class _Batches:
    """Draws batches: words of people, and other sounds."""

    def __init__(self, corpus: Corpus, rng: np.random.Generator) -> None:
        self._rng, self._corpus = rng, corpus
        people: dict[str, dict[str, list[Example]]] = defaultdict(dict)
        for example in corpus.words:
            people[example.who].setdefault(example.what, []).append(example)
        self._people = [words for words in people.values() if len(words) >= 2]
        counts = [sum(min(len(c), 3) for c in w.values()) for w in self._people]
        self._share = np.array(counts) / sum(counts)

    def draw(self) -> tuple[Rows, np.ndarray, np.ndarray]:
        """Return mel bands, which pairs are of one sound, and which teach nothing."""
        drawn: list[Example] = []
        while len(drawn) < 2 * CLASSES * OF_PEOPLE:
            words = self._people[self._rng.choice(len(self._people), p=self._share)]
            for word in self._rng.permutation(list(words))[:WORDS_AT_ONCE]:
                clips = words[str(word)]
                places = self._rng.permutation(len(clips))[:2].tolist()
                drawn += [clips[places[0]], clips[places[-1]]]
        while len(drawn) < 2 * CLASSES:
            single = self._corpus.singles[self._rng.integers(len(self._corpus.singles))]
            drawn += [single, single]
        drawn = drawn[: 2 * CLASSES]
        rows = np.stack([self._augment(example.mel) for example in drawn])
        sounds = np.array([f"{example.who}/{example.what}" for example in drawn])
        words_said = np.array([example.what for example in drawn])
        same = (sounds[:, None] == sounds) & ~np.eye(len(drawn), dtype=bool)
        # The same word of another person: neither near nor far.
        neutral = (words_said[:, None] == words_said) & ~same
        return rows, same, neutral

    def _augment(self, mel: Rows) -> Rows:
        """Return another rendition: pace, edges, pitch, colour, noise, a gap."""
        rng, count = self._rng, len(mel)
        mel = np.asarray(mel, np.float32)
        if rng.random() < SLURRED:
            mel = self._slur(mel)
        mel = self._change_pitch(self._change_pace(mel, count))
        bend = np.interp(
            np.arange(BANDS), np.linspace(0, BANDS - 1, 5), rng.normal(size=5)
        )
        mel = mel + 2.5 * bend
        if rng.random() < 0.6:
            noise = self._corpus.noises[rng.integers(len(self._corpus.noises))]
            at = rng.integers(len(noise) - FRAMES)
            piece = noise[at : at + FRAMES].astype(np.float32)
            piece = piece - piece.max() - rng.uniform(3, 40)
            mel = 10 * np.log10(10 ** (mel / 10) + 10 ** (piece / 10))
        mel = np.maximum(mel - mel.max(), FLOOR_DB)
        if rng.random() < 0.3:
            at, width = rng.integers(0, FRAMES - 6), rng.integers(2, 7)
            gap = rng.uniform(FLOOR_DB, -25)
            mel[at : at + width] = np.minimum(mel[at : at + width], gap)
        return scale_mel(mel)

    def _slur(self, mel: Rows) -> Rows:
        """Draw the bands to their mean, as in speech with little movement."""
        loud = mel.mean(1, keepdims=True)
        middle = mel[loud[:, 0] > np.quantile(loud, 0.6)].mean(0)
        share = self._rng.uniform(0.15, 0.6)
        form = (1 - share) * (mel - loud) + share * (middle - middle.mean())
        return np.maximum(loud + form, FLOOR_DB)

    def _change_pace(self, mel: Rows, count: int) -> Rows:
        rng = self._rng
        begin, end = (
            rng.uniform(0, 0.08) * count,
            count - 1 - rng.uniform(0, 0.08) * count,
        )
        pace = np.exp(rng.normal(size=6) * rng.choice([0.2, 0.35]))
        place = np.interp(np.linspace(0, 5, FRAMES), np.arange(6), pace).cumsum()
        share = (place - place[0]) / (place[-1] - place[0])
        return interpolate_rows(mel, begin + share * (end - begin))

    def _change_pitch(self, mel: Rows) -> Rows:
        bands = np.arange(BANDS) + self._rng.normal() * 0.7
        return interpolate_rows(mel.T, np.clip(bands, 0, BANDS - 1)).T
