"""Walks every path of answers through a protocol's rules, each merged state once."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from dialogue.engine.protocol import Answer, TriageProtocol, Urgency
from dialogue.engine.rules import (
    decide,
    find_next_care_question,
    find_next_question,
    get_urgency,
)
from dialogue.engine.view import Answered, Answers, get_view_of
from dialogue.validation.merging import Merging, Residue


@dataclass
class DecisionWalk:
    """What the paths walked so far ask and decide.

    A path is made of counted answers: an UNSURE is the yes or no that it counts as.
    """

    protocol: TriageProtocol
    asked: set[str] = field(default_factory=set)
    """Questions that some path asks, those of care reading included."""
    decided: set[str] = field(default_factory=set)
    """Rules that decide some path."""
    stuck: list[Answers] = field(default_factory=list)
    """Answers under which no rule decides and no question is left."""

    def __post_init__(self) -> None:
        """Begin with no state known."""
        self._merging = Merging(self.protocol, replies=False)
        self._known = set[Residue]()

    def walk(self, said: Answers, until: Collection[str] | None = None) -> None:
        """Walk every path after what was said unasked.

        With `until` it is enough that each of these rules decides some path.
        """
        ahead: list[tuple[dict[str, Answer], Answered]] = [(dict(said), frozenset())]
        while ahead and (until is None or not self.decided.issuperset(until)):
            answers, newest = ahead.pop()
            answered = frozenset(answers.items())
            residue = self._merging.find_residue(answers, answered=answered)
            if residue not in self._known:
                self._known.add(residue)
                # What is known of the answers before the newest need not be worked out.
                get_view_of(self.protocol, answered, newest)
                ahead += self._step(answers)

    def _step(self, answers: Answers) -> Iterator[tuple[dict[str, Answer], Answered]]:
        """Yield what answers become by each answer to the question that is next."""
        protocol = self.protocol
        question = find_next_question(protocol, answers)
        if question is None:
            decision = decide(protocol, answers)
            if decision is None or decision.rule not in protocol.rules:
                self.stuck.append(answers)
                return
            self.decided.add(decision.rule.id)
            if get_urgency(protocol, decision.rule.disposition) is not Urgency.HOME:
                return
            if (question := find_next_care_question(protocol, answers)) is None:
                return
        self.asked.add(question.id)
        for answer in (Answer.YES, Answer.NO):
            yield {**answers, question.id: answer}, frozenset([(question.id, answer)])


def walk_decisions(protocol: TriageProtocol) -> DecisionWalk:
    """Walk every path from nothing said, and from each set of what is never asked.

    That is said before: the statements that one condition names, together and each
    alone. Where a rule looks at what was not heard, paths with a question set aside are
    walked until it decides; `python -m dialogue prove` walks all of them.
    """
    walk = DecisionWalk(protocol)
    walk.walk({})
    for said in _list_statement_sets(protocol):
        walk.walk(dict.fromkeys(said, Answer.YES))
    for stage, name in protocol.unheard_statements.items():
        first = next((q for q in protocol.questions if q.stage is stage), None)
        if first is not None:
            rules = [rule.id for rule in protocol.rules if name in rule.when.names]
            walk.walk({first.id: Answer.UNHEARD}, until=rules)
    return walk


def _list_statement_sets(protocol: TriageProtocol) -> Iterable[tuple[str, ...]]:
    """Return the statements that a condition names, together and each alone."""
    conditions = [rule.when for rule in protocol.rules]
    conditions += [q.only_if for q in protocol.questions if q.only_if is not None]
    said = {statement.id for statement in protocol.statements if not statement.unheard}
    sets: dict[tuple[str, ...], None] = {}
    for condition in conditions:
        named = tuple(name for name in condition.names if name in said)
        sets.update(dict.fromkeys((name,) for name in named))
        sets.update({named: None} if named else {})
    return sets
