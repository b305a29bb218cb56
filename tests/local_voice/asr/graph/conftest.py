"""What the tests of graphs share: the shipped model's units, phrases and sounds."""

import pytest

from local_voice.asr.graph.network_units import NetworkUnits
from local_voice.asr.model_files import find_model
from local_voice.asr.state_grammars import open_store


@pytest.fixture(scope="session")
def store(content, graphs_folder):
    """Return the graphs of the shipped model and lexicon."""
    return open_store(content, find_model(None, {}), None)


@pytest.fixture(scope="session")
def units(store) -> NetworkUnits:
    """Return the units of the shipped network."""
    return store.units


@pytest.fixture(scope="session")
def sounds(store):
    """Return the ways to say every phrase."""
    return store.data.build_pronunciations(frozenset(store.units.names))
