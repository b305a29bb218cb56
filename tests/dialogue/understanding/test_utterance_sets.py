"""Natural speech: what is accepted, what is asked, and what is never taken."""

from collections import Counter
from math import inf

import pytest
from helpers.current_protocol import read_shipped_protocol
from helpers.utterance_sets import (
    Utterance,
    Verdict,
    build_shipped_asked,
    find_answer,
    interpret_shipped,
    judge,
    list_rows,
    list_utterances,
    read_shipped_words,
)

from dialogue.engine.protocol import Answer
from dialogue.understanding.meaning import CALL_FOR_HELP, Result, Why

SETS = ("natural_answers", "unclear_answers")
LENGTH_QUESTIONS = (
    "started_within_three_days",
    "more_than_one_week",
    "more_than_two_weeks",
)
OPEN = ("", *(q.id for q in read_shipped_protocol().questions), "offer_steps", "record")


def show(utterance: Utterance) -> str:
    """Return one line of a set for a failure."""
    return f"{utterance.asked}: {utterance.say!r} means {utterance.means}"


@pytest.mark.parametrize("name", SETS)
def test_nothing_is_taken_wrongly(name):
    """A no for a sign that is there would be one of these."""
    wrong = [
        show(utterance)
        for utterance in list_utterances(name)
        if judge(utterance, interpret_shipped(utterance.say, utterance.asked))
        is Verdict.WRONG
    ]

    assert not wrong, wrong


@pytest.mark.parametrize("name", SETS)
def test_what_is_accepted_stays_accepted(name):
    """Words that are mended elsewhere take nothing away here."""
    lost = []
    for utterance in list_utterances(name):
        meaning = interpret_shipped(utterance.say, utterance.asked)
        answer = find_answer(meaning, utterance.asked)
        accepted = meaning.result is Result.ACCEPT
        kept = accepted and (meaning.answer is None or answer == utterance.answer)
        if utterance.result == "accept" and not kept:
            lost.append(show(utterance))

    assert not lost, lost


def test_most_natural_answers_are_accepted():
    """More than half, and few are not understood at all."""
    verdicts = Counter(
        judge(utterance, interpret_shipped(utterance.say, utterance.asked))
        for utterance in list_utterances("natural_answers")
    )
    total = verdicts.total()

    assert total >= 400
    assert verdicts[Verdict.ACCEPTED] >= 0.55 * total, verdicts
    assert verdicts[Verdict.NOT_UNDERSTOOD] <= 0.12 * total, verdicts


def test_openings_that_name_a_danger_bring_it_up():
    """It is settled, or it is the first question."""
    missed = []
    rows = list_rows("openings")
    for row in rows:
        meaning = interpret_shipped(row["say"], "")
        sign = row["means"].removeprefix("sign ")
        question = read_shipped_words().rows[sign].asks or sign
        named = sign in meaning.said or question in meaning.ask
        if not (named or meaning.command == CALL_FOR_HELP):
            missed.append(row["say"])

    assert len(rows) >= 40
    assert len(missed) <= 0.1 * len(rows), missed


@pytest.mark.parametrize("row", list_rows("calls_for_help"), ids=lambda row: row["say"])
def test_a_call_for_help_is_heard_whatever_is_open(row):
    """In the same turn, however it is worded."""
    for question in OPEN:
        meaning = interpret_shipped(row["say"], question)

        assert CALL_FOR_HELP == meaning.command or meaning.why is Why.HELP, question
        assert meaning.answer is not Answer.NO, question


@pytest.mark.parametrize("row", list_rows("lengths"), ids=lambda row: row["say"])
def test_a_length_has_its_interval_or_is_asked(row):
    """Both its ends are right."""
    meaning = interpret_shipped(row["say"], "")
    if row["hours"] == "asked":
        assert meaning.length is None
        assert not meaning.said
    elif row["hours"] == "few_days":
        assert meaning.said == ("few_days",)
    else:
        bounds = row["hours"].removeprefix("over ")
        least, most = map(float, bounds.split(".."))
        assert meaning.length is not None
        assert meaning.length == pytest.approx((least, most), abs=0.01)
        assert (meaning.length[0] > least) >= row["hours"].startswith("over ")
        assert meaning.length[1] == inf or most < inf


