"""Which questions can still matter, worked out in another way than by the engine.

Each statement has two bounds: whether it is certain, and whether it is possible. A
fault in `dialogue/engine/rules.py` can so not hide from the proof.
"""

from collections.abc import Mapping

from dialogue.engine.protocol import Answer, Condition, Stage, TriageProtocol, Urgency

Bounds = tuple[bool, bool]
"""Whether a YES is certain, and whether it is possible."""


class Relevance:
    """What can still come of one set of answers."""

    def __init__(self, protocol: TriageProtocol, answers: Mapping[str, Answer]) -> None:
        """Look at `answers`."""
        self._protocol = protocol
        self._answers = answers
        self._known: dict[str, Bounds] = {}

    def list_relevant(self, least: Urgency = Urgency.HOME) -> frozenset[str]:
        """Return the questions that can bring something more urgent than what is sure.

        `least`: rules that are less urgent than this are not looked at.
        """
        protocol, wanted = self._protocol, list[Condition]()
        for urgency in Urgency:
            rules = [
                rule
                for rule in protocol.rules
                if protocol.disposition[rule.disposition].urgency is urgency
            ]
            bounds = [self._bound(rule.when) for rule in rules]
            if (True, True) in bounds or least < urgency:
                break
            pairs = zip(rules, bounds, strict=True)
            wanted += [rule.when for rule, (_, possible) in pairs if possible]
        found: set[str] = set()
        while wanted:
            for name in wanted.pop().names:
                question = protocol.opposite_of.get(name) or protocol.question.get(name)
                if question is None or question.id in found:
                    continue
                if self._bound_name(name) == (False, True):
                    found.add(question.id)
                    only_if = question.only_if
                    if only_if and self._bound(only_if) == (False, True):
                        wanted.append(only_if)
        return frozenset(found)

    def _bound(self, condition: Condition) -> Bounds:
        certain = possible = True
        for needed, names in condition.parts:
            bounds = [self._bound_name(name) for name in names]
            certain = certain and sum(sure for sure, _ in bounds) >= needed
            possible = possible and sum(may for _, may in bounds) >= needed
        return certain, possible

    def _bound_name(self, name: str) -> Bounds:
        if name not in self._known:
            self._known[name] = self._find_bounds(name)
        return self._known[name]

    def _find_bounds(self, name: str) -> Bounds:
        protocol, given = self._protocol, self._answers.get(name)
        if name in protocol.statement:
            told = given in (Answer.YES, Answer.UNSURE)
            if (stage := protocol.statement[name].unheard) is not None:
                told = any(
                    answer is Answer.UNHEARD and protocol.question[id_].stage is stage
                    for id_, answer in self._answers.items()
                )
            return told, told
        question = protocol.opposite_of.get(name) or protocol.question[name]
        given = self._answers.get(question.id)
        applies, may_apply = True, True
        if question.only_if is not None:
            applies, may_apply = self._bound(question.only_if)
        if given is None or not applies:
            return False, may_apply
        counts = given is Answer.YES
        if given is Answer.UNSURE or (
            given is Answer.UNHEARD and question.stage is not Stage.SCREEN
        ):
            counts = question.unsure_means is Answer.YES
        is_yes = counts is (name == question.id)
        return is_yes, is_yes
