"""The rules, three-valued: from answers to the next question or the disposition."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

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

    # As for an answer: the hash of its name takes ten times as long.
    __hash__ = object.__hash__


@dataclass(frozen=True)
class Decision:
    """The rule that the answers lead to."""

    rule: Rule
    unsure: bool
    """The rule holds only because an UNSURE counts as a yes."""


class View:
    """What every statement and condition amounts to under one set of answers.

    Each value is worked out once; `build_view` gives the same view to whoever looks at
    the same answers.
    """

    __slots__ = ("_conditions", "_statements", "answers", "protocol")

    def __init__(self, protocol: TriageProtocol, answers: Answers) -> None:
        """Look at `answers`; nothing is worked out yet."""
        self.protocol = protocol
        self.answers = answers
        self._statements: dict[str, Truth] = {}
        self._conditions: dict[int, tuple[Truth, Condition]] = {}

    def evaluate(self, condition: Condition) -> Truth:
        """Return whether `condition` holds; OPEN while an answer can change it."""
        # By its identity: to hash a condition takes longer than to work out most. The
        # condition is kept with its value, so that no other one can get its identity.
        known = self._conditions.get(id(condition))
        if known is None:
            known = self._conditions[id(condition)] = (
                self._work_out(condition),
                condition,
            )
        return known[0]

    def evaluate_statement(self, name: str) -> Truth:
        """Return what a question, its opposite or a statement amounts to."""
        value = self._statements.get(name)
        if value is None:
            value = self._statements[name] = self._work_out_statement(name)
        return value

    def applies(self, question: Question) -> bool:
        """Tell whether `question` is one to ask: no only_if, or that holds."""
        only_if = question.only_if
        return only_if is None or self.evaluate(only_if) is Truth.YES

    def _work_out(self, condition: Condition) -> Truth:
        value = Truth.YES
        for count, names in condition.parts:
            part = self._count(count, names)
            if part is Truth.NO:
                return part
            if part is Truth.OPEN:
                value = part
        return value

    def _count(self, count: int, names: tuple[str, ...]) -> Truth:
        """Return whether `count` of `names` are YES; stop where that is settled."""
        missing, spare = count, len(names) - count
        for name in names:
            value = self.evaluate_statement(name)
            if value is Truth.YES:
                missing -= 1
                if missing == 0:
                    return value
            elif value is Truth.NO:
                spare -= 1
                if spare < 0:
                    return value
        return Truth.OPEN

    def _work_out_statement(self, name: str) -> Truth:
        protocol = self.protocol
        if (question := protocol.question.get(name)) is None:
            if (question := protocol.opposite_of.get(name)) is None:
                return self._work_out_said(name)
            wanted = Answer.NO
        else:
            wanted = Answer.YES
        if question.only_if is not None:
            applies = self.evaluate(question.only_if)
            if applies is not Truth.YES:
                # Not asked means that neither it nor its opposite was said.
                return applies
        given = self.answers.get(question.id)
        if given is None:
            return Truth.OPEN
        return Truth.YES if count_answer(question, given) is wanted else Truth.NO

    def _work_out_said(self, name: str) -> Truth:
        """Return what a statement amounts to that is never asked."""
        if (stage := self.protocol.statement[name].unheard) is not None:
            return Truth.YES if self.find_unheard(stage) else Truth.NO
        # Said with a doubt, it was brought forward as a danger sign: doubt counts.
        said = self.answers.get(name) in (Answer.YES, Answer.UNSURE)
        return Truth.YES if said else Truth.NO

    def find_unheard(self, stage: Stage) -> tuple[Question, ...]:
        """Return the questions of a stage that were set aside, in order of asking."""
        protocol = self.protocol
        unheard = (
            protocol.question[id_]
            for id_, answer in self.answers.items()
            if answer is Answer.UNHEARD
        )
        found = (question for question in unheard if question.stage is stage)
        return tuple(sorted(found, key=lambda q: protocol.place[q.id]))


def count_answer(question: Question, given: Answer) -> Answer:
    """Return the YES or NO that an answer as given counts as.

    Source: the clinical design, 2.1 and 2.6.
    """
    if given is Answer.UNHEARD and question.stage is Stage.SCREEN:
        return Answer.NO
    if given is Answer.UNSURE or given is Answer.UNHEARD:
        return question.unsure_means
    return given


def get_view(protocol: TriageProtocol, answers: Answers) -> View:
    """Return the view of `answers`, worked out before if they were looked at before."""
    return build_view(protocol, frozenset(answers.items()))


@lru_cache(maxsize=1024)
def build_view(
    protocol: TriageProtocol, answered: frozenset[tuple[str, Answer]]
) -> View:
    """Return the view of the answers given as pairs."""
    return View(protocol, dict(answered))


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
    wanted: list[Rule] = []
    for tier, rules in view.protocol.tiers:
        if danger_only and not tier < Urgency.CLINIC:
            break
        values = [view.evaluate(rule.when) for rule in rules]
        if Truth.YES in values:
            break
        wanted += (
            r for r, value in zip(rules, values, strict=True) if value is Truth.OPEN
        )
    return tuple(wanted)


def find_live_questions(view: View, danger_only: bool = False) -> tuple[Question, ...]:
    """Return the questions that a wanted rule still needs, in the order of asking.

    Live is a question that a wanted rule names while that name is OPEN, and one that
    the OPEN only_if of a live question names so. Source: the clinical design, 2.1.
    """
    protocol = view.protocol
    live: dict[str, Question] = {}
    ahead = [rule.when for rule in find_wanted_rules(view, danger_only)]
    while ahead:
        for name in ahead.pop().names:
            if view.evaluate_statement(name) is not Truth.OPEN:
                continue
            question = protocol.question.get(name) or protocol.opposite_of[name]
            if question.id not in live:
                live[question.id] = question
                only_if = question.only_if
                if only_if is not None and view.evaluate(only_if) is Truth.OPEN:
                    ahead.append(only_if)
    return tuple(sorted(live.values(), key=lambda q: protocol.place[q.id]))


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
    live = find_live_questions(view, danger_only)
    if waiting and not any(
        question.stage is Stage.SCREEN and question.id not in answers
        for question in live
    ):
        rest = {id_: given for id_, given in answers.items() if id_ not in waiting}
        without = get_view(protocol, rest)
        for question in find_live_questions(without, danger_only):
            if question.id in waiting and without.applies(question):
                return question
        if not any(view.evaluate(r.when) is Truth.YES for r in protocol.danger_rules):
            # Out of place, it waits only where it was brought forward: it was named.
            for question in map(protocol.question.__getitem__, waiting):
                only_if = question.only_if
                if only_if is not None and without.evaluate(only_if) is Truth.NO:
                    return question
    for question in live:
        if question.id not in answers and view.applies(question):
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
