"""What the tests of the engine share: the shipped protocol alone."""

import pytest
from helpers.current_protocol import read_shipped_protocol

from dialogue.engine.protocol import TriageProtocol


@pytest.fixture(scope="session")
def protocol() -> TriageProtocol:
    """Return the shipped protocol; it is asked without its words."""
    return read_shipped_protocol()
