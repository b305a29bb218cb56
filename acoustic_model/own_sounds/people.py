"""People who teach and are tested, and everybody else's sounds.

`words` are real people; `slow` are the same through a model of slow speech; `sounds`
are synthetic mouths. Those who tune and those who are measured never mix. Measured only
are `digits` and `slow_digits` of the same people, and `foreign` voices.
"""

import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from acoustic_model.data.augmentation import (
    get_held_out_noises,
    get_training_noises,
)
from acoustic_model.data.recordings import (
    RATE,
    Sound,
    find_clips,
    find_noises,
    get_part,
    read_sound,
)
from acoustic_model.own_sounds.foreign import Voice, speak_foreign
from acoustic_model.own_sounds.mouths import TAUGHT, UNMEANT, Mouth
from acoustic_model.own_sounds.odd_sounds import build_odd_sound
from acoustic_model.own_sounds.signals import colour, convolve
from acoustic_model.own_sounds.slow_speech import SlowSpeaker
from acoustic_model.own_sounds.speakers import (
    DIGITS,
    REPEATED,
    Person,
    Pools,
    can_teach,
    cut_at_pauses,
    find_speakers,
    hash_name,
    is_tuned_on,
    make_chance,
    read_all,
)
from local_voice.own_sounds.features import trim
from local_voice.own_sounds.piece import find_pieces

GROUPS = ("words", "slow", "sounds")
"""Weights and limits are fitted on those of them who tune."""
MEASURED_ONLY = ("digits", "slow_digits", "foreign")
PEOPLE = {"words": 60, "slow": 24, "sounds": 28}
"""At the most: slow words take seconds each."""
RENDITIONS = 6
"""Of one sound, at the most."""
KINDS = {"words": 6, "slow": 4, "sounds": 8, "digits": 6, "slow_digits": 4}
"""Sounds of one person, at the most."""
NOISY_DB = 10.0
LONGEST = int(2.6 * RATE)


def make_people(data: Path, group: str) -> list[Person]:
    """Return the people of one group; slow words take some minutes."""
    make: Iterator[Voice]
    match group:
        case "sounds":
            make = _make_mouths()
        case "foreign":
            make = speak_foreign(RENDITIONS)
        case _:
            make = _find_speakers(data, group)
    make = itertools.islice(make, PEOPLE.get(group))
    noises = tuple(get_held_out_noises(find_noises(data)).values())
    people = [_build_person(group, *one, noises) for one in make]
    print(f"{group}: {len(people)} people", file=sys.stderr)
    return people


def _build_person(
    group: str,
    name: str,
    sounds: dict[str, list[Sound]],
    unmeant: list[Sound],
    noises: tuple[Sound, ...],
) -> Person:
    rng = make_chance(group, name, "variants")
    clips = [sound for kind in sorted(sounds) for sound in sounds[kind]]
    labels = [kind for kind in sorted(sounds) for _ in sounds[kind]]
    mixed = [mix(s, noises[rng.integers(len(noises))], NOISY_DB, rng) for s in clips]
    return Person(
        group,
        name,
        group != "foreign" and is_tuned_on(name),
        tuple(labels),
        tuple(cut(sound) for sound in clips),
        tuple(cut(sound) for sound in mixed),
        tuple(measure_above_room(sound) for sound in mixed),
        tuple(cut(move_away(sound, rng)) for sound in clips),
        tuple(cut(sound) for sound in unmeant),
    )


def measure_above_room(sound: Sound) -> float:
    """Return how far the product finds a sound over its room, 0 for none or several."""
    pieces = find_pieces(sound)
    return pieces[0].above_room if len(pieces) == 1 else 0.0


def _find_speakers(data: Path, group: str) -> Iterator[Voice]:
    """Yield who can teach, in their own voice or slowed."""
    for name, words in sorted(find_speakers(data).items()):
        taught = words
        if group.endswith("digits"):
            taught = {w: clips for w, clips in words.items() if w in DIGITS}
        if not can_teach(taught):
            continue
        often = sorted(w for w, clips in taught.items() if len(clips) >= REPEATED)
        chosen = _choose_kinds(group, name, often)
        takes = {w: read_all(words[w][:RENDITIONS]) for w in chosen}
        other = [s for w in words if w not in often for s in read_all(words[w])][:6]
        if group.startswith("slow"):
            speaker, rng = SlowSpeaker(make_chance("slow", name)), make_chance(name)
            takes = {w: _slow_down(speaker, takes[w], rng) for w in chosen}
            other = _slow_down(speaker, other, rng)
        yield name, takes, other


def _slow_down(
    speaker: SlowSpeaker, sounds: list[Sound], rng: np.random.Generator
) -> list[Sound]:
    return [speaker.say(trim(sound), rng) for sound in sounds]


