"""Triage figures of a set of patients: agreement, under-triage and over-triage."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

from dialogue.engine.protocol import Urgency

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Outcome:
    """The tier that one patient needed, and the tier that was reached."""

    expected: Urgency
    actual: Urgency

    @property
    def agrees(self) -> bool:
        """Tell whether both are the same."""
        return self.expected is self.actual


@dataclass(frozen=True)
class UnderTriage:
    """How many of some patients were sent too low, by how many levels."""

    of: int
    by_levels: Counter[int]

    @property
    def missed(self) -> int:
        """Return how many there are."""
        return self.by_levels.total()

    @property
    def upper_bound(self) -> float:
        """Return the exact one-sided upper bound of the share."""
        return find_upper_bound(self.missed, self.of)


def count_agreement(outcomes: Sequence[Outcome]) -> int:
    """Return how many patients reach the tier that they needed."""
    return sum(outcome.agrees for outcome in outcomes)


def count_under_triage(
    outcomes: Sequence[Outcome], tiers: Sequence[Urgency] = tuple(Urgency)
) -> UnderTriage:
    """Return the under-triage of those that needed one of `tiers`."""
    own = [outcome for outcome in outcomes if outcome.expected in tiers]
    low = (o for o in own if o.expected < o.actual)
    return UnderTriage(len(own), Counter(_get_levels(o) for o in low))


def count_over_triage(outcomes: Sequence[Outcome]) -> Counter[int]:
    """Return how many patients were sent too high, by the number of levels."""
    return Counter(-_get_levels(o) for o in outcomes if o.actual < o.expected)


def find_upper_bound(missed: int, of: int, confidence: float = CONFIDENCE) -> float:
    """Return the one-sided upper bound of a share (Clopper and Pearson).

    It is the share at which no more than `missed` of `of` would be seen with a chance
    of 1 - `confidence`; found by halving, to well below a thousandth.
    """
    if missed >= of:
        return 1.0
    low, high = missed / of, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _get_chance_of_at_most(missed, of, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def _get_chance_of_at_most(missed: int, of: int, share: float) -> float:
    """Return the chance of at most `missed` in `of` draws."""
    counts = range(missed + 1)
    return sum(comb(of, n) * share**n * (1 - share) ** (of - n) for n in counts)


def _get_levels(outcome: Outcome) -> int:
    """Return how many levels too low; negative: too high."""
    order = list(Urgency)
    return order.index(outcome.actual) - order.index(outcome.expected)
