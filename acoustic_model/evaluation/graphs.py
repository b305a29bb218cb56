"""Static graphs beside the engine's own grammar: one network, the same clips.

Each clip is given whole to the recogniser that ships, with silence around it and
without voice activity detection and endpointing, which are the same for both.

Every clip is of people on whom nothing was trained or tuned, but for the real phrases,
which are all there are, and part of which may have been listened to.
"""

import csv
import random
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from acoustic_model.data.augmentation import HELD_OUT_NOISE
from acoustic_model.data.channels import encode_for_telephone
from acoustic_model.data.meaning import CHECKED
from acoustic_model.data.recordings import (
    RATE,
    Clip,
    Sound,
    find_clips,
    find_noises,
    get_part,
    read_sound,
)
from acoustic_model.evaluation.decoder import Decoder, Trial
from acoustic_model.evaluation.degradation import add_noise
from acoustic_model.evaluation.metrics import (
    ANSWERS,
    Outcome,
    is_newer,
    load_outcomes,
    save_outcomes,
)
from local_voice.asr.interfaces import UNKNOWN

MOST_ANSWERS, MOST_STOPS, MOST_SILENCES = 150, 30, 30
MOST_OTHER = 400
MOST_SENTENCES = 200
SEED = 16
DECIBELS = 10.0
KINDS = ("engine's grammar", "static graphs")


@dataclass(frozen=True)
class Row:
    """One figure of both kinds."""

    name: str
    clips: int
    values: tuple[str, ...]


@dataclass(frozen=True)
class _Costs:
    """What one kind takes of a computer."""

    processor: float | None
    """Milliseconds of a processor for a second of sound, all that the engine does; None
    where outcomes were used again."""
    loading: float
    resident: float


def compare_graphs(data: Path, work: Path, model: Path, part: str, few: int) -> None:
    """Print the table; of each group every `few`-th clip only.

    The outcomes are kept in the work folder: those of the engine's own grammar are
    used again as long as the model is the same.
    """
    trials = [t for n, t in enumerate(build_trials(data, part)) if n % few == 0]
    outcomes: dict[str, list[Outcome]] = {}
    costs: list[_Costs] = []
    for kind in KINDS:
        with closing(Decoder(model, without_graphs=kind == KINDS[0])) as decoder:
            stored = work / f"graphs-{KINDS.index(kind)}-{part}-{few}.json"
            before, spent = decoder.processor_seconds, None
            if kind == KINDS[0] and is_newer(stored, model):
                outcomes[kind] = load_outcomes(stored)
            else:
                outcomes[kind] = [decoder.decode_whole(t) for t in trials]
                save_outcomes(outcomes[kind], stored)
                seconds = sum(one.seconds for one in outcomes[kind])
                spent = 1000 * (decoder.processor_seconds - before) / seconds
            size = decoder.resident_bytes / 1e6
            costs.append(_Costs(spent, decoder.load_seconds, size))
    print(f"| | clips | {' | '.join(KINDS)} |\n|---|---|---|---|")
    for row in (*build_rows(outcomes), *_build_cost_rows(outcomes, costs)):
        print(f"| {row.name} | {row.clips or ''} | {' | '.join(row.values)} |")
    print()
    for kind, found in outcomes.items():
        print(f"{kind}, mistakes (group: said > heard):")
        for one in found:
            if one.found != one.wanted:
                print(f"  {one.group}: {one.said} > {one.text or '(nothing)'}")


def build_trials(data: Path, part: str) -> Iterator[Trial]:
    """Yield the clips of all groups, always the same."""
    rng = random.Random(SEED)
    clips = [clip for clip in find_clips(data) if clip.part == part]
    spoken = [clip for clip in clips if clip.source == "speech_commands"]
    answers = []
    for word, most in (
        *((a, MOST_ANSWERS) for a in sorted(ANSWERS)),
        ("stop", MOST_STOPS),
    ):
        chosen = _choose((c for c in spoken if c.said == word), most, rng)
        yield from (Trial(word, word, read_sound(c.path)) for c in chosen)
        answers += chosen if word in ANSWERS else []
    noise = find_noises(data)[HELD_OUT_NOISE]
    for clip in answers:
        sound = read_sound(clip.path)
        start = rng.randrange(len(noise))
        mixed = add_noise(sound, noise, DECIBELS, start)
        yield Trial(f"{clip.said} at {DECIBELS:.0f} dB of noise", clip.said, mixed)
        narrow = encode_for_telephone(sound, 8)
        yield Trial(f"{clip.said} over a telephone", clip.said, narrow)
    others = [c for c in spoken if c.said not in (*ANSWERS, "stop")]
    for clip in _choose(others, MOST_OTHER, rng):
        yield Trial("other words", clip.said, read_sound(clip.path))
    silences = (c for c in clips if c.source == "silence")
    for clip in _choose(silences, MOST_SILENCES, rng):
        yield Trial("silence", "", read_sound(clip.path))
    for clip in clips:
        if clip.source == "sentences":
            yield Trial("sentences said in the room", "", read_sound(clip.path))
    yield from _build_talk_trials(data, part, rng)
    yield from _build_phrase_trials(data)


