"""The properties that every turn of every session must have."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from dialogue.engine import events
from dialogue.engine.protocol import (
    Answer,
    Condition,
    Question,
    Stage,
    TriageProtocol,
    Urgency,
)
from dialogue.engine.state import State
from dialogue.validation.prompts import has_medicine_name
from dialogue.verification.state_space import Node

Answers = Mapping[str, Answer]

OVER_A_WEEK = "more_than_one_week"
"""After a week no medicine is named. Source: the clinical design, 2.2."""

NET = "net.emergency"
DISCLAIMER = "disclaimer.end"
EMERGENCY_NUMBER = "{emergency_number}"


@dataclass(frozen=True)
class Subject:
    """What is under proof."""

    protocol: TriageProtocol
    prompts: Mapping[str, str]

    @cached_property
    def medicine_lines(self) -> frozenset[str]:
        """Return the prompts that name a medicine."""
        return frozenset(
            key for key, words in self.prompts.items() if has_medicine_name(words)
        )


@dataclass(frozen=True)
class Property:
    """One property of a turn, and the check of it."""

    title: str
    holds: Callable[[Subject, Node], bool | None]
    """None where the turn is none of its business."""


def keeps_danger_first(subject: Subject, node: Node) -> bool | None:
    """Let no red flag be outranked, also when it is said late.

    An emergency rule that holds speaks at once. A red flag that counts as a yes, or an
    urgent rule that holds, gives at least `urgent`, unless a sign that may be more
    urgent is just being asked about.
    """
    answers = frozenset(node.state.answers.items())
    demanded = _find_demanded_tier(subject.protocol, answers)
    if demanded is None or node.reply.says[0].startswith("close."):
        return None
    tier = _get_tier(subject, node)
    if tier is not None and not demanded < tier:
        return True
    asked = subject.protocol.question.get(str(node.reply.open_prompt))
    waits = asked is not None and asked.red_flag
    return waits and demanded is Urgency.URGENT


def advises_emergency_at_once(subject: Subject, node: Node) -> bool | None:
    """Expect an emergency in the very reply to an emergency sign said unasked."""
    if not isinstance(node.event, events.UnpromptedStatement):
        return None
    signs = {
        about
        for id_ in node.event.ids
        for about, answer in subject.protocol.volunteered_by_id[id_].sets
        if answer is Answer.YES
    }
    alone = {
        sign
        for rule in subject.protocol.rules
        for sign in rule.when.any_yes
        if subject.protocol.disposition[rule.disposition].urgency is Urgency.EMERGENCY
    }
    return _get_tier(subject, node) is Urgency.EMERGENCY if signs & alone else None


def screens_first(subject: Subject, node: Node) -> bool | None:
    """Give no care, medicine or clinic before every danger sign had a clear no."""
    protocol, answers = subject.protocol, node.state.answers
    advice = {line.key for line in protocol.care_lines} - {NET, DISCLAIMER}
    said = advice.intersection(node.reply.says) or "contact" in node.reply.says
    if not said and _get_tier(subject, node) not in (Urgency.CLINIC, Urgency.HOME):
        return None
    if _get_state_before(node).disposition is not None:
        return None  # it was checked when the advice began
    signs = (q for q in protocol.questions if q.red_flag)
    asked = [q for q in signs if _applies(protocol, answers, q)]
    return all(answers.get(q.id) is Answer.NO for q in asked)


def names_medicine_after_no(subject: Subject, node: Node) -> bool | None:
    """Name a medicine only at home, in the first week, after a clear no."""
    if subject.medicine_lines.isdisjoint((*node.reply.says, *node.reply.card)):
        return None
    answers = node.state.answers
    caution = [q.id for q in subject.protocol.questions if q.stage is Stage.CARE]
    return (
        bool(caution)
        and all(answers.get(id_) is Answer.NO for id_ in caution)
        and _get_tier(subject, node) is Urgency.HOME
        and answers.get(OVER_A_WEEK, Answer.NO) is Answer.NO
    )


def only_escalates(subject: Subject, node: Node) -> bool | None:
    """Let nothing replace given advice but something more urgent."""
    spoken = _get_state_before(node).disposition
    if spoken is None or isinstance(node.event, events.Previous):
        return None
    if node.reply.disposition == spoken:
        return True
    tier = _get_tier(subject, node)
    return tier is not None and tier < subject.protocol.disposition[spoken].urgency


def gives_safety_net(subject: Subject, node: Node) -> bool | None:
    """Say when to call, and whom, in each reply that advises or ends."""
    says, tier = node.reply.says, _get_tier(subject, node)
    before = _get_state_before(node)
    if tier is Urgency.EMERGENCY:
        return None
    if tier is not None and before.disposition != node.reply.disposition:
        to_come = node.state.reading is not None  # the disclaimer ends the reading
        return NET in says and (to_come or DISCLAIMER in says)
    if not node.state.ended:
        return None
    if before.reading is not None and "reading.bye" in says:
        return NET in says and DISCLAIMER in says
    if says == ("reading.bye",):
        return tier is not None  # the steps were declined; the net was said before
    return any(EMERGENCY_NUMBER in subject.prompts.get(key, "") for key in says)


def gives_one_instruction(subject: Subject, node: Node) -> bool | None:
    """Give one instruction in an emergency, then end the session."""
    if _get_tier(subject, node) is not Urgency.EMERGENCY:
        return None
    says = node.reply.says
    return (
        len(says) == 1
        and node.state.ended
        and not node.reply.expects_answer
        and says == node.reply.card
        and EMERGENCY_NUMBER in subject.prompts.get(says[0], "")
    )


PROPERTIES = (
    Property("a red flag is never outranked, also when told late", keeps_danger_first),
    Property(
        "an emergency sign told unasked is one at once", advises_emergency_at_once
    ),
    Property("no care, medicine or clinic before screening", screens_first),
    Property("a medicine only after a clear no", names_medicine_after_no),
    Property("nothing but escalation after advice", only_escalates),
    Property("each reply has its safety net", gives_safety_net),
    Property("an emergency says one thing and ends", gives_one_instruction),
)


def _get_state_before(node: Node) -> State:
    return node.before.state if node.before else State()


def _get_tier(subject: Subject, node: Node) -> Urgency | None:
    spoken = node.reply.disposition
    return None if spoken is None else subject.protocol.disposition[spoken].urgency


@lru_cache(maxsize=512)
def _find_demanded_tier(
    protocol: TriageProtocol, given: frozenset[tuple[str, Answer]]
) -> Urgency | None:
    """Return the most urgent tier that is asked for, None without a danger sign."""
    answers = dict(given)
    tiers = [
        Urgency.URGENT
        for question in protocol.questions
        if question.red_flag
        and answers.get(question.id) in (Answer.YES, Answer.UNSURE)
        and _applies(protocol, answers, question)
    ]
    for rule in protocol.rules:
        tier = protocol.disposition[rule.disposition].urgency
        if tier in (Urgency.EMERGENCY, Urgency.URGENT) and tier not in tiers:
            tiers += [tier] * _holds(protocol, answers, rule.when)
    return min(tiers, default=None)


# Whether a rule holds is worked out here in another way than in rules.py, so that a
# fault there cannot hide from the proof.


def _holds(protocol: TriageProtocol, answers: Answers, condition: Condition) -> bool:
    def yes(names: tuple[str, ...]) -> int:
        return sum(_is_yes(protocol, answers, name) for name in names)

    return (
        (not condition.any_yes or yes(condition.any_yes) > 0)
        and yes(condition.all_yes) == len(condition.all_yes)
        and yes(condition.of) >= condition.count
    )


def _is_yes(protocol: TriageProtocol, answers: Answers, name: str) -> bool:
    if name in protocol.statement:
        return answers.get(name) is Answer.YES
    question = protocol.opposite_of.get(name) or protocol.question[name]
    given = answers.get(question.id)
    if given is None or not _applies(protocol, answers, question):
        return False
    counted = question.unsure_means if given is Answer.UNSURE else given
    return counted is (Answer.NO if name in protocol.opposite_of else Answer.YES)


def _applies(protocol: TriageProtocol, answers: Answers, question: Question) -> bool:
    return question.only_if is None or _holds(protocol, answers, question.only_if)
