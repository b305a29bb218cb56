"""Plays audio on a loudspeaker, stops at once, and measures when the last sample ended.

Moments are samples of the microphone's clock. Raises NoDevice, DeviceLost.
"""

import threading
import time
from collections.abc import Callable, Generator
from typing import Any

from local_voice.audio import devices
from local_voice.audio.interfaces import AudioClip, DeviceLost, Playback
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.audio.playback_reference import PlaybackReference
from local_voice.audio.sound_library import load_sound_library

DELAY = SAMPLE_RATE * 35 // 1000
"""Samples from the last one handed over to the last one heard, as measured."""
LOST_AFTER = 2.0
"""Seconds beyond its own length after which a playback counts as lost."""


class MuteSpeaker:
    """A sink for sessions whose words are in the captions only."""

    def __init__(self, now: Callable[[], int] = lambda: 0) -> None:
        """`now` is the microphone's clock, in samples."""
        self._now = now

    def play(self, audio: AudioClip) -> Playback:
        """Return at once."""
        return Playback(self._now(), self._now(), cut=False)

    def stop(self) -> None:
        """Do nothing: nothing plays."""

    def close(self) -> None:
        """Do nothing: nothing is open."""


class LiveSpeaker:
    """One playback stream, open for the whole session, with zeros between replies."""

    def __init__(
        self,
        device: devices.Device | None,
        now: Callable[[], int],
        backends: list[Any] | None = None,
        reference: PlaybackReference | None = None,
    ) -> None:
        """Open `device`, None for the system's choice; raises NoDevice.

        `now` is the microphone's clock; all that is played is put into `reference`.
        """
        self._device_wanted, self._backends = device, backends
        self._now, self._reference = now, reference
        self._began = self._ends_at = 0
        self._patience = 0.0
        self._playing = memoryview(b"")
        self._done = threading.Event()
        self._cut = False
        self._playback = self._open(device)

    def play(self, audio: AudioClip) -> Playback:
        """Play to the end or to `stop`; raises DeviceLost."""
        self.start(audio)
        while (played := self.poll()) is None:
            self._done.wait(audio.seconds + LOST_AFTER)
        return played

    def start(self, audio: AudioClip) -> None:
        """Begin to play, and return at once."""
        self._cut = False
        self._done.clear()
        self._began = self._ends_at = self._now()
        self._patience = time.monotonic() + audio.seconds + LOST_AFTER
        self._playing = memoryview(audio.pcm)
        if not audio.pcm:
            self._done.set()

    def poll(self) -> Playback | None:
        """Return the playback once it has ended, else None; raises DeviceLost."""
        if self._done.is_set():
            return Playback(self._began, self._ends_at, self._cut)
        if time.monotonic() > self._patience:
            self._playing = memoryview(b"")
            raise DeviceLost("The loudspeaker takes no sound")
        return None

    def stop(self) -> None:
        """Fall silent at once."""
        self._cut = True
        self._playing = memoryview(b"")
        self._ends_at = self._now() + DELAY
        self._done.set()

    def reopen(self) -> bool:
        """Open the same device anew, or the system's choice; tell whether one did."""
        self._playback.close()
        known = devices.find_devices().loudspeakers
        playback = devices.reopen_device(self._open, self._device_wanted, known)
        self._playback = playback or self._playback
        return playback is not None

    def close(self) -> None:
        """Close the device."""
        self._playback.close()

    def _open(self, device: devices.Device | None) -> Any:
        build = load_sound_library().PlaybackDevice
        giving = self._give()
        return devices.open_stream("loudspeaker", build, device, self._backends, giving)

    def _give(self) -> Generator[bytes, int, None]:
        """Hand samples to the device's thread; never blocks, logs or raises."""
        pcm = b""
        while True:
            wanted = 2 * (yield pcm)
            taken, rest = self._playing[:wanted], self._playing[wanted:]
            if len(taken):
                self._playing = rest
                if not len(rest):
                    self._ends_at = self._now() + DELAY
                    self._done.set()
            pcm = bytes(taken).ljust(wanted, b"\0")
            if self._reference is not None:
                self._reference.put(self._now(), pcm)
