"""What danger signs demand and which questions can still matter, by the rules' bits.

It is worked out in another way than by `dialogue/engine/rules.py`, so that a fault
there cannot hide from the proof.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property

from dialogue.engine.protocol import Condition, Question, TriageProtocol, Urgency
from dialogue.engine.view import Answered, Answers
from dialogue.validation.truth_masks import Masks, Part, get_truth_masks

_DANGER = (Urgency.EMERGENCY, Urgency.URGENT)


class Danger:
    """The danger signs and rules of one protocol."""

    def __init__(self, protocol: TriageProtocol) -> None:
        """Give each name its bit."""
        self.protocol = protocol
        self._truth = get_truth_masks(protocol)
        self._only_if = {
            q.id: self._truth.compile(q.only_if) for q in protocol.questions
        }
        self._relevant: dict[tuple[Masks, bool], frozenset[str]] = {}

    def find_masks(self, answers: Answers, answered: Answered | None = None) -> Masks:
        """Return what every name amounts to under `answers`, which are `answered`."""
        return self._truth.find(answers, answered)

    def find_demanded_tier(self, masks: Masks) -> Urgency | None:
        """Return the most urgent tier that is asked for, None without a danger sign.

        A red flag that counts as a yes demands at least `urgent`; a danger rule that
        holds its own tier.
        """
        for tier in _DANGER:
            if any(masks.holds(parts) for parts in self._rules[tier]):
                return tier
        return Urgency.URGENT if masks.yes & self._red_flags else None

    def list_relevant(self, masks: Masks, danger_only: bool) -> frozenset[str]:
        """Return the questions that can bring something more urgent than what is sure.

        With `danger_only` only emergency and urgent rules are looked at.
        """
        key = masks, danger_only
        if key not in self._relevant:
            self._relevant[key] = self._list_relevant(masks, danger_only)
        return self._relevant[key]

    def _list_relevant(self, masks: Masks, danger_only: bool) -> frozenset[str]:
        wanted = list[tuple[Part, ...]]()
        for tier in _DANGER if danger_only else Urgency:
            if any(masks.holds(parts) for parts in self._rules[tier]):
                break
            wanted += (parts for parts in self._rules[tier] if masks.can_hold(parts))
        found: set[str] = set()
        while wanted:
            for _, mask in wanted.pop():
                for question in self._truth.list_questions(mask & masks.open_):
                    if question.id not in found:
                        found.add(question.id)
                        if masks.find_rest(self._only_if[question.id]):
                            wanted.append(self._only_if[question.id])
        return frozenset(found)

    def applies(self, masks: Masks, question: Question) -> bool:
        """Tell whether `question` has its place by what was answered so far."""
        return masks.holds(self._only_if[question.id])

    @cached_property
    def red_flags(self) -> Mapping[str, Question]:
        """Return the danger signs that are asked about."""
        return {q.id: q for q in self.protocol.questions if q.red_flag}

    @cached_property
    def chain(self) -> frozenset[str]:
        """Return the questions that some emergency rule can wait for."""
        whens = self._whens[Urgency.EMERGENCY]
        return self._list_needed(name for when in whens for name in when.names)

    @cached_property
    def alone(self) -> frozenset[str]:
        """Return the names whose yes by itself makes an emergency rule hold."""
        return frozenset(
            name
            for when in self._whens[Urgency.EMERGENCY]
            for needed, names in when.parts
            if len(when.parts) == 1 and needed == 1
            for name in names
        )

    def list_gates(self, sign: str) -> frozenset[str]:
        """Return the questions that `sign` waits for, directly or not."""
        question = self.protocol.question.get(sign)
        only_if = question.only_if if question else None
        return self._list_needed(only_if.names if only_if else ())

    @cached_property
    def _whens(self) -> Mapping[Urgency, tuple[Condition, ...]]:
        of = self.protocol.disposition
        return {
            tier: tuple(
                rule.when
                for rule in self.protocol.rules
                if of[rule.disposition].urgency is tier
            )
            for tier in Urgency
        }

    @cached_property
    def _rules(self) -> Mapping[Urgency, tuple[tuple[Part, ...], ...]]:
        return {
            tier: tuple(map(self._truth.compile, whens))
            for tier, whens in self._whens.items()
        }

    @cached_property
    def _red_flags(self) -> int:
        return sum(self._truth.bit[id_] for id_ in self.red_flags)

    def _list_needed(self, names: Iterable[str]) -> frozenset[str]:
        """Return the questions of `names`, and those that they wait for."""
        found: set[str] = set()
        ahead = list(names)
        while ahead:
            name = ahead.pop()
            question = self.protocol.opposite_of.get(name)
            question = question or self.protocol.question.get(name)
            if question is not None and question.id not in found:
                found.add(question.id)
                ahead += question.only_if.names if question.only_if else ()
        return frozenset(found)
