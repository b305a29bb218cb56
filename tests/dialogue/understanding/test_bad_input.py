"""Input that nobody said: never an answer, never an error."""

import pytest
from helpers.current_protocol import read_shipped_protocol
from helpers.meanings import find_meaning, read_shipped_words

from dialogue.engine import events
from dialogue.engine.protocol import Answer
from dialogue.understanding.asked import build_asked
from dialogue.understanding.interpretation import MOST_TOKENS
from dialogue.understanding.meaning import Result
from dialogue.understanding.utterance import understand

PROTOCOL = read_shipped_protocol()
PLACES = (None, *PROTOCOL.question, "offer_steps", "reading.menu", "record.ask")
INPUTS = (
    "",
    " ",
    "\x00",
    "\U0001f600" * 40,
    "\u202e\u200f\u200e",
    "\ud800\udfff\ud83d",
    "[unk]",
    "[unk] [unk] [unk]",
    "{length}",
    "#L168/168",
    "<deg> [a|b] ~is",
    "\u80f8\u304c\u75db\u3044",
    "'" * 1000,
    "%s%n\\x00",
    "1e400 days",
    "9" * 400,
    "0/0",
)


@pytest.mark.parametrize("text", INPUTS)
def test_what_nobody_says_is_no_answer(text: str) -> None:
    """Wherever it comes."""
    for place in PLACES:
        asked = build_asked(PROTOCOL, place)
        event = understand(read_shipped_words(), text, asked)
        assert isinstance(event, events.NoMatch | events.NoInput | events.Checked)


@pytest.mark.parametrize("word", ["no", "yes", "blarg", "my chest hurts", "two weeks"])
def test_ten_thousand_words_are_no_answer(word: str) -> None:
    """A story or a stuck recogniser is never accepted."""
    for place in ("chest_pain", "more_than_one_week", None):
        assert find_meaning(f"{word} " * 10_000, place).result is not Result.ACCEPT


def test_the_longest_that_is_accepted() -> None:
    """One token more is only asked about."""
    said = " ".join(["well"] * (MOST_TOKENS - 1) + ["no"])
    assert find_meaning(said, "chest_pain").answer is Answer.NO
    assert find_meaning(said, "chest_pain").result is Result.ACCEPT
    longer = find_meaning(f"no {said}", "chest_pain")
    assert longer.result is Result.CHECK


def test_a_row_of_many_readings_takes_no_time() -> None:
    """Whatever can be covered in many ways is cut, and then nothing is settled."""
    said = " ".join(["okay"] * MOST_TOKENS)
    assert find_meaning(said, "chest_pain").answer is None
