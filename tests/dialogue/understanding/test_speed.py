"""How long understanding takes, beside version 1 in the same run."""

import time
from collections.abc import Callable

import pytest
from helpers.current_protocol import read_shipped_protocol
from helpers.meanings import read_shipped_words
from helpers.utterance_sets import list_utterances
from helpers.version_1.lexicon import load_lexicon, understand

from dialogue.understanding.asked import build_asked
from dialogue.understanding.interpretation import interpret

SETS = ("natural_answers", "unclear_answers", "openings")
MEDIAN_US, SLOW_US = 300, 3000
MOST_TIMES_MEDIAN = 30
"""So much slower than version 1 at most; it knew a sixth of what people say."""


def measure(say: Callable[[], object]) -> float:
    """Return the shortest of some runs, in microseconds of the processor."""
    best = float("inf")
    for _ in range(5):
        begun = time.process_time_ns()
        say()
        best = min(best, (time.process_time_ns() - begun) / 1000)
    return best


@pytest.mark.performance
def test_an_utterance_is_understood_fast() -> None:
    """Median and the slowest twentieth of all sets, and the ratio to version 1."""
    words, protocol, lexicon = (
        read_shipped_words(),
        read_shipped_protocol(),
        load_lexicon(),
    )
    new, old = [], []
    for name in SETS:
        for line in list_utterances(name):
            asked = build_asked(protocol, line.asked or None)
            said = line.say
            new.append(measure(lambda s=said, a=asked: interpret(words, s, a)))
            old.append(measure(lambda s=said: understand(lexicon, s)))
    new.sort()
    old.sort()
    median, slow = new[len(new) // 2], new[len(new) * 95 // 100]
    old_median, old_slow = old[len(old) // 2], old[len(old) * 95 // 100]
    print(
        f"{len(new)} utterances: median {median:.0f} us ({median / old_median:.1f} x "
        f"version 1), 95 % {slow:.0f} us ({slow / old_slow:.1f} x), "
        f"slowest {new[-1]:.0f} us"
    )
    assert median <= MEDIAN_US
    assert slow <= SLOW_US
    assert median / old_median <= MOST_TIMES_MEDIAN
