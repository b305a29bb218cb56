"""Captures audio from a microphone in blocks of 20 ms, and keeps its sample clock.

Raises NoDevice where it cannot be opened, DeviceLost where it stops giving audio.
"""

import queue
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from typing import Any

from local_voice.audio import devices
from local_voice.audio.interfaces import AudioChunk, DeviceLost, NoDevice
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.audio.sound_library import load_sound_library

KEPT_BLOCKS = 1500
"""30 s; what is older is dropped."""
FIRST_WITHIN = 3.0
"""Seconds that a device may take to give its first block."""
LOST_AFTER = 1.0
"""Seconds without a block: an unplugged device gives neither error nor call."""
BLOCKS_KEPT = 100
"""About two seconds: some of these blocks were handed over without delay, and two
quartz clocks do not part noticeably meanwhile."""
MOST_AHEAD = SAMPLE_RATE * 3 // 10
"""300 ms: a device that hands over nothing for longer stands still, and so do we."""


class LiveMicrophone:
    """One capture device; its thread only copies blocks into a queue."""

    def __init__(
        self,
        device: devices.Device | None,
        backends: list[Any] | None = None,
    ) -> None:
        """Open `device`, None for the system's choice; raises NoDevice."""
        self._device_wanted, self._backends = device, backends
        self._blocks: queue.Queue[AudioChunk] = queue.Queue(KEPT_BLOCKS)
        self._grace = 0.0
        self._taken = 0
        self._clock = SampleClock()
        self.dropped = 0
        """Blocks lost because nobody fetched them for 30 s."""
        self._capture = self._open(device)

    @property
    def now(self) -> int:
        """Return the sample that the device is at just now."""
        return self._clock.now()

    def blocks(self) -> Iterator[AudioChunk]:
        """Yield audio as it comes; raises DeviceLost when it stops coming."""
        while True:
            patience = max(LOST_AFTER, self._grace - time.monotonic())
            try:
                yield self._blocks.get(timeout=patience)
            except queue.Empty:
                raise DeviceLost("The microphone gives no sound") from None

    def reopen(self) -> bool:
        """Open the same device anew, or the system's choice; tell whether one did."""
        self._capture.close()
        known = devices.find_devices().microphones
        capture = devices.reopen_device(self._open, self._device_wanted, known)
        self._capture = capture or self._capture
        return capture is not None

    def turn(self, on: bool) -> None:
        """Close the device, or open it again; raises NoDevice where that fails."""
        if not on:
            self._capture.close()
        elif not self.reopen():
            raise NoDevice("The microphone did not come back.")

    def close(self) -> None:
        """Close the device."""
        self._capture.close()

    def _open(self, device: devices.Device | None) -> Any:
        build = load_sound_library().CaptureDevice
        taking = self._take()
        return devices.open_stream("microphone", build, device, self._backends, taking)

    def _take(self) -> Generator[None, bytes, None]:
        """Queue what the device's thread sends; never blocks, logs or raises."""
        self._grace = time.monotonic() + FIRST_WITHIN
        self._clock.restart()
        while True:
            pcm = bytes((yield))
            block = AudioChunk(self._taken, pcm)
            self._taken += len(pcm) // 2
            self._clock.tick(self._taken)
            while self._blocks.full():
                self.dropped += 1
                with suppress(queue.Empty):
                    self._blocks.get_nowait()
            self._blocks.put_nowait(block)


class SampleClock:
    """Estimates which sample a microphone is at, between the blocks it hands over.

    It goes on evenly, though a busy computer hands blocks over late and in bursts.
    """

    def __init__(self, time: Callable[[], float] = time.monotonic) -> None:
        """Start at sample 0; `time` returns seconds that never go back."""
        self._time = time
        self._ahead: deque[int] = deque(maxlen=BLOCKS_KEPT)
        self._samples = 0

    def tick(self, samples: int) -> None:
        """Note that `samples` have come in all."""
        self._samples = samples
        self._ahead.append(samples - self._elapsed())

    def restart(self) -> None:
        """Forget when the samples so far came: the device was closed meanwhile."""
        self._ahead.clear()

    def now(self) -> int:
        """Return the sample that sounds now."""
        # The block that came soonest is nearest to the truth.
        ahead = max(tuple(self._ahead), default=None)
        if ahead is None:
            return self._samples
        return min(self._elapsed() + ahead, self._samples + MOST_AHEAD)

    def _elapsed(self) -> int:
        return round(self._time() * SAMPLE_RATE)
