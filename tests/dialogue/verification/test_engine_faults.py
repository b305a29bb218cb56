"""A line of the engine that does something else is found by the proof."""

import pytest
from helpers.faulty_protocols import CLINIC, HEDGED_NO, HOME, walk

from dialogue.engine import (
    attempts,
    care_steps,
    interview,
    open_question,
    open_turn,
    progress,
    rules,
    signs,
    view,
)
from dialogue.engine.events import Checked, CheckReason, UnpromptedStatement
from dialogue.engine.protocol import Answer
from dialogue.loading import load_content
from dialogue.verification.prover import Share, prove_share
from dialogue.verification.walks import NO_MATCH, UNSURE, YES

CONTENT = load_content()


def doubt_is_no(question, given):
    """Count a doubt as a no."""
    return Answer.YES if given is Answer.YES else Answer.NO


def everything_is_live(self, question):
    """Ask whatever was not asked yet."""
    return True


def never_counts(protocol, state, *rest, **given):
    """Count no try."""
    return state


def deaf(protocol, event, own=None):
    """Take what was said unasked for nothing."""
    return iter(())


FAULTS = [
    ("a doubt is a no", view, "count_answer", doubt_is_no, walk(chest_pain=UNSURE)),
    (
        "what cannot matter is asked",
        rules.LiveQuestions,
        "is_live",
        everything_is_live,
        walk(fever=YES),
    ),
    (
        "a hedged no is plain",
        open_turn,
        "weigh",
        lambda protocol, question, event: event,
        walk(chest_pain=HEDGED_NO),
    ),
    (
        "tries are not counted",
        open_turn,
        "count_try",
        never_counts,
        walk(fever=NO_MATCH),
    ),
    (
        "a try sets aside at once what was heard as a yes",
        attempts,
        "settle",
        lambda protocol, state, question, answer: state,
        walk(fever=Checked(Answer.YES)),
    ),
    (
        "no second chance",
        open_question,
        "find_waiting",
        lambda protocol, state: (),
        walk(**CLINIC, cancer=NO_MATCH),
    ),
    (
        "it never gives up",
        progress,
        "is_past_hearing",
        lambda protocol, state: False,
        walk(chest_pain=NO_MATCH, hard_to_breathe=NO_MATCH, numb_bottom=NO_MATCH),
    ),
    (
        "every care line is due",
        care_steps,
        "_is_due",
        lambda line, yes, no: True,
        walk(**HOME),
    ),
    (
        "a named sign is not brought forward",
        open_turn,
        "bring_forward",
        lambda protocol, state, ask, open_: state,
        walk(chest_pain=Checked(None, ("fever",), CheckReason.SIGN)),
    ),
    (
        "what is said unasked is nothing",
        interview,
        "find_statement_answers",
        deaf,
        walk(UnpromptedStatement(("faint",))),
    ),
    (
        "a yes to a sign opens no gate",
        signs,
        "_find_gates",
        lambda protocol, only_if, statements: (),
        walk(
            chest_pain=Checked(None, ("leg_weaker",), CheckReason.SIGN), leg_weaker=YES
        ),
    ),
]


@pytest.fixture(autouse=True)
def _afresh(monkeypatch):
    """Let nothing that was worked out before hide a fault, nor stay behind it."""
    monkeypatch.setattr(view, "_views", {})
    monkeypatch.setattr(open_question, "_positions", {})
    care_steps._list_care_lines.cache_clear()
    yield
    care_steps._list_care_lines.cache_clear()


@pytest.mark.parametrize(
    ("place", "name", "fault", "walked"),
    [pytest.param(*fault, id=what) for what, *fault in FAULTS],
)
def test_a_fault_of_the_engine_is_found(monkeypatch, place, name, fault, walked):
    """A few talks are enough: some property breaks, or a turn fails."""
    assert prove_share(CONTENT, Share((walked,))).counterexample is None
    monkeypatch.setattr(place, name, fault)
    monkeypatch.setattr(view, "_views", {})
    monkeypatch.setattr(open_question, "_positions", {})
    care_steps._list_care_lines.cache_clear()
    assert prove_share(CONTENT, Share((walked,))).counterexample is not None
