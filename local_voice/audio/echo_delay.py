"""Measures how late our own audio comes back, by the ready signal in the microphone.

Times are in seconds.
"""

import math

from local_voice.audio import tones
from local_voice.audio.interfaces import Microphone, Speaker
from local_voice.audio.pcm import SAMPLE_RATE, to_samples

SECOND_NOTE = 1320.0
"""Hertz; speech and rooms seldom hold it alone."""
FRAME = SAMPLE_RATE // 100
"""10 ms."""
BEFORE_NOTE = 0.12
"""The second note begins so many seconds into the signal."""
PURE = 0.3
"""This share of a frame's energy at one pitch is a note of ours."""
FRAMES = 5
"""So many such frames in a row, of the twelve that the note lasts."""
LONGEST = 0.6
"""Seconds after the signal's end in which its echo is waited for."""
TAIL_BEYOND, TAILS = 0.2, (0.25, 0.6)
UNHEARD_TAIL = 0.05
"""Seconds: a headset, or a deaf microphone."""


def get_tail(delay: float | None) -> float:
    """Return for how long after our last sample the person is not listened to."""
    if delay is None:
        return UNHEARD_TAIL
    return min(max(delay + TAIL_BEYOND, TAILS[0]), TAILS[1])


def measure_echo_delay(microphone: Microphone, speaker: Speaker) -> float | None:
    """Play the ready signal; return its delay, None if it was not heard.

    Raises DeviceLost.
    """
    played = speaker.play(tones.READY)
    until = played.ended_at + round(LONGEST * SAMPLE_RATE)
    captured = bytearray()
    for block in microphone.blocks():
        if block.at >= played.began_at:
            captured += block.pcm
        if block.at >= until:
            break
    found = find_note(bytes(captured))
    return None if found is None else max(0.0, found - BEFORE_NOTE)


def find_note(pcm: bytes) -> float | None:
    """Find where the second note of the ready signal begins, None if nowhere."""
    samples = to_samples(pcm)
    in_a_row = 0
    for start in range(0, len(samples) - FRAME + 1, FRAME):
        is_note = _get_note_share(samples[start : start + FRAME].tolist()) >= PURE
        in_a_row = in_a_row + 1 if is_note else 0
        if in_a_row == FRAMES:
            return (start - (FRAMES - 1) * FRAME) / SAMPLE_RATE
    return None


def _get_note_share(frame: list[int]) -> float:
    """Return the share of `frame`'s energy at the second note; Goertzel's filter."""
    energy = sum(s * s for s in frame)
    if not energy:
        return 0.0
    turn = 2 * math.cos(2 * math.pi * SECOND_NOTE / SAMPLE_RATE)
    before = last = 0.0
    for sample in frame:
        before, last = last, sample + turn * last - before
    power = before * before + last * last - turn * before * last
    return 2 * power / (len(frame) * energy)