def build_rows(outcomes: Mapping[str, list[Outcome]]) -> Iterator[Row]:
    """Yield what was heard, group by group."""
    groups = dict.fromkeys(one.group for one in next(iter(outcomes.values())))
    for group in groups:
        of_kind = [
            [o for o in found if o.group == group] for found in outcomes.values()
        ]
        count = len(of_kind[0])
        meant = any(one.wanted for one in of_kind[0])
        if meant:
            yield Row(f"{group}: right", count, tuple(map(_count_right, of_kind)))
            yield Row(f"{group}: asked again", count, tuple(map(_count_asked, of_kind)))
        wrong = tuple(f"{sum(map(_is_wrong, found))}" for found in of_kind)
        name = "wrong event" if meant else "taken for anything"
        yield Row(f"{group}: {name}", count, wrong)
        if meant:
            swapped = tuple(f"{sum(map(_is_swapped, found))}" for found in of_kind)
            yield Row(f"{group}: yes and no swapped", count, swapped)
        else:
            taken = tuple(f"{sum(o.found in ANSWERS for o in f)}" for f in of_kind)
            yield Row(f"{group}: taken for yes or no", count, taken)
            asked = tuple(map(_count_asked, of_kind))
            yield Row(f"{group}: an answer and more, asked again", count, asked)


def _build_cost_rows(
    outcomes: Mapping[str, list[Outcome]], costs: Iterable[_Costs]
) -> Iterator[Row]:
    found = tuple(costs)
    per_second = [
        np.median([o.milliseconds / o.seconds for o in of_kind])
        for of_kind in outcomes.values()
    ]
    yield Row("decoding a second, median ms", 0, tuple(f"{p:.1f}" for p in per_second))
    taken = tuple(_render_processor(one) for one in found)
    yield Row("the same, ms of a processor, mean", 0, taken)
    yield Row("loading, seconds", 0, tuple(f"{one.loading:.2f}" for one in found))
    yield Row("resident, MB", 0, tuple(f"{one.resident:.1f}" for one in found))


def _render_processor(costs: _Costs) -> str:
    return "not decoded now" if costs.processor is None else f"{costs.processor:.1f}"


def _count_right(found: Iterable[Outcome]) -> str:
    return f"{sum(o.found == o.wanted for o in found)}"


def _count_asked(found: Iterable[Outcome]) -> str:
    """Count what settles nothing and is not lost: the question comes again."""
    return f"{sum(map(_is_asked, found))}"


def _is_asked(one: Outcome) -> bool:
    words = one.text.split()
    has_answer = UNKNOWN in words and not ANSWERS.isdisjoint(words)
    return one.found == CHECKED or (not one.found and has_answer)


def _is_wrong(one: Outcome) -> bool:
    return bool(one.found) and one.found not in (one.wanted, CHECKED)


def _is_swapped(one: Outcome) -> bool:
    return {one.found, one.wanted} == ANSWERS


def _choose(clips: Iterable[Clip], most: int, rng: random.Random) -> list[Clip]:
    found = sorted(clips, key=lambda clip: str(clip.path))
    return rng.sample(found, min(most, len(found)))


def _build_talk_trials(data: Path, part: str, rng: random.Random) -> Iterator[Trial]:
    """Yield transcribed sentences of held-out people, none of them meant for us."""
    folder = data / "transcribed"
    rows = [r for r in _read_rows(folder / "transcripts.csv") if _is_of(r, part)]
    for row in rng.sample(rows, min(MOST_SENTENCES, len(rows))):
        trial = Trial(
            "sentences of other talk", row["words"], _read(folder / row["file"])
        )
        # A sentence may hold a phrase, or be one.
        if not trial.meaning:
            yield trial


def _build_phrase_trials(data: Path) -> Iterator[Trial]:
    folder = data / "phrases"
    for row in _read_rows(folder / "phrases.csv"):
        trial = Trial(
            f"real phrases, {row['corpus']}", row["words"], _read(folder / row["file"])
        )
        if trial.meaning and row["words"] not in ANSWERS:
            yield trial


def _is_of(row: Mapping[str, str], part: str) -> bool:
    return get_part(row["speaker"]) == part


def _read_rows(listing: Path) -> list[dict[str, str]]:
    if not listing.is_file():
        return []
    with listing.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _read(path: Path) -> Sound:
    """Read a clip of any length; its rate is the recipe's."""
    sound = read_sound(path)
    return sound if len(sound) else np.zeros(RATE, np.float32)
