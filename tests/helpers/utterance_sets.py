"""The sets of utterances of `tests/dialogue/understanding/sets/`, and their judge.

`means` is what the person means, written before anything was interpreted: yes, no,
unsure; a command; `complaint`, a harmless one; `unclear`, which may only be asked
about or taken as a yes; behind `+` the signs that are named besides. The columns
behind it are what is understood today: better is welcome, a wrong meaning never is.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

from helpers.current_protocol import read_shipped_protocol

from dialogue.content.content_store import ContentStore
from dialogue.engine.protocol import Answer
from dialogue.understanding.asked import Asked, build_asked
from dialogue.understanding.interpretation import interpret
from dialogue.understanding.meaning import Meaning, Result
from dialogue.understanding.words import Words

FOLDER = Path(__file__).parents[1] / "dialogue" / "understanding" / "sets"
ANSWERS = frozenset(answer.value for answer in Answer)


class Verdict(Enum):
    """What became of an utterance."""

    ACCEPTED = "accepted"
    """With the meaning that the person had."""
    ASKED = "checked or asked next"
    NOT_UNDERSTOOD = "not understood"
    WRONG = "wrong"


@dataclass(frozen=True)
class Utterance:
    """One line of a set of answers."""

    say: str
    asked: str
    means: str
    result: str
    answer: str


@cache
def read_shipped_words() -> Words:
    """Return the American English words, as they are shipped."""
    return ContentStore().read_words("en-US")


def list_rows(name: str) -> list[dict[str, str]]:
    """Return the rows of one set by their headings."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def list_utterances(name: str) -> Iterator[Utterance]:
    """Yield the lines of a set of answers."""
    for row in list_rows(name):
        yield Utterance(**{key: row[key] for key in Utterance.__dataclass_fields__})


def build_shipped_asked(question: str) -> Asked:
    """Return what is open, by a question's id; empty: nothing is."""
    return build_asked(read_shipped_protocol(), question or None)


def interpret_shipped(say: str, question: str) -> Meaning:
    """Return what `say` means where `question` is open."""
    return interpret(read_shipped_words(), say, build_shipped_asked(question))


def find_answer(meaning: Meaning, question: str) -> str | None:
    """Return what an accepted meaning answers, by itself or by what it states."""
    if meaning.answer is not None:
        return meaning.answer.value
    settles = build_shipped_asked(question).settles
    found = {settles[row].value for row in meaning.said if row in settles}
    return found.pop() if len(found) == 1 else None


def judge(utterance: Utterance, meaning: Meaning) -> Verdict:
    """Return what became of an utterance."""
    wanted, _, named = utterance.means.partition(" + ")
    if meaning.result is Result.NOT_UNDERSTOOD:
        return Verdict.NOT_UNDERSTOOD
    if meaning.result is Result.CHECK:
        return Verdict.ASKED
    answer = find_answer(meaning, utterance.asked)
    if answer is None:
        right = meaning.command or ("complaint" if not meaning.said else "")
        return Verdict.ACCEPTED if right == wanted else Verdict.ASKED
    if wanted == "unclear":
        return Verdict.WRONG if answer == "no" else Verdict.ASKED
    if wanted not in ANSWERS:
        return Verdict.WRONG
    settles = build_shipped_asked(utterance.asked).settles
    besides = set(meaning.said) - set(named.split()) - settles.keys()
    if answer != wanted:
        return Verdict.ASKED if answer == "unsure" else Verdict.WRONG
    return Verdict.WRONG if besides else Verdict.ACCEPTED
