"""The states of the loop as the recipe measures them, in step with the loop's own."""

from dataclasses import replace

import pytest

from acoustic_model.data.vocabulary import read_vocabulary, word_of
from acoustic_model.evaluation.by_state import (
    ANSWER,
    CARE,
    COMMAND,
    State,
    listened_for,
    table,
)
from acoustic_model.evaluation.metrics import Outcome
from dialogue.loading import load_content
from local_voice.asr.grammar import GrammarState, build_grammar

YES = Outcome('"yes"', "yes", "yes", "yes", "yes", "", "", 0.0, 8.0, 2.0)
WORD = replace(YES, group="other single words", wanted="", found="stop", said="shop")


@pytest.mark.parametrize(
    ("state", "listening"),
    [
        (ANSWER, GrammarState.ANSWER),
        (CARE, GrammarState.CARE),
        (COMMAND, GrammarState.COMMAND),
    ],
)
def test_a_state_is_measured_as_the_loop_hears_it(state, listening) -> None:
    """Hardly a phrase more or less than the loop's grammar of that state."""
    every = read_vocabulary()
    measured = {word_of(phrase) for phrase in listened_for(state, every).phrases}
    loop = build_grammar(
        load_content().lexicon, {*every.words()}, every.decoys, listening
    ).spellings
    # What it is made of may grow by a few phrases before the next measurement.
    assert len(measured ^ set(loop)) <= 0.15 * len(measured | set(loop))


def test_a_state_that_does_not_listen_for_yes_says_so() -> None:
    """At rest an answer must be nothing; other words count as any phrase."""
    rows = list(table([State("answer", 730, [YES, WORD]), State("command", 50, [YES])]))
    assert rows[0] == "| | answer, 730 phrases | command, 50 phrases |"
    assert rows[2].startswith('| "yes" heard | 100.0 % of 1 (21 to 100 %) | not list')
    assert "taken for a command 100.0 %" in rows[2]
    assert "100.0 % of 1" in rows[5]
    assert "none of 0" in rows[5]