@pytest.mark.parametrize("row", list_rows("lengths"), ids=lambda row: row["say"])
def test_a_length_is_never_read_as_another_side(row):
    """What a length tells is right at every question of length."""
    for question in LENGTH_QUESTIONS:
        meaning = interpret_shipped(row["say"], question)
        settled = None
        if meaning.result is Result.ACCEPT:
            settled = find_answer(meaning, question)

        assert settled in (None, row[question]), question
        if row[question] != "asked":
            assert settled == row[question], question


@pytest.mark.parametrize("question", ["chest_pain", "tried_care", "ulcer"])
def test_a_listed_answer_of_the_first_lexicon_is_a_yes_or_asked(question):
    """They count only where things are listed."""
    for row in list_rows("kept_phrases"):
        if row["kind"] == "answer listed":
            meaning = interpret_shipped(row["say"], question)

            assert meaning.answer in (None, Answer.YES), row["say"]


@pytest.mark.parametrize(
    "question", ["chest_pain", "leg_trouble", "tried_care", "ulcer"]
)
def test_an_answer_of_the_first_lexicon_keeps_its_meaning_or_is_asked(question):
    """Hedged noes are asked first at a danger sign."""
    changed = []
    for row in list_rows("kept_phrases"):
        if row["kind"] == "answer":
            meaning = interpret_shipped(row["say"], question)
            answer = meaning.answer.value if meaning.answer else None
            checked = meaning.result is Result.CHECK and answer in (None, row["means"])
            if not checked and answer != row["means"]:
                changed.append(row["say"])

    assert not changed, changed


@pytest.mark.parametrize("question", ["", "chest_pain", "more_than_one_week", "ulcer"])
def test_a_command_of_the_first_lexicon_keeps_its_meaning(question):
    """At a question and with nothing open."""
    changed = []
    for row in list_rows("kept_phrases"):
        meaning = interpret_shipped(row["say"], question)
        if row["kind"] == "command" and meaning.command != row["means"]:
            changed.append(row["say"])
        if row["kind"] == "topic" and meaning.topic != row["means"]:
            changed.append(row["say"])

    assert not changed, changed


def test_a_statement_of_the_first_lexicon_keeps_its_meaning():
    """Each names the one sign that it named before."""
    changed = []
    for row in list_rows("kept_phrases"):
        meaning = interpret_shipped(row["say"], "")
        if row["kind"] == "statement" and meaning.said != (row["means"],):
            changed.append(row["say"])
        if row["kind"] == "length" and (meaning.said or meaning.length):
            changed.append(row["say"])

    assert not changed, changed


@pytest.mark.parametrize(
    "row",
    list_rows("reported_inputs"),
    ids=lambda row: f"{row['id']}-{row['asked'] or 'opening'}",
)
def test_an_input_that_was_reported_is_right(row):
    """Each went wrong in software of this kind."""
    meaning = interpret_shipped(row["say"], row["asked"])
    means, question = row["means"], row["asked"]
    accepted = meaning.result is Result.ACCEPT
    answer = find_answer(meaning, question) if accepted else None
    kind, _, sign = means.partition(" ")
    if kind == "said":
        assert meaning.said == (sign,)
    elif kind in ("emergency", "repeat"):
        assert meaning.command == kind
    elif kind == "asked":
        assert answer is None
        assert not meaning.said
    elif kind == "not-yes":
        assert answer != "yes"
        assert meaning.result is not Result.NOT_UNDERSTOOD
    elif ".." in kind:
        least, most = map(float, kind.split(".."))
        assert meaning.length == pytest.approx((least, most), abs=0.01)
        assert accepted
    else:
        assert answer == kind


def test_every_set_names_questions_of_the_protocol():
    """A question that was renamed would test nothing."""
    known = {"", *OPEN}
    for name in (*SETS, "reported_inputs"):
        assert {row["asked"] for row in list_rows(name)} <= known
    for name in SETS:
        for utterance in list_utterances(name):
            assert build_shipped_asked(utterance.asked).question == utterance.asked
