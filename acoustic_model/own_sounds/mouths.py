"""Synthetic mouths: people who hum, click, whistle and tap, each in their own way.

A person draws how they sound once, and each rendition varies it again. Nothing here is
a recording: figures on it show what can be told apart, not how people do.
"""

from collections.abc import Callable

import numpy as np

from acoustic_model.data.recordings import Sound
from acoustic_model.own_sounds.signals import (
    RATE,
    Formant,
    Signal,
    colour,
    convolve,
    cut_band,
    resonate,
    shape,
    sweep,
    vary,
    voice,
)

VOWELS = {
    "a": ((750, 90, 1), (1200, 110, 0.6), (2500, 160, 0.25), (3500, 200, 0.1)),
    "e": ((300, 60, 1), (2250, 120, 0.4), (2900, 160, 0.3), (3600, 200, 0.1)),
    "o": ((430, 70, 1), (850, 90, 0.5), (2400, 160, 0.08), (3300, 200, 0.05)),
    "u": ((500, 80, 1), (1200, 110, 0.4), (2400, 160, 0.15), (3400, 200, 0.1)),
    "m": ((260, 60, 1), (1000, 200, 0.06), (2200, 250, 0.04), (3200, 300, 0.02)),
}
"""Formants: hertz, width and gain."""


class Mouth:
    """One person's way of making sounds, in one room."""

    def __init__(self, seed: int) -> None:
        """Draw the person; the same seed is the same person."""
        rng = np.random.default_rng(seed)
        self.pitch = rng.uniform(85, 220)
        self.tract = rng.uniform(0.88, 1.15)
        self.higher = rng.uniform(1.4, 2.0)
        self.click_hertz = rng.uniform(1300, 2800)
        self.cluck_hertz = rng.uniform(700, 1200)
        self.pop_hertz = rng.uniform(250, 600)
        self.whistle_hertz = rng.uniform(1000, 2200)
        self.puff_hertz = rng.uniform(400, 1500)
        self.hiss_hertz = rng.uniform(4500, 6500)
        self.table_hertz = rng.uniform(120, 420)
        self.gap = rng.uniform(0.18, 0.38)
        self.seconds = rng.uniform(0.35, 0.9)
        self.unsteady = rng.uniform(0.7, 1.8)
        """How much two renditions of one sound differ."""
        self.breath = rng.uniform(0.01, 0.06)
        length = int(RATE * rng.uniform(0.08, 0.3))
        tail = rng.normal(size=length) * np.exp(-6.9 * np.arange(length) / length)
        self.room = tail * rng.uniform(0.05, 0.4) / np.sqrt(np.sum(tail**2))
        self.room[0] = 1
        self.floor_db = rng.uniform(-50, -32)

    def record(self, name: str, rng: np.random.Generator) -> Sound:
        """Return one rendition of a sound of TAUGHT or UNMEANT, in the room."""
        make = {**TAUGHT, **UNMEANT}[name]
        dry = np.pad(make(self, rng), (int(0.15 * RATE), int(0.65 * RATE)))
        wet = convolve(dry, self.room)
        wet /= np.abs(wet).max() + 1e-9
        hiss = colour(rng.normal(size=len(wet)), 0.9)
        wet = wet + hiss / hiss.std() * 10 ** (self.floor_db / 20)
        return (wet * 10 ** (rng.uniform(-22, -3) / 20)).astype(np.float32)

    def sing(
        self,
        vowel: str,
        rng: np.random.Generator,
        pitch: float = 1.0,
        seconds: float | None = None,
        glide: tuple[float, float] = (0.0, 0.0),
        attack: float = 0.05,
    ) -> Signal:
        """Return a vowel at so many times the person's pitch."""
        loose = self.unsteady
        ends = (
            glide[0] + rng.normal() * 0.5 * loose,
            glide[1] + rng.normal() * 0.8 * loose,
        )
        sung = voice(
            vary(rng, self.pitch * pitch, 0.035 * loose),
            self.draw_formants(vowel, rng),
            vary(rng, seconds or self.seconds, 0.18 * loose),
            self.breath,
            ends,
            rng,
        )
        attack *= rng.uniform(0.6, 1.6)
        return sung * shape(len(sung), attack, 0.12 * rng.uniform(0.5, 2), rng)

    def draw_formants(self, vowel: str, rng: np.random.Generator) -> list[Formant]:
        """Return the formants of one rendition of a vowel."""
        loose = 0.05 * self.unsteady
        return [
            Formant(vary(rng, hertz * self.tract, loose), width, vary(rng, gain, 0.15))
            for hertz, width, gain in VOWELS[vowel]
        ]

    def vary(self, rng: np.random.Generator, value: float, spread: float) -> float:
        """Return `value` in one rendition, more varied by who is unsteady."""
        return vary(rng, value, spread * self.unsteady)


Make = Callable[[Mouth, np.random.Generator], Signal]


