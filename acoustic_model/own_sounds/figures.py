"""The figures of the card: what is heard, swapped and taken, beside its bars."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from acoustic_model.own_sounds.danger import measure_danger
from acoustic_model.own_sounds.fitting import (
    Groups,
    find_separation,
    judge,
)
from acoustic_model.own_sounds.lessons import MEANT, OWN_OTHER, TEST_KINDS, Lesson
from local_voice.own_sounds.scoring import DecisionModel, Limit

NAMES = {
    "words": "real words",
    "slow": "slow words (simulated)",
    "sounds": "mouth sounds (synthetic)",
    "digits": "digits, real",
    "slow_digits": "digits, slow (simulated)",
    "foreign": "other languages (synthetic voices)",
}
BARS = {"words": (97, 0.2, 3), "slow": (93, 0.2, 10), "sounds": (96, 0.2, 8)}
"""Per cent: heard at the least, swapped and own other sounds taken at the most."""
DEADLY, DEADLY_IN_NOISE = 0.1, 0.3
"""Per cent of yes that end as a no at a danger sign, at the most."""
TWINS, WARNED = 95, 5
"""Per cent of twins noticed at the least, of good pairs warned of at the most."""
OTHERS = (OWN_OTHER, "unmeant", *TEST_KINDS)
Shares = Mapping[str, float]


@dataclass(frozen=True)
class Bar:
    """One figure beside what it must reach."""

    name: str
    value: float
    bar: float
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        """Tell whether the figure is good enough."""
        return self.value >= self.bar if self.at_least else self.value <= self.bar


def measure_shares(
    model: DecisionModel, lessons: Sequence[Lesson], limit: Limit
) -> Shares:
    """Return per cent by kind of clip: heard and swapped, or taken for an answer."""
    kinds, right, wrong = [], [], []
    for lesson in lessons:
        best, score, lead = judge(model, lesson)
        taken = (score >= limit.score) & (lead >= limit.lead)
        kinds.append(lesson.kinds)
        right.append(taken & (best == lesson.truth))
        wrong.append(taken & (best != lesson.truth))
    of, heard, other = map(np.concatenate, (kinds, right, wrong))
    shares = {}
    for kind in MEANT:
        shares[kind] = _get_percent(heard[of == kind])
        shares[f"{kind} swapped"] = _get_percent(other[of == kind])
    shares |= {kind: _get_percent(other[of == kind]) for kind in OTHERS}
    return shares


def render_shares(model: DecisionModel, groups: Groups) -> Iterator[str]:
    """Yield the rows of the table of both limits."""
    heads = ["heard", "swapped", "10 dB: heard", "swapped", "other room: heard"]
    heads += ["own other", "unmeant", "others' words", "talk", "noise", "household"]
    yield f"| limit, people, answers | {' | '.join(heads)} |"
    yield "|---" * (len(heads) + 1) + "|"
    columns = ("clean", "clean swapped", "noisy", "noisy swapped", "far", *OTHERS)
    for name, limit in (("usual", model.usual), ("sure", model.sure)):
        for group, lessons in groups.items():
            shares = measure_shares(model, lessons, limit)
            people = len({lesson.person for lesson in lessons})
            count = sum((lesson.kinds == "clean").sum() for lesson in lessons)
            row = " | ".join(f"{shares[column]:.1f}" for column in columns)
            yield f"| {name}, {NAMES[group]}, {people}, {count} | {row} |"


def find_bars(model: DecisionModel, groups: Groups, twins: Groups) -> Iterator[Bar]:
    """Yield every figure that has a bar, on people who chose nothing."""
    for group, (heard, swapped, other) in BARS.items():
        lessons = groups[group]
        shares = measure_shares(model, lessons, model.usual)
        name = NAMES[group]
        yield Bar(f"{name}: heard", shares["clean"], heard, at_least=True)
        yield Bar(f"{name}: swapped", shares["clean swapped"], swapped)
        yield Bar(f"{name}: own other sounds taken", shares[OWN_OTHER], other)
        for kind, bar in (("clean", DEADLY), ("noisy", DEADLY_IN_NOISE)):
            found = measure_danger(model, lessons, kind)
            share = 100 * found.missed / max(1, found.meant_yes)
            where = "at 10 dB" if kind == "noisy" else "in quiet"
            yield Bar(
                f"{name}: yes meant, no taken at a danger sign, {where} "
                f"({found.missed} of {found.meant_yes}; a no not taken "
                f"{100 * found.alarms / max(1, found.meant_no):.1f} %)",
                share,
                bar,
            )
        warned = _get_percent([_is_alike(model, lesson) for lesson in lessons])
        yield Bar(f"{name}: good pairs warned of", warned, WARNED)
        if twins.get(group):
            noticed = _get_percent([_is_alike(model, one) for one in twins[group]])
            what = f"{name}: one sound under two names noticed"
            yield Bar(f"{what} (of {len(twins[group])})", noticed, TWINS, at_least=True)


def render_bars(bars: Sequence[Bar]) -> Iterator[str]:
    """Yield the rows of the table of bars."""
    yield "| on people who chose nothing | per cent | bar | |"
    yield "|---|---|---|---|"
    for bar in bars:
        sign = ">=" if bar.at_least else "<="
        met = "met" if bar.is_met else "**missed**"
        yield f"| {bar.name} | {bar.value:.2f} | {sign} {bar.bar:g} | {met} |"


def _is_alike(model: DecisionModel, lesson: Lesson) -> bool:
    return find_separation(model, lesson) < model.alike


def _get_percent(flags: Sequence[bool] | np.ndarray) -> float:
    return 100 * float(np.mean(flags)) if len(flags) else float("nan")
