"""Augments a clip: other rooms, distances, noises and microphones."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.signal import butter, fftconvolve, lfilter, resample_poly, sosfilt

from acoustic_model.data.channels import FLOORS, add_floor, pass_channel
from acoustic_model.data.recordings import RATE, Sound
from acoustic_model.data.rooms import build_answer, draw_shoebox

# The last third of each noise, and one whole noise, stay out of training: they are
# mixed with the clips of the held-out speakers.
TRAINED_SHARE_OF_NOISE = 2 / 3
HELD_OUT_NOISE = "exercise_bike"
ONSET_DBFS = -20
"""A word begins where it is first so near to its own peak."""


@dataclass(frozen=True)
class Room:
    """What training clips are mixed with."""

    noises: tuple[Sound, ...]
    talk: tuple[Sound, ...]
    """Sentences of other people, heard in the background."""


def get_training_noises(noises: dict[str, Sound]) -> tuple[Sound, ...]:
    """Return the parts of the noises that training may use."""
    return tuple(
        noise[: int(len(noise) * TRAINED_SHARE_OF_NOISE)]
        for name, noise in noises.items()
        if name != HELD_OUT_NOISE
    )


def get_held_out_noises(noises: dict[str, Sound]) -> dict[str, Sound]:
    """Return the parts that only the evaluation uses."""
    return {
        name: noise
        if name == HELD_OUT_NOISE
        else noise[int(len(noise) * TRAINED_SHARE_OF_NOISE) :]
        for name, noise in noises.items()
    }


def get_loudness(sound: Sound) -> float:
    """Return the root mean square, never zero."""
    return float(np.sqrt(np.mean(np.square(sound, dtype=np.float64)))) + 1e-6


def _cut_stretch(
    sounds: Sequence[Sound], length: int, rng: np.random.Generator
) -> Sound:
    sound = sounds[int(rng.integers(len(sounds)))]
    if len(sound) <= length:
        sound = np.tile(sound, length // len(sound) + 1)
    start = int(rng.integers(len(sound) - length + 1))
    return sound[start : start + length].astype(np.float32)


def _build_coloured_noise(length: int, rng: np.random.Generator) -> Sound:
    """Build noise that falls by some power of the frequency: fans, traffic."""
    spectrum = np.fft.rfft(rng.normal(size=length))
    spectrum /= np.arange(1, len(spectrum) + 1) ** rng.uniform(0, 1.2)
    return np.fft.irfft(spectrum, length).astype(np.float32)


def build_room_noise(room: Room, length: int, rng: np.random.Generator) -> Sound:
    """Build noise of loudness one."""
    kind = rng.random()
    if kind < 0.25:
        noise = _build_coloured_noise(length, rng)
    elif kind < 0.4 and room.talk:
        noise = _cut_stretch(room.talk, length, rng)
    else:
        noise = _cut_stretch(room.noises, length, rng)
    return (noise / get_loudness(noise)).astype(np.float32)


def _build_echo(rng: np.random.Generator) -> Sound:
    """Build a room's answer: from a furnished one, near, to a hall, far off."""
    length = int(RATE * rng.uniform(0.1, 0.9))
    tail = rng.normal(size=length) * np.exp(-6.9 * np.arange(length) / length)
    # Amplitude beside the direct sound, most often faint: 2 is 6 dB louder than it.
    tail *= np.exp(rng.uniform(np.log(0.05), np.log(2))) / np.sqrt(np.sum(tail**2))
    tail[0] = 1
    return tail.astype(np.float32)


def _filter_as_microphone(sound: Sound, rng: np.random.Generator) -> Sound:
    """Make it duller or sharper, without the lows or highs: telephones, laptops."""
    if rng.random() < 0.5:
        sound = lfilter([1, rng.uniform(-0.5, 0.4)], [1], sound)
    if rng.random() < 0.2:
        low_pass = butter(3, rng.uniform(3200, 7000), "low", fs=RATE, output="sos")
        sound = sosfilt(low_pass, sound)
    if rng.random() < 0.2:
        high_pass = butter(2, rng.uniform(80, 350), "high", fs=RATE, output="sos")
        sound = sosfilt(high_pass, sound)
    return np.asarray(sound, np.float32)


