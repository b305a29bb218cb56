"""Which sample a microphone is at just now, between the blocks that it hands over."""

import time
from collections import deque
from collections.abc import Callable

from local_voice.audio.pcm import SAMPLE_RATE

BLOCKS_KEPT = 100
"""About two seconds: some of these blocks were handed over without delay, and two
quartz clocks do not part noticeably meanwhile."""
MOST_AHEAD = SAMPLE_RATE * 3 // 10
"""300 ms: a device that hands over nothing for longer stands still, and so do we."""


class SampleClock:
    """Goes on evenly, though a busy computer hands blocks over late and in bursts."""

    def __init__(self, time: Callable[[], float] = time.monotonic) -> None:
        """Start at sample 0; `time` tells seconds that never go back."""
        self._time = time
        self._ahead: deque[int] = deque(maxlen=BLOCKS_KEPT)
        self._samples = 0

    def tick(self, samples: int) -> None:
        """Note that so many samples have come in all."""
        self._samples = samples
        self._ahead.append(samples - self._passed())

    def restart(self) -> None:
        """Forget when the samples so far came: the device was closed meanwhile."""
        self._ahead.clear()

    def now(self) -> int:
        """Return the sample that sounds now."""
        # The block that came soonest is nearest to the truth.
        ahead = max(tuple(self._ahead), default=None)
        if ahead is None:
            return self._samples
        return min(self._passed() + ahead, self._samples + MOST_AHEAD)

    def _passed(self) -> int:
        return round(self._time() * SAMPLE_RATE)
