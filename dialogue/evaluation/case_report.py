"""How a table of cases came out: agreement, under-triage, over-triage, questions."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median

from dialogue.engine.protocol import TriageProtocol, Urgency
from dialogue.engine.rules import get_urgency
from dialogue.evaluation.cases import CaseResult

CONFIDENCE = 0.95

REPORTS, LISTS, CONSTRUCTED = (
    "published reports of single patients",
    "written from the lists of the sources",
    "constructed at a boundary, or without a source",
)
KINDS = (REPORTS, LISTS, CONSTRUCTED)
"""Only the first kind says something about people; the others test the protocol."""


def render_report(
    protocol: TriageProtocol, results: Sequence[CaseResult]
) -> Iterator[str]:
    """Yield the lines of the report; disagreements are named one by one.

    The tier of a row is what its source says that the person needed, so a miss can
    lie in what was asked as well as in what was decided.
    """
    pairs = [(result, *_get_tiers(protocol, result)) for result in results]
    agree = sum(expected is actual for _, expected, actual in pairs)
    yield f"{len(pairs)} cases; {agree} of them reach the expected tier."
    if not pairs:
        return
    for kind in KINDS:
        own = [pair for pair in pairs if find_kind(pair[0]) == kind]
        if own:
            yield f"{kind.capitalize()}: {len(own)} cases."
            yield from _render_under_triage(own)
    if len({find_kind(pair[0]) for pair in pairs}) > 1:
        yield "All together:"
        yield from _render_under_triage(pairs)
    over = Counter(_count_steps(a, e) for _, e, a in pairs if a < e)
    yield f"Over-triage: {over.total()} of {len(pairs)}" + _render_steps(over) + "."
    asked = [len(result.session.asked) for result in results]
    yield f"Questions asked: median {median(asked):g}, most {max(asked)}."
    for tier in Urgency:
        of_tier = [len(r.session.asked) for r, _, actual in pairs if actual is tier]
        if of_tier:
            yield f"  to {tier.value}: median {median(of_tier):g}, most {max(of_tier)}."
    for result, expected, actual in pairs:
        if expected is not actual:
            yield (
                f"line {result.case.line}: {result.case.patient.id}: expected "
                f"{expected.value}, actual {actual.value} ({result.session.rule_id})."
            )


def find_kind(result: CaseResult) -> str:
    """Return what kind of source stands behind a row."""
    source = result.case.source
    if not source or source.startswith("constructed:"):
        return CONSTRUCTED
    return LISTS if re.fullmatch(r"[\w-]+(; [\w-]+)*", source) else REPORTS


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
    chance = (1 - share) ** of
    total = chance
    for count in range(missed):
        if share == 1:
            return 0.0
        chance *= (of - count) / (count + 1) * share / (1 - share)
        total += chance
    return total


def _render_under_triage(
    pairs: Sequence[tuple[CaseResult, Urgency, Urgency]],
) -> Iterator[str]:
    for name, tiers in (
        ("of emergencies", (Urgency.EMERGENCY,)),
        ("of urgent cases", (Urgency.URGENT,)),
        ("of all cases", tuple(Urgency)),
    ):
        own = [(expected, actual) for _, expected, actual in pairs if expected in tiers]
        if not own:
            continue
        under = Counter(_count_steps(e, a) for e, a in own if e < a)
        bound = find_upper_bound(under.total(), len(own))
        yield (
            f"  under-triage {name}: {under.total()} of {len(own)}"
            f"{_render_steps(under)}; exact upper {CONFIDENCE:.0%} bound {bound:.1%}."
        )


def _get_tiers(protocol: TriageProtocol, result: CaseResult) -> tuple[Urgency, Urgency]:
    expected = get_urgency(protocol, result.case.disposition)
    actual = result.session.disposition
    # A stopped session sends nobody anywhere: that is the least there is.
    return expected, get_urgency(protocol, actual) if actual else Urgency.HOME


def _count_steps(more: Urgency, less: Urgency) -> int:
    order = list(Urgency)
    return order.index(less) - order.index(more)


def _render_steps(counted: Counter[int]) -> str:
    parts = [f"{n} by {steps}" for steps, n in sorted(counted.items())]
    return f" ({', '.join(parts)} level(s))" if parts else ""
