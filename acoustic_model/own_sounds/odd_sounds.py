"""Random sounds of tones, bursts and noises, which no mouth of the tests makes."""

import numpy as np

from acoustic_model.data.recordings import RATE, Sound
from acoustic_model.own_sounds.signals import Signal, cut_band, sweep


def build_odd_sound(rng: np.random.Generator) -> Sound:
    """Return one sound of 0.05 to 1.3 s, with silence around it."""
    length = int(RATE * np.exp(rng.uniform(np.log(0.05), np.log(1.3))))
    sound = np.zeros(length)
    if rng.random() < 0.6:
        sound += _build_tone(length, rng)
    if rng.random() < 0.6:
        sound += _build_noise(length, rng) * rng.uniform(0.05, 1)
    sound = np.pad(sound * _build_shape(length, rng), 2400)
    sound /= np.abs(sound).max() + 1e-9
    hiss = rng.normal(size=len(sound)) * 10 ** (rng.uniform(-60, -35) / 20)
    return (0.3 * (sound + hiss)).astype(np.float32)


def _build_tone(length: int, rng: np.random.Generator) -> Signal:
    hertz = np.exp(rng.uniform(np.log(90), np.log(3000)))
    phase = sweep(rng.normal(size=5) * rng.uniform(0, 4), hertz, length)
    tone = np.zeros(length)
    for harmonic in range(1, 1 + int(rng.integers(1, 25))):
        if harmonic * hertz < 7500:
            level = rng.uniform(0, 1) / harmonic ** rng.uniform(0, 1.5)
            tone += level * np.sin(harmonic * phase + rng.uniform(0, 6))
    return tone / (np.abs(tone).max() + 1e-9)


def _build_noise(length: int, rng: np.random.Generator) -> Signal:
    low = np.exp(rng.uniform(np.log(60), np.log(4000)))
    noise = cut_band(rng.normal(size=length), low, low * rng.uniform(1.3, 8))
    return noise / (np.abs(noise).max() + 1e-9)


def _build_shape(length: int, rng: np.random.Generator) -> Signal:
    """Return a random envelope, or a few bursts that die away."""
    if rng.random() >= 0.35:
        heights = rng.uniform(0, 1, 8) ** rng.uniform(0.5, 3)
        return np.interp(np.arange(length), np.linspace(0, length, 8), heights)
    decay = rng.uniform(0.005, 0.08) * RATE
    begins = rng.uniform(0, length, int(rng.integers(1, 4)))
    since = np.arange(length) - begins[:, None]
    bursts: Signal = np.where(since >= 0, np.exp(-np.maximum(since, 0) / decay), 0).sum(
        0
    )
    return bursts
