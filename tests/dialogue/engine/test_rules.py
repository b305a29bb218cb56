"""Answers to the next question or the disposition, one condition at a time."""

import random
from dataclasses import replace

import pytest

from dialogue.engine.protocol import Answer, Condition, Question, Rule, Stage, Statement
from dialogue.engine.rules import (
    applies,
    decide,
    evaluate_condition,
    evaluate_statement,
    find_live_questions,
    find_next_care_question,
    find_next_question,
    find_wanted_rules,
)
from dialogue.engine.view import Truth, get_view

YES, NO, UNSURE, UNHEARD = Answer


def question(id_, stage=Stage.DECIDE, means=NO, **more):
    """Return a question."""
    return Question(id_, stage, means, ("seed-000",), **more)


@pytest.fixture
def small(protocol):
    """Return a protocol of a few made-up questions and rules."""
    return replace(
        protocol,
        questions=(
            question("sign", Stage.SCREEN, YES, red_flag=True),
            question("long", opposite="short"),
            question("tried", means=YES, only_if=Condition(any_yes=("long", "hint"))),
            question(
                "helped", only_if=Condition(all_yes=("tried",)), opposite="failed"
            ),
            question("caution", Stage.CARE, YES, only_if=Condition(any_yes=("short",))),
        ),
        statements=(
            Statement("hint"),
            Statement("deaf", unheard=Stage.SCREEN),
            Statement("lost", unheard=Stage.DECIDE),
        ),
        rules=(
            Rule("danger", Condition(any_yes=("sign",)), "emergency", ("seed-000",)),
            Rule("both", Condition(all_yes=("hint", "long")), "urgent", ("seed-000",)),
            Rule("fails", Condition(all_yes=("tried", "failed")), "clinic", ()),
            Rule("brief", Condition(all_yes=("short",)), "home_care_ice", ()),
            Rule("rest", Condition(all_yes=("long",)), "home_care_heat", ()),
        ),
    )


@pytest.mark.parametrize(
    ("name", "answers", "expected"),
    [
        ("sign", {}, Truth.OPEN),
        ("sign", {"sign": YES}, Truth.YES),
        ("sign", {"sign": NO}, Truth.NO),
        ("sign", {"sign": UNSURE}, Truth.YES),
        ("long", {"long": UNSURE}, Truth.NO),
        ("short", {}, Truth.OPEN),
        ("short", {"long": UNSURE}, Truth.YES),
        ("short", {"long": YES}, Truth.NO),
        ("short", {"long": NO}, Truth.YES),
        ("hint", {}, Truth.NO),
        ("hint", {"hint": YES}, Truth.YES),
        ("hint", {"hint": UNSURE}, Truth.YES),
        ("hint", {"hint": NO}, Truth.NO),
        ("deaf", {}, Truth.NO),
        ("deaf", {"sign": UNHEARD}, Truth.YES),
        ("deaf", {"long": UNHEARD}, Truth.NO),
        ("lost", {"long": UNHEARD}, Truth.YES),
        ("lost", {"sign": UNHEARD}, Truth.NO),
        ("sign", {"sign": UNHEARD}, Truth.NO),
        ("long", {"long": UNHEARD}, Truth.NO),
        ("short", {"long": UNHEARD}, Truth.YES),
        ("tried", {"tried": UNHEARD, "hint": YES}, Truth.YES),
        ("caution", {"long": NO, "caution": UNHEARD}, Truth.YES),
        ("tried", {}, Truth.OPEN),
        ("tried", {"tried": YES}, Truth.OPEN),
        ("tried", {"tried": YES, "long": NO}, Truth.NO),
        ("tried", {"tried": YES, "long": YES}, Truth.YES),
        ("tried", {"tried": NO, "hint": YES}, Truth.NO),
        ("failed", {"long": NO, "helped": NO}, Truth.NO),
        ("failed", {"long": YES, "tried": NO, "helped": NO}, Truth.NO),
        ("failed", {"long": YES, "tried": YES, "helped": NO}, Truth.YES),
        ("failed", {"long": YES, "tried": YES}, Truth.OPEN),
    ],
)
def test_what_a_statement_amounts_to(small, name, answers, expected):
    """YES, NO or OPEN; what is not asked is NO, and so is its opposite."""
    assert expected is evaluate_statement(small, answers, name)


