"""Statements and conditions three-valued, as bits: much is looked at much at a time.

It is written apart from `dialogue/engine/rules.py`, so that what walks the rules does
not look at them with their own eyes. Source: the clinical design, 2.1.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter

from dialogue.engine.protocol import (
    Answer,
    Condition,
    Question,
    Stage,
    TriageProtocol,
)
from dialogue.engine.view import Answers

Part = tuple[int, int]
"""How many of which names must be YES, one bit for each name."""


@dataclass(frozen=True)
class Masks:
    """What every name amounts to: a bit in `yes`, in `open_`, or in neither for NO."""

    yes: int
    open_: int

    def holds(self, parts: Iterable[Part]) -> bool:
        """Tell whether a condition holds."""
        yes = self.yes
        return all((yes & mask).bit_count() >= needed for needed, mask in parts)

    def can_hold(self, parts: Iterable[Part]) -> bool:
        """Tell whether a condition holds or may come to."""
        may = self.yes | self.open_
        return all((may & mask).bit_count() >= needed for needed, mask in parts)

    def find_rest(self, parts: Iterable[Part]) -> tuple[Part, ...]:
        """Return how many each part still needs, and of which open names."""
        yes, open_ = self.yes, self.open_
        return tuple(
            (missing, open_ & mask)
            for needed, mask in parts
            if (missing := needed - (yes & mask).bit_count()) > 0
        )


_Entry = tuple[str, tuple[Part, ...], int, dict[Answer, int]]
"""A question: its id, its `only_if`, its bits while it is open, and by its answer.

A tuple, since unpacking it takes half the time of looking at its parts by name.
"""


class TruthMasks:
    """The names of one protocol as bits, and what they amount to under answers."""

    def __init__(self, protocol: TriageProtocol) -> None:
        """Give each name its bit, and put the questions behind what they wait for."""
        self.protocol = protocol
        names = [*protocol.statement, *protocol.question, *protocol.opposite_of]
        self.bit = {name: 1 << n for n, name in enumerate(names)}
        self.questions = {
            bit: protocol.question.get(name) or protocol.opposite_of[name]
            for name, bit in self.bit.items()
            if name not in protocol.statement
        }
        """By bit: the question that a name stands for."""
        order = TopologicalSorter(
            {q.id: set(_list_needed(protocol, q)) for q in protocol.questions}
        )
        self._entries = [
            self._build_entry(protocol.question[id_]) for id_ in order.static_order()
        ]
        unheard = protocol.unheard_statements.items()
        self._unheard = {stage: self.bit[name] for stage, name in unheard}

    def compile(self, condition: Condition | None) -> tuple[Part, ...]:
        """Return the parts of `condition`."""
        parts = condition.parts if condition else ()
        return tuple(
            (needed, sum({self.bit[name] for name in names})) for needed, names in parts
        )

    def find(self, answers: Answers) -> Masks:
        """Return what every name amounts to under `answers`."""
        yes, open_ = self._find_statements(answers), 0
        for id_, parts, bits, by_answer in self._entries:
            given = answers.get(id_)
            for needed, mask in parts:
                if (yes & mask).bit_count() < needed:
                    if ((yes | open_) & mask).bit_count() < needed:
                        break  # out of place: neither it nor its opposite was said
                    given = None
            else:
                if given is None:
                    open_ |= bits
                else:
                    yes |= by_answer[given]
        return Masks(yes, open_)

    def list_questions(self, mask: int) -> Iterator[Question]:
        """Yield the question of each name in `mask`, the lowest bit first."""
        while mask:
            bit = mask & -mask
            mask ^= bit
            if (question := self.questions.get(bit)) is not None:
                yield question

    def _find_statements(self, answers: Answers) -> int:
        yes, statements, bits = 0, self.protocol.statement, self.bit
        for about, answer in answers.items():
            if answer is Answer.UNHEARD:
                stage = self.protocol.question[about].stage
                yes |= self._unheard.get(stage, 0)
            elif about in statements and answer is not Answer.NO:
                yes |= bits[about]
        return yes

    def _build_entry(self, question: Question) -> _Entry:
        own = self.bit[question.id]
        opposite = self.bit[question.opposite] if question.opposite else 0
        unsure = own if question.unsure_means is Answer.YES else opposite
        unheard = opposite if question.stage is Stage.SCREEN else unsure
        by_answer = {
            Answer.YES: own,
            Answer.NO: opposite,
            Answer.UNSURE: unsure,
            Answer.UNHEARD: unheard,
        }
        parts = self.compile(question.only_if)
        return question.id, parts, own | opposite, by_answer


def _list_needed(protocol: TriageProtocol, question: Question) -> Iterator[str]:
    for name in question.only_if.names if question.only_if else ():
        needed = protocol.question.get(name) or protocol.opposite_of.get(name)
        if needed is not None:
            yield needed.id
