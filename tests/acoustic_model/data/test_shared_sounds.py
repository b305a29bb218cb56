"""What is trained on and what the product's graphs are made of are the same sounds."""

import pytest

from acoustic_model.data.pronunciation import (
    RUN_TOGETHER,
    UNITS,
    get_word_variants,
)
from local_voice.asr.graph.locale_data import find_locale_folder, read_locale_data
from local_voice.asr.graph.network_units import read_network_units
from local_voice.asr.model_files import SHIPPED


@pytest.fixture(scope="module")
def data():
    """Return the tables of the shipped locale."""
    folder = find_locale_folder("en-US")
    assert folder is not None
    return read_locale_data(folder, frozenset(UNITS[1:]))


def test_the_shipped_model_names_the_units_of_the_recipe() -> None:
    """In the order of the network's outputs, of which the first is the blank."""
    assert UNITS[1:] == read_network_units(SHIPPED).names


def test_every_word_of_the_graphs_has_the_sounds_that_were_trained_on(data) -> None:
    """Our own words and those of the dictionary, as far as the recipe knows them."""
    words = {word for word in (*data.own, *data.dictionary) if " " not in word}
    known = {word for word in words if get_word_variants(word)}
    assert data.dictionary.keys() <= known
    for word in known:
        ours = data.own.get(word) or data.dictionary[word]
        assert list(ours) == get_word_variants(word)


def test_phrases_are_run_together_alike(data) -> None:
    """As the recipe has them."""
    ours = {p: list(map(" ".join, v)) for p, v in data.own.items() if " " in p}
    assert ours == {phrase: ways for phrase, ways in RUN_TOGETHER.items() if ways}