def cut_onset(sound: Sound, milliseconds: float) -> Sound:
    """Cut the first part of the word, and all that came before it.

    So a microphone hands it on that wakes late.
    """
    loud = np.abs(sound) > float(np.abs(sound).max()) * 10 ** (ONSET_DBFS / 20)
    onset = int(np.argmax(loud))
    return sound[onset + int(RATE * milliseconds / 1000) :]


def build_babble(
    room: Room, length: int, talkers: int, rng: np.random.Generator
) -> Sound:
    """Build the talk of several people at once, of loudness one."""
    mixed = np.zeros(length, np.float32)
    for _ in range(talkers):
        one = _cut_stretch(room.talk, length, rng)
        mixed += one / get_loudness(one)
    return (mixed / get_loudness(mixed)).astype(np.float32)


def _add_background(
    sound: Sound, spoken: float, room: Room, rng: np.random.Generator
) -> Sound:
    """Add noise of 0 to 30 dB under the speech, or people who talk behind."""
    kind = rng.random()
    if kind < 0.3 and room.talk:
        talkers = 2 if rng.random() < 0.8 else int(rng.integers(3, 6))
        noise, ratio = build_babble(room, len(sound), talkers, rng), rng.uniform(0, 20)
    elif kind < 0.8:
        noise, ratio = build_room_noise(room, len(sound), rng), rng.uniform(0, 30)
    else:
        return sound
    return np.asarray(sound + noise * spoken * 10 ** (-ratio / 20), np.float32)


def _add_room(sound: Sound, rng: np.random.Generator) -> Sound:
    kind = rng.random()
    if kind < 0.15:
        answer = _build_echo(rng)
    elif kind < 0.5:
        answer = build_answer(draw_shoebox(rng), rng)
    else:
        return sound
    return np.asarray(fftconvolve(sound, answer)[: len(sound)], np.float32)


def _set_level(sound: Sound, rng: np.random.Generator) -> Sound:
    """Scale the loudest sample, and keep what 16 bits hold."""
    peak = rng.uniform(-34, -1) if rng.random() < 0.9 else rng.uniform(-45, 12)
    sound = sound * (10 ** (peak / 20) / (np.abs(sound).max() + 1e-6))
    # A peak above zero clips, as a shouted answer does. Where a band is empty, the
    # steps of 16 bits are all that is in it: without them its loudness would be one
    # that no microphone gives.
    return np.round(np.clip(sound, -1, 1) * 32_767).astype(np.float32) / 32_767


def augment(sound: Sound, room: Room, rng: np.random.Generator) -> Sound:
    """Return one new version of a clip, with silence around it, from -1 to 1."""
    speed = rng.choice([0.8, 0.87, 0.94, 1.0, 1.0, 1.0, 1.07, 1.15, 1.25])
    if speed != 1.0:
        sound = resample_poly(sound, round(100 / speed), 100)
    if rng.random() < 0.1:
        sound = cut_onset(sound, rng.uniform(5, 60))
    before = int(RATE * rng.uniform(0.05, 0.5))
    after = int(RATE * rng.uniform(0.15, 0.55))
    sound = _add_room(np.pad(sound, (before, after)), rng)
    spoken = get_loudness(sound[before : len(sound) - after])
    sound = _add_background(sound, spoken, room, rng)
    sound = _filter_as_microphone(sound, rng)
    if rng.random() < 0.4:
        sound = pass_channel(sound, rng)
    if rng.random() < 0.4:
        sound = add_floor(sound, rng.uniform(*FLOORS), rng)
    return _set_level(sound, rng)


def build_noise_clip(room: Room, rng: np.random.Generator) -> Sound:
    """Build a piece without a word in it: the network must stay silent."""
    length = int(RATE * rng.uniform(1, 2.5))
    noise = build_room_noise(Room(room.noises, ()), length, rng)
    noise = np.clip(noise * 10 ** (rng.uniform(-65, -12) / 20), -1, 1)
    return np.asarray(noise, np.float32)
