"""Python's search for circles of objects, held back while large tables are built.

It looks through everything again and again as the tables grow, and finds nothing.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def pause_garbage_collection() -> Iterator[None]:
    """Search for no circles inside; also as a decorator.

    Only circles wait: all else is freed at once, as always.
    """
    searches = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searches:
            gc.enable()
