"""What the small network learns from: nobody who is tested, no word that is tested."""

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from acoustic_model.data.augmentation import get_training_noises
from acoustic_model.data.recordings import (
    RATE,
    Sound,
    find_clips,
    find_noises,
    get_part,
    read_sound,
)
from acoustic_model.own_sounds.espeak import load_espeak
from acoustic_model.own_sounds.odd_sounds import OddSound, build_odd_sound
from acoustic_model.own_sounds.speakers import (
    COMMANDS,
    can_teach,
    find_speakers,
    hash_name,
    make_chance,
)
from local_voice.own_sounds.features import shorten_pauses, trim
from local_voice.own_sounds.spectrum import Rows, compute_mel

ODD_SOUNDS = 300
ODD_PEOPLE, THEIR_SOUNDS, THEIR_TAKES = 130, 5, 3
NONSENSE_VOICES, NONSENSE_WORDS = 120, 5
LANGUAGES = "en-us en-gb de fr-fr es it pl pt-br nl sv fi hu tr ro cs id sw da nb ca"
SPEAKERS = "m1 m2 m3 m4 m5 m6 m7 m8 f1 f4"
"""The others breathe, which eSpeak never does twice alike: no run would be the same."""
ONSETS = "b d f g h k l m n p r s t v w y z sh ch br st"
VOWELS, CODAS = "a e i o u ee ai ou oo", ("", "n", "s", "t", "l", "p")


@dataclass(frozen=True)
class Example:
    """Mel bands of one clip."""

    who: str
    what: str
    mel: Rows


@dataclass(frozen=True)
class Corpus:
    """All that is learnt from."""

    words: tuple[Example, ...]
    """Words, mostly several times by one person."""
    singles: tuple[Example, ...]
    """Talk and odd sounds, each met once."""
    noises: tuple[Rows, ...]
    """Mel bands of long noises, to be mixed in."""


def build_corpus(data: Path) -> Corpus:
    """Read and make everything; some minutes of one processor."""
    noises = get_training_noises(find_noises(data))
    words = [*_read_words(data), *_speak_nonsense(), *_make_odd_people()]
    singles = [*_read_talk(data), *_make_odd_sounds()]
    print(f"{len(words)} words, {len(singles)} other sounds", file=sys.stderr)
    mels = tuple(compute_mel(noise, floor=-90).astype(np.float16) for noise in noises)
    return Corpus(tuple(words), tuple(singles), mels)


def _build_example(who: str, what: str, sound: Sound) -> Example:
    return Example(
        who, what, compute_mel(shorten_pauses(trim(sound))).astype(np.float16)
    )


def _read_words(data: Path) -> Iterator[Example]:
    for speaker, words in find_speakers(data).items():
        if can_teach(words) or get_part(speaker) == "test":
            continue
        for word in sorted(words.keys() - COMMANDS):
            for clip in words[word]:
                yield _build_example(speaker, word, read_sound(clip.path))


def _read_talk(data: Path) -> Iterator[Example]:
    """Yield pieces of up to a second of talk."""
    rng = make_chance("talk")
    for clip in find_clips(data):
        is_an4 = clip.source == "an4" and clip.part != "test"
        # The other half of the sentences measures false answers.
        is_sentence = clip.source == "sentences" and hash_name(clip.path.stem) % 2
        if not is_an4 and not is_sentence:
            continue
        sound = trim(read_sound(clip.path))
        for number in range(1 if is_an4 else 3):
            length = int(RATE * rng.uniform(0.3, 1.0))
            at = int(rng.integers(max(1, len(sound) - length)))
            name = f"{clip.path.stem}-{number}"
            yield _build_example(clip.speaker, name, sound[at : at + length])


def _make_odd_sounds() -> Iterator[Example]:
    for number in range(ODD_SOUNDS):
        name = f"odd-{number}"
        yield _build_example(name, name, build_odd_sound(make_chance(name)))


def _make_odd_people() -> Iterator[Example]:
    """Yield sounds that are no words, each several times by one person."""
    for person in range(ODD_PEOPLE):
        rng = make_chance("odd person", person)
        for number in range(THEIR_SOUNDS):
            sound = OddSound(rng)
            for _ in range(THEIR_TAKES):
                name = f"odd person {person}"
                yield _build_example(name, f"{name}-{number}", sound.make(rng))


def _speak_nonsense() -> Iterator[Example]:
    """Yield words without sense by voices of twenty languages, each word twice."""
    voice, chance = load_espeak(), random.Random(11)
    for number in range(NONSENSE_VOICES):
        name = f"{chance.choice(LANGUAGES.split())}+{chance.choice(SPEAKERS.split())}"
        pitch, rate = chance.randint(20, 80), chance.randint(110, 220)
        if not voice.choose(name):
            continue
        for _ in range(NONSENSE_WORDS):
            word = _invent_word(chance)
            for _ in range(2):
                jitter = chance.randint(-20, 20), chance.randint(-6, 6)
                sound = voice.say(word, rate + jitter[0], pitch + jitter[1])
                hiss = make_chance(number, word).normal(size=len(sound)) * 1e-3
                noisy = (sound + hiss).astype(np.float32)
                yield _build_example(f"voice-{number}", f"{number}-{word}", noisy)


def _invent_word(chance: random.Random) -> str:
    syllables = (
        chance.choice(ONSETS.split()) + chance.choice(VOWELS.split())
        for _ in range(chance.choice([1, 1, 2, 2, 3]))
    )
    return "".join(syllables) + chance.choice(CODAS)
