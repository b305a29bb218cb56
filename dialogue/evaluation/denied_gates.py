"""Emergencies missed when true yeses to gates are denied: worked out, not drawn.

Each gate to which a yes is true is denied with the same chance, each by itself. All
combinations are run, so the figure is the expected number, without chance.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from math import fsum

MOST_GATES = 12
"""Of one patient; beyond it the combinations would take too long."""


def find_expected_misses(
    gates: Sequence[Sequence[str]],
    is_missed: Callable[[int, frozenset[str]], bool],
    chances: Sequence[float],
) -> tuple[float, ...]:
    """Return the expected number of patients missed, for each of `chances`.

    `gates` holds each patient's true gate yeses; `is_missed` tells whether the patient
    of that number is missed when the gates given are denied.
    """
    expected: list[list[float]] = [[] for _ in chances]
    for number, own in enumerate(gates):
        if len(own) > MOST_GATES:
            raise ValueError(f"patient {number} opens {len(own)} gates")
        missed = {d for d in _list_subsets(own) if is_missed(number, d)}
        for chance, sums in zip(chances, expected, strict=True):
            sums += (
                chance ** len(denied) * (1 - chance) ** (len(own) - len(denied))
                for denied in missed
            )
    return tuple(fsum(sums) for sums in expected)


def _list_subsets(names: Sequence[str]) -> Iterator[frozenset[str]]:
    for count in range(len(names) + 1):
        yield from map(frozenset, combinations(names, count))