def _blow(
    rng: np.random.Generator,
    low: float,
    high: float,
    seconds: float,
    attack: float,
    release: float,
) -> Signal:
    noise = cut_band(rng.normal(size=int(seconds * RATE)), low, high)
    return noise * shape(len(noise), attack, release, rng)


def _ring(
    rng: np.random.Generator, hertz: float, width: float, seconds: float
) -> Signal:
    burst = np.zeros(int(seconds * RATE))
    length = int(RATE * rng.uniform(0.0005, 0.002))
    burst[:length] = rng.normal(size=length)
    return resonate(burst, hertz, width) + 0.3 * resonate(burst, 2.3 * hertz, 2 * width)


def _click(mouth: Mouth, rng: np.random.Generator) -> Signal:
    return _ring(rng, mouth.vary(rng, mouth.click_hertz, 0.07), 250, 0.06)


def _cluck(mouth: Mouth, rng: np.random.Generator) -> Signal:
    return _ring(rng, mouth.vary(rng, mouth.cluck_hertz, 0.07), 120, 0.08)


def _knock(mouth: Mouth, rng: np.random.Generator) -> Signal:
    hertz = mouth.vary(rng, mouth.table_hertz, 0.06)
    knock = 3 * _ring(rng, hertz, rng.uniform(30, 60), 0.12)
    length = int(0.006 * RATE)
    slap = rng.normal(size=length) * np.linspace(0.03, 0, length)
    knock[:length] += slap * rng.uniform(0.5, 1.5)
    return knock / np.abs(knock).max()


def _repeat(count: int, make: Make) -> Make:
    """Return what makes a sound so many times, at the person's own pace."""

    def make_row(mouth: Mouth, rng: np.random.Generator) -> Signal:
        gap = mouth.vary(rng, mouth.gap, 0.08)
        row = np.zeros(int((gap * (count - 1) + 0.4) * RATE))
        for number in range(count):
            one = make(mouth, rng) * np.exp(rng.normal() * 0.25)
            at = int((number * gap + abs(rng.normal()) * 0.015) * RATE)
            one = one[: len(row) - at]
            row[at : at + len(one)] += one
        return row

    return make_row


def _pop(mouth: Mouth, rng: np.random.Generator) -> Signal:
    time = np.arange(int(0.05 * RATE)) / RATE
    hertz = mouth.vary(rng, mouth.pop_hertz, 0.08)
    tone = np.sin(2 * np.pi * hertz * (time + 12 * time**2))
    burst = 0.02 * rng.normal(size=len(time)) * np.exp(-time * 300)
    return tone * np.exp(-time * rng.uniform(70, 110)) + burst


def _kiss(mouth: Mouth, rng: np.random.Generator) -> Signal:
    suck = _blow(rng, 1200, 5000, vary(rng, 0.13, 0.2), 0.04, 0.02)
    return np.concatenate([suck, _click(mouth, rng) * np.abs(suck).max() * 1.5])


def _whistle(rising: float) -> Make:
    def make(mouth: Mouth, rng: np.random.Generator) -> Signal:
        length = int(RATE * mouth.vary(rng, mouth.seconds, 0.15))
        hertz = mouth.vary(rng, mouth.whistle_hertz, 0.04)
        curve = 0.25 * rng.normal(size=7)
        if rising:
            curve = np.linspace(-2, rising + rng.normal() * mouth.unsteady * 0.8, 7)
        tone = np.sin(sweep(curve, hertz, length))
        tone += mouth.breath * rng.normal(size=length)
        return tone * shape(length, 0.05, 0.1, rng)

    return make


def _hiss(share: float, low: float, high: float, spread: float) -> Make:
    def make(mouth: Mouth, rng: np.random.Generator) -> Signal:
        hertz = mouth.vary(rng, mouth.hiss_hertz * share, spread)
        seconds = vary(rng, mouth.seconds * 0.7, 0.2)
        return _blow(rng, hertz * low, hertz * high, seconds, 0.05, 0.08)

    return make


def _puff(mouth: Mouth, rng: np.random.Generator) -> Signal:
    hertz = mouth.vary(rng, mouth.puff_hertz, 0.1)
    return _blow(rng, 60, hertz, vary(rng, 0.25, 0.25), 0.01, 0.12)


def _say_mm_hm(mouth: Mouth, rng: np.random.Generator) -> Signal:
    first = mouth.sing("m", rng, seconds=0.2)
    second = mouth.sing("m", rng, 1.3, 0.28, (-1, 2))
    puff = _blow(rng, 300, 3000, 0.06, 0.01, 0.02) * 0.1 * np.abs(first).max()
    return np.concatenate([first, puff, second])


def _say_uh_uh(mouth: Mouth, rng: np.random.Generator) -> Signal:
    first = mouth.sing("u", rng, 1.15, 0.16, attack=0.005)
    second = mouth.sing("u", rng, 0.9, 0.22, (0, -2), attack=0.005)
    return np.concatenate([first, np.zeros(int(RATE * vary(rng, 0.09, 0.2))), second])


