"""Plots of an evaluation's outcomes, as SVG."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from acoustic_model.evaluation.metrics import (
    ANSWERS,
    Outcome,
    count_by_voice,
    get_interval,
)

mpl.use("svg")
# The same plot from the same figures: no dates, no chance in the file.
mpl.rcParams["svg.hashsalt"] = "back talk"
# As letters and not as their outlines: smaller, and can be read aloud.
mpl.rcParams["svg.fonttype"] = "none"
COLOURS = {"yes": "#1b6ca8", "no": "#c1440e"}
NOTHING = "(nothing)"


def _save(figure: Figure, path: Path) -> None:
    figure.savefig(path, format="svg", metadata={"Date": None}, bbox_inches="tight")


def _build_canvas(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), dpi=100)
    return figure, figure.add_subplot()


def draw_degradation(
    outcomes: Iterable[Outcome], kind: str, axis: str, path: Path
) -> None:
    """Draw the shares of yes and no recognised along a degradation, with intervals."""
    right: dict[str, dict[float, list[bool]]] = {w: defaultdict(list) for w in ANSWERS}
    for one in outcomes:
        # Other phrases than these two words go the same ways, but have no curve.
        if one.kind == kind and one.said in ANSWERS:
            right[one.wanted][one.value].append(one.found == one.wanted)
    figure, axes = _build_canvas(5.5, 3.2)
    for word, by_value in sorted(right.items()):
        values = sorted(by_value)
        counts = [(sum(by_value[value]), len(by_value[value])) for value in values]
        shares = [100 * part / whole for part, whole in counts]
        around = [get_interval(part, whole) for part, whole in counts]
        errors = [
            [max(0.0, s - low) for s, (low, _) in zip(shares, around, strict=True)],
            [max(0.0, high - s) for s, (_, high) in zip(shares, around, strict=True)],
        ]
        style = {"color": COLOURS[word], "marker": "o", "capsize": 3}
        axes.errorbar(values, shares, errors, label=word, **style)
    axes.set_xlabel(axis)
    axes.set_ylabel("heard right, %")
    axes.set_ylim(max(0, min(axes.get_ylim()[0], 80)), 101)
    axes.grid(alpha=0.3)
    axes.legend()
    _save(figure, path)


def draw_confusion(outcomes: Iterable[Outcome], path: Path) -> None:
    """Draw what was said against what was recognised, clean clips, per row."""
    pairs: Counter[tuple[str, str]] = Counter()
    for one in outcomes:
        if not one.kind:
            said = one.wanted or "not for us"
            pairs[said, one.found or NOTHING] += 1
    rows = sorted({said for said, _ in pairs})
    columns = [*(r for r in rows if r != "not for us"), NOTHING]
    totals = {row: sum(pairs[row, column] for column in columns) for row in rows}
    figure, axes = _build_canvas(0.42 * len(columns) + 2, 0.36 * len(rows) + 1)
    shares = [[100 * pairs[r, c] / max(1, totals[r]) for c in columns] for r in rows]
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=100, aspect="auto")
    axes.set_xticks(range(len(columns)), columns, rotation=60, ha="right", fontsize=7)
    axes.set_yticks(
        range(len(rows)), [f"{row} ({totals[row]})" for row in rows], fontsize=7
    )
    for y, row in enumerate(rows):
        for x, column in enumerate(columns):
            if pairs[row, column]:
                share = shares[y][x]
                ink = "white" if share > 60 else "black"
                style = {"ha": "center", "va": "center", "color": ink, "fontsize": 6}
                axes.text(x, y, f"{share:.3g}", **style)
    axes.set_xlabel("heard as")
    axes.set_ylabel("said (clips)")
    _save(figure, path)


def draw_voices(outcomes: Iterable[Outcome], path: Path) -> None:
    """Draw the share of the phrases recognised, by synthetic voice."""
    right = count_by_voice(outcomes)
    names = sorted(right)
    shares = [100 * sum(right[name]) / len(right[name]) for name in names]
    figure, axes = _build_canvas(5.5, 0.4 * len(names) + 1)
    axes.barh(names, shares, color="#4a7c59")
    style = {"ha": "right", "va": "center", "color": "w"}
    for place, share in enumerate(shares):
        axes.text(share - 1, place, f"{share:.0f} %", **style)
    axes.set_xlim(0, 100)
    axes.set_xlabel("phrases heard right, %")
    _save(figure, path)


def draw_trade_off(points: list[tuple[float, float, float]], path: Path) -> None:
    """Draw missed answers against false ones: points of (shift, missed, false) in %."""
    figure, axes = _build_canvas(5.5, 4)
    places = [(max(false, 0.05), max(missed, 0.05)) for _, missed, false in points]
    axes.plot(*zip(*places, strict=True), marker="o", color="#333333")
    for (shift, _, _), place in zip(points, places, strict=True):
        label = "shipped" if not shift else f"{shift:+g}"
        axes.annotate(label, place, (5, 5), textcoords="offset points", fontsize=8)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("other words and talk taken for yes or no, %")
    axes.set_ylabel("yes and no missed, %")
    axes.grid(alpha=0.3, which="both")
    _save(figure, path)
