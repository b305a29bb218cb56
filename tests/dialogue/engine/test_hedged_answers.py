"""A hedged answer: a yes to a danger sign, and never a leave to name a medicine."""

import pytest
from helpers.core_turns import FIRST, home, read_to_the_end, say, until
from helpers.hearing import hear

from dialogue.engine import events
from dialogue.engine.protocol import Answer
from dialogue.validation.prompts import has_medicine_name

CAUTION = "medicine_caution"


def names_a_medicine(content, words: str) -> bool:
    """Tell whether a medicine is named in the talk where `words` answer the caution."""
    protocol = content.protocol
    state, _ = until(protocol, CAUTION, home)
    state, reply = say(protocol, state, hear(content, words, CAUTION))
    replies = read_to_the_end(protocol, state, reply)
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
        "not that I know of",
        "no I guess not",
        "I guess not but it began two days ago",
        "not sure",
        "yes",
    ],
)
def test_anything_less_names_none(content, words):
    """Unsure counts as a yes to the stop-list, and a hedged no as unsure."""
    assert not names_a_medicine(content, words)


@pytest.mark.parametrize("answer", [Answer.YES, Answer.NO])
def test_elsewhere_a_hedged_answer_is_that_answer(content, answer):
    """ "Probably" is a yes to a danger sign."""
    opened, _ = say(content.protocol, None, events.Begin())
    hedged = events.Answered(answer, events.Strength.HEDGED)
    state, _ = say(content.protocol, opened, hedged)
    assert answer is state.answers[FIRST]
    assert (state, _) == say(content.protocol, opened, events.Answered(answer))
