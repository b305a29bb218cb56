"""What makes an answer hard to hear, made by computation: one clip under each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.signal import fftconvolve, resample_poly

from acoustic_model.data.augmentation import coded, loudness, started_late
from acoustic_model.data.features import Sound
from acoustic_model.data.recordings import RATE

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
class Hardship:
    """One clip made harder."""

    kind: str
    """noise, loudness, speed, echo, late start or low bit rate."""
    value: float
    """In the unit of the kind; what the pictures draw along."""
    label: str
    sound: Sound


def in_noise(sound: Sound, noise: Sound, decibels: float, start: int) -> Sound:
    """The noise is heard before and after the word too."""
    around = np.pad(sound, 8000)
    piece = np.take(noise, range(start, start + len(around)), mode="wrap")
    ratio = 10 ** (-decibels / 20) * loudness(sound) / loudness(piece)
    mixed = around + piece * ratio
    return np.asarray(mixed / max(1.0, float(np.abs(mixed).max())), np.float32)


def at_peak(sound: Sound, decibels: float) -> Sound:
    """Louder or softer; what goes over full scale is clipped."""
    peak = float(np.abs(sound).max()) + 1e-6
    louder = sound * (10 ** (decibels / 20) / peak)
    return np.asarray(np.clip(louder, -1, 1), np.float32)


def in_room(sound: Sound, seconds: float, direct: float, seed: int) -> Sound:
    """With an echo that falls by 60 decibels in some seconds."""
    rng = np.random.default_rng(seed)
    length = int(RATE * seconds)
    tail = rng.normal(size=length) * np.exp(-6.9 * np.arange(length) / length)
    tail[: RATE // 200] = 0
    tail *= 10 ** (-direct / 20) / np.sqrt(np.sum(tail**2))
    tail[0] = 1
    heard = fftconvolve(np.pad(sound, (0, length)), tail)[: len(sound) + length]
    return np.asarray(heard / max(1.0, float(np.abs(heard).max())), np.float32)


def hardships(
    sound: Sound, noise: Sound, rng: np.random.Generator
) -> Iterator[Hardship]:
    """The clip under each hardship, always in the same order."""
    start, seed = int(rng.integers(len(noise))), int(rng.integers(1_000_000))
    for ratio in NOISE_RATIOS:
        mixed = in_noise(sound, noise, ratio, start)
        yield Hardship("noise", ratio, f"at {ratio} dB", mixed)
    for peak in (*PEAKS, *OVERDRIVES):
        label = f"peak {peak} dBFS" if peak < 0 else f"clipped by {peak} dB"
        yield Hardship("loudness", peak, label, at_peak(sound, peak))
    for speed in SPEEDS:
        played = resample_poly(sound, 100, speed).astype(np.float32)
        yield Hardship("speed", speed, f"played at {speed} %", played)
    for seconds, direct in ROOMS:
        label = f"echo of {seconds} s, direct sound {direct:+.0f} dB"
        heard = in_room(sound, seconds, direct, seed)
        yield Hardship("echo", direct, label, heard)
    for late in LATE:
        cut = started_late(sound, late)
        yield Hardship("late start", late, f"first {late} ms lost", cut)
    for bits, name in CODECS:
        narrow = coded(sound, bits)
        yield Hardship("low bit rate", 8 * bits, f"{name}, {8 * bits} kbit/s", narrow)
