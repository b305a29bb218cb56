"""Measures how well a spoken word reached the microphone, and finds what is at fault.

Levels are in dBFS, audio is 16 kHz, mono, signed 16-bit.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from local_voice.audio.pcm import (
    CLIPPED_SHARE,
    FAINT_DBFS,
    MUTED_AFTER,
    SILENCE_DBFS,
    measure_level,
    measure_rms,
    to_dbfs,
)

FRAME_BYTES = 640
"""20 ms."""
QUIET_SHARE, LOUD_SHARE = 0.15, 0.95
"""Where among its frames, by loudness, a stretch has the room and the speech."""
LEAST_ABOVE_ROOM = 15.0
"""Decibels. Below 10 the shipped model loses answers (see its card), and the next
answer may be said more softly than this one."""


@dataclass(frozen=True)
class InputQuality:
    """Levels of one stretch of audio with a word in it."""

    peak_dbfs: float
    room_dbfs: float
    """The quietest frames: what the room gives by itself."""
    above_room: float
    """Decibels of the speech over the room."""
    clipped: float
    """Share of samples at full scale, 0 to 1."""
    muted: bool
    """Nothing but zeros: no room is so quiet."""


def measure_input_quality(pcm: bytes) -> InputQuality:
    """Measure `pcm`, a stretch that holds a word and some of the room."""
    level = measure_level(pcm)
    frames = [pcm[at : at + FRAME_BYTES] for at in range(0, len(pcm), FRAME_BYTES)]
    # Padding and muted pauses are exact zeros: they tell nothing about the room.
    alive = array("d", sorted(to_dbfs(measure_rms(f)) for f in frames if any(f)))
    if not alive:
        return InputQuality(
            SILENCE_DBFS, SILENCE_DBFS, 0.0, 0.0, level.zeros >= MUTED_AFTER
        )
    room, voice = (
        alive[min(len(alive) - 1, int(len(alive) * share))]
        for share in (QUIET_SHARE, LOUD_SHARE)
    )
    return InputQuality(level.peak_dbfs, room, voice - room, level.clipped, False)


class InputFault(Enum):
    """What keeps words from being recognised."""

    MUTED = "muted"
    CLIPPED = "clipped"
    FAINT = "faint"
    NOISY_ROOM = "noisy room"
    UNKNOWN = "unknown"


def find_input_faults(words: Sequence[InputQuality], missed: int) -> list[InputFault]:
    """Find what to change, the most useful first; `missed` words were not heard."""
    if all(word.muted for word in words):
        return [InputFault.MUTED]
    clipped = sum(word.clipped >= CLIPPED_SHARE for word in words)
    found = {
        InputFault.CLIPPED: clipped > len(words) / 3,
        InputFault.FAINT: _get_middle(w.peak_dbfs for w in words) < FAINT_DBFS,
        InputFault.NOISY_ROOM: (
            _get_middle(w.above_room for w in words) < LEAST_ABOVE_ROOM
        ),
    }
    faults = [fault for fault, is_there in found.items() if is_there]
    return faults or ([InputFault.UNKNOWN] if missed else [])


def _get_middle(values: Iterable[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2]
