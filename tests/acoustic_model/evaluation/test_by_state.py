"""The table of the states of a session: one column each."""

from dataclasses import replace

from acoustic_model.evaluation.by_state import StateOutcomes, render_states
from acoustic_model.evaluation.metrics import Outcome
from local_voice.asr.grammar import GrammarState

YES = Outcome('"yes"', "yes", "yes", "yes", "yes", "", "", 0.0, 8.0, 2.0)
WORD = replace(YES, group="other single words", wanted="", found="stop", said="shop")


def test_a_state_that_does_not_listen_for_yes_says_so() -> None:
    """At rest an answer must be nothing; other words count as any phrase."""
    answer = StateOutcomes(GrammarState.ANSWER, 730, [YES, WORD])
    command = StateOutcomes(GrammarState.COMMAND, 50, [YES])
    rows = list(render_states([answer, command]))
    assert rows[0] == "| | answer, 730 phrases | command, 50 phrases |"
    assert rows[2].startswith('| "yes" heard | 100.0 % of 1 (21 to 100 %) | not list')
    assert "taken for a command 100.0 %" in rows[2]
    assert "100.0 % of 1" in rows[5]
    assert "none of 0" in rows[5]