@pytest.mark.parametrize(
    ("condition", "answers", "expected"),
    [
        (Condition(any_yes=("sign", "hint")), {}, Truth.OPEN),
        (Condition(any_yes=("sign", "hint")), {"sign": NO}, Truth.NO),
        (Condition(any_yes=("sign", "hint")), {"hint": YES}, Truth.YES),
        (Condition(all_yes=("sign", "long")), {"sign": YES}, Truth.OPEN),
        (Condition(all_yes=("sign", "long")), {"sign": NO}, Truth.NO),
        (Condition(all_yes=("sign", "long")), {"sign": YES, "long": YES}, Truth.YES),
        (Condition(count=2, of=("sign", "long", "hint")), {"sign": YES}, Truth.OPEN),
        (Condition(count=2, of=("sign", "long", "hint")), {"sign": NO}, Truth.NO),
        (
            Condition(count=2, of=("sign", "long", "hint")),
            {"sign": YES, "hint": YES},
            Truth.YES,
        ),
        (Condition(("sign",), count=1, of=("long",)), {"sign": YES}, Truth.OPEN),
        (Condition(("sign",), count=1, of=("long",)), {"long": NO}, Truth.NO),
        (Condition(("sign",), ("long",)), {"sign": NO}, Truth.NO),
        (Condition(("sign",), ("long",)), {"sign": YES, "long": YES}, Truth.YES),
    ],
)
def test_what_a_condition_amounts_to(small, condition, answers, expected):
    """Every part that is given must hold; it is OPEN while it can still change."""
    assert expected is evaluate_condition(small, answers, condition)


@pytest.mark.parametrize(
    ("answers", "rule", "unsure"),
    [
        ({}, None, None),
        ({"sign": YES}, "danger", False),
        ({"sign": UNSURE}, "danger", True),
        ({"sign": NO}, None, None),
        ({"long": NO}, None, None),
        ({"sign": NO, "long": NO}, "brief", False),
        ({"sign": NO, "long": UNSURE}, "brief", False),
        ({"sign": NO, "long": YES}, None, None),
        ({"hint": YES, "long": YES}, None, None),
        ({"sign": NO, "hint": YES, "long": YES}, "both", False),
        ({"sign": NO, "long": YES, "tried": NO}, "rest", False),
        ({"sign": NO, "long": YES, "tried": UNSURE, "helped": NO}, "fails", True),
        ({"sign": NO, "long": YES, "tried": YES, "helped": UNSURE}, "fails", False),
        ({"sign": NO, "long": YES, "tried": YES, "helped": YES}, "rest", False),
    ],
)
def test_the_first_rule_that_holds_decides(small, answers, rule, unsure):
    """A rule decides once every rule of a more urgent disposition is out."""
    decision = decide(small, answers)
    assert rule == (decision.rule.id if decision else None)
    assert unsure is (decision.unsure if decision else None)


def test_without_a_rule_the_otherwise_decides(small):
    """Where every rule is out, the protocol's `otherwise` is the disposition."""
    without = replace(small, rules=small.rules[:1])
    decision = decide(without, {"sign": NO})
    assert ("otherwise", small.otherwise) == (
        decision.rule.id,
        decision.rule.disposition,
    )
    assert () == decision.rule.source
    assert Condition() == decision.rule.when
    assert not decision.unsure


