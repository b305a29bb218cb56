"""What a clip of training may be taken for: the phrases of the graph that runs.

A phrase has its cost there, and the meaning that a session gives it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from acoustic_model.data.meaning import find_meaning, is_meant, load_shipped_content
from acoustic_model.data.pronunciation import OWN_UNITS, UNIT_NUMBER
from acoustic_model.data.vocabulary import read_vocabulary
from acoustic_model.errors import RecipeError
from local_voice.asr.grammar import GrammarState
from local_voice.asr.graph.state_graph import COSTS, get_phrase_cost
from local_voice.asr.model_files import ModelError, find_model
from local_voice.asr.state_grammars import FAILURES, open_store

MOST_UNITS = 10
"""Sounds of a rival: what is longer, talk is seldom taken for."""
ALWAYS = 4
"""Phrases of so few sounds are rivals in every batch: most mistakes are theirs."""
SOME = 160
"""Of the others, so many in each batch, drawn by chance."""
OF_ANSWERS = {UNIT_NUMBER[unit] for units in OWN_UNITS.values() for unit in units}
Numbers = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]


TALK, UNUSED = 0, -1
"""Numbers in place of a meaning: of what should be refused, and of no example."""


class Comparison(NamedTuple):
    """What the B examples of a batch mean, and the P phrases they are compared with."""

    labels: Numbers
    """(B): numbers of meanings, TALK or UNUSED."""
    own_costs: Floats
    """(B): of what was said, where it means something."""
    units: Numbers
    """(P, M), filled up with 0."""
    lengths: Numbers
    """(P)."""
    costs: Floats
    """(P)."""
    meanings: Numbers
    """(P)."""


class Label(NamedTuple):
    """What an example means."""

    meaning: int
    """The number of a meaning, TALK, or UNUSED."""
    cost: float
    """Of its phrase."""


@dataclass(frozen=True)
class Rivals:
    """Phrases by row: units filled up with 0, how many, cost, number of the meaning."""

    units: Numbers
    lengths: Numbers
    costs: Floats
    meanings: Numbers
    phrases: dict[str, Label]
    """Every phrase with its meaning and cost."""
    numbers: dict[str, int]
    """Of each meaning, from 1."""
    passed: frozenset[str]
    """Phrases that are no talk even where an open question gives them no meaning."""

    def label(self, said: str, units: Sequence[int]) -> Label:
        """Return what an example means."""
        if said in self.phrases:
            return self.phrases[said]
        meaning = find_meaning(said)
        if is_meant(said) and meaning in self.numbers:
            return Label(self.numbers[meaning], COSTS.phrase)
        if meaning or said in self.passed or not OF_ANSWERS.isdisjoint(units):
            return Label(UNUSED, 0.0)
        return Label(TALK, 0.0)

    def draw(self, labels: Sequence[Label], rng: np.random.Generator) -> Comparison:
        """Draw the rivals of a batch: the shortest phrases and some of the others."""
        short = self.lengths <= ALWAYS
        others = rng.permutation(np.flatnonzero(~short))[:SOME]
        rows = np.concatenate([np.flatnonzero(short), others])
        drawn = (x[rows] for x in (self.units, self.lengths, self.costs, self.meanings))
        meanings, costs = zip(*labels, strict=True)
        said = np.array(meanings, np.int32), np.array(costs, np.float32)
        return Comparison(*said, *drawn)


def build_rivals(model: Path) -> Rivals:
    """Return the phrases that a model's graph of an open question has.

    Raises RecipeError for a model without such a graph.
    """
    try:
        store = open_store(load_shipped_content(), find_model(str(model)), None)
    except (ModelError, *FAILURES) as why:
        raise RecipeError(
            f"--discriminative {model}: no graph can be made for it ({why}). Training "
            "by the decision compares its phrases. Give the folder of a model that "
            "export wrote."
        ) from why
    phrases, sounds = store.lists[GrammarState.ANSWER.value], store.pronunciations
    numbers: dict[str, int] = {}
    rows: dict[tuple[int, ...], tuple[float, int]] = {}
    found: dict[str, Label] = {}
    for phrase, name in phrases.meanings.items():
        # Two danger signs told unasked are two meanings, and only their names say so.
        meaning = name if phrase in phrases.statements else find_meaning(phrase)
        number = numbers.setdefault(meaning, len(numbers) + 1)
        cost = get_phrase_cost(phrase, store.data)
        found[phrase] = Label(number, cost)
        for names in sounds.get_variants(phrase):
            units = tuple(UNIT_NUMBER[name] for name in names)
            if len(units) <= MOST_UNITS:
                rows.setdefault(units, (cost, number))
    filled = [units + (0,) * (MOST_UNITS - len(units)) for units in rows]
    costs, meanings = zip(*rows.values(), strict=True)
    return Rivals(
        np.array(filled, np.int32),
        np.array(list(map(len, rows)), np.int32),
        np.array(costs, np.float32),
        np.array(meanings, np.int32),
        found,
        numbers,
        frozenset(read_vocabulary().phrases),
    )