def _make_mouths() -> Iterator[Voice]:
    for number in itertools.count():
        name = f"mouth-{number}"
        mouth, rng = Mouth(hash_name(name) % 2**32), make_chance(name, "takes")
        takes = {
            kind: [mouth.record(kind, rng) for _ in range(RENDITIONS)]
            for kind in _choose_kinds("sounds", name, sorted(TAUGHT))
        }
        unmeant = [mouth.record(kind, rng) for kind in UNMEANT for _ in range(3)]
        yield name, takes, unmeant


def _choose_kinds(group: str, name: str, kinds: list[str]) -> list[str]:
    rng = make_chance(group, name, "kinds")
    return sorted(rng.permutation(kinds)[: KINDS[group]].tolist())


def make_pools(data: Path) -> Pools:
    """Return everybody else's sounds."""
    rng = make_chance("pools")
    speakers = {n: w for n, w in find_speakers(data).items() if not can_teach(w)}
    trained = [n for n in sorted(speakers) if get_part(n) == "train"]
    kept = [n for n in sorted(speakers) if get_part(n) != "train"]

    def draw_words(names: list[str], count: int) -> list[Sound]:
        drawn = []
        for name in rng.permutation(names)[:count]:
            word = rng.choice(sorted(speakers[name]))
            drawn.append(read_sound(speakers[name][word][0].path))
        return drawn

    talk: dict[bool, list[Sound]] = {True: [], False: []}
    for clip in find_clips(data):
        if clip.source == "sentences":
            pieces = cut_at_pauses(read_sound(clip.path))[:3]
            talk[bool(hash_name(clip.path.stem) % 2)] += pieces
    noises = find_noises(data)
    odd = [build_odd_sound(make_chance("strange", n)) for n in range(60)]
    strangers = [
        *draw_words(trained, 34),
        *_choose(talk[True], 17, rng),
        *_choose(_cut_noises(get_training_noises(noises), rng), 17, rng),
        *_choose(odd, 17, rng),
    ]
    household = []
    for number in range(20):
        mouth, takes = Mouth(50_000 + number), make_chance("household", number)
        household += [mouth.record(kind, takes) for kind in UNMEANT]
    held_out = tuple(get_held_out_noises(noises).values())
    measured = {
        "words": draw_words(kept, 60),
        "talk": _choose(talk[False], 40, rng),
        "noise": _choose(_cut_noises(held_out, rng), 40, rng),
        "household": _choose(household, 40, rng),
    }
    cut_all = {kind: tuple(map(cut, sounds)) for kind, sounds in measured.items()}
    return Pools(tuple(map(cut, strangers)), cut_all)


def _choose(sounds: list[Sound], count: int, rng: np.random.Generator) -> list[Sound]:
    return [sounds[place] for place in rng.permutation(len(sounds))[:count]]


def _cut_noises(noises: tuple[Sound, ...], rng: np.random.Generator) -> list[Sound]:
    """Return pieces of 0.3 to 1.6 s."""
    pieces = []
    for noise in noises:
        for _ in range(12):
            length = int(RATE * rng.uniform(0.3, 1.6))
            at = int(rng.integers(len(noise) - length))
            pieces.append(noise[at : at + length])
    return pieces


def cut(sound: Sound) -> Sound:
    """Return the loud stretch, at most 2.6 s."""
    return trim(np.asarray(sound, np.float32))[:LONGEST]


def mix(sound: Sound, noise: Sound, decibels: float, rng: np.random.Generator) -> Sound:
    """Return `sound` in noise so far below its loud stretch, 0.7 s of it around."""
    level = _measure_loudness(trim(sound))
    sound = np.pad(sound, int(0.7 * RATE))
    if len(noise) <= len(sound):
        noise = np.tile(noise, len(sound) // len(noise) + 2)
    at = int(rng.integers(len(noise) - len(sound)))
    piece = noise[at : at + len(sound)]
    gain = level / _measure_loudness(piece) * 10 ** (-decibels / 20)
    return (sound + piece * gain).astype(np.float32)


def move_away(sound: Sound, rng: np.random.Generator) -> Sound:
    """Return `sound` in another room and by another microphone."""
    length = int(RATE * rng.uniform(0.15, 0.4))
    tail = rng.normal(size=length) * np.exp(-6.9 * np.arange(length) / length)
    tail *= rng.uniform(0.3, 1.0) / np.sqrt(np.sum(tail**2))
    tail[0] = 1
    wet = convolve(np.pad(sound, (0, length // 2)), tail)
    return colour(wet, rng.uniform(-0.5, 0.4)).astype(np.float32)


def _measure_loudness(sound: Sound) -> float:
    return float(np.sqrt(np.mean(np.square(sound, dtype=np.float64)))) + 1e-7
