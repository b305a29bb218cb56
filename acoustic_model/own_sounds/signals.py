"""Building blocks of synthetic sounds: buzzes, noises, resonances and envelopes.

Filters are applied to whole clips by their frequency response, so numpy is enough.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

RATE = 16_000
Signal = npt.NDArray[np.float64]


class Formant(NamedTuple):
    """One resonance of a mouth."""

    hertz: float
    width: float
    gain: float


def filter_by(signal: Signal, response: npt.NDArray[np.complexfloating]) -> Signal:
    """Return `signal` through a filter; `response` is that of its doubled length."""
    spectrum = np.fft.rfft(signal, 2 * len(signal)) * response
    return np.fft.irfft(spectrum, 2 * len(signal))[: len(signal)]


def get_delays(length: int) -> npt.NDArray[np.complexfloating]:
    """Return one sample's delay at each frequency of a doubled signal."""
    return np.exp(-2j * np.pi * np.fft.rfftfreq(2 * length))


def resonate(signal: Signal, hertz: float, width: float) -> Signal:
    """Return `signal` through two poles, as a mouth or a table rings."""
    radius, delay = np.exp(-np.pi * width / RATE), get_delays(len(signal))
    turn = 2 * radius * np.cos(2 * np.pi * hertz / RATE)
    return filter_by(signal, (1 - radius) / (1 - turn * delay + radius**2 * delay**2))


def cut_band(signal: Signal, low: float, high: float) -> Signal:
    """Return what of `signal` lies between two frequencies, as Butterworth's filter."""
    high = min(high, 7800.0)
    hertz = np.maximum(np.fft.rfftfreq(2 * len(signal), 1 / RATE), 1e-3)
    off = (hertz**2 - low * high) / (hertz * (high - low))
    return filter_by(signal, (1 / np.sqrt(1 + off**4)).astype(complex))


def colour(signal: Signal, pole: float) -> Signal:
    """Return `signal` with its low frequencies stronger by one pole."""
    return filter_by(signal, 1 / (1 - pole * get_delays(len(signal))))


def convolve(signal: Signal, answer: Signal) -> Signal:
    """Return `signal` in a room with this impulse response, at the same length."""
    length = len(signal) + len(answer)
    spectrum = np.fft.rfft(signal, length) * np.fft.rfft(answer, length)
    return np.fft.irfft(spectrum, length)[: len(signal)]


def shape(
    length: int, attack: float, release: float, rng: np.random.Generator
) -> Signal:
    """Return an envelope that rises and falls within so many seconds, unevenly."""
    envelope = np.ones(length)
    rise, fall = (min(length // 2, int(s * RATE)) for s in (attack, release))
    if rise:
        envelope[:rise] = np.linspace(0, 1, rise) ** rng.uniform(0.7, 1.5)
    if fall:
        envelope[-fall:] *= np.linspace(1, 0, fall) ** rng.uniform(0.7, 1.5)
    slow = np.interp(np.arange(length), np.linspace(0, length, 6), rng.normal(size=6))
    return envelope * np.clip(1 + 0.15 * slow, 0.4, 1.6)


def sweep(semitones: Sequence[float], base: float, length: int) -> Signal:
    """Return the phase of a tone that glides through these heights over `base` Hz."""
    places = np.linspace(0, length, len(semitones))
    curve = np.interp(np.arange(length), places, semitones)
    return 2 * np.pi * np.cumsum(base * 2 ** (curve / 12)) / RATE


def voice(
    base: float,
    formants: Sequence[Formant],
    seconds: float,
    breath: float,
    glide: tuple[float, float],
    rng: np.random.Generator,
) -> Signal:
    """Return a buzz through formants, gliding by so many semitones at both ends."""
    length = int(seconds * RATE)
    wobble = 0.25 * rng.normal(size=9)
    ends = np.interp(np.arange(9), [0, 4, 8], [glide[0], 0, glide[1]])
    phase = sweep(ends + wobble, base, length)
    buzz = breath * rng.normal(size=length)
    for harmonic in range(1, int(7000 / base) + 1):
        buzz += np.sin(harmonic * phase) / harmonic**2
    parts = [f.gain * resonate(buzz, f.hertz, f.width) for f in formants]
    return np.sum(parts, axis=0)


def vary(rng: np.random.Generator, value: float, spread: float) -> float:
    """Return `value`, a little larger or smaller."""
    return float(value * np.exp(rng.normal() * spread))
