"""Simulates what a room does to a voice: level, reverberation and noise.

Audio is 16 kHz, mono, signed 16-bit; the same seed gives the same audio.
"""

import random
from array import array

from local_voice.audio.pcm import SAMPLE_RATE, measure_rms, scale, to_dbfs, to_samples

SPEECH_DBFS = -22.0
"""Root mean square of a person's speech at the microphone, where they speak."""
WINDOW = SAMPLE_RATE // 50
ACTIVE = 25.0
"""Decibels below the loudest 20 ms at which a word still sounds."""
COMBS = (0.0297, 0.0371, 0.0411, 0.0437)
"""Seconds; the delays of Schroeder's reverberator (J. Audio Eng. Soc. 10, 1962)."""
ALL_PASSES = (0.005, 0.0017)
DECAY = 0.5
"""Seconds until an echo has fallen by 60 dB: a furnished living room."""
WET = 0.35


def find_word(pcm: bytes) -> tuple[int, int]:
    """Find the first and the last sample of the word in `pcm`."""
    starts = range(0, len(pcm) // 2 - WINDOW, WINDOW)
    levels = [to_dbfs(measure_rms(pcm[2 * s : 2 * (s + WINDOW)])) for s in starts]
    loud = [n for n, level in enumerate(levels) if level > max(levels) - ACTIVE]
    return loud[0] * WINDOW, (loud[-1] + 1) * WINDOW


def scale_speech(pcm: bytes, wanted: float = SPEECH_DBFS) -> bytes:
    """Scale `pcm` so that its word is at `wanted` dBFS."""
    first, last = find_word(pcm)
    return scale(pcm, wanted - to_dbfs(measure_rms(pcm[2 * first : 2 * last])))


def reverberate(pcm: bytes) -> bytes:
    """Return `pcm` as it sounds across a living room, with the echo behind it."""
    dry = [float(s) for s in to_samples(pcm)] + [0.0] * int(DECAY * SAMPLE_RATE)
    wet = [0.0] * len(dry)
    for seconds in COMBS:
        delay = round(seconds * SAMPLE_RATE)
        back = 10 ** (-3 * seconds / DECAY)
        line = list(dry)
        for n in range(delay, len(line)):
            line[n] += back * line[n - delay]
        wet = [w + c / len(COMBS) for w, c in zip(wet, line, strict=True)]
    for seconds in ALL_PASSES:
        wet = _pass_all(wet, round(seconds * SAMPLE_RATE), 0.7)
    mix = ((1 - WET) * d + WET * w for d, w in zip(dry, wet, strict=True))
    return _samples(mix)


def _pass_all(given: list[float], delay: int, gain: float) -> list[float]:
    passed = [-gain * g for g in given]
    for n in range(delay, len(given)):
        passed[n] += given[n - delay] + gain * passed[n - delay]
    return passed


def build_noise(clips: list[bytes], seconds: float, level: float, seed: int) -> bytes:
    """Build `seconds` of `clips` in random order, each at `level` dBFS."""
    chance = random.Random(seed)
    out = bytearray()
    while len(out) < 2 * SAMPLE_RATE * seconds:
        clip = chance.choice(clips)
        out += scale(clip, level - to_dbfs(measure_rms(clip)))
    return bytes(out)


def build_pink_noise(seconds: float, seed: int) -> bytes:
    """Build pink noise after Voss and McCartney: sixteen rows, each half as fast."""
    chance = random.Random(seed)
    rows = [chance.uniform(-1, 1) for _ in range(16)]
    found = []
    for n in range(1, int(seconds * SAMPLE_RATE) + 1):
        changing = (n & -n).bit_length() - 1
        rows[changing % 16] = chance.uniform(-1, 1)
        found.append(2000 * (sum(rows) / 4 + chance.uniform(-0.25, 0.25)))
    return _samples(found)


def mix(first: bytes, second: bytes) -> bytes:
    """Return both at once, as long as the first."""
    pairs = zip(to_samples(first), to_samples(second), strict=False)
    return _samples(a + b for a, b in pairs)


def _samples(values: object) -> bytes:
    clipped = (max(-32_768, min(32_767, round(v))) for v in values)
    return array("h", clipped).tobytes()
