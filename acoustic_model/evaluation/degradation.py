"""Degradations of a clip: noise, level, speed, echo, a late start, a low bit rate."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.signal import fftconvolve, resample_poly

from acoustic_model.data.augmentation import cut_onset, get_loudness
from acoustic_model.data.channels import encode_for_telephone
from acoustic_model.data.recordings import RATE, Sound

NOISE_RATIOS = (30, 20, 15, 10, 5, 0)
"""Decibels of speech over noise."""
PEAKS = (-20, -30, -40, -50, -60)
"""Loudest sample in decibels under full scale: from across the room to barely."""
OVERDRIVES = (6, 12)
"""Decibels that the loudest sample would be over full scale: clipped there."""
SPEEDS = (75, 130)
"""Per cent: played slower and lower, or faster and higher."""
# Seconds of echo, and decibels of the direct sound over it: near, then far away.
ROOMS = ((0.3, 0.0), (0.8, -6.0))
LATE = (50, 100)
"""Milliseconds lost at the start of the word by a microphone that wakes late."""
CODECS = ((8, "telephone"), (4, "poor telephone"))
"""Bits of a sample at 8,000 samples a second."""


@dataclass(frozen=True)
class Degraded:
    """One clip under one degradation."""

    kind: str
    """noise, loudness, speed, echo, late start or low bit rate."""
    value: float
    """In the unit of the kind; what the plots draw along."""
    label: str
    sound: Sound


def add_noise(sound: Sound, noise: Sound, decibels: float, start: int) -> Sound:
    """Mix in noise, `decibels` under the speech, before and after the word too."""
    around = np.pad(sound, 8000)
    piece = np.take(noise, range(start, start + len(around)), mode="wrap")
    ratio = 10 ** (-decibels / 20) * get_loudness(sound) / get_loudness(piece)
    mixed = around + piece * ratio
    return np.asarray(mixed / max(1.0, float(np.abs(mixed).max())), np.float32)


def set_peak(sound: Sound, decibels: float) -> Sound:
    """Scale the loudest sample to `decibels` of full scale; beyond it, it clips."""
    peak = float(np.abs(sound).max()) + 1e-6
    louder = sound * (10 ** (decibels / 20) / peak)
    return np.asarray(np.clip(louder, -1, 1), np.float32)


def add_echo(sound: Sound, seconds: float, direct: float, seed: int) -> Sound:
    """Add an echo that falls by 60 decibels in `seconds`, `direct` decibels lower."""
    rng = np.random.default_rng(seed)
    length = int(RATE * seconds)
    tail = rng.normal(size=length) * np.exp(-6.9 * np.arange(length) / length)
    tail[: RATE // 200] = 0
    tail *= 10 ** (-direct / 20) / np.sqrt(np.sum(tail**2))
    tail[0] = 1
    echoing = fftconvolve(np.pad(sound, (0, length)), tail)[: len(sound) + length]
    return np.asarray(echoing / max(1.0, float(np.abs(echoing).max())), np.float32)


def degrade(sound: Sound, noise: Sound, rng: np.random.Generator) -> Iterator[Degraded]:
    """Yield the clip under each degradation, always in the same order."""
    start, seed = int(rng.integers(len(noise))), int(rng.integers(1_000_000))
    for ratio in NOISE_RATIOS:
        mixed = add_noise(sound, noise, ratio, start)
        yield Degraded("noise", ratio, f"at {ratio} dB", mixed)
    for peak in (*PEAKS, *OVERDRIVES):
        label = f"peak {peak} dBFS" if peak < 0 else f"clipped by {peak} dB"
        yield Degraded("loudness", peak, label, set_peak(sound, peak))
    for speed in SPEEDS:
        played = resample_poly(sound, 100, speed).astype(np.float32)
        yield Degraded("speed", speed, f"played at {speed} %", played)
    for seconds, direct in ROOMS:
        label = f"echo of {seconds} s, direct sound {direct:+.0f} dB"
        echoing = add_echo(sound, seconds, direct, seed)
        yield Degraded("echo", direct, label, echoing)
    for late in LATE:
        cut = cut_onset(sound, late)
        yield Degraded("late start", late, f"first {late} ms lost", cut)
    for bits, name in CODECS:
        narrow = encode_for_telephone(sound, bits)
        yield Degraded("low bit rate", 8 * bits, f"{name}, {8 * bits} kbit/s", narrow)
