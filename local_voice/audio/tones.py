"""Short signals: ready, listening, not understood; sines, so that no VAD takes them."""

import math
from array import array

from local_voice.audio.interfaces import AudioClip
from local_voice.audio.pcm import SAMPLE_RATE

AMPLITUDE = 0.15
"""Share of full scale."""
EDGE = SAMPLE_RATE // 100
"""Samples of soft edge, 10 ms: a sudden edge clicks."""


def build_tone(*notes: tuple[float, float]) -> AudioClip:
    """Build a clip of notes in a row, each (hertz, seconds)."""
    samples = array("h")
    for hertz, seconds in notes:
        length = round(seconds * SAMPLE_RATE)
        samples.extend(_sample(i, length, hertz) for i in range(length))
    return AudioClip(samples.tobytes())


def _sample(i: int, length: int, hertz: float) -> int:
    edge = min(1.0, (i + 1) / EDGE, (length - i) / EDGE)
    wave = math.sin(2 * math.pi * hertz * i / SAMPLE_RATE)
    return round(32_767 * AMPLITUDE * edge * wave)


READY = build_tone((880, 0.12), (1320, 0.12))
LISTENING = build_tone((660, 0.06), (990, 0.06))
NOT_UNDERSTOOD = build_tone((440, 0.09), (330, 0.12))
