"""The ice timer: 20 minutes, counted also while a laptop sleeps."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ICE_SECONDS = 20 * 60.0
"""Source: the clinical design, 4: ice only, 20 minutes fixed, never repeated."""

Clock = Callable[[], float]
"""Seconds since any moment."""


def get_boot_time() -> float:
    """Return seconds that also count while the computer sleeps with its lid closed."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.time() if clock is None else time.clock_gettime(clock)


@dataclass
class IceTimer:
    """Runs once at a time, on several clocks; the earliest of them wins.

    Too much ice hurts and too little does not: a clock that was set back, or that
    stood still, must not make the time longer.
    """

    clocks: Sequence[Clock] = (get_boot_time, time.time)
    _ends: tuple[float, ...] = ()

    @property
    def running(self) -> bool:
        """Tell whether it was started and neither cancelled nor announced yet."""
        return bool(self._ends)

    @property
    def left(self) -> float:
        """Return the seconds that are left, 0 when they are over or none were set."""
        if not self._ends:
            return 0.0
        now = (clock() for clock in self.clocks)
        left = min(end - n for end, n in zip(self._ends, now, strict=True))
        return max(0.0, left)

    @property
    def over(self) -> bool:
        """Tell whether the time is up and that was not announced yet."""
        return self.running and self.left <= 0

    def start(self) -> None:
        """Start the 20 minutes; while they run, the first start stands."""
        if not self.running:
            self._ends = tuple(clock() + ICE_SECONDS for clock in self.clocks)

    def clear(self) -> None:
        """Forget the time: it was announced, or ice is no longer the advice."""
        self._ends = ()
