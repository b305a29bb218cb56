"""Step 4: the figures of a model, printed, and written into its card if asked."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from acoustic_model.card import write_figures
from acoustic_model.errors import RecipeError
from acoustic_model.hearing import Ear, Heard
from acoustic_model.trials import Trial, all_trials
from acoustic_model.vocabulary import Vocabulary, read_vocabulary

ANSWERS = {"yes", "no"}
# Not listened for while a question is open, so not measured.
NOT_IN_ANSWERS = {"wake"}
# One command in the interview.
SAME = {"why": "help"}


@dataclass
class Figures:
    """What became of the trials of one group."""

    meant: bool
    """Whether the clips were meant for us."""
    clips: int = 0
    right: int = 0
    swapped: int = 0
    """Yes as no, or no as yes."""
    answered: int = 0
    """Taken for a yes or a no, wrongly."""
    other: int = 0
    """Taken for any phrase of a wrong meaning, yes and no among them."""
    texts: Counter[str] = field(default_factory=Counter)
    """What was heard where it was wrong."""

    def count(self, trial: Trial, heard: Heard, meaning: str) -> None:
        """Add one decoding; `meaning` is what was heard, empty for no phrase."""
        self.clips += 1
        wanted = SAME.get(trial.meaning, trial.meaning)
        found = SAME.get(meaning, meaning)
        if wanted and found == wanted:
            self.right += 1
            return
        self.texts[f"{trial.said} > {heard.text or '(nothing)'}"] += 1
        if found:
            self.other += 1
            self.answered += found in ANSWERS
            self.swapped += found in ANSWERS and wanted in ANSWERS


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "none"


def _rows(groups: dict[str, Figures]) -> Iterator[str]:
    yield "| meant for us | clips | heard right | yes and no swapped | other phrase |"
    yield "|---|---|---|---|---|"
    for name, it in groups.items():
        if it.meant:
            right, other = _percent(it.right, it.clips), it.other - it.swapped
            yield f"| {name} | {it.clips} | {right} | {it.swapped} | {other} |"
    yield ""
    yield "| not meant for us | clips | taken for yes or no | taken for any phrase |"
    yield "|---|---|---|---|"
    for name, it in groups.items():
        if not it.meant:
            taken = f"{it.answered} ({_percent(it.answered, it.clips)})"
            anyhow = f"{it.other} ({_percent(it.other, it.clips)})"
            yield f"| {name} | {it.clips} | {taken} | {anyhow} |"


def _speed_rows(times: list[Heard], ear: Ear, model: Path) -> Iterator[str]:
    per_second = [heard.milliseconds / heard.seconds for heard in times]
    size = sum(p.stat().st_size for p in model.rglob("*") if p.is_file()) / 1e6
    middle, slow = np.median(per_second), np.percentile(per_second, 95)
    yield "| cost | |"
    yield "|---|---|"
    yield f"| decoding one second of audio, median | {middle:.0f} ms |"
    yield f"| the same, 95th percentile | {slow:.0f} ms |"
    yield f"| loading the model | {ear.load_seconds:.2f} s |"
    yield f"| size on disk | {size:.1f} MB |"


def measure(
    ear: Ear, trials: Iterator[Trial]
) -> tuple[dict[str, Figures], list[Heard]]:
    """Decode all trials."""
    meanings = read_vocabulary().meanings
    groups: dict[str, Figures] = {}
    times: list[Heard] = []
    for trial in trials:
        heard = ear.hear(trial.sound)
        times.append(heard)
        names = [trial.group]
        if trial.voice:
            names.append(f"synthetic, by voice: {trial.voice}")
        for name in names:
            figures = groups.setdefault(name, Figures(bool(trial.meaning)))
            figures.count(trial, heard, meanings.get(heard.phrase, ""))
        if len(times) % 1000 == 0:
            print(f"{len(times)} clips decoded", file=sys.stderr)
    return groups, times


def evaluate(data: Path, work: Path, model: Path, part: str, card: bool) -> None:
    """Print the tables; `card` also writes them into the model's CARD.md."""
    if card and part != "test":
        raise RecipeError(
            "--card: goes only with --part test. The card has figures of people on "
            "whom nothing was tuned. Leave out --part."
        )
    every = read_vocabulary()
    vocabulary = Vocabulary(
        {p: m for p, m in every.meanings.items() if m not in NOT_IN_ANSWERS},
        every.decoys,
    )
    decoys = (model / "decoys.txt").read_text("utf-8").split()
    ear = Ear(model, vocabulary.phrases, decoys)
    groups, times = measure(ear, all_trials(data, work, part, vocabulary))
    table = "\n".join([*_rows(groups), "", *_speed_rows(times, ear, model)])
    print(table)
    mistakes: Counter[str] = Counter()
    for figures in groups.values():
        mistakes.update(figures.texts)
    print("\nmost frequent mistakes (said > heard):")
    for text, count in mistakes.most_common(25):
        print(f"{count:5d}  {text}")
    if card:
        write_figures(model / "CARD.md", table)
