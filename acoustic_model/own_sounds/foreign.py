"""Words of other languages by eSpeak's voices: synthetic people who are measured only.

The languages are none of those that the small network learnt words without sense in.
Each voice says yes, no and some figures, which it reads in its own language.
"""

from collections.abc import Iterator

import numpy as np

from acoustic_model.data.recordings import Sound
from acoustic_model.own_sounds.espeak import Espeak, load_espeak
from acoustic_model.own_sounds.speakers import make_chance

YES_AND_NO = {
    "af+f1": ("ja", "nee"),
    "bg+m1": ("да", "не"),
    "bn+f4": ("হ্যাঁ", "না"),
    "cy+m3": ("ydw", "nac ydw"),
    "el+f1": ("ναι", "όχι"),
    "et+m2": ("jah", "ei"),
    "eu+f4": ("bai", "ez"),
    "fa+m4": ("بله", "نه"),
    "hi+m8": ("हाँ", "नहीं"),
    "hr+m5": ("da", "ne"),
    "hy+f1": ("այո", "ոչ"),
    "is+m6": ("já", "nei"),
    "ja+f1": ("はい", "いいえ"),
    "ka+m7": ("კი", "არა"),
    "ko+f4": ("네", "아니요"),
    "lt+m1": ("taip", "ne"),
    "lv+f4": ("jā", "nē"),
    "ms+m2": ("ya", "tidak"),
    "ru+m8": ("да", "нет"),
    "ru+m3": ("да", "нет"),
    "sk+m4": ("áno", "nie"),
    "sl+f1": ("da", "ne"),
    "sq+m5": ("po", "jo"),
    "ta+f1": ("ஆம்", "இல்லை"),
    "uk+m6": ("так", "ні"),
    "vi+f4": ("có", "không"),
}
"""By voice: language and speaker."""
FIGURES, UNMEANT = ("1", "2", "3", "4", "5"), ("6", "7", "8")
HISS = 1e-3
Voice = tuple[str, dict[str, list[Sound]], list[Sound]]
"""Its name, takes of each word, and words that are no answer."""


def speak_foreign(takes: int) -> Iterator[Voice]:
    """Yield each voice with so many takes of its words, each a little different."""
    espeak = load_espeak()
    for name, words in YES_AND_NO.items():
        if not espeak.choose(name):
            continue
        rng = make_chance("foreign", name)
        rate, pitch = rng.integers(110, 220), rng.integers(20, 80)
        said = {
            word: [_say(espeak, word, rate, pitch, rng) for _ in range(takes)]
            for word in (*words, *FIGURES)
        }
        yield name, said, [_say(espeak, w, rate, pitch, rng) for w in UNMEANT]


def _say(
    espeak: Espeak, word: str, rate: int, pitch: int, rng: np.random.Generator
) -> Sound:
    faster, higher = rng.integers(-20, 21), rng.integers(-6, 7)
    sound = espeak.say(word, int(rate + faster), int(pitch + higher))
    hiss = rng.normal(size=len(sound)) * HISS
    return np.asarray(sound + hiss, np.float32)
