"""What one clip is compared by: cepstra, the shipped network's units, an embedding.

A clip is a float array from -1 to 1 at 16 kHz.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from local_voice.own_sounds.embedding import Weights, embed
from local_voice.own_sounds.shipped_network import Affine, compute_outputs
from local_voice.own_sounds.spectrum import (
    HOP,
    Clip,
    Rows,
    compute_cepstra,
    compute_kaldi_mfcc,
    compute_mel,
    compute_slopes,
    measure_levels,
)
from local_voice.own_sounds.warping import Distances, warp

PARTS = ("cepstra", "units", "embedding")
"""The three ways in which two clips are compared."""
LONGEST = 2.6
"""Seconds that are taken of one clip."""
EDGE = 0.05
"""Seconds that are kept before and behind the loud stretch of a clip."""
PAUSE = 10
"""Frames of 10 ms that a pause within a sound is taken for at the most."""
_AROUND = 1600
"""Samples of silence around a clip, so that the network sees where it begins."""
_SLOPES, _SLOPE_WEIGHT, _SCALE = 12, 3, 100
_RATE = 16_000


@dataclass(frozen=True)
class SoundFeatures:
    """One clip."""

    cepstra: Rows
    """A row every 20 ms."""
    units: Rows
    """Square roots of probabilities, a row every 30 ms."""
    embedding: Rows
    """One row of length one."""
    seconds: float


@dataclass(frozen=True)
class FeatureExtractor:
    """Turns clips into features, with the weights of both networks."""

    network: tuple[Affine, ...]
    embedding: Weights

    def extract(self, clip: Clip) -> SoundFeatures:
        """Return the features of a trimmed clip."""
        clip = shorten_pauses(clip)[: int(LONGEST * _RATE)]
        mel = compute_mel(clip)
        return SoundFeatures(
            _build_cepstra(mel),
            self._compute_units(clip),
            embed(self.embedding, mel),
            len(clip) / _RATE,
        )

    def _compute_units(self, clip: Clip) -> Rows:
        mfcc = compute_kaldi_mfcc(np.pad(clip, _AROUND))
        outputs = compute_outputs(self.network, mfcc)
        likely = np.exp(outputs - outputs.max(1, keepdims=True))
        return np.asarray(np.sqrt(likely / likely.sum(1, keepdims=True)), np.float32)


def trim(clip: Clip) -> Clip:
    """Return the loud stretch: near the peak, over the room, with a short edge."""
    levels = measure_levels(clip)
    peak, loud = levels.max(), _find_loud(levels)
    edges = np.flatnonzero(np.diff(np.r_[0, loud.astype(int), 0]))
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        # Up to 20 ms far below the peak are no part of the sound.
        if end - begin <= 2 and levels[begin:end].max() < peak - 12:
            loud[begin:end] = False
    places = np.flatnonzero(loud)
    edge = int(EDGE * _RATE)
    begin = max(0, int(places[0]) * HOP - edge)
    return clip[begin : (int(places[-1]) + 1) * HOP + edge]


def shorten_pauses(clip: Clip) -> Clip:
    """Return a clip whose pauses last at most 0.1 s.

    Who speaks slowly pauses within a word, each time elsewhere and for another time.
    """
    loud = np.flatnonzero(_find_loud(measure_levels(clip)))
    gaps = np.flatnonzero(np.diff(loud) > PAUSE)
    kept, begin = [], 0
    for gap in gaps:
        end = (int(loud[gap]) + 1 + PAUSE // 2) * HOP
        kept.append(clip[begin:end])
        begin = (int(loud[gap + 1]) - PAUSE // 2) * HOP
    return np.concatenate([*kept, clip[begin:]])


def _find_loud(levels: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Tell of each 10 ms whether it is near the peak and over the room."""
    peak, room = levels.max(), np.percentile(levels, 10)
    loud: npt.NDArray[np.bool_] = levels > max(peak - 30, min(room + 8, peak - 6))
    return loud


def measure_distances(
    part: str, one: SoundFeatures, many: tuple[SoundFeatures, ...]
) -> Distances:
    """Return how far `one` is from each of `many` in one of PARTS."""
    rows = [getattr(other, part) for other in many]
    if part == "embedding":
        return np.asarray(1 - np.concatenate(rows) @ one.embedding[0], np.float32)
    return warp(getattr(one, part), rows, cosine=part == "units")


def _build_cepstra(mel: Rows) -> Rows:
    cepstra = compute_cepstra(mel)
    slopes = _SLOPE_WEIGHT * compute_slopes(cepstra)[:, :_SLOPES]
    rows = np.hstack([cepstra, slopes]) / _SCALE
    count = len(rows) // 2
    return np.asarray(rows[: 2 * count].reshape(count, 2, -1).mean(1), np.float32)
