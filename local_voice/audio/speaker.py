"""Plays sound, can stop at once, and knows when the last sample was out."""

import threading
import time
from collections.abc import Callable, Generator
from typing import Any

import miniaudio

from local_voice.audio.devices import Device, again, found, quiet
from local_voice.audio.interfaces import AudioClip, DeviceLost, NoDevice, Playback
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.audio.playback_reference import Reference

PERIOD = 20
"""Milliseconds; with 60 every delay triples."""
DELAY = SAMPLE_RATE * 35 // 1000
"""From the last sample taken to the last one heard, as measured."""
LOST_AFTER = 2.0
"""Seconds beyond its own length after which a playback counts as lost."""


class MuteSpeaker:
    """Plays nothing: the captions say it."""

    def __init__(self, now: Callable[[], int] = lambda: 0) -> None:
        """`now` is the microphone's clock, in samples."""
        self._now = now

    def play(self, audio: AudioClip) -> Playback:
        """Return at once."""
        return Playback(self._now(), self._now(), cut=False)

    def stop(self) -> None:
        """Nothing plays."""

    def close(self) -> None:
        """Nothing is open."""


class LiveSpeaker:
    """One stream that is open for the whole talk, with zeros between replies."""

    def __init__(
        self,
        device: Device | None,
        now: Callable[[], int],
        backends: list[miniaudio.Backend] | None = None,
        reference: Reference | None = None,
    ) -> None:
        """Open `device`, None for the system's choice; raises NoDevice.

        `reference` is told all that is played.
        """
        self._device_wanted = device
        self._now = now
        self._reference = reference
        self._began = self._ends_at = 0
        self._patience = 0.0
        self._backends = backends
        self._playing = memoryview(b"")
        self._done = threading.Event()
        self._cut = False
        self._playback = self._opened(device)

    def play(self, audio: AudioClip) -> Playback:
        """Play to the end or to `stop`; raises DeviceLost."""
        self.start(audio)
        self._done.wait(audio.seconds + LOST_AFTER)
        played = self.ended()
        if played is None:
            self._playing = memoryview(b"")
            raise DeviceLost("the loudspeaker takes no sound")
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

    def ended(self) -> Playback | None:
        """Return how the playback ended, None while it goes on; raises DeviceLost."""
        if self._done.is_set():
            return Playback(self._began, self._ends_at, self._cut)
        if time.monotonic() > self._patience:
            self._playing = memoryview(b"")
            raise DeviceLost("the loudspeaker takes no sound")
        return None

    def stop(self) -> None:
        """Be silent now."""
        self._cut = True
        self._playing = memoryview(b"")
        self._ends_at = self._now() + DELAY
        self._done.set()

    def reopen(self) -> bool:
        """Try to open the same device, or else the system's choice."""
        self._playback.close()
        here = self._device_wanted and again(self._device_wanted, found().loudspeakers)
        for device in (here, None):
            try:
                self._playback = self._opened(device)
            except NoDevice:
                continue
            return True
        return False

    def close(self) -> None:
        """Give the device back."""
        self._playback.close()

    def _opened(self, device: Device | None) -> Any:
        handle = device.handle if device else None
        try:
            with quiet():
                playback = miniaudio.PlaybackDevice(
                    output_format=miniaudio.SampleFormat.SIGNED16,
                    nchannels=1,
                    sample_rate=SAMPLE_RATE,
                    buffersize_msec=PERIOD,
                    device_id=handle,
                    backends=self._backends,
                    app_name="Back Talk",
                )
                if playback.backend == "Null" and not self._backends:
                    raise miniaudio.MiniaudioError("there is no sound system")
                giving = self._give()
                next(giving)
                playback.start(giving)
        except miniaudio.MiniaudioError as error:
            raise NoDevice(
                f"The loudspeaker cannot be opened: {error.args[0]}."
            ) from error
        return playback

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
