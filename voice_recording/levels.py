"""How loud a recording is, and whether it is whole: figures, and what is out of bounds.

Sound is 24 kHz, mono, an array of floats from -1 to 1. Energy is in dB below the
loudest 5 ms.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from local_voice.tts import mastering

CLIPPED = 0.999
QUIET = -30.0
"""The margins are at least so quiet; the coder smears a hard beginning over 20 ms."""
FIRST_SOUND, LAST_SOUND = -40.0, -50.0
"""At least so loud is the speech next to them."""
SMEARED = 4
NEXT_TO_MARGIN = 20
"""Frames of 5 ms."""
PAUSE = -45.0
"""Quieter frames are a pause."""


@dataclass(frozen=True)
class Levels:
    """Figures of one recording."""

    loudness: float
    """LUFS."""
    peak: float
    front: float
    """Of the loudest frame in the margin in front."""
    first: float
    """Of the loudest frame of the first 100 ms behind it."""
    last: float
    behind: float
    longest_pause: float
    """Seconds, between the first sound and the last."""


def measure_levels(sound: Any) -> Levels:
    """Return the figures of `sound`, margins included."""
    import numpy as np

    frames = sound[: len(sound) // mastering.FRAME * mastering.FRAME]
    power = (frames.reshape(-1, mastering.FRAME) ** 2).mean(axis=1)
    energy = 10 * np.log10((power + 1e-18) / power.max())
    front = mastering.MARGIN_IN_FRONT // mastering.FRAME
    behind = len(energy) - mastering.MARGIN_BEHIND // mastering.FRAME
    pauses = np.diff(np.flatnonzero(energy > PAUSE)) * mastering.FRAME
    return Levels(
        loudness=mastering.measure_loudness(sound),
        peak=float(np.abs(sound).max()),
        front=float(energy[: front - SMEARED].max()),
        first=float(energy[front - 2 : front + NEXT_TO_MARGIN].max()),
        last=float(energy[behind - NEXT_TO_MARGIN : behind + 2].max()),
        behind=float(energy[behind + 2 :].max()),
        longest_pause=float(pauses.max(initial=0)) / mastering.RATE,
    )


def find_faults(levels: Levels) -> Iterator[str]:
    """Yield what is wrong with a recording, in a few words each."""
    if abs(levels.loudness - mastering.LOUDNESS) > mastering.LOUDNESS_WITHIN:
        yield f"{levels.loudness:.1f} LUFS"
    if levels.peak >= CLIPPED:
        yield "clips"
    if levels.front > QUIET:
        yield f"begins too early, {levels.front:.0f} dB in the margin"
    if levels.behind > QUIET:
        yield f"ends too late, {levels.behind:.0f} dB in the margin"
    if levels.first < FIRST_SOUND:
        yield f"no first sound, {levels.first:.0f} dB"
    if levels.last < LAST_SOUND:
        yield f"no last sound, {levels.last:.0f} dB"
