"""Amazon's limits for an interaction model, and whether a model keeps them.

Sources: Amazon's interaction model schema and limits; alexa/ask-cli issue 9 for the
older and smaller size of the JSON, which is kept too.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from skill.errors import SkillRefused

MOST_BYTES = 1_000_000
MOST_INTENTS = 250
MOST_VALUES = 50_000
"""Values and synonyms of all slot types together."""
LONGEST_VALUE, LONGEST_SAMPLE = 140, 200
"""Characters."""


@dataclass(frozen=True)
class ModelSize:
    """How large a model is."""

    bytes: int
    intents: int
    samples: int
    values: int
    longest_value: int
    longest_sample: int

    def __str__(self) -> str:
        """Return the sizes beside Amazon's limits, in one line."""
        return (
            f"{self.intents} intents of {MOST_INTENTS}, {self.samples} samples, "
            f"{self.values} slot values of {MOST_VALUES}, {self.bytes} bytes of "
            f"{MOST_BYTES}"
        )


def measure_model(model: Mapping[str, Any]) -> ModelSize:
    """Return how large `model` is."""
    language = model["interactionModel"]["languageModel"]
    samples = [sample for intent in language["intents"] for sample in intent["samples"]]
    values = list(_list_values(language))
    return ModelSize(
        bytes=len(json.dumps(model, ensure_ascii=False).encode()),
        intents=len(language["intents"]),
        samples=len(samples),
        values=len(values),
        longest_value=max(map(len, values), default=0),
        longest_sample=max(map(len, samples), default=0),
    )


def check_limits(model: Mapping[str, Any]) -> ModelSize:
    """Return how large `model` is; raises SkillRefused where Amazon takes no such."""
    size = measure_model(model)
    for what, found, most in (
        ("bytes", size.bytes, MOST_BYTES),
        ("intents", size.intents, MOST_INTENTS),
        ("slot values", size.values, MOST_VALUES),
        ("characters in a slot value", size.longest_value, LONGEST_VALUE),
        ("characters in a sample", size.longest_sample, LONGEST_SAMPLE),
    ):
        if found > most:
            raise SkillRefused(
                f"The model has {found} {what}, but Amazon takes at most {most}; "
                "lower the phrases of a template in skill/publishing/"
                "interaction_model.py, or shorten the phrase."
            )
    return size


def _list_values(language: Mapping[str, Any]) -> Iterator[str]:
    for kind in language["types"]:
        for value in kind["values"]:
            yield value["name"]["value"]
            yield from value["name"]["synonyms"]
