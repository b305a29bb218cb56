"""Triage figures: agreement, under- and over-triage by levels, the exact bound."""

import pytest

from dialogue.engine.protocol import Urgency
from dialogue.evaluation.denied_gates import find_expected_misses
from dialogue.evaluation.triage_figures import (
    Outcome,
    count_agreement,
    count_over_triage,
    count_under_triage,
    find_upper_bound,
)

EMERGENCY, URGENT, CLINIC, HOME = Urgency
OUTCOMES = [
    Outcome(EMERGENCY, EMERGENCY),
    Outcome(EMERGENCY, URGENT),
    Outcome(EMERGENCY, HOME),
    Outcome(URGENT, CLINIC),
    Outcome(CLINIC, EMERGENCY),
    Outcome(HOME, CLINIC),
]


def test_each_kind_is_counted_by_levels():
    """One level and more are told apart, and each tier has its own under-triage."""
    assert 1 == count_agreement(OUTCOMES)
    assert {1: 1, 2: 1} == dict(count_over_triage(OUTCOMES))
    every, emergencies = (
        count_under_triage(OUTCOMES),
        count_under_triage(OUTCOMES, (EMERGENCY,)),
    )
    assert (3, 6, {1: 2, 3: 1}) == (every.missed, every.of, dict(every.by_levels))
    assert (2, 3, {1: 1, 3: 1}) == (
        emergencies.missed,
        emergencies.of,
        dict(emergencies.by_levels),
    )
    assert emergencies.upper_bound == find_upper_bound(2, 3)


@pytest.mark.parametrize(
    ("missed", "of", "bound"),
    # The rule of three, and values of published tables (Clopper and Pearson).
    [(0, 1, 0.95), (0, 59, 0.0495), (0, 100, 0.0295), (1, 10, 0.394), (5, 10, 0.778)],
)
def test_the_upper_bound_is_exact(missed, of, bound):
    """The bound is the one-sided Clopper-Pearson limit."""
    assert bound == pytest.approx(find_upper_bound(missed, of), abs=0.0006)
    assert 1.0 == find_upper_bound(of, of)


def test_denied_gates_are_weighed_by_their_chance():
    """One gate: the chance; either of two: the chance of at least one; none: never."""

    def is_missed(number: int, denied: frozenset[str]) -> bool:
        return bool(denied) or number == 2

    gates = [("a",), ("a", "b"), ()]
    expected = find_expected_misses(gates, is_missed, (0, 0.2))
    assert expected == pytest.approx((1, 0.2 + (1 - 0.8**2) + 1))
    with pytest.raises(ValueError, match="opens 13 gates"):
        find_expected_misses([tuple("abcdefghijklm")], is_missed, (0.1,))
