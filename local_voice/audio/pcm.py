"""Levels of 16-bit mono audio: measures them and scales samples.

Levels are in dBFS, decibels below full scale (0 is the loudest); `pcm` is signed 16-bit
little-endian at 16 kHz everywhere.
"""

import math
from array import array
from dataclasses import dataclass
from functools import lru_cache

SAMPLE_RATE = 16_000
"""Hertz, everywhere in this package."""
FULL_SCALE = 32_768
SILENCE_DBFS = -100.0
"""Stands for minus infinity, the level of exact zeros."""

MUTED_AFTER = SAMPLE_RATE // 2
"""So many exact zeros in a row come from a muted microphone, not from a room."""
LOUD_ROOM_DBFS = -35.0
FAINT_DBFS = -45.0
CLIPPED_SHARE = 0.001
"""This share of samples at full scale costs right answers."""


@dataclass(frozen=True)
class Level:
    """Levels of one stretch of audio."""

    peak_dbfs: float
    rms_dbfs: float
    clipped: float
    """Share of samples at full scale, 0 to 1."""
    zeros: int
    """The longest run of exact zeros, in samples."""


def to_samples(pcm: bytes | bytearray) -> "array[int]":
    """Return `pcm` as numbers from -32768 to 32767; an odd last byte is dropped."""
    samples = array("h")
    samples.frombytes(bytes(pcm[: len(pcm) // 2 * 2]))
    return samples


def to_dbfs(amplitude: float) -> float:
    """Return `amplitude` (0 to 32768) in dBFS."""
    if amplitude <= 0:
        return SILENCE_DBFS
    return max(SILENCE_DBFS, 20 * math.log10(amplitude / FULL_SCALE))


def measure_peak(pcm: bytes | bytearray) -> float:
    """Return the level of the loudest sample in dBFS."""
    samples = to_samples(pcm)
    return to_dbfs(max(max(samples), -min(samples))) if samples else SILENCE_DBFS


def measure_rms(pcm: bytes | bytearray) -> float:
    """Return the root mean square of the samples, an amplitude from 0 to 32768."""
    samples = to_samples(pcm)
    if not samples:
        return 0.0
    return math.sqrt(sum(s * s for s in samples) / len(samples))


def measure_level(pcm: bytes | bytearray) -> Level:
    """Measure peak, loudness, clipping and the longest run of zeros of `pcm`."""
    samples = to_samples(pcm)
    if not samples:
        return Level(SILENCE_DBFS, SILENCE_DBFS, 0.0, 0)
    longest = run = 0
    for sample in samples:
        run = 0 if sample else run + 1
        longest = max(longest, run)
    clipped = sum(1 for s in samples if s >= 32_767 or s <= -32_767)
    return Level(
        measure_peak(pcm), to_dbfs(measure_rms(pcm)), clipped / len(samples), longest
    )


def scale_to_peak(pcm: bytes | bytearray, wanted_dbfs: float) -> bytes:
    """Scale `pcm` so that its loudest sample is at `wanted_dbfs`; silence stays."""
    now = measure_peak(pcm)
    return scale(pcm, wanted_dbfs - now) if now > SILENCE_DBFS else bytes(pcm)


def scale(pcm: bytes | bytearray, decibels: float) -> bytes:
    """Make `pcm` louder by `decibels`; what goes over full scale is clipped."""
    gain = 10 ** (decibels / 20)
    scaled = (max(-32_768, min(32_767, round(s * gain))) for s in to_samples(pcm))
    return array("h", scaled).tobytes()


def amplify(pcm: bytes | bytearray, decibels: float) -> bytes:
    """Make `pcm` louder by `decibels`, with rounded peaks in place of clipped ones."""
    if decibels <= 0:
        return scale(pcm, decibels) if decibels else bytes(pcm)
    table = _get_soft_clipping(decibels)
    return array("h", map(table.__getitem__, to_samples(pcm))).tobytes()


@lru_cache(maxsize=4)
def _get_soft_clipping(decibels: float) -> list[int]:
    """Return the louder value of every sample; that of -1 is the last of the list."""
    gain, top = 10 ** (decibels / 20), 32_767
    samples = (*range(FULL_SCALE), *range(-FULL_SCALE, 0))
    return [round(top * math.tanh(gain * s / top)) for s in samples]


def get_room_advice(quiet: Level) -> str | None:
    """Return the key of the prompt about a second of room noise, if it needs one."""
    if quiet.zeros >= MUTED_AFTER:
        return "sound.muted"
    return "sound.loud_room" if quiet.rms_dbfs > LOUD_ROOM_DBFS else None


def get_speech_advice(speech: Level) -> str | None:
    """Return the key of the prompt about an utterance's worst fault, if it has one."""
    if speech.clipped >= CLIPPED_SHARE:
        return "sound.clipped"
    return "sound.faint" if SILENCE_DBFS < speech.peak_dbfs < FAINT_DBFS else None
