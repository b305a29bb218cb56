"""The devices of a session as a whole: off and on, opened again, interruptible."""

import time
from typing import Protocol

from local_voice.audio.interfaces import AudioClip, Playback
from local_voice.session.events import InputQueue

LOOK_EVERY = 0.1
"""Seconds between two looks for an input event."""


class InterruptiblePlayer(Protocol):
    """A loudspeaker that falls silent when the person begins to speak."""

    def play(self, audio: AudioClip) -> tuple[Playback, int | None]:
        """Play; return the sample from which to listen where it was interrupted.

        Raises DeviceLost.
        """


class SessionAudio:
    """Audio of a session whose devices are never lost: typed, or by buttons alone."""

    barge_in: InterruptiblePlayer | None = None
    """None: only input events interrupt our speech."""

    def mute(self) -> None:
        """Turn the microphone off."""

    def unmute(self) -> None:
        """Turn the microphone on again."""

    def reopen(self) -> bool:
        """Wait a while for a lost device; False when it does not come back."""
        return False

    def wait(self, seconds: float, inputs: InputQueue) -> None:
        """Let `seconds` pass between interviews, or less where there is input."""
        until = time.monotonic() + seconds
        while inputs.empty() and time.monotonic() < until:
            time.sleep(LOOK_EVERY)
