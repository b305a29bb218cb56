"""Step 4: the figures of a model, printed, and written into its card if asked."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np

from acoustic_model.data.vocabulary import read_vocabulary
from acoustic_model.errors import RecipeError
from acoustic_model.evaluation.decoder import Decoder
from acoustic_model.evaluation.metrics import (
    Figures,
    Outcome,
    count_by_group,
    is_newer,
    load_outcomes,
    render_tables,
    save_outcomes,
    write_figures,
)
from acoustic_model.evaluation.trials import Spoken, build_all_trials
from local_voice.asr.grammar import GrammarState

OUTCOMES = "outcomes-{part}.json"
FREQUENT = 25


def evaluate(
    data: Path,
    spoken: Spoken,
    model: Path,
    part: str,
    card: bool = False,
    only: str = "",
) -> None:
    """Print the tables; `card` also writes them into the model's CARD.md.

    The outcomes are kept in the work folder, for the plots of `report`, and used
    again as long as the model is the same. `only` those groups are decoded that have
    these words in their name; nothing is kept of them.
    """
    if card and only:
        raise RecipeError(
            "--only: does not go with --card, which has all groups. Leave out one."
        )
    if card and part != "test":
        raise RecipeError(
            "--card: goes only with --part test. The card has figures of people on "
            "whom nothing was tuned. Leave out --part."
        )
    with closing(Decoder(model)) as decoder:
        stored = spoken.work / OUTCOMES.format(part=part)
        if only:
            outcomes = _decode(decoder, data, spoken, part, only)
        elif is_newer(stored, model):
            outcomes = load_outcomes(stored)
        else:
            outcomes = _decode(decoder, data, spoken, part, "")
            save_outcomes(outcomes, stored)
        costs = [*_render_costs(outcomes, decoder, model)]
    groups = count_by_group(outcomes)
    text = "\n".join([*render_tables(groups), "", *costs])
    print(text)
    print("", *_render_mistakes(groups), sep="\n")
    if card:
        write_figures(model / "CARD.md", text, "evaluate --card")


def _decode(
    decoder: Decoder, data: Path, spoken: Spoken, part: str, only: str
) -> list[Outcome]:
    """Decode trials while a question is open; other phrases are not spoken."""
    every = read_vocabulary()
    phrases = decoder.grammars[GrammarState.ANSWER].phrases
    meanings = {p: m for p, m in every.meanings.items() if p in phrases}
    vocabulary = replace(every, meanings=meanings)
    trials = build_all_trials(data, part, vocabulary, spoken)
    return decoder.decode_all(trial for trial in trials if only in trial.group)


def _render_costs(
    outcomes: list[Outcome], decoder: Decoder, model: Path
) -> Iterator[str]:
    per_second = [one.milliseconds / one.seconds for one in outcomes]
    middle, slow = np.median(per_second), np.percentile(per_second, 95)
    size = sum(p.stat().st_size for p in model.rglob("*") if p.is_file())
    memory = decoder.resident_bytes / 1e6
    yield "| cost | |"
    yield "|---|---|"
    yield f"| decoding one second of audio, median | {middle:.0f} ms |"
    yield f"| the same, 95th percentile | {slow:.0f} ms |"
    yield f"| loading the model | {decoder.load_seconds:.2f} s |"
    yield f"| memory of a process with the model, resident | {memory:.0f} MB |"
    yield f"| size on disk | {size / 1e6:.1f} MB |"


def _render_mistakes(groups: dict[str, Figures]) -> Iterator[str]:
    counts = sum((figures.texts for figures in groups.values()), Counter[str]())
    yield "most frequent mistakes (said > heard):"
    for text, count in counts.most_common(FREQUENT):
        yield f"{count:5d}  {text}"
