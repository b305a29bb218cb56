"""The same clips through narrow bands and codecs, among talkers, and across a room."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.signal import cheby2, fftconvolve, resample_poly, sosfiltfilt

from acoustic_model.data import channels
from acoustic_model.data.augmentation import Room, build_babble
from acoustic_model.data.recordings import RATE, Sound
from acoustic_model.data.rooms import build_answer, place_at_distance
from acoustic_model.evaluation.decoder import Trial
from acoustic_model.evaluation.degradation import Degraded, add_noise

BAND, CODEC, BABBLE, ROOM = "empty band", "codec", "talkers behind", "room"
TALKERS = 2
RATIOS = (15, 10, 5)
"""Decibels of speech over the talkers behind."""
METRES, ECHOES = 3.0, (0.4, 0.6, 0.8)
"""Away from the microphone, and seconds of echo."""


def limit_by_other_means(sound: Sound, top: float) -> Sound:
    """Leave nothing above `top` hertz, as no resampler does that was trained with."""
    sections = cheby2(12, 60, top * 1.08, "low", fs=RATE, output="sos")
    limited = sosfiltfilt(sections, np.pad(sound, RATE // 4))
    return np.asarray(limited[RATE // 4 : -RATE // 4], np.float32)


def _send_by_telephone(sound: Sound) -> Sound:
    return channels.limit_to_telephone(limit_by_other_means(sound, 3400))


def _send_by_mulaw(sound: Sound) -> Sound:
    narrow = resample_poly(sound, 1, 2, window=("kaiser", 8.0))
    wide = np.asarray(resample_poly(narrow, 2, 1, window=("kaiser", 8.0)), np.float32)
    return channels.encode_for_telephone(wide[: len(sound)])


@dataclass(frozen=True)
class Way:
    """One way by which a voice comes to the microphone."""

    kind: str
    value: float
    label: str
    send: Callable[[Sound], Sound]

    def degrade(self, sound: Sound) -> Degraded:
        """Return a clip that came this way."""
        return Degraded(self.kind, self.value, self.label, self.send(sound))


TELEPHONE = Way(BAND, 3400, "300 to 3,400 Hz", _send_by_telephone)
UP_TO_4_KHZ = Way(BAND, 4000, "4 kHz", lambda s: limit_by_other_means(s, 4000))
UP_TO_5_KHZ = Way(BAND, 5500, "5.5 kHz", lambda s: limit_by_other_means(s, 5500))
MU_LAW = Way(CODEC, 64, "mu-law", _send_by_mulaw)
AMR = Way(CODEC, 4.75, "AMR 4.75 kbit/s", lambda s: channels.encode_amr(s, 4750))
GSM = Way(CODEC, 13, "GSM 13 kbit/s", channels.encode_gsm)
OPUS = Way(CODEC, 6, "Opus 6 kbit/s", lambda s: channels.encode_opus(s, 6000))
CHANNELS = (TELEPHONE, UP_TO_4_KHZ, UP_TO_5_KHZ, MU_LAW, AMR, GSM, OPUS)


def put_among_talkers(
    sound: Sound, talk: tuple[Sound, ...], decibels: int, rng: np.random.Generator
) -> Degraded:
    """Return a clip with two people behind it, before and after the word too."""
    noise = build_babble(Room((), talk), len(sound) + RATE, TALKERS, rng)
    mixed = add_noise(sound, noise, decibels, 0)
    return Degraded(BABBLE, decibels, f"two talkers at {decibels} dB", mixed)


def put_across_room(sound: Sound, seconds: float, rng: np.random.Generator) -> Degraded:
    """Return a clip spoken three metres away."""
    answer = build_answer(place_at_distance(METRES, seconds, rng), rng)
    around = np.pad(sound, (0, len(answer)))
    heard = fftconvolve(around, answer)[: len(around)]
    # As loud as before: the microphone's own gain sees to that.
    heard = heard * (np.abs(sound).max() / (np.abs(heard).max() + 1e-9))
    label = f"{METRES:.0f} m, echo of {seconds} s"
    return Degraded(ROOM, seconds, label, heard.astype(np.float32))


def build_channel_trials(
    trials: list[Trial], talk: tuple[Sound, ...], rng: np.random.Generator
) -> Iterator[Trial]:
    """Yield yes, no and people's phrases every way, other words across a room."""
    for trial in trials:
        for one in _degrade(trial, talk, rng):
            group = f"{trial.group}, {one.label}"
            yield Trial(group, trial.said, one.sound, "", one.kind, one.value)


def _degrade(
    trial: Trial, talk: tuple[Sound, ...], rng: np.random.Generator
) -> Iterator[Degraded]:
    if trial.meaning:
        yield from (way.degrade(trial.sound) for way in CHANNELS)
        if talk:
            for ratio in RATIOS:
                yield put_among_talkers(trial.sound, talk, ratio, rng)
        for seconds in ECHOES:
            yield put_across_room(trial.sound, seconds, rng)
    else:
        yield TELEPHONE.degrade(trial.sound)
        yield put_across_room(trial.sound, ECHOES[1], rng)