def _say_yeh(mouth: Mouth, rng: np.random.Generator) -> Signal:
    seconds, pitch = mouth.vary(rng, 0.4, 0.18), vary(rng, mouth.pitch, 0.04)
    first, second = (
        voice(
            pitch, mouth.draw_formants(v, rng), seconds, mouth.breath, (0.0, 0.0), rng
        )
        for v in "eu"
    )
    share = np.clip(np.linspace(-0.3, 1.6, len(first)), 0, 1)
    said = first * (1 - share) + second * share
    return said * shape(len(said), 0.04, 0.12, rng)


def _cough(mouth: Mouth, rng: np.random.Generator) -> Signal:
    burst = _blow(rng, 200, 4000, rng.uniform(0.06, 0.12), 0.005, 0.05)
    length = rng.uniform(0.1, 0.25)
    rest = mouth.sing("u", rng, rng.uniform(0.8, 1.2), length, attack=0.005)
    rest = rest / np.abs(rest).max() * 0.7
    rest += _blow(rng, 300, 3000, (len(rest) + 0.5) / RATE, 0.01, 0.1)[: len(rest)]
    cough = np.concatenate([2 * burst / np.abs(burst).max(), rest])
    if rng.random() < 0.5:
        return cough
    return np.concatenate([cough, np.zeros(int(RATE * 0.15)), cough * 0.7])


def _groan(mouth: Mouth, rng: np.random.Generator) -> Signal:
    vowel, glide = str(rng.choice(list("uoma"))), (rng.normal(), -rng.uniform(1, 6))
    return mouth.sing(vowel, rng, rng.uniform(0.8, 1.5), rng.uniform(0.4, 1.6), glide)


def _say_ow(mouth: Mouth, rng: np.random.Generator) -> Signal:
    seconds = rng.uniform(0.12, 0.3)
    first = mouth.sing("a", rng, rng.uniform(1, 1.8), seconds, attack=0.005)
    pitch = rng.uniform(0.9, 1.4)
    return np.concatenate(
        [first, mouth.sing("u", rng, pitch, rng.uniform(0.1, 0.3), (0, -3))]
    )


def _sigh(mouth: Mouth, rng: np.random.Generator) -> Signal:
    seconds, attack = rng.uniform(0.5, 1.4), rng.uniform(0.05, 0.3)
    return _blow(rng, 150, rng.uniform(1200, 3500), seconds, attack, 0.3)


def _rustle(mouth: Mouth, rng: np.random.Generator) -> Signal:
    rustle = np.zeros(int(RATE * rng.uniform(0.3, 1.2)))
    for _ in range(rng.integers(3, 12)):
        low, high = rng.uniform(500, 3000), rng.uniform(3500, 7500)
        one = _blow(rng, low, high, rng.uniform(0.02, 0.12), 0.005, 0.02)
        at = int(rng.integers(0, max(1, len(rustle) - len(one))))
        rustle[at : at + len(one)] += one[: len(rustle) - at] * rng.uniform(0.2, 1)
    return rustle


TAUGHT: dict[str, Make] = {
    "low hum": lambda mouth, rng: mouth.sing("m", rng),
    "high hum": lambda mouth, rng: mouth.sing("m", rng, mouth.higher),
    "aaa": lambda mouth, rng: mouth.sing("a", rng, seconds=mouth.seconds * 1.3),
    "eee": lambda mouth, rng: mouth.sing("e", rng),
    "ooo": lambda mouth, rng: mouth.sing("o", rng),
    "mm-hm": _say_mm_hm,
    "uh-uh": _say_uh_uh,
    "yeh": _say_yeh,
    "click": _click,
    "two clicks": _repeat(2, _click),
    "cluck": _cluck,
    "pop": _pop,
    "kiss": _kiss,
    "whistle": _whistle(0),
    "rising whistle": _whistle(5),
    "puff": _puff,
    "sniff": lambda m, rng: _blow(rng, 900, 5500, vary(rng, 0.35, 0.2), 0.15, 0.05),
    "sss": _hiss(1, 0.75, 1.25, 0.04),
    "shh": _hiss(0.5, 0.7, 1.6, 0.05),
    "tap": _repeat(1, _knock),
    "two taps": _repeat(2, _knock),
    "three taps": _repeat(3, _knock),
}
"""Sounds that can be taught, by name."""
UNMEANT: dict[str, Make] = {
    "cough": _cough,
    "groan": _groan,
    "ow": _say_ow,
    "sigh": _sigh,
    "smack": lambda m, rng: _ring(rng, rng.uniform(900, 3500), 300, 0.05),
    "rustle": _rustle,
    "bump": lambda m, rng: _ring(rng, rng.uniform(60, 500), rng.uniform(20, 90), 0.2),
}
"""What the same person does without meaning an answer."""
