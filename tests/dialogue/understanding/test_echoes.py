"""Our own questions, said back as a sentence: a yes, and denied a no."""

import csv
from pathlib import Path

import pytest
from helpers.current_protocol import read_shipped_protocol
from helpers.meanings import find_meaning
from helpers.utterance_sets import find_answer

from dialogue.understanding.meaning import Result

TABLE = Path(__file__).with_name("echoes.csv")
ROWS = tuple(csv.DictReader(TABLE.open(encoding="utf-8")))
QUESTIONS = tuple(question.id for question in read_shipped_protocol().questions)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_said_back_is_its_answer(question):
    """With yes or no before it, behind it, and without."""
    echoes = [row for row in ROWS if row["asked"] == question]
    missed = []
    for row in echoes:
        for answer in ("yes", "no"):
            said = row[answer]
            for form in (said, f"{answer}, {said}", f"{said}, {answer}"):
                meaning = find_meaning(form, question)
                accepted = meaning.result is Result.ACCEPT
                if not accepted or find_answer(meaning, question) != answer:
                    missed.append((form, meaning.why))

    assert echoes
    assert not missed, missed


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_echo_with_the_other_answer_is_never_that_answer(question):
    """ "No, it does feel different" is asked about."""
    turned = {"yes": "no", "no": "yes"}
    for row in ROWS:
        if row["asked"] != question:
            continue
        for answer, other in turned.items():
            meaning = find_meaning(f"{other}, {row[answer]}", question)
            accepted = meaning.result is Result.ACCEPT

            assert not accepted or find_answer(meaning, question) != "no", row
