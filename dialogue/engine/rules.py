"""The rules, three-valued: from answers to the next question or the disposition."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from dialogue.engine.protocol import (
    Answer,
    Condition,
    Question,
    Rule,
    Stage,
    TriageProtocol,
    Urgency,
)
from dialogue.engine.view import Answers, Truth, View, find_users, get_view


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
    rule = _find_deciding_rule(get_view(protocol, answers))
    return None if rule is None else build_decision(protocol, answers, rule)


def build_decision(protocol: TriageProtocol, answers: Answers, rule: Rule) -> Decision:
    """Build the decision by `rule`: whether a clear yes stands behind it."""
    own = {
        protocol.opposite_of[name].id if name in protocol.opposite_of else name
        for name in rule.when.names
    }
    doubted = {a for a in own if answers.get(a) is Answer.UNSURE}
    if not doubted:
        return Decision(rule, unsure=False)
    clear = {**answers, **dict.fromkeys(doubted, Answer.NO)}
    by_yes = evaluate_condition(protocol, clear, rule.when) is Truth.YES
    return Decision(rule, unsure=not by_yes)


def find_wanted_rules(view: View, danger_only: bool = False) -> tuple[Rule, ...]:
    """Return the open rules that are more urgent than the first one that holds.

    With `danger_only`, after a disposition was spoken, only those that lead to help
    today or at once.
    """
    return tuple(rule for tier in _list_wanted(view, danger_only) for rule in tier)


def _list_wanted(view: View, danger_only: bool) -> Iterator[list[Rule]]:
    """Yield the wanted rules of one tier after the other."""
    for tier, rules in view.protocol.tiers:
        if danger_only and not tier < Urgency.CLINIC:
            return
        values = [view.evaluate(rule.when) for rule in rules]
        if Truth.YES in values:
            return
        pairs = zip(rules, values, strict=True)
        yield [rule for rule, value in pairs if value is Truth.OPEN]


class LiveQuestions:
    """Which questions a wanted rule still needs.

    Live is a question that a wanted rule names while that name is OPEN, and one that
    the OPEN only_if of a live question names so. Source: the clinical design, 2.1.
    """

    def __init__(self, view: View, danger_only: bool = False) -> None:
        """Look at no question yet, and at the rules of a tier when one needs them."""
        self.view = view
        self._tiers = _list_wanted(view, danger_only)
        self._wanted = set[int]()
        """By identity, as a rule's own hash is that of all its parts."""
        self._users = find_users(view.protocol)
        self._known: dict[str, bool] = {}

    def is_live(self, question: Question) -> bool:
        """Tell whether `question` is live; it is OPEN and only_if has no circles."""
        known = self._known.get(question.id)
        if known is None:
            known = self._known[question.id] = self._find(question)
        return known

    def _find(self, question: Question) -> bool:
        if self.view.evaluate_statement(question.id) is not Truth.OPEN:
            return False
        return self._is_wanted(question) or any(
            self.view.evaluate(user.only_if) is Truth.OPEN and self.is_live(user)
            for user in self._users.questions.get(question.id, ())
            if user.only_if is not None
        )

    def _is_wanted(self, question: Question) -> bool:
        """Tell whether a wanted rule names `question`; mostly one of the first tier."""
        rules = self._users.rules.get(question.id, ())
        while True:
            if any(id(rule) in self._wanted for rule in rules):
                return True
            tier = next(self._tiers, None)
            if tier is None:
                return False
            self._wanted.update(map(id, tier))


def find_live_questions(view: View, danger_only: bool = False) -> tuple[Question, ...]:
    """Return the live questions, in the order of asking."""
    live = LiveQuestions(view, danger_only)
    return tuple(q for q in view.protocol.questions if live.is_live(q))


def find_next_question(
    protocol: TriageProtocol,
    answers: Answers,
    danger_only: bool = False,
    waiting: Collection[str] = (),
) -> Question | None:
    """Return the question to ask now, None where no answer can change the outcome.

    `waiting` are the danger questions that were set aside and not yet asked once more:
    their turn comes after the other live questions of the screen. Source: the clinical
    design, 2.1 and 2.6.
    """
    view = get_view(protocol, answers)
    live = LiveQuestions(view, danger_only)
    if waiting and not any(
        question.stage is Stage.SCREEN
        and question.id not in answers
        and live.is_live(question)
        for question in protocol.questions
    ):
        question = _find_second_chance(view, danger_only, waiting)
        if question is not None:
            return question
    for question in protocol.questions:
        if (
            question.id not in answers
            and view.applies(question)
            and live.is_live(question)
        ):
            return question
    return None


def _find_second_chance(
    view: View, danger_only: bool, waiting: Collection[str]
) -> Question | None:
    """Return the first of `waiting` whose answer could still change the outcome."""
    protocol = view.protocol
    rest = {id_: given for id_, given in view.answers.items() if id_ not in waiting}
    without = get_view(protocol, rest)
    live = LiveQuestions(without, danger_only)
    for question in protocol.questions:
        if (
            question.id in waiting
            and without.applies(question)
            and live.is_live(question)
        ):
            return question
    if any(view.evaluate(rule.when) is Truth.YES for rule in protocol.danger_rules):
        return None
    for question in map(protocol.question.__getitem__, waiting):
        # Out of place, it waits only where it was brought forward: it was named.
        only_if = question.only_if
        if only_if is not None and without.evaluate(only_if) is Truth.NO:
            return question
    return None


def find_next_care_question(
    protocol: TriageProtocol, answers: Answers, among: Collection[str] | None = None
) -> Question | None:
    """Return the first unanswered question that only care lines depend on.

    With `among` only those questions are looked at.
    """
    view = get_view(protocol, answers)
    for question in protocol.questions:
        if (
            question.stage is Stage.CARE
            and question.id not in answers
            and (among is None or question.id in among)
            and view.applies(question)
        ):
            return question
    return None


def applies(protocol: TriageProtocol, answers: Answers, question: Question) -> bool:
    """Tell whether `question` is one to ask: it has no only_if, or that holds."""
    return get_view(protocol, answers).applies(question)


def get_urgency(protocol: TriageProtocol, disposition: str) -> Urgency:
    """Return the tier of a disposition."""
    return protocol.disposition[disposition].urgency


def evaluate_condition(
    protocol: TriageProtocol, answers: Answers, condition: Condition
) -> Truth:
    """Return whether `condition` holds; OPEN while an answer can change it."""
    return get_view(protocol, answers).evaluate(condition)


def evaluate_statement(
    protocol: TriageProtocol, answers: Answers, statement: str
) -> Truth:
    """Return what a question, its opposite or a volunteered statement amounts to."""
    return get_view(protocol, answers).evaluate_statement(statement)


def _find_deciding_rule(view: View) -> Rule | None:
    for _, rules in view.protocol.tiers:
        values = [view.evaluate(rule.when) for rule in rules]
        if Truth.YES in values:
            return rules[values.index(Truth.YES)]
        if Truth.OPEN in values:
            return None
    return Rule("otherwise", Condition(), view.protocol.otherwise, ())
