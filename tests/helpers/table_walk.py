"""The interview worked out from the clinical design's tables alone, without the engine.

It reads `tests/design/questions.csv` and `rules.csv` and follows the design's 2.1, so
that what the engine asks and decides can be compared with something written apart from
it. Talks that no later answer can tell apart are walked once (the design's section 9).
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "design"
TIERS = {"emergency": 0, "urgent": 1, "clinic": 2}
HOME = 3

Part = tuple[int, tuple[str, ...]]
"""How many of some statements must be YES."""
Answers = Mapping[str, str]
Spans = dict[str, tuple[int, int]]


@dataclass(frozen=True)
class DesignedQuestion:
    """A row of the design's 2.2."""

    id: str
    stage: str
    only_if: tuple[Part, ...]
    unsure_means: str
    opposite: str


@dataclass(frozen=True)
class DesignedRule:
    """A row of the design's 3.2."""

    id: str
    when: tuple[Part, ...]
    disposition: str

    @property
    def tier(self) -> int:
        """Return 0 for an emergency, up to 3 for home care."""
        return TIERS.get(self.disposition, HOME)


@dataclass(frozen=True)
class Walked:
    """What all paths from one state amount to."""

    paths: int
    spans: Mapping[str, tuple[int, int]]
    """Fewest and most questions by disposition."""
    rules: frozenset[str]
    """The rules that decide."""
    asked: frozenset[str]


