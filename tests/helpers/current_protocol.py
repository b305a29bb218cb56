"""The shipped protocol, read from its file alone: no words are needed to ask it."""

from functools import cache

from dialogue.content.content_store import ContentStore
from dialogue.engine.protocol import TriageProtocol


@cache
def read_shipped_protocol() -> TriageProtocol:
    """Return the back spasm protocol; raises where its file cannot be read."""
    store = ContentStore()
    protocol = store.read_protocol("back_spasm")
    assert not store.log.problems, store.log.problems
    return protocol
