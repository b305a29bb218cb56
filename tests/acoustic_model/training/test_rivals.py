"""What a clip of training is compared with."""

from pathlib import Path

import numpy as np
import pytest

from acoustic_model.data.pronunciation import find_units
from acoustic_model.errors import RecipeError
from acoustic_model.training.rivals import (
    ALWAYS,
    SOME,
    TALK,
    UNUSED,
    Label,
    Rivals,
    build_rivals,
)
from local_voice.asr.graph.state_graph import COSTS

SHIPPED = Path(__file__).parents[3] / "local_voice/model/en-US"


@pytest.fixture(scope="module")
def rivals() -> Rivals:
    """Return the phrases of the shipped graph."""
    return build_rivals(SHIPPED)


def label(rivals: Rivals, said: str) -> Label:
    """Return what an example of these words means."""
    return rivals.label(said, find_units(said) or [])


def test_what_examples_mean(rivals: Rivals) -> None:
    """One meaning has one number, listed or not; a cost is that of the graph."""
    no = label(rivals, "no")
    assert no.meaning == label(rivals, "nope").meaning > TALK
    assert no.meaning != label(rivals, "yes").meaning
    assert (no.cost, label(rivals, "nope").cost) == (COSTS.often, COSTS.phrase)
    assert label(rivals, "i have chest pain").meaning > TALK


@pytest.mark.parametrize("said", ["the old river", "go", "and the", ""])
def test_what_should_be_refused(rivals: Rivals, said: str) -> None:
    """Words that mean nothing, and noise."""
    assert label(rivals, said).meaning == TALK


@pytest.mark.parametrize("said", ["yes bird", "both", "no it is and"])
def test_what_nothing_is_learnt_from(rivals: Rivals, said: str) -> None:
    """An answer beside talk, or a phrase that means something elsewhere."""
    assert label(rivals, said).meaning == UNUSED


def test_short_phrases_are_always_rivals(rivals: Rivals) -> None:
    """And as many others, drawn anew; the same chance draws the same."""
    short = int((rivals.lengths <= ALWAYS).sum())
    labels = [Label(TALK, 0.0)]
    one, again, other = (
        rivals.draw(labels, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert len(one.lengths) == short + SOME
    assert (np.sort(one.lengths)[:short] <= ALWAYS).all()
    assert np.array_equal(one.units, again.units)
    assert not np.array_equal(one.units, other.units)
    for units, length in zip(one.units, one.lengths, strict=True):
        assert (units[:length] > 0).all()
        assert not units[length:].any()


def test_a_folder_that_is_no_model_is_named(tmp_path: Path) -> None:
    """One sentence, with the remedy."""
    with pytest.raises(RecipeError, match="Give the folder of a model that export"):
        build_rivals(tmp_path)
