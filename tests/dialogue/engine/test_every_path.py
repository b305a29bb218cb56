"""The exhaustive walk: every path of yes, no and unsure through the interview."""

from collections import defaultdict
from functools import cache

import pytest
from helpers.core_turns import Path, read_to_the_end, walk

from dialogue.engine import events
from dialogue.engine.protocol import Answer, Urgency
from dialogue.engine.rules import evaluate_statement
from dialogue.engine.view import Truth
from dialogue.loading import load_content

MEDICINE = {"medicine.names", "medicine.limits"}


@cache
def paths(*volunteered: str) -> tuple[Path, ...]:
    """Return every path after the rows `volunteered` were said at the opening."""
    protocol = load_content().protocol
    said = [events.UnpromptedStatement((row,)) for row in volunteered]
    return tuple(walk(protocol, *said))


def turns_by(key, walked: tuple[Path, ...]) -> dict[str, tuple[int, int]]:
    """Return the fewest and most turns by disposition or rule."""
    turns = defaultdict(list)
    for path in walked:
        turns[key(path)].append(len(path.asked))
    return {name: (min(counts), max(counts)) for name, counts in turns.items()}


def test_danger_signs_come_first(content):
    """An emergency is found within six questions, and what is urgent within the signs.

    Neither the clinic nor home care is advised before every sign was asked about. The
    numbers are those of the clinical design, 2.4.
    """
    signs = [q for q in content.protocol.questions if q.red_flag and not q.only_if]
    turns = turns_by(lambda path: path.reply.disposition, paths())
    assert {d.id for d in content.protocol.dispositions} == set(turns)
    assert (1, 6) == turns.pop("emergency")
    assert turns.pop("urgent")[1] <= len(signs)
    assert min(fewest for fewest, _ in turns.values()) > len(signs)


def test_volunteered_signs_lengthen_the_way_to_an_emergency_only_as_designed():
    """Upper back pain allows 7 turns to an emergency; unsteady walking, 8."""
    upper = turns_by(lambda path: path.reply.disposition, paths("upper_back"))
    assert 7 == upper["emergency"][1]
    walking = turns_by(lambda path: path.reply.disposition, paths("walks_unsteadily"))
    assert 8 == walking["emergency"][1]


def test_no_path_needs_the_otherwise(content):
    """Every path ends by a rule of the protocol; `otherwise` is never reached."""
    rules = {rule.id for rule in content.protocol.rules}
    for path in (*paths(), *paths("upper_back"), *paths("walks_unsteadily")):
        assert path.reply.rule_id in rules


@pytest.mark.parametrize(
    "volunteered",
    [(), ("upper_back",), ("walks_unsteadily",), ("sudden_pain",), ("groin_pain",)],
)
def test_a_danger_sign_is_never_outranked(content, volunteered):
    """A counted yes to a danger sign gives at least the tier of its rule."""
    protocol = content.protocol
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
    assert {"chest_or_breathing", "major_injury"} <= seen


def test_every_screening_question_comes_before_anything_milder(content):
    """No disposition below urgent is spoken before questions 1 to 10 are settled."""
    protocol = content.protocol
    screening = {q.id for q in protocol.questions if q.red_flag} - {"chest_again"}
    for path in paths():
        tier = protocol.disposition[path.reply.disposition].urgency
        if tier in (Urgency.CLINIC, Urgency.HOME):
            assert screening <= set(path.asked)
            assert screening == set(path.asked[:10])


def test_no_advice_is_said_before_the_disposition(content):
    """Until a disposition is spoken, only session words and questions are said."""
    allowed = ("session.", "retry.", "ask.", "again.")
    for path in (*paths(), *paths("upper_back")):
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


def test_medicine_is_named_only_after_a_clear_no(content):
    """A medicine line needs a NO to the stop-list, within a week, and home care."""
    named = 0
    for path in paths():
        answers = path.state.answers
        says = {
            key
            for reply in read_to_the_end(content.protocol, path.state, path.reply)
            for key in (*reply.says, *reply.card)
        }
        tier = content.protocol.disposition[path.reply.disposition].urgency
        may = tier is Urgency.HOME and answers.get("medicine_caution") is Answer.NO
        assert (MEDICINE <= says) is may
        assert may or not MEDICINE & says
        if answers.get("more_than_one_week") in (Answer.YES, Answer.UNSURE):
            assert not may
        named += may
    assert named


def test_every_reply_with_advice_ends_with_its_safety_net(content):
    """Care and clinic replies say when to call, and that this is no diagnosis."""
    for path in paths():
        if path.reply.disposition == "emergency":
            continue
        replies = read_to_the_end(content.protocol, path.state, path.reply)
        assert "net.emergency" in path.reply.says
        says = [key for reply in replies for key in reply.says]
        assert "disclaimer.end" in says
        if path.reply.disposition != "urgent":
            assert {"net.not_better", "net.urgent"} <= set(says)
