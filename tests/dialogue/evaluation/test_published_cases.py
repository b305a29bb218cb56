"""Patients from published reports and lists: the tier that each one needed.

The expected tier of a row is what its source says that the patient needed, with the
reason in the column `why`, written before the row was run. Where the protocol reaches
another tier, the row stands below with what it would take: the table is not bent.
"""

import re
from collections import Counter
from pathlib import Path

import pytest
from helpers.hearing import hear

from dialogue.engine.events import UnpromptedStatement
from dialogue.engine.rules import get_urgency
from dialogue.evaluation.case_report import (
    CONSTRUCTED,
    LISTS,
    REPORTS,
    find_kind,
    find_upper_bound,
    render_report,
)
from dialogue.evaluation.cases import Case, read_cases, run_cases
from dialogue.evaluation.replay import PatientRefused
from dialogue.loading import load_content

TABLE = Path(__file__).parents[2] / "cases" / "published.csv"
CONTENT = load_content()
ROWS = list(read_cases(CONTENT, TABLE.read_text(encoding="utf-8").splitlines()))

DISAGREE = {
    # The heart, the lungs or the aorta, with no sign that the questions ask about.
    "sudden upper back pain, six hours, no chest pain yet": "urgent",
    "taxi driver, old upper back pain now much worse": "urgent",
    "upper back pain for a month, heart races": "urgent",
    "a week of back pain, then fever and cough": "urgent",
    "aneurysm with nothing but backache": "clinic",
    "sudden severe back pain at 70, nothing else": "urgent",
    # An abscess at the neck: numb arms are asked about as a sign for today.
    "ten days of back pain, arms numb": "urgent",
    # Disease of a muscle, a bone or a kidney that only a test showed.
    "ten hours of severe back pain, nothing else": "home_care_ice",
    "hours after back training, severe": "home_care_ice",
    "loin pain at night, no fever": "home_care_ice",
    "back pain for three weeks, no fever": "clinic",
    # A hard hit that turned out to be less.
    "tackled a month ago, still sore on the right": "emergency",
}
"""Rows whose tier the draft protocol does not reach, and what it says instead."""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.patient.id)
def test_published_case(row: Case):
    """The tier is the one that was needed, or the disagreement is a known one."""
    (result,) = run_cases(CONTENT, [row])
    expected = DISAGREE.get(row.patient.id)
    if expected is None:
        assert () == result.differences
    else:
        assert expected == result.session.disposition


def boundary_of(row: Case) -> set[str]:
    """Return the sources of the rule at whose boundary a row was constructed."""
    kind, _, keys = row.source.partition(": boundary of ")
    return set(keys.split("; ")) if kind == "constructed" else {row.source}


def test_every_row_says_where_it_comes_from():
    """A source is a key, a citation with an address, or says that it is constructed."""
    assert len(ROWS) >= 120
    assert len({row.patient.id for row in ROWS}) == len(ROWS)
    for row in ROWS:
        keys = set(row.source.split("; "))
        cited = re.search(r"https?://|doi:|\d{4}[;,: ].*\d+[-:]\d+", row.source)
        book = "McGraw Hill" in row.source
        assert (
            keys <= set(CONTENT.sources)
            or cited
            or book
            or boundary_of(row) <= set(CONTENT.sources)
        ), row.source
        assert row.description, row.patient.id


def test_every_rule_and_tier_is_met():
    """Rows lead to each tier, by most rules, and most come from publications."""
    rules = {rule.id: rule.disposition for rule in CONTENT.protocol.rules}
    met = {row.rule_id for row in ROWS} & rules.keys()
    assert set(rules.values()) == {rules[rule_id] for rule_id in met}
    assert len(met) > 0.8 * len(rules)
    kinds = Counter(find_kind(result) for result in run_cases(CONTENT, ROWS))
    assert kinds[REPORTS] + kinds[LISTS] >= 120
    assert kinds[REPORTS] >= 65
    assert kinds[CONSTRUCTED] < len(ROWS) / 3


@pytest.mark.parametrize("name", CONTENT.protocol.thresholds)
def test_every_threshold_has_a_patient_at_it_and_on_both_sides(name):
    """Exactly 72 hours, 7 and 14 days, and within a day before and after each."""
    limit = CONTENT.protocol.thresholds[name]
    told = {hours for row in ROWS for hours in hours_told(row)}
    assert limit in told
    assert any(limit - 24 <= hours < limit for hours in told)
    assert any(limit < hours <= limit + 24 for hours in told)


def hours_told(row: Case) -> list[float]:
    """Return the lengths of time that the patient of a row tells, in hours."""
    events = (hear(CONTENT, words) for words in row.patient.said)
    return [
        event.facts.duration.least
        for event in events
        if isinstance(event, UnpromptedStatement)
        and event.facts.duration is not None
        and event.facts.duration.least == event.facts.duration.most
    ]


def test_no_case_from_a_list_or_a_boundary_is_under_triaged():
    """What the sources list, and what the design sets, is decided as they say."""
    for result in run_cases(CONTENT, ROWS):
        if find_kind(result) != REPORTS:
            needed = get_urgency(CONTENT.protocol, result.case.disposition)
            assert needed is get_urgency(
                CONTENT.protocol, str(result.session.disposition)
            ), result.case.patient.id


def test_the_report_counts_what_the_table_holds():
    """Agreement, each kind's under-triage with its bound, over-triage, questions."""
    lines = list(render_report(CONTENT.protocol, list(run_cases(CONTENT, ROWS))))
    text = "\n".join(lines)
    assert f"{len(ROWS)} cases; {len(ROWS) - len(DISAGREE)} of them reach" in lines[0]
    assert "under-triage of emergencies: 8 of" in text
    assert "Over-triage: 1 of" in text
    assert "Questions asked: median" in text
    assert len(DISAGREE) == sum(line.startswith("line ") for line in lines)
    assert ["0 cases; 0 of them reach the expected tier."] == list(
        render_report(CONTENT.protocol, [])
    )


@pytest.mark.parametrize(
    ("missed", "of", "bound"),
    # The rule of three, and values of published tables (Clopper and Pearson).
    [(0, 1, 0.95), (0, 59, 0.0495), (0, 100, 0.0295), (1, 10, 0.394), (5, 10, 0.778)],
)
def test_the_upper_bound_is_exact(missed, of, bound):
    """The bound is the one-sided Clopper-Pearson limit."""
    assert bound == pytest.approx(find_upper_bound(missed, of), abs=0.0006)
    assert 1.0 == find_upper_bound(of, of)


HEAD = "case,source,description,said,told,others,disposition,because\n"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("x,,,,numb_bottom,no,emergency,", "'numb_bottom' is no new answer"),
        ("x,,,,numb_botom=yes,no,emergency,", "'numb_botom' is not a question"),
        ("x,,,,numb_bottom=maybe,no,emergency,", 'is "maybe"'),
        (
            "x,,,,numb_bottom=yes; numb_bottom=no,no,emergency,",
            "'numb_bottom=no' is no new answer",
        ),
        ("x,,,,,perhaps,emergency,", "others is 'perhaps'"),
        ("x,,,,,no,ambulance,", "'ambulance' is not a disposition"),
        ("x,,,,,no,emergency", "not as many cells"),
    ],
)
def test_a_spoilt_row_is_named(row, why):
    """Each slip in the columns of answers is one sentence with its line."""
    with pytest.raises(PatientRefused, match=r"^line 2: ") as refusal:
        list(read_cases(CONTENT, (HEAD + row).splitlines()))
    assert why in str(refusal.value)
