"""How a table of cases came out: agreement, under-triage, over-triage, questions."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from dialogue.content.content import Content
from dialogue.engine.protocol import TriageProtocol, Urgency
from dialogue.engine.rules import get_urgency
from dialogue.evaluation.cases import CaseResult
from dialogue.evaluation.earlier_version import COMMIT, EarlierResult
from dialogue.evaluation.medicine_lines import find_violations, names_medicine
from dialogue.evaluation.simulation import DENIALS, find_denied_misses
from dialogue.evaluation.talk_length import PLAIN_STRAIN, get_seconds, measure_talk
from dialogue.evaluation.triage_figures import (
    CONFIDENCE,
    Outcome,
    count_agreement,
    count_over_triage,
    count_under_triage,
)

REPORTS, LISTS, CONSTRUCTED = (
    "published reports of single patients",
    "written from the lists of the sources",
    "constructed at a boundary, or without a source",
)
KINDS = (REPORTS, LISTS, CONSTRUCTED)
"""Only the first kind says something about people; the others test the protocol."""

GROUPS = (
    ("of emergencies", (Urgency.EMERGENCY,)),
    ("of urgent cases", (Urgency.URGENT,)),
    ("of all cases", tuple(Urgency)),
)


def render_report(
    content: Content,
    results: Sequence[CaseResult],
    earlier: Mapping[str, EarlierResult] | None = None,
) -> Iterator[str]:
    """Yield the lines of the report; disagreements are named one by one.

    The tier of a row is what its source says that the person needed, so a miss can
    lie in what was asked as well as in what was decided. `earlier` holds what version 1
    made of the same patients; patients that it does not know are left out there.
    """
    protocol = content.protocol
    pairs = [(result, get_outcome(protocol, result)) for result in results]
    agree = count_agreement([outcome for _, outcome in pairs])
    yield f"{len(pairs)} cases; {agree} of them reach the expected tier."
    if not pairs:
        return
    for kind in KINDS:
        own = [outcome for result, outcome in pairs if find_kind(result) == kind]
        if own:
            yield f"{kind.capitalize()}: {len(own)} cases."
            yield from _render_under_triage(own)
    if len({find_kind(result) for result, _ in pairs}) > 1:
        yield "All together:"
        yield from _render_under_triage([outcome for _, outcome in pairs])
    yield _render_over_triage([outcome for _, outcome in pairs])
    yield from _render_denied_gates(content, results)
    yield from _render_questions(pairs)
    yield from _render_length(content)
    yield from _render_medicine_lines(content, results)
    yield from _render_comparison(protocol, results, earlier or {})
    for result, outcome in pairs:
        if not outcome.agrees:
            yield (
                f"line {result.case.line}: {result.case.patient.id}: expected "
                f"{outcome.expected.value}, actual {outcome.actual.value} "
                f"({result.session.rule_id})."
            )


def find_kind(result: CaseResult) -> str:
    """Return what kind of source stands behind a row."""
    source = result.case.source
    if not source or source.startswith("constructed:"):
        return CONSTRUCTED
    return LISTS if re.fullmatch(r"[\w-]+(; [\w-]+)*", source) else REPORTS


def get_outcome(protocol: TriageProtocol, result: CaseResult) -> Outcome:
    """Return the tier that a row expects, and the tier that was reached."""
    return _build_outcome(protocol, result, result.session.disposition)


def _build_outcome(
    protocol: TriageProtocol, result: CaseResult, actual: str | None
) -> Outcome:
    # A stopped session sends nobody anywhere: that is the least there is.
    tier = get_urgency(protocol, actual) if actual else Urgency.HOME
    return Outcome(get_urgency(protocol, result.case.disposition), tier)


def _render_under_triage(outcomes: Sequence[Outcome]) -> Iterator[str]:
    for name, tiers in GROUPS:
        under = count_under_triage(outcomes, tiers)
        if under.of:
            yield (
                f"  under-triage {name}: {under.missed} of {under.of}"
                f"{_render_levels(under.by_levels)}; exact upper {CONFIDENCE:.0%} "
                f"bound {under.upper_bound:.1%}."
            )


def _render_over_triage(outcomes: Sequence[Outcome]) -> str:
    over = count_over_triage(outcomes)
    return f"Over-triage: {over.total()} of {len(outcomes)}{_render_levels(over)}."


def _render_denied_gates(
    content: Content, results: Sequence[CaseResult]
) -> Iterator[str]:
    """Yield the emergencies missed, to be expected, when gates are denied."""
    cases = [result.case for result in results]
    expected = find_denied_misses(content, cases, Urgency.EMERGENCY)
    for chance, missed in zip(DENIALS, expected, strict=True):
        if chance:
            yield (
                f"Emergencies missed with {chance:.0%} of the true yeses to gates "
                f"denied: {missed:.1f} to be expected."
            )


def _render_length(content: Content) -> Iterator[str]:
    length = measure_talk(content, PLAIN_STRAIN)
    yield f"A plain strain: {length.questions} questions; words of ours (seconds):"
    for point, words in (
        ("to the first answer", length.first_question),
        ("to the decision", length.decision),
        ("to the end of home care", length.end),
    ):
        yield f"  {point}: {words} ({get_seconds(words):.0f} s)."


def _render_medicine_lines(
    content: Content, results: Sequence[CaseResult]
) -> Iterator[str]:
    naming = sum(names_medicine(content, r.session.prompts) for r in results)
    against = find_violations(content, results)
    yield (
        f"A medicine is named in {naming} session(s), in {len(against)} of them "
        "against the stop-list."
    )
    for result in against:
        yield f"line {result.case.line}: {result.case.patient.id}: names a medicine."


def _render_questions(pairs: Sequence[tuple[CaseResult, Outcome]]) -> Iterator[str]:
    asked = [len(result.session.asked) for result, _ in pairs]
    yield f"Questions asked: median {median(asked):g}, most {max(asked)}."
    for tier in Urgency:
        own = [len(r.session.asked) for r, outcome in pairs if outcome.actual is tier]
        if own:
            yield f"  to {tier.value}: median {median(own):g}, most {max(own)}."


def _render_comparison(
    protocol: TriageProtocol,
    results: Sequence[CaseResult],
    earlier: Mapping[str, EarlierResult],
) -> Iterator[str]:
    """Yield today's figures beside version 1's, for the patients that it was asked."""
    own = [result for result in results if result.case.patient.id in earlier]
    if not own:
        return
    before = [earlier[result.case.patient.id] for result in own]
    then = [
        _build_outcome(protocol, result, e.disposition)
        for result, e in zip(own, before, strict=True)
    ]
    now = [get_outcome(protocol, result) for result in own]
    questions = [len(result.session.asked) for result in own]
    yield (
        f"Version 1 beside this version, on the {len(own)} cases that it was asked too "
        f"(as the command printed at commit {COMMIT}):"
    )
    yield f"  {'':22}{'version 1':>28}{'now':>28}"
    for name, *values in (
        ("agreement", *(f"{count_agreement(o)} of {len(o)}" for o in (then, now))),
        *(
            (f"missed {name}", *(_render_missed(o, tiers) for o in (then, now)))
            for name, tiers in GROUPS
        ),
        ("over-triage", *(_render_over_short(o) for o in (then, now))),
        (
            "questions",
            _render_spread([e.questions for e in before]),
            _render_spread(questions),
        ),
    ):
        yield f"  {name:22}" + "".join(f"{value:>28}" for value in values)


def _render_missed(outcomes: Sequence[Outcome], tiers: Sequence[Urgency]) -> str:
    under = count_under_triage(outcomes, tiers)
    return f"{under.missed} of {under.of} (bound {under.upper_bound:.1%})"


def _render_over_short(outcomes: Sequence[Outcome]) -> str:
    over = count_over_triage(outcomes)
    return f"{over.total()}{_render_levels(over)}"


def _render_spread(counted: Sequence[int]) -> str:
    return f"median {median(counted):g}, most {max(counted)}"


def _render_levels(counted: Counter[int]) -> str:
    parts = [f"{n} by {levels}" for levels, n in sorted(counted.items())]
    return f" ({', '.join(parts)} level(s))" if parts else ""
