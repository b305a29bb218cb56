"""Finds the one piece of sound in what a microphone gave, and how well it stands out.

A piece begins 9 dB over the room and ends after half a second of quiet, whether it is
speech or not. Levels are in dBFS, audio is a float array from -1 to 1 at 16 kHz.
"""

from dataclasses import dataclass

import numpy as np

from local_voice.own_sounds.onset import FLOOR_DBFS, LOUDER_BY, QUIET_SHARE
from local_voice.own_sounds.spectrum import HOP, Clip, measure_levels

STILL_LOUD = 6.0
"""Decibels over the room above which a piece goes on."""
PAUSE = 50
"""Frames of 10 ms that end a piece."""
BEFORE, BEHIND = 9, 4
"""Frames that are taken before its begin and behind its end."""
LONGEST = 2.5
"""Seconds of a piece; the shortest is the 30 ms that its begin takes."""
FULL_SCALE = 0.999
CLIPPED_SHARE = 0.001
"""This share of samples at full scale is too loud for the microphone."""


@dataclass(frozen=True)
class Piece:
    """One sound in its room."""

    clip: Clip
    seconds: float
    above_room: float
    """Decibels of its loud frames over the room."""
    is_clipped: bool


def find_pieces(audio: Clip) -> list[Piece]:
    """Return all pieces in `audio`, which holds some of the room too."""
    levels = measure_levels(audio)
    power = 10 ** (levels / 10)
    short = 10 * np.log10(np.convolve(power, np.ones(3) / 3, "same"))
    calm = 10 * np.log10(np.convolve(power, np.ones(8) / 8, "same"))
    # Exact zeros are padding or a muted microphone, no room.
    alive = calm[calm > -95] if (calm > -95).any() else calm
    room = max(float(np.quantile(alive, QUIET_SHARE)), FLOOR_DBFS)
    loud = np.flatnonzero(short > room + LOUDER_BY)
    if not len(loud):
        return []
    groups = np.split(loud, np.flatnonzero(np.diff(loud) > PAUSE) + 1)
    return [_cut_piece(audio, levels, room, g[0], g[-1]) for g in groups]


def _cut_piece(
    audio: Clip, levels: np.ndarray, room: float, first: int, last: int
) -> Piece:
    begin, end = max(0, first - BEFORE) * HOP, (last + 1 + BEHIND) * HOP
    clip = audio[begin:end]
    inside = levels[first : last + 1]
    heard = inside[inside > room + STILL_LOUD]
    if not len(heard):
        heard = inside
    loudness = 10 * np.log10(np.mean(10 ** (heard / 10)))
    share = float(np.mean(np.abs(clip) >= FULL_SCALE))
    seconds = float(last + 1 - first) * HOP / 16_000
    return Piece(clip, seconds, float(loudness) - room, share >= CLIPPED_SHARE)
