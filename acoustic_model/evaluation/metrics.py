"""Recognition metrics per group, their Markdown tables, and their place in the card."""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from acoustic_model.errors import RecipeError

SYNTHETIC = "synthetic: "
"""How the groups of synthetic phrases begin."""
NATURAL = f"{SYNTHETIC}all natural voices"
NATURAL_ENGINE = "kokoro:"
"""Its voices sound most like people."""
ANSWERS = {"yes", "no"}
DEVIATIONS = 1.96
"""Standard deviations: 95 of 100 such intervals hold the true share."""
BEGIN = "<!-- figures: written by python -m acoustic_model {command} -->"
END = "<!-- end of figures -->"


@dataclass(frozen=True)
class Outcome:
    """One trial and what came of it."""

    group: str
    wanted: str
    """The meaning of what was said; empty when it was not meant for us."""
    found: str
    """The meaning of the recogniser's text; empty when it has none."""
    said: str
    text: str
    voice: str
    kind: str
    value: float
    milliseconds: float
    """Time that the engine took."""
    seconds: float
    """Length of the sound that it took them for."""


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
    """Texts where a meaning was missed or invented, with their counts."""

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


def count_by_group(outcomes: Iterable[Outcome]) -> dict[str, Figures]:
    """Count the figures of each group, and of each synthetic voice."""
    groups: dict[str, Figures] = {}
    for one in outcomes:
        names = [one.group]
        if one.voice and one.wanted:
            names.append(f"{SYNTHETIC}by voice {one.voice}")
            if one.voice.startswith(NATURAL_ENGINE):
                names.append(NATURAL)
        for name in names:
            groups.setdefault(name, Figures(bool(one.wanted))).count(one)
    return groups


def count_by_voice(outcomes: Iterable[Outcome]) -> dict[str, list[bool]]:
    """Return by synthetic voice whether each phrase was recognised."""
    right: dict[str, list[bool]] = defaultdict(list)
    for one in outcomes:
        if one.voice and one.wanted:
            right[one.voice].append(one.found == one.wanted)
    return right


def render_percent(part: int, whole: int) -> str:
    """Render a share with one decimal, "none" of nothing."""
    return f"{100 * part / whole:.1f} %" if whole else "none"


def get_interval(part: int, whole: int) -> tuple[float, float]:
    """Return Wilson's interval of a share, in per cent."""
    if not whole:
        return 0.0, 100.0
    square = DEVIATIONS**2
    share, size = part / whole, whole + square
    middle = (part + square / 2) / size
    half = DEVIATIONS / size * math.sqrt(whole * share * (1 - share) + square / 4)
    return 100 * max(0.0, middle - half), 100 * min(1.0, middle + half)


def render_share(part: int, whole: int) -> str:
    """Render a share with its size and its interval, for a cell of a table."""
    low, high = get_interval(part, whole)
    return f"{render_percent(part, whole)} of {whole} ({low:.0f} to {high:.0f} %)"


def render_tables(groups: dict[str, Figures]) -> Iterator[str]:
    """Yield two tables: what was meant for us, and what was not."""
    yield (
        "| meant for us | clips | heard right | 95 of 100 lie in | yes and no swapped "
        "| other phrase |"
    )
    yield "|---|---|---|---|---|---|"
    for name, it in groups.items():
        if it.meant:
            low, high = get_interval(it.right, it.clips)
            share = render_percent(it.right, it.clips)
            yield (
                f"| {name} | {it.clips} | {share} | {low:.0f} to {high:.0f} % "
                f"| {it.swapped} | {it.other - it.swapped} |"
            )
    yield ""
    yield "| not meant for us | clips | taken for yes or no | taken for any phrase |"
    yield "|---|---|---|---|"
    for name, it in groups.items():
        if not it.meant:
            taken = f"{it.answered} ({render_percent(it.answered, it.clips)})"
            anyhow = f"{it.other} ({render_percent(it.other, it.clips)})"
            yield f"| {name} | {it.clips} | {taken} | {anyhow} |"


def save_outcomes(outcomes: list[Outcome], path: Path) -> None:
    """Write the outcomes as JSON, for the plots."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(one) for one in outcomes]), encoding="utf-8")


def load_outcomes(path: Path) -> list[Outcome]:
    """Read the outcomes of an earlier evaluation; raises RecipeError without one."""
    if not path.is_file():
        raise RecipeError(
            f"{path}: is missing. Plots are drawn of an evaluation. Run python -m "
            "acoustic_model evaluate with the same --work first."
        )
    return [Outcome(**one) for one in json.loads(path.read_text("utf-8"))]


def is_newer(stored: Path, model: Path) -> bool:
    """Tell whether outcomes were stored after every file of a model was written.

    Its texts for people do not count.
    """
    files = (p for p in model.rglob("*") if p.is_file() and p.suffix != ".md")
    newest = max((p.stat().st_mtime for p in files), default=0.0)
    return stored.is_file() and stored.stat().st_mtime > newest


def write_figures(card: Path, table: str, command: str) -> None:
    """Put a command's table between its two marks; the words around it stay.

    Raises RecipeError for a card without these marks.
    """
    text = card.read_text("utf-8") if card.is_file() else ""
    begin = BEGIN.format(command=command)
    before, mark, rest = text.partition(begin)
    _, end, after = rest.partition(END)
    if not mark or not end:
        raise RecipeError(
            f"{card}: has no place for figures. They stand between the lines "
            f"{begin!r} and {END!r}. Add both lines."
        )
    card.write_text(f"{before}{begin}\n\n{table}\n\n{END}{after}", encoding="utf-8")
