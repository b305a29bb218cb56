"""Random sounds of tones, bursts and noises, which no mouth of the tests makes.

Each is drawn once and made several times, a little otherwise each time, so that the
network learns what stays the same in a sound that is no word.
"""

import numpy as np

from acoustic_model.data.recordings import RATE, Sound
from acoustic_model.own_sounds.signals import Signal, cut_band, sweep, vary


class OddSound:
    """One sound of somebody."""

    def __init__(self, rng: np.random.Generator) -> None:
        """Draw what it is like."""
        self._seconds = np.exp(rng.uniform(np.log(0.05), np.log(1.3)))
        self._unsteady = rng.uniform(0.6, 1.8)
        self._tone = rng.uniform(0.3, 1) if rng.random() < 0.6 else 0.0
        self._noise = rng.uniform(0.1, 1) if rng.random() < 0.6 else 0.0
        if not self._tone and not self._noise:
            self._tone = 1.0
        self._hertz = np.exp(rng.uniform(np.log(90), np.log(3000)))
        self._glide = rng.normal(size=5) * rng.uniform(0, 4)
        self._harmonics = rng.uniform(0, 1, int(rng.integers(1, 25)))
        self._tilt = rng.uniform(0, 1.5)
        self._low = np.exp(rng.uniform(np.log(60), np.log(4000)))
        self._wide = rng.uniform(1.3, 8)
        self._heights = rng.uniform(0, 1, 8) ** rng.uniform(0.5, 3)
        self._bursts = int(rng.integers(1, 5)) if rng.random() < 0.4 else 0
        self._gap = rng.uniform(0.12, 0.4)
        self._decay = rng.uniform(0.005, 0.08)

    def make(self, rng: np.random.Generator) -> Sound:
        """Return one rendition, with silence around it."""
        seconds = self._vary(rng, self._seconds, 0.15)
        if self._bursts:
            seconds = self._gap * (self._bursts - 1) + 5 * self._decay
        length = int(seconds * RATE)
        sound = self._tone * self._build_tone(length, rng)
        sound += self._noise * self._build_noise(length, rng)
        sound = np.pad(sound * self._build_shape(length, rng), 2400)
        sound /= np.abs(sound).max() + 1e-9
        hiss = rng.normal(size=len(sound)) * 10 ** (rng.uniform(-60, -35) / 20)
        return (0.3 * (sound + hiss)).astype(np.float32)

    def _vary(self, rng: np.random.Generator, value: float, spread: float) -> float:
        return vary(rng, value, spread * self._unsteady)

    def _build_tone(self, length: int, rng: np.random.Generator) -> Signal:
        hertz = self._vary(rng, self._hertz, 0.035)
        glide = self._glide + rng.normal(size=5) * 0.3 * self._unsteady
        phase, tone = sweep(glide, hertz, length), np.zeros(length)
        for number, level in enumerate(self._harmonics, start=1):
            if number * hertz < 7500:
                level = vary(rng, level, 0.2) / number**self._tilt
                tone += level * np.sin(number * phase + rng.uniform(0, 6))
        return tone / (np.abs(tone).max() + 1e-9)

    def _build_noise(self, length: int, rng: np.random.Generator) -> Signal:
        low = self._vary(rng, self._low, 0.06)
        high = low * (1 + self._vary(rng, self._wide - 1, 0.06))
        noise = cut_band(rng.normal(size=length), low, high)
        return noise / (np.abs(noise).max() + 1e-9)

    def _build_shape(self, length: int, rng: np.random.Generator) -> Signal:
        """Return the envelope: uneven, or a few bursts that die away."""
        if not self._bursts:
            heights = self._heights * np.exp(rng.normal(size=8) * 0.2)
            return np.interp(np.arange(length), np.linspace(0, length, 8), heights)
        gap, decay = self._vary(rng, self._gap, 0.06), self._vary(rng, self._decay, 0.1)
        begins = np.arange(self._bursts) * gap * RATE
        since = np.arange(length) - begins[:, None]
        loudness = np.exp(rng.normal(size=(self._bursts, 1)) * 0.25)
        falling = np.exp(-np.maximum(since, 0) / (decay * RATE))
        bursts: Signal = np.where(since >= 0, loudness * falling, 0).sum(0)
        return bursts


def build_odd_sound(rng: np.random.Generator) -> Sound:
    """Return one sound of nobody in particular."""
    return OddSound(rng).make(rng)
