"""Lessons drawn from the tables: who teaches what, and what is heard afterwards."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from acoustic_model.own_sounds.speakers import make_chance
from acoustic_model.own_sounds.tables import STRANGERS, Table
from local_voice.own_sounds.features import PARTS
from local_voice.own_sounds.scoring import (
    LENGTHS,
    VIEWS,
    Numbers,
    Spread,
    build_numbers,
    find_nearness,
    measure_spread,
)

EXAMPLES = 3
PAIRS = {
    "words": (10, 1),
    "slow": (10, 2),
    "sounds": (16, 1),
    "digits": (10, 1),
    "slow_digits": (10, 2),
    "foreign": (10, 1),
}
"""Pairs of sounds of one person, and lessons with each pair."""
NOTHING = 3
"""So many other sounds are taught that mean nothing, where there are enough."""
MEANT = ("clean", "noisy", "far")
OWN_OTHER = "own other"
TEST_KINDS = ("words", "talk", "noise", "household")


@dataclass(frozen=True)
class Taught:
    """Which clips of a person are taught, by sound."""

    sounds: dict[str, tuple[int, ...]]
    nothing: tuple[int, ...] = ()


@dataclass(frozen=True)
class Lesson:
    """What the numbers of the matcher are for everything that is heard after it."""

    person: str
    taught: Taught
    kinds: np.ndarray
    """Of each clip: clean, noisy, far, own other, unmeant, or whose pool it is of."""
    truth: np.ndarray
    """The place of the sound that was meant, -1 for none."""
    above_room: Numbers
    """Decibels; endless where there is no noise."""
    numbers: Numbers
    """`[clips, sounds, numbers]`."""
    examples: Numbers
    """The same for each taught clip, judged by the others, in the order of sounds."""
    own: np.ndarray
    """The sound of each of these examples."""


def draw_lessons(table: Table) -> Iterator[Taught]:
    """Draw what one person teaches: pairs of sounds that were made often enough."""
    rng = make_chance(table.group, table.name, "lessons")
    labels = np.array(table.labels)
    often = [x for x in sorted(set(table.labels)) if (labels == x).sum() > EXAMPLES]
    pairs, draws = PAIRS[table.group]
    choices = list(itertools.combinations(often, 2))
    for place in rng.permutation(len(choices))[:pairs]:
        for _ in range(draws):
            sounds = {
                name: _draw_clips(labels, name, EXAMPLES, rng)
                for name in choices[place]
            }
            rest = sorted(set(table.labels) - set(choices[place]))
            # At least one is left to be mistaken for an answer.
            few = rng.permutation(rest)[: min(NOTHING, len(rest) - 1)]
            nothing = [_draw_clips(labels, str(name), 1, rng)[0] for name in few]
            yield Taught(sounds, tuple(nothing))


def draw_twins(table: Table, most: int = 8) -> Iterator[Taught]:
    """Draw lessons in which one sound is taught under two names."""
    rng = make_chance(table.group, table.name, "twins")
    labels = np.array(table.labels)
    for name in sorted(set(table.labels))[:most]:
        clips = rng.permutation(np.flatnonzero(labels == name)).tolist()
        if len(clips) >= 2 * EXAMPLES:
            first, second = clips[:EXAMPLES], clips[EXAMPLES : 2 * EXAMPLES]
            yield Taught({"one": tuple(first), "other": tuple(second)})


def hold_lesson(table: Table, taught: Taught) -> Lesson:
    """Return what the matcher measures after a lesson, for every other clip."""
    teaching = _Teaching(table, taught)
    rows = list(_find_rows(table, taught))
    blocks = [teaching.measure(kind, places) for kind, places, _, _ in rows]
    examples, own = teaching.judge_examples()
    return Lesson(
        table.name,
        taught,
        np.concatenate([[name] * len(places) for _, places, name, _ in rows]),
        np.concatenate([truth for _, _, _, truth in rows]),
        np.concatenate([_find_above_room(table, kind, p) for kind, p, _, _ in rows]),
        np.concatenate(blocks),
        examples,
        own,
    )


def _draw_clips(
    labels: np.ndarray, name: str, count: int, rng: np.random.Generator
) -> tuple[int, ...]:
    places = rng.permutation(np.flatnonzero(labels == name))[:count]
    return tuple(sorted(places.tolist()))


_Rows = tuple[str, Sequence[int], str, np.ndarray]


def _find_rows(table: Table, taught: Taught) -> Iterator[_Rows]:
    """Yield kind in the table, places there, kind of clip, and what was meant."""
    names, used = list(taught.sounds), set(itertools.chain(*taught.sounds.values()))
    unused = {table.labels[place] for place in taught.nothing}
    meant = [p for p, x in enumerate(table.labels) if x in names and p not in used]
    truth = np.array([names.index(table.labels[place]) for place in meant], int)
    if not meant:
        meant, truth = [], np.zeros(0, int)
    for kind in MEANT:
        yield kind, meant, kind, truth
    other = [
        p for p, x in enumerate(table.labels) if x not in names and x not in unused
    ]
    yield "clean", other, OWN_OTHER, np.full(len(other), -1)
    for kind in ("unmeant", *TEST_KINDS):
        count = len(table.seconds[kind])
        yield kind, range(count), kind, np.full(count, -1)


def _find_above_room(table: Table, kind: str, places: Sequence[int]) -> Numbers:
    if kind != "noisy":
        return np.full(len(places), np.inf)
    return np.array([table.above_noise[place] for place in places], np.float64)


class _Teaching:
    """One lesson of one person."""

    def __init__(self, table: Table, taught: Taught) -> None:
        self._table = table
        self._count = len(table.labels)
        self._taught = list(taught.sounds.values())
        self._nothing = self._add_copies(taught.nothing)
        self._spreads = [self._measure_spreads(clips) for clips in self._taught]
        clean = table.seconds["clean"]
        self._seconds = [float(np.median(clean[list(c)])) for c in self._taught]

    def measure(self, kind: str, places: Sequence[int]) -> Numbers:
        """Return the numbers of clips of one kind."""
        return self._measure(kind, places, self._taught, self._spreads)

    def judge_examples(self) -> tuple[Numbers, np.ndarray]:
        """Return the numbers of each example by all others, and its sound."""
        found, own = [], []
        for sound, clips in enumerate(self._taught):
            for clip in clips:
                taught, spreads = list(self._taught), list(self._spreads)
                taught[sound] = tuple(c for c in clips if c != clip)
                spreads[sound] = self._measure_spreads(taught[sound])
                found.append(self._measure("clean", [clip], taught, spreads))
                own.append(sound)
        return np.concatenate(found), np.array(own)

    def _measure(
        self,
        kind: str,
        places: Sequence[int],
        taught: Sequence[tuple[int, ...]],
        spreads: Sequence[Sequence[Spread]],
    ) -> Numbers:
        rows = list(places)
        if not rows:
            return np.zeros((0, len(taught), len(PARTS) * VIEWS + LENGTHS))
        by_part = [self._table.distances[part][kind][rows] for part in PARTS]
        columns = [self._add_copies(clips) for clips in taught]
        nearness = np.stack(
            [np.stack([find_nearness(d[:, c]) for c in columns], 1) for d in by_part],
            -1,
        )
        nothing = None
        if self._nothing:
            nearest = [d[:, self._nothing].min(1) for d in by_part]
            nothing = np.stack(nearest, 1).astype(np.float64)
        seconds = self._table.seconds[kind][rows]
        lengths = np.log(seconds[:, None] / np.array(self._seconds))
        return build_numbers(nearness, spreads, nothing, lengths)

    def _measure_spreads(self, clips: tuple[int, ...]) -> list[Spread]:
        spreads = []
        for part in PARTS:
            distances = self._table.distances[part]
            own = [
                find_nearness(
                    distances["clean"][
                        clip, self._add_copies([c for c in clips if c != clip])
                    ]
                )
                for clip in clips
            ]
            strangers = find_nearness(distances[STRANGERS][:, self._add_copies(clips)])
            spreads.append(measure_spread(np.array(own), strangers))
        return spreads

    def _add_copies(self, clips: Sequence[int]) -> list[int]:
        """Return the columns of clips and of the same in noise."""
        return [*clips, *(clip + self._count for clip in clips)]
