"""Statements and conditions three-valued, as bits: much is looked at much at a time.

It is written apart from `dialogue/engine/rules.py`, so that what walks the rules does
not look at them with their own eyes. Source: the clinical design, 2.1.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from graphlib import TopologicalSorter
from typing import NamedTuple

from dialogue.engine.protocol import (
    Answer,
    Condition,
    Question,
    Stage,
    TriageProtocol,
)
from dialogue.engine.view import Answered, Answers

MOST_KNOWN = 65_536
"""Sets of answers whose masks are kept; most that are looked at come again soon."""

Part = tuple[int, int]
"""How many of which names must be YES, one bit for each name."""


class Masks(NamedTuple):
    """What every name amounts to: a bit in `yes`, in `open_`, or in neither for NO."""

    yes: int
    open_: int

    def holds(self, parts: Iterable[Part]) -> bool:
        """Tell whether a condition holds."""
        yes = self.yes
        for needed, mask in parts:  # noqa: SIM110 - in half the time
            if (yes & mask).bit_count() < needed:
                return False
        return True

    def can_hold(self, parts: Iterable[Part]) -> bool:
        """Tell whether a condition holds or may come to."""
        may = self.yes | self.open_
        for needed, mask in parts:  # noqa: SIM110 - in half the time
            if (may & mask).bit_count() < needed:
                return False
        return True

    def find_rest(self, parts: Iterable[Part]) -> tuple[Part, ...]:
        """Return how many each part still needs, and of which open names."""
        yes, open_ = self.yes, self.open_
        return tuple(
            (missing, open_ & mask)
            for needed, mask in parts
            if (missing := needed - (yes & mask).bit_count()) > 0
        )


_Entry = tuple[tuple[Part, ...], int, int, tuple[int, ...]]
"""A question with an `only_if`: that, its bits while it is open, where its answer
stands in a code, and its bits by that answer.

A tuple, since unpacking it takes half the time of looking at its parts by name.
"""

_NUMBER = {answer: number for number, answer in enumerate(Answer, 1)}
_ANSWER_BITS, _COUNT_BITS = 3, 8


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
        width, self._gated = len(names), list[_Entry]()
        self._width, self._all = width, (1 << width) - 1
        self._gains = dict[tuple[str, Answer], int]()
        """What each answer adds to a code."""
        self._nothing = 0
        """The code of no answers."""
        ordered = [protocol.question[id_] for id_ in order.static_order()]
        for question in (q for q in ordered if q.only_if is None):
            bits, by_answer = self._list_bits(question)
            self._nothing += bits << width
            for answer, own in by_answer.items():
                self._gains[question.id, answer] = own - (bits << width)
        place = 2 * width
        for question in (q for q in ordered if q.only_if is not None):
            bits, by_answer = self._list_bits(question)
            parts, told = self.compile(question.only_if), (0, *by_answer.values())
            self._gated.append((parts, bits, place, told))
            for answer in Answer:
                self._gains[question.id, answer] = _NUMBER[answer] << place
            place += _ANSWER_BITS
        for id_ in protocol.statement:
            for answer, own in self._count_said(id_).items():
                self._gains[id_, answer] = own
        self._unheard = list[tuple[int, int]]()
        """Where a code counts what was not heard of a stage, and the bit for it."""
        for stage, name in protocol.unheard_statements.items():
            for question in (q for q in ordered if q.stage is stage):
                self._gains[question.id, Answer.UNHEARD] += 1 << place
            self._unheard.append((place, self.bit[name]))
            place += _COUNT_BITS
        self._known: dict[int, Masks] = {}

    def compile(self, condition: Condition | None) -> tuple[Part, ...]:
        """Return the parts of `condition`."""
        parts = condition.parts if condition else ()
        return tuple(
            (needed, sum({self.bit[name] for name in names})) for needed, names in parts
        )

    def find(self, answers: Answers, answered: Answered | None = None) -> Masks:
        """Return what every name amounts to under `answers`.

        `answered`: the same as pairs, where they are at hand. The answers are added up
        to a number, a code: the bits of what has no `only_if` (YES, then OPEN), the
        answers to what has one, and how much was not heard.
        """
        pairs = answers.items() if answered is None else answered
        code = sum(map(self._gains.__getitem__, pairs), self._nothing)
        masks = self._known.get(code)
        if masks is None:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            masks = self._known[code] = self._unfold(code)
        return masks

    def _unfold(self, code: int) -> Masks:
        yes, open_ = code & self._all, code >> self._width & self._all
        for place, bit in self._unheard:
            if code >> place & (1 << _COUNT_BITS) - 1:
                yes |= bit
        for parts, bits, place, by_answer in self._gated:
            answer = code >> place & (1 << _ANSWER_BITS) - 1
            for needed, mask in parts:
                if (yes & mask).bit_count() < needed:
                    if ((yes | open_) & mask).bit_count() < needed:
                        break  # out of place: neither it nor its opposite was said
                    answer = 0
            else:
                if answer:
                    yes |= by_answer[answer]
                else:
                    open_ |= bits
        return Masks(yes, open_)

    def list_questions(self, mask: int) -> Iterator[Question]:
        """Yield the question of each name in `mask`, the lowest bit first."""
        while mask:
            bit = mask & -mask
            mask ^= bit
            if (question := self.questions.get(bit)) is not None:
                yield question

    def _count_said(self, statement: str) -> dict[Answer, int]:
        own = self.bit[statement]
        return {
            Answer.YES: own,
            Answer.UNSURE: own,
            Answer.NO: 0,
            Answer.UNHEARD: 0,
        }

    def _list_bits(self, question: Question) -> tuple[int, dict[Answer, int]]:
        """Return the bits of a question and of its opposite, and those by answer."""
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
        return own | opposite, {answer: by_answer[answer] for answer in Answer}


@lru_cache(maxsize=8)
def get_truth_masks(protocol: TriageProtocol) -> TruthMasks:
    """Return the masks of `protocol`, the same to all who look at it."""
    return TruthMasks(protocol)


def _list_needed(protocol: TriageProtocol, question: Question) -> Iterator[str]:
    for name in question.only_if.names if question.only_if else ():
        needed = protocol.question.get(name) or protocol.opposite_of.get(name)
        if needed is not None:
            yield needed.id
