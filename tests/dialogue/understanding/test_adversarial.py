"""Utterances of an independent author, frozen before their first run.

The author had not seen the words, and no line was changed since. The first run, of
210 lines, 180 at danger signs and the questions that lead to them: danger NO 2, wrong
0, accepted 34, asked 114, not understood 60. The second set, of 102 lines, was run once
after the words were mended for the first: danger NO 0, wrong 0, accepted 1, asked 59,
not understood 42. Nothing was mended for it, and here it is only checked for its form.
"""

from collections import Counter

import pytest
from helpers.adversarial import (
    EMERGENCY,
    KINDS,
    Verdict,
    judge_all,
    list_danger_questions,
    list_rows,
    write_figures,
)

FROZEN = ("adversarial", "adversarial_2")
BY_DESIGN = ("a024",)
"""The author calls "know" alone in doubt. It is the sound of "no" and one word with it,
so it is a no: the clinical specification decides it, 6.1, point 5."""


@pytest.fixture(scope="module")
def judged(content):
    """The first set, judged."""
    return list(judge_all(content, list_rows("adversarial")))


def show(judged, verdict):
    """Return the lines with a verdict, for a failure."""
    return [
        f"{row.id} {row.asked}: {row.say!r} means {row.means}"
        for row, found, _ in judged
        if found is verdict
    ]


def test_no_danger_sign_is_answered_by_a_no(judged):
    """Neither a sign that is there nor one that is in doubt."""
    settled = [row.id for row, found, _ in judged if found is Verdict.DANGER_NO]

    assert settled == list(BY_DESIGN), show(judged, Verdict.DANGER_NO)


def test_hardly_anything_is_settled_wrongly(judged):
    """At most one in two hundred."""
    wrong = show(judged, Verdict.WRONG)

    assert len(wrong) <= 0.005 * len(judged), wrong


def test_a_call_for_help_is_never_passed_over(judged):
    """It is heard, or asked about."""
    missed = [
        row.say
        for row, _, found in judged
        if row.kind == "help" and found["command"] != EMERGENCY
        if found["result"] != "check"
    ]

    assert not missed


@pytest.mark.parametrize("name", FROZEN)
def test_a_set_is_well_formed(content, name):
    """Ids are unique, signs are the protocol's; the set's figures are printed."""
    rows = list_rows(name)
    print("\n" + write_figures(name, list(judge_all(content, rows))))
    known = {*content.protocol.question, *content.protocol.statement}

    assert max(Counter(row.id for row in rows).values()) == 1
    assert {row.kind for row in rows} <= {*KINDS}
    assert {row.asked for row in rows} <= {"", *content.protocol.question}
    for row in rows:
        assert row.kind != "danger" or row.signs <= known, row.id
        assert row.kind != "length" or row.hours[0] <= row.hours[1], row.id


def test_most_utterances_are_asked_at_a_danger(content):
    """There a wrong no would cost most."""
    dangers = list_danger_questions(content)
    rows = list_rows("adversarial")

    assert sum(row.asked in dangers for row in rows) >= 100
