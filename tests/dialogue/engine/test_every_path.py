"""The walk of yes, no and unsure: every state that later answers can tell apart."""

from functools import cache

import pytest
from helpers.core_turns import Path, read_to_the_end, walk, wish
from helpers.current_protocol import read_shipped_protocol

from dialogue.engine import events
from dialogue.engine.protocol import Answer, Stage, Urgency
from dialogue.engine.rules import evaluate_statement
from dialogue.engine.view import Truth

MEDICINE = {"medicine.names", "medicine.limits"}
MILD = (Urgency.CLINIC, Urgency.HOME)


@cache
def paths(*volunteered: str) -> tuple[Path, ...]:
    """Return the paths after the rows `volunteered` were said at the opening."""
    said = [events.UnpromptedStatement((row,)) for row in volunteered]
    return tuple(walk(read_shipped_protocol(), *said))


def test_every_disposition_is_on_a_path(protocol):
    """Else the checks below could not fail."""
    spoken = {path.reply.disposition for path in paths()}
    assert {d.id for d in protocol.dispositions} == spoken


def test_no_path_needs_the_otherwise(protocol):
    """Every path ends by a rule of the protocol; `otherwise` is never reached."""
    rules = {rule.id for rule in protocol.rules}
    for path in (*paths(), *paths("pain_is_high"), *paths("unsteady")):
        assert path.reply.rule_id in rules


@pytest.mark.parametrize(
    "volunteered",
    [(), ("pain_is_high",), ("unsteady",), ("all_at_once",), ("groin_pain",)],
)
def test_a_danger_sign_is_never_outranked(protocol, volunteered):
    """A counted yes to a danger sign gives at least the tier of its rule."""
    seen = set()
    for path in paths(*volunteered):
        spoken = protocol.disposition[path.reply.disposition].urgency
        for rule in protocol.rules:
            tier = protocol.disposition[rule.disposition].urgency
            if tier not in (Urgency.EMERGENCY, Urgency.URGENT):
                continue
            for sign in rule.when.any_yes:
                if evaluate_statement(protocol, path.state.answers, sign) is Truth.YES:
                    seen.add(sign)
                    assert not tier < spoken, (sign, path.asked)
    assert {"chest_pain", "major_injury"} <= seen


def test_every_danger_sign_that_applies_is_settled_before_anything_milder(protocol):
    """No disposition below urgent is spoken while a danger question is open.

    Those of everyone are on every such path.
    """
    of_all = {q.id for q in protocol.questions if q.red_flag and q.only_if is None}
    mild = 0
    for path in (*paths(), *paths("pain_is_high")):
        if protocol.disposition[path.reply.disposition].urgency in MILD:
            mild += 1
            assert of_all <= set(path.asked)
            answers = path.state.answers
            for id_ in (q.id for q in protocol.questions if q.red_flag):
                value = evaluate_statement(protocol, answers, id_)
                assert value is Truth.NO, id_
    assert mild


def test_after_a_same_day_sign_only_emergency_questions_are_asked(protocol):
    """What is asked behind a counted yes is in the chain of an emergency rule."""
    needed = set()
    ahead = [
        name
        for rule in protocol.danger_rules
        if protocol.disposition[rule.disposition].urgency is Urgency.EMERGENCY
        for name in rule.when.names
    ]
    while ahead:
        name = ahead.pop()
        question = protocol.opposite_of.get(name) or protocol.question.get(name)
        if question and question.id not in needed:
            needed.add(question.id)
            ahead += question.only_if.names if question.only_if else ()
    urgent = {
        name
        for rule in protocol.danger_rules
        if protocol.disposition[rule.disposition].urgency is Urgency.URGENT
        and not rule.when.all_yes
        for name in rule.when.any_yes
        if name in protocol.question
    }
    seen = 0
    for path in paths():
        known = False
        for asked in path.asked:
            seen += known
            assert not known or asked in needed, asked
            answer = path.state.answers[asked]
            known = known or (asked in urgent and answer is not Answer.NO)
    assert seen


def test_no_advice_is_said_before_the_disposition(protocol):
    """Until a disposition is spoken, only session words and questions are said."""
    allowed = ("session.", "retry.", "ask.", "again.")
    for path in (*paths(), *paths("pain_is_high")):
        for reply in path.replies[:-1]:
            assert all(key.startswith(allowed) for key in reply.says)


def test_an_emergency_says_one_thing():
    """An emergency reply is one sentence, ends the talk and shows nothing else."""
    replies = [p.reply for p in paths() if p.reply.disposition == "emergency"]
    assert replies
    for reply in replies:
        assert reply.says in (("emergency.say",), ("emergency.unsure",))
        assert not reply.expects_answer
        assert reply.says == reply.card


def test_a_doubt_that_decides_is_said(protocol):
    """Where a yes to the rule's own names is missing, the reply tells of the doubt."""
    doubts = 0
    for path in paths():
        rule = next(r for r in protocol.rules if r.id == path.reply.rule_id)
        answers = path.state.answers
        own = [n for n in rule.when.any_yes if n in protocol.question]
        if not own or any(answers.get(name) is Answer.YES for name in own):
            continue
        doubts += 1
        said = " ".join(path.reply.says)
        assert any(word in said for word in (".unsure", ".doubt", "unknown")), rule.id
    assert doubts


def test_medicine_is_named_only_after_a_wish_and_clear_noes(protocol):
    """At home, within a week, to an adult under 60 without daily medicine."""
    named = 0
    care = {q.id for q in protocol.questions if q.stage is Stage.CARE}
    for path in paths():
        answers = path.state.answers
        replies = read_to_the_end(protocol, path.state, path.reply, wish)
        says = {key for reply in replies for key in (*reply.says, *reply.card)}
        home = protocol.disposition[path.reply.disposition].urgency is Urgency.HOME
        may = (
            home
            and answers["adult"] is Answer.YES
            and answers["daily_medicine"] is Answer.NO
            and answers["pregnant"] is Answer.NO
            and answers.get("more_than_one_week", Answer.NO) is Answer.NO
        )
        assert (MEDICINE <= says) is may
        assert may or not MEDICINE & says
        assert may is bool(care & {reply.open_prompt for reply in replies})
        named += may
    assert named


def test_every_reply_with_advice_ends_with_its_safety_net(protocol):
    """Care and clinic replies say when to call, and that this is no diagnosis."""
    for path in paths():
        if path.reply.disposition == "emergency":
            continue
        replies = read_to_the_end(protocol, path.state, path.reply)
        assert "net.emergency" in path.reply.says
        says = [key for reply in replies for key in reply.says]
        assert "disclaimer.end" in says
        if path.reply.disposition != "urgent":
            assert {"net.not_better", "net.urgent"} <= set(says)
