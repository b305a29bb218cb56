"""What danger signs demand, worked out in another way than by the engine's rules.

A fault in `dialogue/engine/rules.py` can so not hide from the proof.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property

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


class Danger:
    """The danger signs and rules of one protocol."""

    def __init__(self, protocol: TriageProtocol) -> None:
        """Look at nothing yet."""
        self.protocol = protocol

    def find_demanded_tier(self, answers: Answers) -> Urgency | None:
        """Return the most urgent tier that is asked for, None without a danger sign.

        A red flag that counts as a yes demands at least `urgent`; a danger rule that
        holds its own tier.
        """
        told = [id_ for id_, given in answers.items() if given in _POSITIVE]
        tiers = [
            self._tiers[rule.id]
            for rule in self._list_rules(told)
            if self.holds(answers, rule.when)
        ]
        if any(id_ in self.red_flags and self.is_yes(answers, id_) for id_ in told):
            tiers.append(Urgency.URGENT)
        return min(tiers, default=None)

    @cached_property
    def red_flags(self) -> Mapping[str, Question]:
        """Return the danger signs that are asked about."""
        return {q.id: q for q in self.protocol.questions if q.red_flag}

    @cached_property
    def chain(self) -> frozenset[str]:
        """Return the questions that some emergency rule can wait for."""
        names = [
            name
            for rule in self.protocol.rules
            if self._get_urgency(rule) is Urgency.EMERGENCY
            for name in rule.when.names
        ]
        return frozenset(self._list_needed(names))

    @cached_property
    def alone(self) -> frozenset[str]:
        """Return the names whose yes by itself makes an emergency rule hold."""
        return frozenset(
            name
            for rule in self.protocol.rules
            if self._get_urgency(rule) is Urgency.EMERGENCY
            for needed, names in rule.when.parts
            if len(rule.when.parts) == 1 and needed == 1
            for name in names
        )

    def list_gates(self, sign: str) -> Iterable[str]:
        """Return the questions that `sign` waits for, directly or not."""
        question = self.protocol.question.get(sign)
        only_if = question.only_if if question else None
        return self._list_needed(only_if.names if only_if else ())

    def holds(self, answers: Answers, condition: Condition) -> bool:
        """Tell whether `condition` holds by what was answered so far."""
        return all(
            sum(self.is_yes(answers, name) for name in names) >= needed
            for needed, names in condition.parts
        )

    def applies(self, answers: Answers, question: Question) -> bool:
        """Tell whether `question` has its place by what was answered so far."""
        return question.only_if is None or self.holds(answers, question.only_if)

    def is_yes(self, answers: Answers, name: str) -> bool:
        """Tell whether a question, its opposite or a statement counts as a yes."""
        if name in self.protocol.statement:
            stage = self.protocol.statement[name].unheard
            if stage is None:
                return answers.get(name) in _POSITIVE
            return self._has_unheard(answers, stage)
        question = self.protocol.opposite_of.get(name) or self.protocol.question[name]
        given = answers.get(question.id)
        if given is None or not self.applies(answers, question):
            return False
        if given is Answer.UNHEARD and question.stage is Stage.SCREEN:
            given = Answer.NO
        counted = given if given in _CLEAR else question.unsure_means
        return counted is (Answer.YES if name == question.id else Answer.NO)

    def _has_unheard(self, answers: Answers, stage: Stage) -> bool:
        return any(
            given is Answer.UNHEARD and self.protocol.question[id_].stage is stage
            for id_, given in answers.items()
        )

    def _list_rules(self, told: list[str]) -> Iterable[Rule]:
        found = dict(self._rules_of[""])
        for id_ in told:
            found.update(self._rules_of.get(id_, {}))
        return found.values()

    @cached_property
    def _rules_of(self) -> Mapping[str, Mapping[str, Rule]]:
        """Return by question or statement the danger rules that wait for its yes.

        Under "" are those that wait for nothing but a no.
        """
        by: dict[str, dict[str, Rule]] = {"": {}}
        for rule in self.protocol.rules:
            if self._get_urgency(rule) < Urgency.CLINIC:
                opposite_of = self.protocol.opposite_of
                names = [n for n in rule.when.names if n not in opposite_of]
                for name in names or [""]:
                    by.setdefault(name, {})[rule.id] = rule
        return by

    @cached_property
    def _tiers(self) -> Mapping[str, Urgency]:
        return {rule.id: self._get_urgency(rule) for rule in self.protocol.rules}

    def _get_urgency(self, rule: Rule) -> Urgency:
        return self.protocol.disposition[rule.disposition].urgency

    def _list_needed(self, names: Iterable[str]) -> Iterable[str]:
        """Return the questions of `names`, and those that they wait for."""
        found: dict[str, None] = {}
        ahead = list(names)
        while ahead:
            name = ahead.pop()
            question = self.protocol.opposite_of.get(name)
            question = question or self.protocol.question.get(name)
            if question is not None and question.id not in found:
                found[question.id] = None
                ahead += question.only_if.names if question.only_if else ()
        return found


_POSITIVE = (Answer.YES, Answer.UNSURE)
_CLEAR = (Answer.YES, Answer.NO)
