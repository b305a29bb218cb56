"""Short signals: ready, listening, not understood. Never speech-like."""

import math
from array import array

from local_voice.audio.interfaces import AudioClip
from local_voice.audio.pcm import SAMPLE_RATE

AMPLITUDE = 0.15
EDGE = SAMPLE_RATE // 100
"""10 ms of soft edge: a sudden edge clicks."""


def tone(*notes: tuple[float, float]) -> AudioClip:
    """Return notes in a row, each (hertz, seconds)."""
    samples = array("h")
    for hertz, seconds in notes:
        length = round(seconds * SAMPLE_RATE)
        samples.extend(_sample(i, length, hertz) for i in range(length))
    return AudioClip(samples.tobytes())


def _sample(i: int, length: int, hertz: float) -> int:
    edge = min(1.0, (i + 1) / EDGE, (length - i) / EDGE)
    wave = math.sin(2 * math.pi * hertz * i / SAMPLE_RATE)
    return round(32_767 * AMPLITUDE * edge * wave)


READY = tone((880, 0.12), (1320, 0.12))
LISTENING = tone((660, 0.06), (990, 0.06))
NOT_UNDERSTOOD = tone((440, 0.09), (330, 0.12))
