"""A trained garbage label that was tried in place of the loop of sounds.

Only the last layer is trained anew, on the same features: one more unit stands for
every sound of what is no phrase. `rejection` measures it beside the other ways.
"""

from __future__ import annotations

import pickle
import sys
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from acoustic_model.data.pronunciation import UNITS, phrase_variants, units_of
from acoustic_model.data.vocabulary import UNKNOWN_WORD, read_vocabulary, word_of
from acoustic_model.exporting.export import COSTS, network_bytes, write_settings
from acoustic_model.exporting.graph import sounds_to_words, write_graph
from acoustic_model.exporting.transitions import transitions
from acoustic_model.training import network
from acoustic_model.training.train import CHECKPOINT, FeatureSet, batches, load_set

GARBAGE = len(UNITS)
SOUNDS_EACH = 3
"""About a syllable of what is no phrase becomes one garbage label."""
STEPS = 300
RATE = 1e-3


def _relabelled(data: FeatureSet) -> FeatureSet:
    """What is no phrase becomes a row of garbage labels."""
    vocabulary = read_vocabulary()
    said = {tuple(units_of(phrase) or ()) for phrase in vocabulary.phrases}
    units = [
        u
        if not len(u) or tuple(u.tolist()) in said
        else np.full(max(1, round(len(u) / SOUNDS_EACH)), GARBAGE, np.int32)
        for u in data.units
    ]
    return FeatureSet(data.features, units, data.shapes)


def _trained(work: Path, kept: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """All layers but the last as they were, and a last one with the new unit."""
    _, moments, layers, _ = kept["state"]
    last = layers[-1]
    # The new unit begins as likely as the average of the others.
    wider = jnp.concatenate([last.weights, last.weights.mean(1, keepdims=True)], 1)
    bias = jnp.concatenate([last.bias, last.bias.mean(keepdims=True)])
    head = (wider, bias)
    rule = optax.adam(RATE)
    memory = rule.init(head)

    def found(head: Any, x: Any) -> Any:
        one = last._replace(weights=head[0], bias=head[1])
        frozen = jax.lax.stop_gradient(layers[:-1])
        return network.outputs([*frozen, one], moments, x, None)[0]

    @jax.jit
    def step(head: Any, memory: Any, batch: Any) -> Any:
        x, unheard, units, unsaid = batch

        def loss(head: Any) -> Any:
            return jnp.mean(optax.ctc_loss(found(head, x), unheard, units, unsaid))

        value, slope = jax.value_and_grad(loss)(head)
        change, memory = rule.update(slope, memory, head)
        return optax.apply_updates(head, change), memory, value

    data = _relabelled(load_set(work / "features-0.npz"))
    rng = np.random.default_rng(23)
    for number, batch in enumerate(
        batches(data, kept["mean"], kept["deviation"], rng), start=1
    ):
        head, memory, value = step(head, memory, batch)
        if number % 100 == 0:
            print(f"garbage label: step {number}, loss {value:.2f}", file=sys.stderr)
        if number == STEPS:
            break
    layers = [*layers[:-1], last._replace(weights=head[0], bias=head[1])]
    return layers, moments


def export_with_garbage(work: Path, model: Path) -> None:
    """Write a model whose `[unk]` is a row of garbage labels."""
    with (work / CHECKPOINT).open("rb") as stored:
        kept = pickle.load(stored)
    layers, moments = _trained(work, kept)
    folded = network.folded(layers, moments, kept["mean"], kept["deviation"])
    ids = transitions(GARBAGE)
    write_settings(model, network_bytes(folded, ids.binary), ids.silence_phone)
    vocabulary = read_vocabulary()
    words = {word: n for n, word in enumerate(vocabulary.words(), start=1)}
    said = {word_of(p): phrase_variants(p) for p in vocabulary.phrases}
    said |= {decoy: phrase_variants(decoy) for decoy in vocabulary.decoys}
    text = sounds_to_words(ids, words, said, (UNKNOWN_WORD, [GARBAGE]), COSTS)
    write_graph(text, words, model / "graph")
