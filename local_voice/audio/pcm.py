"""How loud, how noisy, how clipped: pure sums over 16-bit samples."""

import math
from array import array
from dataclasses import dataclass
from functools import lru_cache

SAMPLE_RATE = 16_000
"""Samples a second, everywhere in this package."""
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
    """Measured over one stretch of audio."""

    peak_dbfs: float
    rms_dbfs: float
    clipped: float
    """Share of samples at full scale, 0 to 1."""
    zeros: int
    """The longest run of exact zeros, in samples."""


def samples_of(pcm: bytes | bytearray) -> "array[int]":
    """Return signed 16-bit samples; an odd last byte is dropped."""
    samples = array("h")
    samples.frombytes(bytes(pcm[: len(pcm) // 2 * 2]))
    return samples


def dbfs(amplitude: float) -> float:
    """Return `amplitude` (0 to 32768) in decibels below full scale."""
    if amplitude <= 0:
        return SILENCE_DBFS
    return max(SILENCE_DBFS, 20 * math.log10(amplitude / FULL_SCALE))


def peak_dbfs(pcm: bytes | bytearray) -> float:
    """Return the level of the loudest sample."""
    samples = samples_of(pcm)
    return dbfs(max(max(samples), -min(samples))) if samples else SILENCE_DBFS


def rms(pcm: bytes | bytearray) -> float:
    """Return the root mean square of the samples, 0 to 32768."""
    samples = samples_of(pcm)
    if not samples:
        return 0.0
    return math.sqrt(sum(s * s for s in samples) / len(samples))


def measure(pcm: bytes | bytearray) -> Level:
    """Return the levels of `pcm`."""
    samples = samples_of(pcm)
    if not samples:
        return Level(SILENCE_DBFS, SILENCE_DBFS, 0.0, 0)
    longest = run = 0
    for sample in samples:
        run = 0 if sample else run + 1
        longest = max(longest, run)
    clipped = sum(1 for s in samples if s >= 32_767 or s <= -32_767)
    return Level(peak_dbfs(pcm), dbfs(rms(pcm)), clipped / len(samples), longest)


def at_peak(pcm: bytes | bytearray, wanted_dbfs: float) -> bytes:
    """Return `pcm` scaled so that its loudest sample is at `wanted_dbfs`."""
    now = peak_dbfs(pcm)
    return scaled(pcm, wanted_dbfs - now) if now > SILENCE_DBFS else bytes(pcm)


def scaled(pcm: bytes | bytearray, decibels: float) -> bytes:
    """Return `pcm` louder by `decibels`; what goes over full scale is clipped."""
    gain = 10 ** (decibels / 20)
    return array(
        "h",
        (max(-32_768, min(32_767, round(s * gain))) for s in samples_of(pcm)),
    ).tobytes()


def amplified(pcm: bytes | bytearray, decibels: float) -> bytes:
    """Return `pcm` louder by `decibels`, its peaks rounded off and not cut off."""
    if decibels <= 0:
        return scaled(pcm, decibels) if decibels else bytes(pcm)
    table = _rounded_off(decibels)
    return array("h", map(table.__getitem__, samples_of(pcm))).tobytes()


@lru_cache(maxsize=4)
def _rounded_off(decibels: float) -> list[int]:
    """Return every sample's louder value; index -1 stands at the end of the list."""
    gain, top = 10 ** (decibels / 20), 32_767
    samples = (*range(FULL_SCALE), *range(-FULL_SCALE, 0))
    return [round(top * math.tanh(gain * s / top)) for s in samples]


def room_advice(quiet: Level) -> str | None:
    """Return the prompt about a second of the room before the talk, if it needs one."""
    if quiet.zeros >= MUTED_AFTER:
        return "sound.muted"
    return "sound.loud_room" if quiet.rms_dbfs > LOUD_ROOM_DBFS else None


def speech_advice(speech: Level) -> str | None:
    """Return the prompt about one utterance, if it needs one; the worst first."""
    if speech.clipped >= CLIPPED_SHARE:
        return "sound.clipped"
    return "sound.faint" if SILENCE_DBFS < speech.peak_dbfs < FAINT_DBFS else None
