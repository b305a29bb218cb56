"""Spectra of a clip: mel bands and cepstra, and Kaldi's MFCC for the shipped network.

A clip is a float array from -1 to 1 at 16 kHz; a row stands for 10 ms.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

HOP, WINDOW = 160, 400
"""Samples: 10 ms and 25 ms."""
BANDS = 40
FLOOR_DB = -55.0
"""Decibels below the loudest band of a clip: what is fainter tells nothing."""
_POINTS = 512
_RATE = 16_000
_LIFTER = 22
Rows = npt.NDArray[np.float32]
"""One row a frame."""
Clip = npt.NDArray[np.float32]


def measure_levels(clip: Clip) -> npt.NDArray[np.float64]:
    """Return the level of each 10 ms in dBFS, at least one."""
    count = max(1, len(clip) // HOP)
    whole = np.zeros(count * HOP)
    whole[: len(clip)] = clip[: count * HOP]
    power = np.mean(whole.reshape(count, HOP) ** 2, 1)
    levels: npt.NDArray[np.float64] = 10 * np.log10(power + 1e-10)
    return levels


def compute_mel(clip: Clip, floor: float = FLOOR_DB) -> Rows:
    """Return 40 mel bands in decibels below the loudest band of the clip.

    So loudness does not count, and what is more than `floor` below is cut off.
    """
    clip = np.asarray(clip, np.float32)
    clip = np.pad(clip, (0, max(0, WINDOW + HOP - len(clip))))
    clip = np.append(clip[0], clip[1:] - 0.97 * clip[:-1])
    frames = _cut_frames(clip) * np.hamming(WINDOW)
    power = np.abs(np.fft.rfft(frames, _POINTS)) ** 2
    levels = 10 * np.log10(power @ _MEL_BANK.T + 1e-9)
    return np.asarray(np.maximum(levels - levels.max(), floor), np.float32)


def compute_cepstra(mel: Rows, count: int = 20) -> Rows:
    """Return the first `count` cepstra of mel bands.

    No mean is taken away: a hum would vanish.
    """
    return (mel @ build_cosines(BANDS, count).T * build_lifter(count)).astype(
        np.float32
    )


def compute_slopes(rows: Rows) -> Rows:
    """Return how each number moves over five frames."""
    padded = np.pad(rows, ((2, 2), (0, 0)), mode="edge")
    count = len(rows)
    steps = [
        k * (padded[2 + k : 2 + k + count] - padded[2 - k : 2 - k + count])
        for k in (1, 2)
    ]
    return ((steps[0] + steps[1]) / 10).astype(np.float32)


def interpolate_rows(rows: Rows, places: npt.NDArray[np.floating[Any]]) -> Rows:
    """Return rows at `places`, counted in rows, which may lie between two of them."""
    low = np.floor(places).astype(int).clip(0, len(rows) - 1)
    high = (low + 1).clip(0, len(rows) - 1)
    share = (places - low)[:, None]
    between: Rows = rows[low] * (1 - share) + rows[high] * share
    return between


def compute_kaldi_mfcc(clip: Clip) -> Rows:
    """Return 40 MFCC as Vosk computes them for the shipped network, within 1e-3.

    Source: Kaldi, `feat/feature-mfcc.cc` and `feat/feature-window.cc`, with the
    settings of the model's `conf/mfcc.conf`.
    """
    if len(clip) < WINDOW:
        return np.zeros((0, BANDS), np.float32)
    frames = _cut_frames(np.asarray(clip, np.float64) * 32_767)
    frames = frames - frames.mean(1, keepdims=True)
    first = frames[:, :1] * (1 - 0.97)
    frames = np.concatenate([first, frames[:, 1:] - 0.97 * frames[:, :-1]], 1)
    power = np.abs(np.fft.rfft(frames * _POVEY, _POINTS)) ** 2
    logs = np.log(np.maximum(power @ _KALDI_BANK.T, np.finfo(np.float32).eps))
    mfcc = logs @ build_cosines(BANDS, BANDS).T * build_lifter(BANDS)
    return mfcc.astype(np.float32)


def _cut_frames(clip: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.floating[Any]]:
    return np.lib.stride_tricks.sliding_window_view(clip, WINDOW)[::HOP]


def to_mel(hertz: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return places on the mel scale."""
    mel: npt.NDArray[np.float64] = 1127 * np.log1p(np.asarray(hertz) / 700)
    return mel


def _build_bank(low: float, high: float) -> npt.NDArray[np.float64]:
    """Return triangles that are even on the mel scale, one row a band."""
    edges = np.linspace(to_mel(low), to_mel(high), BANDS + 2)
    bins = to_mel(np.arange(_POINTS // 2 + 1) * _RATE / _POINTS)
    rising = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    bank: npt.NDArray[np.float64] = np.maximum(0, np.minimum(rising, falling))
    return bank


def build_cosines(points: int, count: int) -> npt.NDArray[np.float64]:
    """Return the rows of an orthonormal cosine transform."""
    angles = np.pi * (np.arange(points) + 0.5) * np.arange(count)[:, None] / points
    rows: npt.NDArray[np.float64] = np.sqrt(2 / points) * np.cos(angles)
    rows[0] = np.sqrt(1 / points)
    return rows


def build_lifter(count: int) -> npt.NDArray[np.float64]:
    """Return what cepstra are multiplied by: Kaldi's `cepstral-lifter` of 22."""
    lifter: npt.NDArray[np.float64] = 1 + _LIFTER / 2 * np.sin(
        np.pi * np.arange(count) / _LIFTER
    )
    return lifter


_MEL_BANK = _build_bank(60, 7600)
_KALDI_BANK = _build_bank(20, 7600)
# Kaldi leaves out the bin at half the rate.
_KALDI_BANK[:, -1] = 0
_POVEY = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / (WINDOW - 1))) ** 0.85
