"""A second, small model that was tried behind Vosk: yes, no, or something else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from acoustic_model.data.features import COEFFICIENTS, Sound, mfcc
from acoustic_model.data.recordings import Clip, read_sound

PARTS = 8
"""A clip's loud stretch is cut into so many parts; each gives the mean of its MFCC."""
KINDS = ("yes", "no", "")
SHRINK = 1e-3
EACH = 400
Numbers = npt.NDArray[np.float64]


def pooled(sound: Sound) -> Numbers:
    """The clip as one row of numbers, whatever its length."""
    rows = np.asarray(mfcc(sound), np.float64)
    if len(rows) < PARTS:
        return np.zeros(PARTS * COEFFICIENTS)
    loud = np.flatnonzero(rows[:, 0] > np.quantile(rows[:, 0], 0.35))
    rows = rows[loud[0] : loud[-1] + 1]
    rows = rows - rows.mean(0)
    parts = np.array_split(rows, PARTS)
    return np.concatenate(
        [p.mean(0) if len(p) else np.zeros(COEFFICIENTS) for p in parts]
    )


@dataclass(frozen=True)
class Verifier:
    """Weights of a softmax over the pooled features."""

    mean: Numbers
    deviation: Numbers
    weights: Numbers

    def sure(self, sound: Sound, meaning: str) -> float:
        """How probable the meaning is, 0 to 1; 1 for one that it does not judge."""
        if meaning not in ("yes", "no"):
            return 1.0
        row = (pooled(sound) - self.mean) / self.deviation
        scores = np.append(row, 1.0) @ self.weights
        chances = np.exp(scores - scores.max())
        return float(chances[KINDS.index(meaning)] / chances.sum())


def trained(clips: Iterable[Clip]) -> Verifier:
    """A verifier of the training speakers' single words."""
    chosen: dict[str, list[Clip]] = {kind: [] for kind in KINDS}
    for clip in clips:
        if clip.source == "speech_commands" and clip.part == "train":
            kind = clip.said if clip.said in KINDS else ""
            chosen[kind].append(clip)
    rng = np.random.default_rng(3)
    rows, kinds = [], []
    for number, kind in enumerate(KINDS):
        most = EACH * (1 if kind else 4)
        for place in rng.permutation(len(chosen[kind]))[:most]:
            rows.append(pooled(read_sound(chosen[kind][place].path)))
            kinds.append(number)
    x, truth = np.array(rows), np.eye(len(KINDS))[kinds]
    mean, deviation = x.mean(0), x.std(0) + 1e-6
    x = np.hstack([(x - mean) / deviation, np.ones((len(x), 1))])

    def loss(flat: Numbers) -> tuple[float, Numbers]:
        weights = flat.reshape(x.shape[1], len(KINDS))
        scores = x @ weights
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        chances /= chances.sum(axis=1, keepdims=True)
        value = -np.mean(np.sum(truth * np.log(chances + 1e-12), axis=1))
        slope = x.T @ (chances - truth) / len(x) + 2 * SHRINK * weights
        return value + SHRINK * float(np.sum(weights**2)), slope.ravel()

    start = np.zeros(x.shape[1] * len(KINDS))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return Verifier(mean, deviation, found.x.reshape(x.shape[1], len(KINDS)))
