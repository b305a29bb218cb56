"""Answers, openings, lengths, calls and traps as people may really say them.

The author of the first set, of 446 lines, had seen the questions and not the words. It
was frozen before its first run; eight of its labels were slips and were put right
later, no line was changed. The words were mended for it. The second set, of 120 lines
in odder words, was written by the same author, who had read the words by then, frozen
and run once. Its shares miss the limits below (11 % of its natural answers were
accepted, 18 % not understood), so of it is asserted what must hold for any set; some of
its kinds were mended for later. The third set, of 300 lines, is by another author who
had seen the questions only; it was frozen, run once, and the words were mended for its
kinds. So was the fourth, of 300 lines, by a third author, and the fifth, of as many, by
a fourth; six of its labels were slips and were put right. The sixth, of 200 lines in
the proportions of calls to a nurse line, is by a fifth author; only calls for help were
mended for it. All first runs are in `docs/measured.md`; with `-s` the tests print how
each set fares now.

`why` is the kind of a line. A line counts as asked where a sign or a length that is
there is asked about next.
"""

import pytest
from helpers.adversarial import (
    EMERGENCY,
    Verdict,
    judge_all,
    list_rows,
    write_figures,
)

MENDED_FOR = "fresh"
SETS = (MENDED_FOR, "fresh_2", "fresh_3", "fresh_4", "fresh_5", "fresh_6")
SETTLED = (Verdict.ACCEPTED, Verdict.ASKED)


@pytest.fixture(scope="module")
def judged(content):
    """The lines that the words were mended for, judged."""
    return list(judge_all(content, list_rows(MENDED_FOR)))


@pytest.fixture(scope="module", params=SETS)
def any_judged(request, content):
    """One set, judged; how it fares is printed."""
    found = list(judge_all(content, list_rows(request.param)))
    print("\n" + write_figures(request.param, found))
    return found


def list_kind(judged, kind):
    """Return row, verdict and what was understood, of the lines of one kind."""
    return [line for line in judged if line[0].why == kind]


def compute_share(lines, *verdicts):
    """Return the share of lines with one of some verdicts."""
    return sum(verdict in verdicts for _, verdict, _ in lines) / len(lines)


def show(lines, *verdicts):
    """Return the lines with one of some verdicts, for a failure."""
    return [
        f"{row.id} {row.asked}: {row.say!r} means {row.means}"
        for row, verdict, _ in lines
        if verdict in verdicts
    ]


def test_no_danger_sign_is_answered_by_a_no(any_judged):
    """Neither a sign that is there nor one that is in doubt."""
    assert not show(any_judged, Verdict.DANGER_NO)


def test_hardly_anything_is_settled_wrongly(any_judged):
    """At most one in two hundred."""
    wrong = show(any_judged, Verdict.WRONG)

    assert len(wrong) <= 0.005 * len(any_judged), wrong


def test_most_natural_answers_are_accepted(judged):
    """At least 55 in a hundred; at most 12 are not understood."""
    answers = list_kind(judged, "answer")
    missed = show(answers, Verdict.NOT_UNDERSTOOD)

    assert compute_share(answers, Verdict.ACCEPTED) >= 0.55
    assert len(missed) <= 0.12 * len(answers), missed


def test_an_opening_that_names_a_danger_settles_or_asks_it(judged):
    """At least nine in ten."""
    openings = list_kind(judged, "opening")

    assert compute_share(openings, *SETTLED) >= 0.9, show(
        openings, Verdict.NOT_UNDERSTOOD
    )


def test_every_call_for_help_brings_the_emergency_sentence(judged):
    """In the same turn, whatever is open."""
    missed = [
        row.say
        for row, _, found in judged
        if row.kind == "help" and found["command"] != EMERGENCY
    ]

    assert not missed


def test_a_length_is_right_or_asked(judged):
    """None is passed over, none is taken for another side of a limit."""
    lengths = list_kind(judged, "length")

    assert compute_share(lengths, *SETTLED) == 1, show(
        lengths, Verdict.WRONG, Verdict.NOT_UNDERSTOOD
    )
