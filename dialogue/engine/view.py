"""What statements and conditions amount to under one set of answers, three-valued."""

from collections.abc import Iterator, Mapping
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
)

Answers = Mapping[str, Answer]
"""Answers as given, by question or statement id."""

Answered = frozenset[tuple[str, Answer]]
"""The same as pairs, which can be a key."""

MOST_VIEWS = 1024
"""Sets of answers whose views are kept, 25 kilobytes each. Most people answer alike."""


class Truth(Enum):
    """What a statement or a condition amounts to so far."""

    YES = "yes"
    NO = "no"
    OPEN = "open"
    """Not answered yet, and an answer can still change it."""

    # As for an answer: the hash of its name takes ten times as long.
    __hash__ = object.__hash__


class View:
    """What every statement and condition amounts to under one set of answers.

    Each value is worked out once. `get_view` gives the same view to whoever looks at
    the same answers.
    """

    __slots__ = ("_conditions", "_statements", "answers", "protocol")

    def __init__(
        self, protocol: TriageProtocol, answers: Answers, before: "View | None" = None
    ) -> None:
        """Look at `answers`; what it shares with the view `before` is taken over."""
        self.protocol = protocol
        self.answers = answers
        self._statements: dict[str, Truth] = {}
        self._conditions: dict[int, Truth] = {}
        """By identity: to hash a condition takes longer than to work it out."""
        if before is not None:
            self._take_over(before)

    def _take_over(self, before: "View") -> None:
        self._statements = before._statements.copy()
        self._conditions = before._conditions.copy()
        dependents = _find_dependents(self.protocol)
        for about in self.answers.keys() - before.answers.keys():
            names, conditions = dependents[about]
            for name in names:
                self._statements.pop(name, None)
            for identity in conditions:
                self._conditions.pop(identity, None)

    def evaluate(self, condition: Condition) -> Truth:
        """Return whether `condition` holds; OPEN while an answer can change it."""
        value = self._conditions.get(id(condition))
        if value is None:
            value = self._work_out(condition)
            if id(condition) in find_users(self.protocol).conditions:
                self._conditions[id(condition)] = value
        return value

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
            heard = Answer.UNHEARD not in self.answers.values()
            return Truth.NO if heard or not self.find_unheard(stage) else Truth.YES
        # Said with a doubt, it was brought forward as a danger sign: doubt counts.
        said = self.answers.get(name) in (Answer.YES, Answer.UNSURE)
        return Truth.YES if said else Truth.NO


def count_answer(question: Question, given: Answer) -> Answer:
    """Return the YES or NO that an answer as given counts as.

    Source: the clinical design, 2.1 and 2.6.
    """
    if given is Answer.UNHEARD and question.stage is Stage.SCREEN:
        return Answer.NO
    if given is Answer.UNSURE or given is Answer.UNHEARD:
        return question.unsure_means
    return given


_views: dict[tuple[TriageProtocol, Answered], View] = {}


def get_view(protocol: TriageProtocol, answers: Answers) -> View:
    """Return the view of `answers`, worked out before if they were looked at before."""
    return get_view_of(protocol, frozenset(answers.items()))


def get_view_of(
    protocol: TriageProtocol, answered: Answered, newest: Answered = frozenset()
) -> View:
    """Return the view of answers given as pairs.

    `newest` are those that came last: where the answers without them were looked at,
    only what depends on them is worked out anew.
    """
    view = _views.get((protocol, answered))
    if view is None:
        before = _views.get((protocol, answered - newest)) if newest else None
        view = View(protocol, dict(answered), before)
        while len(_views) >= MOST_VIEWS:
            # Another thread may have taken it.
            _views.pop(next(iter(_views)), None)
        _views[protocol, answered] = view
    return view


@dataclass(frozen=True)
class Users:
    """Who looks at a protocol's statements."""

    conditions: frozenset[int]
    """The identities of all its conditions."""
    rules: Mapping[str, tuple[Rule, ...]]
    """By question or statement, the rules that name it or its opposite."""
    questions: Mapping[str, tuple[Question, ...]]
    """By question or statement, those whose only_if names it or its opposite."""


@lru_cache(maxsize=8)
def find_users(protocol: TriageProtocol) -> Users:
    """Return who looks at what in `protocol`; worked out once."""
    rules: dict[str, list[Rule]] = {}
    questions: dict[str, dict[str, Question]] = {}
    for rule in protocol.rules:
        for id_ in dict.fromkeys(_list_ids(protocol, rule.when)):
            rules.setdefault(id_, []).append(rule)
    for question in protocol.questions:
        for id_ in _list_ids(protocol, question.only_if):
            questions.setdefault(id_, {})[question.id] = question
    only_ifs = (q.only_if for q in protocol.questions if q.only_if is not None)
    whens = (rule.when for rule in protocol.rules)
    return Users(
        conditions=frozenset(map(id, (*only_ifs, *whens))),
        rules={id_: tuple(named) for id_, named in rules.items()},
        questions={id_: tuple(by_id.values()) for id_, by_id in questions.items()},
    )


def _list_ids(protocol: TriageProtocol, condition: Condition | None) -> Iterator[str]:
    """Yield the question or statement behind each name of `condition`."""
    for name in condition.names if condition else ():
        opposite = protocol.opposite_of.get(name)
        yield name if opposite is None else opposite.id


@lru_cache(maxsize=8)
def _find_dependents(
    protocol: TriageProtocol,
) -> Mapping[str, tuple[tuple[str, ...], tuple[int, ...]]]:
    """Return, by what can be answered, the names and conditions that it can change."""
    users = find_users(protocol)
    dependents = {}
    for id_ in (*protocol.question, *protocol.statement):
        changed = {id_: None}
        if id_ in protocol.question:
            counted = protocol.unheard_statements.get(protocol.question[id_].stage)
            changed.update({counted: None} if counted else {})
        ahead = list(changed)
        conditions = set[int]()
        while ahead:
            about = ahead.pop()
            conditions.update(id(rule.when) for rule in users.rules.get(about, ()))
            for question in users.questions.get(about, ()):
                conditions.add(id(question.only_if))
                if question.id not in changed:
                    changed[question.id] = None
                    ahead.append(question.id)
        names = [
            name
            for about in changed
            for name in (about, getattr(protocol.question.get(about), "opposite", None))
            if name
        ]
        dependents[id_] = tuple(names), tuple(conditions)
    return dependents
