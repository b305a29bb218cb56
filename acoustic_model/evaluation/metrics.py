"""What became of the trials: counted by group, and as tables."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from acoustic_model.errors import RecipeError

if TYPE_CHECKING:
    from acoustic_model.evaluation.decoder import Heard
    from acoustic_model.evaluation.trials import Trial

SYNTHETIC = "synthetic: "
"""How the groups of synthetic phrases begin."""
ANSWERS = {"yes", "no"}
# One command in the interview.
SAME = {"why": "help"}
# Two standard deviations: 95 of 100 such intervals hold the true share.
DEVIATIONS = 1.96


@dataclass(frozen=True)
class Outcome:
    """One trial and what came of it."""

    group: str
    wanted: str
    """The meaning of what was said; empty when it was not meant for us."""
    found: str
    """The meaning of what was heard; empty for no phrase."""
    said: str
    text: str
    voice: str
    kind: str
    value: float
    milliseconds: float
    seconds: float


def outcome_of(trial: Trial, heard: Heard, meanings: dict[str, str]) -> Outcome:
    """One trial with what was heard in it."""
    wanted, found = trial.meaning, meanings.get(heard.phrase, "")
    return Outcome(
        trial.group,
        SAME.get(wanted, wanted),
        SAME.get(found, found),
        trial.said,
        heard.text,
        trial.voice,
        trial.kind,
        trial.value,
        round(heard.milliseconds, 2),
        round(heard.seconds, 2),
    )


@dataclass
class Figures:
    """The outcomes of one group."""

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
    """What was heard where a meaning was missed or invented."""

    def count(self, one: Outcome) -> None:
        """Add one outcome."""
        self.clips += 1
        if one.wanted and one.found == one.wanted:
            self.right += 1
            return
        if one.wanted or one.found:
            self.texts[f"{one.said} > {one.text or '(nothing)'}"] += 1
        if one.found:
            self.other += 1
            self.answered += one.found in ANSWERS
            self.swapped += one.found in ANSWERS and one.wanted in ANSWERS


def by_group(outcomes: Iterable[Outcome]) -> dict[str, Figures]:
    """The figures of each group, and of each synthetic voice."""
    groups: dict[str, Figures] = {}
    for one in outcomes:
        names = [one.group]
        if one.voice and one.wanted:
            names.append(f"{SYNTHETIC}by voice {one.voice}")
        for name in names:
            groups.setdefault(name, Figures(bool(one.wanted))).count(one)
    return groups


def percent(part: int, whole: int) -> str:
    """A share for people."""
    return f"{100 * part / whole:.1f} %" if whole else "none"


def interval(part: int, whole: int) -> tuple[float, float]:
    """Wilson's interval of a share, in per cent."""
    if not whole:
        return 0.0, 100.0
    square = DEVIATIONS**2
    share, size = part / whole, whole + square
    middle = (part + square / 2) / size
    half = DEVIATIONS / size * math.sqrt(whole * share * (1 - share) + square / 4)
    return 100 * max(0.0, middle - half), 100 * min(1.0, middle + half)


def measured_share(part: int, whole: int) -> str:
    """A share with its size and its interval, for a cell of a table."""
    low, high = interval(part, whole)
    return f"{percent(part, whole)} of {whole} ({low:.0f} to {high:.0f} %)"


def tables(groups: dict[str, Figures]) -> Iterator[str]:
    """Two tables: what was meant for us, and what was not."""
    yield (
        "| meant for us | clips | heard right | 95 of 100 lie in | yes and no swapped "
        "| other phrase |"
    )
    yield "|---|---|---|---|---|---|"
    for name, it in groups.items():
        if it.meant:
            low, high = interval(it.right, it.clips)
            cells = (
                name,
                it.clips,
                percent(it.right, it.clips),
                f"{low:.0f} to {high:.0f} %",
                it.swapped,
                it.other - it.swapped,
            )
            yield "| " + " | ".join(map(str, cells)) + " |"
    yield ""
    yield "| not meant for us | clips | taken for yes or no | taken for any phrase |"
    yield "|---|---|---|---|"
    for name, it in groups.items():
        if not it.meant:
            taken = f"{it.answered} ({percent(it.answered, it.clips)})"
            anyhow = f"{it.other} ({percent(it.other, it.clips)})"
            yield f"| {name} | {it.clips} | {taken} | {anyhow} |"


def save(outcomes: list[Outcome], path: Path) -> None:
    """Keep the outcomes for the pictures."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(one) for one in outcomes]), encoding="utf-8")


def saved(path: Path) -> list[Outcome]:
    """The outcomes of an earlier evaluation."""
    if not path.is_file():
        raise RecipeError(
            f"{path}: is missing. Pictures are drawn of an evaluation. Run python -m "
            "acoustic_model evaluate with the same --work first."
        )
    return [Outcome(**one) for one in json.loads(path.read_text("utf-8"))]
