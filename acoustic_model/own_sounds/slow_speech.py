"""Recorded words as somebody might say them who speaks slowly and with little movement.

WORLD's vocoder: stretched 1.5 to 2.5 times at an uneven pace, formants drawn towards
the word's mean, little melody, tremor, breath, weak consonants, lost onsets and pauses.
It is a model, no dysarthric speech: of that nothing free was found.
"""

import numpy as np
import pyworld

from acoustic_model.data.recordings import RATE, Sound
from acoustic_model.own_sounds.signals import Signal
from local_voice.own_sounds.spectrum import interpolate_rows

FRAME_MS = 5
_Frames = np.ndarray


class SlowSpeaker:
    """How one person's speech is; renditions vary around it."""

    def __init__(self, rng: np.random.Generator) -> None:
        """Draw the person."""
        self._stretch = 1 + rng.uniform(0.5, 1.5)
        self._centred = rng.uniform(0.3, 0.65)
        self._melody = 1 - rng.uniform(0.6, 0.95)
        self._tremor = rng.uniform(4, 7)
        self._depth = rng.uniform(0.01, 0.05)
        self._breath = rng.uniform(0, 0.5)
        self._weak_db = rng.uniform(2, 12)
        self._pauses = rng.uniform(0, 0.4)
        self._loses_onset = rng.uniform(0, 0.3)
        self._uneven = rng.uniform(0.1, 0.35)

    def say(self, sound: Sound, rng: np.random.Generator) -> Sound:
        """Return `sound` as this person might say it this time."""
        samples = np.asarray(sound, np.float64)
        rough, times = pyworld.dio(
            samples, RATE, f0_floor=70, f0_ceil=420, frame_period=FRAME_MS
        )
        pitch = pyworld.stonemask(samples, rough, times, RATE)
        log = np.log(pyworld.cheaptrick(samples, pitch, times, RATE) + 1e-12)
        rough_part = pyworld.d4c(samples, pitch, times, RATE)
        log = self._slur(log, pitch, rng)
        voiced = pitch > 0
        if voiced.any():
            mean = np.exp(np.log(pitch[voiced]).mean())
            flat = mean * (np.maximum(pitch, 1) / mean) ** max(0.02, self._melody)
            pitch = np.where(voiced, flat, 0)
        breath = self._breath * (1 - rough_part) * rng.uniform(0.5, 1.3)
        rough_part = np.clip(rough_part + breath, 0, 1)
        at = self._draw_pace(len(pitch), rng)
        pitch = pitch[np.round(at).astype(int)]
        seconds = np.arange(len(pitch)) * FRAME_MS / 1000
        shake = np.sin(2 * np.pi * self._tremor * seconds + rng.uniform(0, 6.3))
        log = interpolate_rows(log, at) + (6 * self._depth * shake)[:, None]
        said = pyworld.synthesize(
            np.ascontiguousarray(pitch * (1 + self._depth * shake)),
            np.ascontiguousarray(np.exp(log)),
            np.ascontiguousarray(interpolate_rows(rough_part, at)),
            RATE,
            FRAME_MS,
        )
        said = self._pause(said, rng)
        said = said + 1e-4 * rng.normal(size=len(said))
        return (0.5 * said / (np.abs(said).max() + 1e-9)).astype(np.float32)

    def _slur(self, log: _Frames, pitch: _Frames, rng: np.random.Generator) -> _Frames:
        """Draw formants to their mean, and make voiceless high sounds fainter."""
        loud = log.mean(1, keepdims=True)
        middle = log[loud[:, 0] > loud.max() - 6].mean(0)
        share = np.clip(self._centred + rng.normal() * 0.08, 0, 0.85)
        slurred = loud + (1 - share) * (log - loud) + share * (middle - middle.mean())
        high = np.linspace(0, 1, log.shape[1]) > 0.3
        weaker = self._weak_db * np.log(10) / 10
        return slurred - high * (pitch == 0)[:, None] * weaker

    def _draw_pace(self, count: int, rng: np.random.Generator) -> _Frames:
        """Return where in the word each frame of the slow one comes from."""
        bends = np.interp(np.linspace(0, 5, count), np.arange(6), rng.normal(size=6))
        place = np.cumsum(np.exp(self._uneven * bends))
        total = max(10, int(count * self._stretch * np.exp(rng.normal() * 0.12)))
        at = np.interp(np.linspace(place[0], place[-1], total), place, np.arange(count))
        if rng.random() < self._loses_onset:
            at = at[int(rng.uniform(0.02, 0.12) * len(at)) :]
        return at

    def _pause(self, said: Signal, rng: np.random.Generator) -> Signal:
        """Stop within the word, sometimes."""
        if rng.random() >= self._pauses:
            return said
        at, fade = int(len(said) * rng.uniform(0.3, 0.7)), np.linspace(1, 0, 160)
        first, rest = said[:at].copy(), said[at:].copy()
        first[-160:] *= fade
        rest[:160] *= fade[::-1]
        pause = np.zeros(int(RATE * rng.uniform(0.06, 0.25)))
        return np.concatenate([first, pause, rest])