@pytest.mark.parametrize(
    ("answers", "asked", "care"),
    [
        ({}, "sign", None),
        ({"sign": NO}, "long", None),
        ({"sign": YES}, None, None),
        ({"long": NO}, "sign", "caution"),
        ({"sign": NO, "long": NO}, None, "caution"),
        ({"sign": NO, "long": NO, "hint": YES}, "tried", "caution"),
        ({"sign": NO, "long": NO, "caution": NO}, None, None),
        ({"sign": NO, "long": YES}, "tried", None),
        ({"sign": NO, "long": YES, "tried": YES}, "helped", None),
        ({"sign": NO, "long": YES, "tried": NO}, None, None),
        ({"sign": NO, "hint": YES}, "long", None),
        ({"sign": NO, "hint": YES, "long": YES}, None, None),
    ],
)
def test_the_next_question(small, answers, asked, care):
    """The first unanswered one that can still matter; care questions apart."""
    following = find_next_question(small, answers)
    caution = find_next_care_question(small, answers)
    assert asked == (following.id if following else None)
    assert care == (caution.id if caution else None)


@pytest.mark.parametrize(
    ("answers", "danger_only", "rules", "live"),
    [
        ({}, False, ["danger", "fails", "brief", "rest"], "sign long tried helped"),
        ({"sign": NO}, False, ["fails", "brief", "rest"], "long tried helped"),
        ({"sign": NO, "long": NO}, False, [], ""),
        ({"long": NO}, False, ["danger"], "sign"),
        ({"hint": YES}, False, None, "sign long tried helped"),
        ({"hint": YES, "long": YES}, False, ["danger"], "sign"),
        ({"sign": YES}, False, [], ""),
        ({}, True, ["danger"], "sign"),
        ({"hint": YES}, True, ["danger", "both"], "sign long"),
        ({"sign": NO}, True, [], ""),
        ({"sign": NO, "hint": YES}, True, ["both"], "long"),
    ],
)
def test_only_what_can_change_the_outcome_is_live(
    small, answers, danger_only, rules, live
):
    """Open rules above the first that holds, and what these still need."""
    view = get_view(small, answers)
    if rules is not None:
        assert rules == [rule.id for rule in find_wanted_rules(view, danger_only)]
    assert live.split() == [q.id for q in find_live_questions(view, danger_only)]


def test_there_is_a_question_wherever_nothing_is_decided(protocol):
    """The lemma that ends every session, on many sets of answers and statements."""
    chance = random.Random(14)
    names = [*protocol.question, *(s.id for s in protocol.statements)]
    undecided = 0
    for _ in range(2000):
        some = chance.sample(names, chance.randrange(len(names)))
        known = {n: chance.choice((NO, NO, NO, UNSURE, YES)) for n in some}
        answers = {n: a for n, a in known.items() if n in protocol.question}
        decided = decide(protocol, answers) is not None
        undecided += not decided
        assert decided is (find_next_question(protocol, answers) is None)
    assert undecided > 100


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ({"sign": UNHEARD}, "sign"),
        ({"sign": UNHEARD, "long": NO}, "sign"),
        ({"sign": NO, "long": UNHEARD}, None),
    ],
)
def test_a_danger_sign_that_waits_is_asked_before_what_is_ordinary(
    small, answers, asked
):
    """Set aside and not asked again yet: it comes behind the other signs only."""
    waiting = [id_ for id_ in answers if answers[id_] is UNHEARD and id_ == "sign"]
    question = find_next_question(small, answers, waiting=waiting)
    assert asked == (question.id if question else None)


def test_a_danger_sign_waits_behind_the_other_signs(protocol):
    """Chest pain set aside at the first question: breathing comes before it."""
    question = find_next_question(
        protocol, {"chest_pain": UNHEARD}, waiting=("chest_pain",)
    )
    assert question is not None
    assert "hard_to_breathe" == question.id


@pytest.mark.parametrize(
    ("id_", "answers", "expected"),
    [
        ("sign", {}, True),
        ("tried", {}, False),
        ("tried", {"long": YES}, True),
        ("tried", {"long": NO}, False),
    ],
)
def test_whether_a_question_applies(small, id_, answers, expected):
    """It has no only_if, or its only_if holds; an open one does not hold yet."""
    assert expected is applies(small, answers, small.question[id_])
