"""Words of the stop-list: nothing but a plain no is a leave to name a medicine."""

import pytest
from helpers.core_turns import read_to_the_end, say, until, wish

from dialogue.understanding.asked import build_asked
from dialogue.understanding.utterance import understand
from dialogue.validation.medicine_words import has_medicine_name

CAUTION = "reliever_today"


def names_a_medicine(content, words: str) -> bool:
    """Tell whether a medicine is named in the talk where `words` answer the caution."""
    protocol = content.protocol
    state, _ = until(protocol, CAUTION, wish)
    event = understand(content.words, words, build_asked(protocol, CAUTION))
    state, reply = say(protocol, state, event)
    # Where that is no answer the question is asked again, and so are the words.
    replies = read_to_the_end(protocol, state, reply, lambda _: event)
    return any(
        has_medicine_name(content.prompts.get(key, ""))
        for reply in replies
        for key in (*reply.says, *reply.card)
    )


@pytest.mark.parametrize("words", ["no", "nope", "none of those", "no not at all"])
def test_a_plain_no_lets_a_medicine_be_named(content, words):
    """Else the check below could not fail."""
    assert names_a_medicine(content, words)


@pytest.mark.parametrize(
    "words",
    [
        "I guess not",
        "probably not",
        "I don't think so",
        "not really",
        "no I guess not",
        "I guess not but it began two days ago",
        "not sure",
        "yes",
    ],
)
def test_anything_less_names_none(content, words):
    """However often it is said: a hedged no is no plain one."""
    assert not names_a_medicine(content, words)
