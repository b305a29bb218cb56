"""Excerpts of people's sentences: words as they are said among others, cut out.

An answer that a person gives in a sentence, or that begins and ends abruptly, sounds
otherwise than a word read alone. Where each word stands is found by the network of a
model. Those of people who are trained on are trained on, the others are measured.
"""

import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np

from acoustic_model.data.meaning import find_meaning, is_meant
from acoustic_model.data.pronunciation import find_units
from acoustic_model.data.recordings import RATE, Clip, Sound, find_clips, read_sound
from acoustic_model.errors import RecipeError
from local_voice.own_sounds.shipped_network import SUBSAMPLING, Affine, Matrix

FOLDER, LISTING = "excerpts", "excerpts.csv"
MOST_WORDS = 5
BY_CHANCE = 3
"""Excerpts of a sentence that may be any of its words, beside those that are meant."""
LONG_ENOUGH = 0.12
"""Seconds."""
AROUND = 0.12
"""Seconds kept before the first and behind the last sound, where nobody speaks."""
UNSURE = -2.5
"""Mean logarithm of a sound's probability, below which a sentence is left out: its
words may be others, or stand elsewhere."""
HOP = SUBSAMPLING / 100
"""Seconds from one output of the network to the next."""


@dataclass(frozen=True)
class Excerpt:
    """Words of a sentence, and from which to which second they are said."""

    words: str
    start: float
    end: float


def align(likely: Matrix, units: Sequence[int]) -> tuple[list[tuple[int, int]], float]:
    """Return first and last output of each unit on the best path, and its score.

    `likely` are log probabilities (outputs, units), of which 0 is blank; there are
    outputs enough for every unit and a blank on both sides of it.
    """
    states = 2 * len(units) + 1
    labels = np.zeros(states, int)
    labels[1::2] = units
    # Over the blank between two units, unless they are equal.
    skips = np.zeros(states, bool)
    skips[3::2] = labels[3::2] != labels[1:-2:2]
    best = np.full(states, -np.inf)
    best[:2] = likely[0, labels[:2]]
    came = np.zeros((len(likely), states), np.int8)
    for at in range(1, len(likely)):
        one, two = np.full(states, -np.inf), np.full(states, -np.inf)
        one[1:], two[2:] = best[:-1], best[:-2]
        ways = np.stack([best, one, np.where(skips, two, -np.inf)])
        came[at] = ways.argmax(0)
        best = ways.max(0) + likely[at, labels]
    state = states - 1 if best[-1] >= best[-2] else states - 2
    score, path = float(best[state]), [state]
    for at in range(len(likely) - 1, 0, -1):
        state -= int(came[at, state])
        path.append(state)
    path.reverse()
    spoken = np.arange(1, states, 2)
    firsts = np.searchsorted(path, spoken).tolist()
    lasts = (np.searchsorted(path, spoken, side="right") - 1).tolist()
    return list(zip(firsts, lasts, strict=True)), score


def find_words(likely: Matrix, words: Sequence[str]) -> list[Excerpt]:
    """Return each word with its place; empty where the network is unsure of them."""
    units = find_units(" ".join(words))
    if units is None or 2 * len(units) + 1 > len(likely):
        return []
    lengths = [len(find_units(word) or ()) for word in words]
    ends = list(accumulate(lengths))
    if not all(lengths) or ends[-1] != len(units):
        return []
    spans, score = align(likely, units)
    if score < UNSURE * len(units):
        return []
    whole = [
        (spans[end - length][0] * HOP, (spans[end - 1][1] + 1) * HOP)
        for length, end in zip(lengths, ends, strict=True)
    ]
    # Two words part in the middle between their sounds, unless there is a pause.
    middles = [(a[1] + b[0]) / 2 for a, b in pairwise(whole)]
    starts = [0.0, *middles]
    return [
        Excerpt(word, max(start, first - AROUND), min(end, last + AROUND))
        for word, (first, last), start, end in zip(
            words, whole, starts, [*middles, len(likely) * HOP], strict=True
        )
    ]


def choose_excerpts(
    words: Sequence[Excerpt], rng: np.random.Generator
) -> list[Excerpt]:
    """Return every phrase that means something, and some others by chance."""
    every = [
        Excerpt(" ".join(w.words for w in words[a:b]), words[a].start, words[b - 1].end)
        for a in range(len(words))
        for b in range(a + 1, min(a + MOST_WORDS, len(words)) + 1)
        if b - a < len(words)
    ]
    every = [excerpt for excerpt in every if excerpt.end - excerpt.start >= LONG_ENOUGH]
    meant = [excerpt for excerpt in every if is_meant(excerpt.words)]
    others = [excerpt for excerpt in every if not find_meaning(excerpt.words)]
    chance = rng.permutation(len(others))[:BY_CHANCE]
    return meant + [others[number] for number in sorted(chance)]


def cut_excerpts(data: Path, work: Path, layers: Sequence[Affine], part: str) -> None:
    """Write the excerpts of the sentences of one part, and a listing.

    Raises RecipeError where there are no such sentences.
    """
    clips = _find_sentences(data, part)
    # Only here, so that the rest can be tested without the extra.
    import soundfile

    from acoustic_model.data.features import compute_likelihoods

    folder = work / FOLDER / part
    folder.mkdir(parents=True, exist_ok=True)
    rows: list[tuple[str, str, str]] = []
    for number, clip in enumerate(clips):
        sound = read_sound(clip.path)
        words = find_words(compute_likelihoods(layers, sound), clip.said.split())
        for excerpt in choose_excerpts(words, np.random.default_rng([13, number])):
            name = f"{len(rows):05d}.flac"
            soundfile.write(folder / name, _cut(sound, excerpt), RATE, subtype="PCM_16")
            rows.append((name, excerpt.words, clip.speaker))
    with (folder / LISTING).open("w", encoding="utf-8", newline="") as listing:
        csv.writer(listing, lineterminator="\n").writerows(rows)
    print(f"{folder}: {len(rows)} excerpts of {len(clips)} sentences", file=sys.stderr)


def _find_sentences(data: Path, part: str) -> list[Clip]:
    found = find_clips(data)
    clips = [c for c in found if (c.source, c.part) == ("transcribed", part)]
    if not clips:
        raise RecipeError(
            f"{data / 'transcribed'}: holds no sentence of the part {part}. Excerpts "
            "are cut out of transcribed sentences. Add recordings of more speakers, "
            "and their words to transcripts.csv."
        )
    return clips


def _cut(sound: Sound, excerpt: Excerpt) -> Sound:
    return sound[max(0, round(excerpt.start * RATE)) : round(excerpt.end * RATE)]


def find_excerpts(work: Path, part: str) -> Iterator[Clip]:
    """Yield the excerpts that were cut of one part."""
    listing = work / FOLDER / part / LISTING
    if listing.is_file():
        with listing.open(encoding="utf-8", newline="") as lines:
            for name, words, speaker in csv.reader(lines):
                yield Clip(listing.with_name(name), words, speaker, "excerpts")
