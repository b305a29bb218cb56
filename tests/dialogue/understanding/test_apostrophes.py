"""Words typed without their apostrophes mean what they mean with them."""

import csv
import re
from pathlib import Path

import pytest
from helpers.current_protocol import read_shipped_protocol
from helpers.utterance_sets import read_shipped_words

from dialogue.understanding.asked import build_asked
from dialogue.understanding.utterance import understand

FOLDER = Path(__file__).parent
OTHER_WORDS = re.compile(
    r"\b(?!(?:it|that|there|he|she|what|who|here|let|how|where)'s)\w+'s\b", re.I
)
"""A noun's: "others" or "jaws" are words of their own, and so are not taken apart."""


def list_contracted() -> list[tuple[str, str | None]]:
    """Return each utterance of the tables that has an apostrophe, and what is open."""
    found = {}
    for file in sorted(FOLDER.rglob("*.csv")):
        with file.open(encoding="utf-8", newline="") as table:
            for row in csv.DictReader(table):
                say = row.get("say", "").replace("\u2019", "'")
                if "'" in say and not OTHER_WORDS.search(say):
                    found[say, row.get("asked") or None] = file
    return list(found)


def test_apostrophes_may_be_left_out():
    """At every opening, sign and answer of the tables the event is the same."""
    words, protocol = read_shipped_words(), read_shipped_protocol()
    utterances = list_contracted()
    differing = []
    for say, open_prompt in utterances:
        asked = build_asked(protocol, open_prompt)
        bare = say.replace("'", "")
        if understand(words, bare, asked) != understand(words, say, asked):
            differing.append((open_prompt, say))

    assert len(utterances) > 500
    assert not differing, differing


@pytest.mark.parametrize("say", ["i feel ill", "yes ill", "we were fine"])
def test_words_that_are_no_contraction_stay(say):
    """ "Ill" is no "i'll", "were" no "we're"."""
    assert tuple(say.split()) == read_shipped_words().normalise(say)
