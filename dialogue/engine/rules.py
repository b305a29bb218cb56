"""The rules, three-valued: from answers to the next question or the disposition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from dialogue.engine.protocol import (
    Answer,
    Condition,
    Question,
    Rule,
    Stage,
    TriageProtocol,
    Urgency,
)

Answers = Mapping[str, Answer]
"""Answers as given, by question or statement id."""


class Truth(Enum):
    """What a statement or a condition amounts to so far."""

    YES = "yes"
    NO = "no"
    OPEN = "open"
    """Not answered yet, and an answer can still change it."""


@dataclass(frozen=True)
class Decision:
    """The rule that the answers lead to."""

    rule: Rule
    unsure: bool
    """The rule holds only because an UNSURE counts as a yes."""


def decide(protocol: TriageProtocol, answers: Answers) -> Decision | None:
    """Return the decision, None while a question is needed first.

    The first rule that holds decides as soon as every rule of a more urgent
    disposition is settled as not holding. Source: the clinical design, 2.1.
    """
    rule = _find_deciding_rule(protocol, answers)
    return None if rule is None else build_decision(protocol, answers, rule)


def build_decision(protocol: TriageProtocol, answers: Answers, rule: Rule) -> Decision:
    """Build the decision by `rule`: whether a clear yes stands behind it."""
    own = {
        protocol.opposite_of[name].id if name in protocol.opposite_of else name
        for name in rule.when.names
    }
    clear = {
        about: Answer.NO if answer is Answer.UNSURE and about in own else answer
        for about, answer in answers.items()
    }
    by_yes = evaluate_condition(protocol, clear, rule.when) is Truth.YES
    return Decision(rule, unsure=not by_yes)


def is_danger_open(protocol: TriageProtocol, answers: Answers) -> bool:
    """Tell whether an answer can still make an emergency or urgent rule hold."""
    return any(
        evaluate_condition(protocol, answers, rule.when) is Truth.OPEN
        for rule in protocol.danger_rules
    )


def applies(protocol: TriageProtocol, answers: Answers, question: Question) -> bool:
    """Tell whether `question` is one to ask: it has no only_if, or that holds."""
    return question.only_if is None or (
        evaluate_condition(protocol, answers, question.only_if) is Truth.YES
    )


def find_next_question(protocol: TriageProtocol, answers: Answers) -> Question | None:
    """Return the first unanswered screening or deciding question that applies."""
    return _find_first_open(protocol, answers, (Stage.SCREEN, Stage.DECIDE))


def find_next_care_question(
    protocol: TriageProtocol, answers: Answers
) -> Question | None:
    """Return the first unanswered question that only care lines depend on."""
    return _find_first_open(protocol, answers, (Stage.CARE,))


def get_urgency(protocol: TriageProtocol, disposition: str) -> Urgency:
    """Return the tier of a disposition."""
    return protocol.disposition[disposition].urgency


def evaluate_condition(
    protocol: TriageProtocol, answers: Answers, condition: Condition
) -> Truth:
    """Return whether `condition` holds; OPEN while open statements can change it."""
    parts: list[Truth] = []
    if condition.any_yes:
        parts.append(_count_statements(1, protocol, answers, condition.any_yes))
    if condition.all_yes:
        needed = len(condition.all_yes)
        parts.append(_count_statements(needed, protocol, answers, condition.all_yes))
    if condition.of:
        parts.append(
            _count_statements(condition.count, protocol, answers, condition.of)
        )
    if Truth.NO in parts:
        return Truth.NO
    return Truth.OPEN if Truth.OPEN in parts else Truth.YES


def evaluate_statement(
    protocol: TriageProtocol, answers: Answers, statement: str
) -> Truth:
    """Return what a question, its opposite or a volunteered statement amounts to."""
    if statement in protocol.statement:
        return Truth.YES if answers.get(statement) is Answer.YES else Truth.NO
    negated = statement in protocol.opposite_of
    question = (protocol.opposite_of if negated else protocol.question)[statement]
    if question.only_if is not None:
        applies = evaluate_condition(protocol, answers, question.only_if)
        if applies is not Truth.YES:
            # Not asked means that neither it nor its opposite was said.
            return applies
    given = answers.get(question.id)
    if given is None:
        return Truth.OPEN
    counted = question.unsure_means if given is Answer.UNSURE else given
    return Truth.YES if (counted is Answer.YES) is not negated else Truth.NO


def _find_deciding_rule(protocol: TriageProtocol, answers: Answers) -> Rule | None:
    holds: Rule | None = None
    tier: Urgency | None = None
    some_open = False
    for rule in protocol.rules:
        urgency = get_urgency(protocol, rule.disposition)
        if urgency is not tier:
            if holds or some_open:
                return holds
            tier = urgency
        value = evaluate_condition(protocol, answers, rule.when)
        some_open = some_open or value is Truth.OPEN
        if value is Truth.YES and holds is None:
            holds = rule
    if holds or some_open:
        return holds
    return Rule("otherwise", Condition(), protocol.otherwise, ())


def _find_first_open(
    protocol: TriageProtocol, answers: Answers, stages: Sequence[Stage]
) -> Question | None:
    for question in protocol.questions:
        if question.stage not in stages or question.id in answers:
            continue
        if applies(protocol, answers, question):
            return question
    return None


def _count_statements(
    count: int, protocol: TriageProtocol, answers: Answers, statements: Sequence[str]
) -> Truth:
    """Return whether `count` of `statements` are YES; stop where that is settled."""
    missing, spare = count, len(statements) - count
    for statement in statements:
        value = evaluate_statement(protocol, answers, statement)
        if value is Truth.YES:
            missing -= 1
            if missing == 0:
                return Truth.YES
        elif value is Truth.NO:
            spare -= 1
            if spare < 0:
                return Truth.NO
    return Truth.OPEN
