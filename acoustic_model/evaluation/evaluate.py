"""Step 4: the figures of a model, printed, and written into its card if asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from acoustic_model.data.augmentation import held_out_noises
from acoustic_model.data.recordings import find_clips, find_noises
from acoustic_model.data.vocabulary import Vocabulary, read_vocabulary
from acoustic_model.errors import RecipeError
from acoustic_model.evaluation.by_state import ANSWER, listened_for
from acoustic_model.evaluation.card import write_figures
from acoustic_model.evaluation.decoder import VoskEar
from acoustic_model.evaluation.measurement import (
    columns,
    hear_all,
    memory_of,
    newest,
    size_of,
)
from acoustic_model.evaluation.metrics import (
    ANSWERS,
    Figures,
    Outcome,
    by_group,
    save,
    saved,
    tables,
)
from acoustic_model.evaluation.side_by_side import MEASURED_HARD, side_by_side
from acoustic_model.evaluation.trials import (
    Trial,
    all_trials,
    hard_trials,
    real_trials,
    thinned,
)

OUTCOMES = "outcomes-{part}.json"
FREQUENT = 25
BESIDE = "evaluate --card, side by side"


def _decoys(model: Path) -> list[str]:
    listing = model / "decoys.txt"
    if not listing.is_file():
        raise RecipeError(
            f"{model}: holds no decoys.txt. The model under test is one that export "
            "wrote. Give any other Vosk model with --also."
        )
    return listing.read_text("utf-8").split()


def _cost_rows(outcomes: list[Outcome], ear: VoskEar, model: Path) -> Iterator[str]:
    per_second = [one.milliseconds / one.seconds for one in outcomes]
    middle, slow = np.median(per_second), np.percentile(per_second, 95)
    yield "| cost | |"
    yield "|---|---|"
    yield f"| decoding one second of audio, median | {middle:.0f} ms |"
    yield f"| the same, 95th percentile | {slow:.0f} ms |"
    yield f"| loading the model | {ear.load_seconds:.2f} s |"
    memory = memory_of("vosk", model, ear.grammar) / 1e6
    yield f"| memory of a process with the model, resident | {memory:.0f} MB |"
    yield f"| size on disk | {size_of(model) / 1e6:.1f} MB |"


def _mistakes(groups: dict[str, Figures]) -> Iterator[str]:
    counted: Counter[str] = Counter()
    for figures in groups.values():
        counted.update(figures.texts)
    yield "most frequent mistakes (said > heard):"
    for text, count in counted.most_common(FREQUENT):
        yield f"{count:5d}  {text}"


def _compared(
    data: Path, part: str, vocabulary: Vocabulary, every: int
) -> Iterator[Trial]:
    """What every engine is measured on: real people, noise, and one hardship."""
    yield from islice(thinned(real_trials(data, part, vocabulary)), 0, None, every)
    clips = [c for c in find_clips(data) if c.part == part and c.said in ANSWERS]
    noises = held_out_noises(find_noises(data))
    for trial in hard_trials(clips[::every], noises, np.random.default_rng(5)):
        if (trial.kind, trial.value) in MEASURED_HARD:
            yield trial


def _figures(data: Path, work: Path, model: Path, part: str) -> str:
    """The tables of all groups; keeps the outcomes for the pictures."""
    vocabulary = listened_for(ANSWER, read_vocabulary())
    decoys = _decoys(model)
    ear = VoskEar(model, vocabulary.phrases, decoys, "Back Talk")
    kept = work / OUTCOMES.format(part=part)
    if kept.is_file() and kept.stat().st_mtime > newest(model):
        outcomes = saved(kept)
    else:
        outcomes = hear_all(ear, all_trials(data, work, part, vocabulary), vocabulary)
        save(outcomes, kept)
    groups = by_group(outcomes)
    text = "\n".join([*tables(groups), "", *_cost_rows(outcomes, ear, model)])
    print(text)
    print("", *_mistakes(groups), sep="\n")
    return text


def _beside(
    data: Path, work: Path, model: Path, part: str, also: list[Path], every: int
) -> str:
    """The table of all engines, over every so-many-th clip."""
    vocabulary = listened_for(ANSWER, read_vocabulary())
    decoys = _decoys(model)
    few = list(_compared(data, part, vocabulary, every))
    found = list(columns(model, also, decoys, vocabulary, lambda: few))
    text = "\n".join(side_by_side(found))
    print(text)
    return text


def evaluate(
    data: Path,
    work: Path,
    model: Path,
    part: str,
    also: list[Path],
    card: bool,
    only: str,
    every: int,
) -> None:
    """Print the tables; `card` also writes them into the model's CARD.md.

    The outcomes are kept in the work folder, for the pictures of `report`, and used
    again as long as the model is the same.
    """
    if card and part != "test":
        raise RecipeError(
            "--card: goes only with --part test. The card has figures of people on "
            "whom nothing was tuned. Leave out --part."
        )
    if only != "beside":
        text = _figures(data, work, model, part)
        if card:
            write_figures(model / "CARD.md", text)
    if only != "figures":
        text = _beside(data, work, model, part, also, every)
        if card:
            write_figures(model / "CARD.md", text, BESIDE)
