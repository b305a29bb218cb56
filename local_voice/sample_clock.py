"""Which sample a microphone is at just now, between the blocks that it hands over."""

import time
from collections import deque
from collections.abc import Callable

from local_voice.levels import SAMPLE_RATE

BLOCKS_KEPT = 100
"""About two seconds: some of these blocks were handed over without delay, and two
quartz clocks do not part noticeably meanwhile."""


class SampleClock:
    """Goes on evenly, though a busy computer hands blocks over late and in bursts."""

    def __init__(self, time: Callable[[], float] = time.monotonic) -> None:
        """Start at sample 0; `time` tells seconds that never go back."""
        self._time = time
        self._ahead: deque[int] = deque([-self._passed()], maxlen=BLOCKS_KEPT)

    def tick(self, samples: int) -> None:
        """Note that so many samples have come in all."""
        self._ahead.append(samples - self._passed())

    def now(self) -> int:
        """Return the sample that sounds now."""
        # The block that came soonest is nearest to the truth.
        return self._passed() + max(tuple(self._ahead))

    def _passed(self) -> int:
        return round(self._time() * SAMPLE_RATE)
