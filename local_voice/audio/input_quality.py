"""How well one spoken word reached the microphone: loudness over the room, pure."""

from array import array
from dataclasses import dataclass

from local_voice.audio.pcm import (
    CLIPPED_SHARE,
    FAINT_DBFS,
    MUTED_AFTER,
    SILENCE_DBFS,
    dbfs,
    measure,
    rms,
)

FRAME_BYTES = 640
"""20 ms."""
QUIET_SHARE, LOUD_SHARE = 0.15, 0.95
"""Where among its frames, by loudness, a stretch has the room and the voice."""
LEAST_ABOVE_ROOM = 15.0
"""Decibels. Below 10 the shipped model loses answers (see its card), and the next
answer may be said more softly than this one."""


@dataclass(frozen=True)
class Reached:
    """One stretch of sound with a word in it."""

    peak_dbfs: float
    room_dbfs: float
    """The quietest frames: what the room gives by itself."""
    above_room: float
    """Decibels of the voice over the room."""
    clipped: float
    """Share of samples at full scale, 0 to 1."""
    muted: bool
    """Nothing but zeros: no room is so quiet."""


def reached(pcm: bytes) -> Reached:
    """Measure a stretch of 16 kHz sound that holds a word and some of the room."""
    level = measure(pcm)
    frames = [pcm[at : at + FRAME_BYTES] for at in range(0, len(pcm), FRAME_BYTES)]
    # Padding and muted pauses are exact zeros: they tell nothing about the room.
    alive = array("d", sorted(dbfs(rms(f)) for f in frames if any(f)))
    if not alive:
        return Reached(SILENCE_DBFS, SILENCE_DBFS, 0.0, 0.0, level.zeros >= MUTED_AFTER)
    room, voice = (
        alive[min(len(alive) - 1, int(len(alive) * share))]
        for share in (QUIET_SHARE, LOUD_SHARE)
    )
    return Reached(level.peak_dbfs, room, voice - room, level.clipped, False)


def advice(words: list[Reached], missed: int) -> list[str]:
    """Return what to change, the most useful first; `missed` words were not heard."""
    told: list[str] = []
    if all(word.muted for word in words):
        return [
            "The microphone gives no sound at all: it is muted, or this program is "
            "not allowed to use it. Check the sound settings, or choose another "
            "microphone with --input-device."
        ]
    if sum(word.clipped >= CLIPPED_SHARE for word in words) > len(words) / 3:
        told.append(
            "Your voice is too loud for this microphone and is cut off. Move further "
            "away from it, or lower its volume in the sound settings."
        )
    if _middle([word.peak_dbfs for word in words]) < FAINT_DBFS:
        told.append(
            "Your voice arrives faintly. Move closer to the microphone, speak louder, "
            "or raise its volume in the sound settings."
        )
    if _middle([word.above_room for word in words]) < LEAST_ABOVE_ROOM:
        told.append(
            "The room is nearly as loud as you are. Move closer, turn off what makes "
            "the noise, or use a headset or another microphone (--input-device)."
        )
    if missed and not told:
        told.append(
            "You are loud enough, and still not every word was heard. Leave a short "
            "pause before you speak, say only yes or no, or try another microphone "
            "(--input-device). The keys y and n always work."
        )
    return told


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]