class Tables:
    """The design's tables, and the interview that they describe."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Read the tables of `folder`."""
        self.questions = tuple(
            DesignedQuestion(
                row["id"],
                row["stage"].split(",")[0],
                _read_condition(row["only_if"]),
                row["unsure_means"],
                row["opposite"],
            )
            for row in _read(folder / "questions.csv")
        )
        rules = (
            DesignedRule(row["id"], _read_condition(row["when"]), row["disposition"])
            for row in _read(folder / "rules.csv")
        )
        self.rules = tuple(sorted(rules, key=lambda rule: rule.tier))
        self.states: dict[object, Walked] = {}

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[DesignedQuestion, bool]]:
        """Return the question of each name, and whether the name is its NO."""
        by = {q.id: (q, False) for q in self.questions}
        by.update({q.opposite: (q, True) for q in self.questions if q.opposite})
        return by

    def walk(self, answers: Answers) -> Walked:
        """Return what the paths of yes, no and unsure from `answers` on amount to."""
        key = self._find_key(answers)
        if key not in self.states:
            self.states[key] = self._walk(answers)
        return self.states[key]

    def _walk(self, answers: Answers) -> Walked:
        rule = self.decide(answers)
        if rule is not None:
            decided = frozenset([rule.id])
            return Walked(1, {rule.disposition: (0, 0)}, decided, frozenset())
        question = self.find_next_question(answers)
        rest = [
            self.walk({**answers, question.id: answer})
            for answer in ("yes", "no", "unsure")
        ]
        spans: Spans = {}
        for disposition, (fewest, most) in (s for w in rest for s in w.spans.items()):
            least, longest = spans.get(disposition, (fewest + 1, most + 1))
            spans[disposition] = (min(least, fewest + 1), max(longest, most + 1))
        return Walked(
            sum(w.paths for w in rest),
            spans,
            frozenset().union(*(w.rules for w in rest)),
            frozenset([question.id]).union(*(w.asked for w in rest)),
        )

    def decide(self, answers: Answers) -> DesignedRule | None:
        """Return the rule that decides, by 2.1, point 5; None while none does."""
        holding = self._find_holding(answers)
        return None if self._list_wanted(answers, holding) else holding

    def find_next_question(self, answers: Answers) -> DesignedQuestion:
        """Return the question to ask, by 2.1, point 6."""
        wanted = self._list_wanted(answers, self._find_holding(answers))
        live = self._list_waiting(answers, (rule.when for rule in wanted))
        return next(
            q
            for q in self.questions
            if q.id in live
            and q.id not in answers
            and self._evaluate(answers, q.only_if) is True
        )

    def _find_holding(self, answers: Answers) -> DesignedRule | None:
        holds = (r for r in self.rules if self._evaluate(answers, r.when) is True)
        return next(holds, None)

    def _list_wanted(
        self, answers: Answers, holding: DesignedRule | None
    ) -> list[DesignedRule]:
        below = HOME + 1 if holding is None else holding.tier
        return [
            r
            for r in self.rules
            if r.tier < below and self._evaluate(answers, r.when) is None
        ]

    def _list_earlier(
        self, answers: Answers, holding: DesignedRule | None
    ) -> list[DesignedRule]:
        """Return the open rules that would take the place of the one that holds."""
        if holding is None:
            return []
        return [
            r
            for r in self.rules[: self.rules.index(holding)]
            if r.tier == holding.tier and self._evaluate(answers, r.when) is None
        ]

    def _list_waiting(
        self, answers: Answers, conditions: Iterable[tuple[Part, ...]]
    ) -> dict[str, DesignedQuestion]:
        """Return the questions of the open names, and of the gates they wait for."""
        found: dict[str, DesignedQuestion] = {}
        ahead = [name for c in conditions for name in self._list_open(answers, c)]
        while ahead:
            question, _ = self._by_name[ahead.pop()]
            if question.id not in found:
                found[question.id] = question
                if self._evaluate(answers, question.only_if) is None:
                    ahead += self._list_open(answers, question.only_if)
        return found

    def _list_open(
        self, answers: Answers, condition: tuple[Part, ...]
    ) -> Iterator[str]:
        for _, names in condition:
            yield from (n for n in names if self._find_value(answers, n) is None)

    def _evaluate(self, answers: Answers, condition: tuple[Part, ...]) -> bool | None:
        """Return whether `condition` holds; None while it is open."""
        parts = [self._count(answers, *part) for part in condition]
        return False if False in parts else None if None in parts else True

    def _count(
        self, answers: Answers, needed: int, names: tuple[str, ...]
    ) -> bool | None:
        values = [self._find_value(answers, name) for name in names]
        if values.count(True) >= needed:
            return True
        return None if values.count(True) + values.count(None) >= needed else False

    def _find_value(self, answers: Answers, name: str) -> bool | None:
        if name not in self._by_name:
            return name in answers
        question, is_opposite = self._by_name[name]
        applies = self._evaluate(answers, question.only_if)
        if applies is not True:
            return applies
        if question.id not in answers:
            return None
        answer = answers[question.id]
        counted = question.unsure_means if answer == "unsure" else answer
        return (counted == "yes") is not is_opposite

    def _find_key(self, answers: Answers) -> object:
        """Return what the answers to come can still tell apart (section 9)."""
        holding = self._find_holding(answers)
        rules = self._list_wanted(answers, holding)
        rules += self._list_earlier(answers, holding)
        conditions = [(rule.id, rule.when) for rule in rules]
        waiting = self._list_waiting(answers, (rule.when for rule in rules))
        conditions += [(id_, q.only_if) for id_, q in sorted(waiting.items())]
        left = tuple(
            (id_, self._find_rest(answers, c))
            for id_, c in conditions
            if self._evaluate(answers, c) is None
        )
        told = tuple(answers.get(id_) for id_ in sorted(waiting))
        return holding, left, told

    def _find_rest(self, answers: Answers, condition: tuple[Part, ...]) -> object:
        """Return what each part still needs, and of which open names."""
        rest = []
        for needed, names in condition:
            values = [self._find_value(answers, name) for name in names]
            open_ = tuple(n for n, v in zip(names, values, strict=True) if v is None)
            if values.count(True) < needed:
                rest.append((needed - values.count(True), open_))
        return tuple(rest)


def _read(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _read_condition(written: str) -> tuple[Part, ...]:
    """Return the parts of a condition as the design writes it."""
    parts = []
    for name, count, of in re.findall(
        r"(\w+): (?:\{count: (\d+), of: )?\[([^]]*)\]", written
    ):
        names = tuple(of.split(", "))
        needed = {"any_yes": 1, "all_yes": len(names)}.get(name) or int(count)
        parts.append((needed, names))
    return tuple(parts)
