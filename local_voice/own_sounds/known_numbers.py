"""What ships for all people: the small network, strangers' clips, weights and limits.

All of it is made by `python -m acoustic_model own-sounds`.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from local_voice.asr.graph.network_units import NETWORK
from local_voice.asr.model_files import SHIPPED
from local_voice.own_sounds.embedding import Weights
from local_voice.own_sounds.features import FeatureExtractor, SoundFeatures
from local_voice.own_sounds.packing import (
    pack_features,
    read_arrays,
    unpack_features,
    write_arrays,
)
from local_voice.own_sounds.profile_folder import WEIGHTS
from local_voice.own_sounds.scoring import DecisionModel, Limit
from local_voice.own_sounds.shipped_network import Affine, parse_network

DECISION = WEIGHTS.with_name("decision.json")
_NETWORK, _STRANGERS = "network.", "strangers"


@dataclass(frozen=True)
class KnownNumbers:
    """Everything that a matcher needs besides a person's own examples."""

    extractor: FeatureExtractor
    strangers: tuple[SoundFeatures, ...]
    model: DecisionModel


def load_known_numbers() -> KnownNumbers:
    """Read what ships; raises OSError, KeyError and ValueError where it is damaged."""
    arrays = read_arrays(WEIGHTS.read_bytes())
    model = parse_decision(json.loads(DECISION.read_text("utf-8")))
    extractor = FeatureExtractor(read_shipped_network(), _take_embedding(arrays))
    return KnownNumbers(extractor, unpack_features(arrays, _STRANGERS), model)


def read_shipped_embedding() -> Weights:
    """Return the small network that ships, in 32 bits."""
    return _take_embedding(read_arrays(WEIGHTS.read_bytes()))


def _take_embedding(arrays: Mapping[str, Any]) -> Weights:
    return {
        name.removeprefix(_NETWORK): np.asarray(array, np.float32)
        for name, array in arrays.items()
        if name.startswith(_NETWORK)
    }


def read_shipped_network() -> tuple[Affine, ...]:
    """Return the network of the shipped recogniser, in 32 bits."""
    layers = parse_network((SHIPPED / NETWORK).read_bytes())
    return tuple(
        Affine(
            layer.offsets,
            np.asarray(layer.weights, np.float32),
            np.asarray(layer.bias, np.float32),
        )
        for layer in layers
    )


def render_weights(weights: Weights, strangers: tuple[SoundFeatures, ...]) -> bytes:
    """Return the file of the small network and of strangers' clips."""
    network = {_NETWORK + n: np.asarray(w, np.float16) for n, w in weights.items()}
    return write_arrays({**network, **pack_features(strangers, _STRANGERS)})


def render_decision(model: DecisionModel) -> str:
    """Return the file of weights and limits."""
    return json.dumps(asdict(model), indent=1) + "\n"


def parse_decision(found: Mapping[str, Any]) -> DecisionModel:
    """Return weights and limits as they stand in their file."""
    given = {field.name: found[field.name] for field in fields(DecisionModel)}
    for name in ("mean", "deviation", "weights"):
        given[name] = tuple(given[name])
    for name in ("usual", "sure"):
        given[name] = Limit(**given[name])
    return DecisionModel(**given)


def write_known_numbers(folder: Path, weights: bytes, model: DecisionModel) -> None:
    """Write both files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WEIGHTS.name).write_bytes(weights)
    (folder / DECISION.name).write_text(render_decision(model), "utf-8")
