"""The paths of yes, no and unsure through the engine's rules, counted by merging."""

from collections.abc import Mapping
from dataclasses import dataclass

from dialogue.engine.protocol import GIVEN, TriageProtocol
from dialogue.engine.rules import decide, find_next_question
from dialogue.engine.view import Answers
from dialogue.validation.merging import Merging, Residue


@dataclass(frozen=True)
class Counted:
    """What all paths from one state amount to."""

    paths: int
    spans: Mapping[str, tuple[int, int]]
    """Fewest and most questions by disposition."""


class DecisionPaths:
    """Counts a protocol's paths; each merged state is counted once."""

    def __init__(self, protocol: TriageProtocol) -> None:
        """Count nothing yet."""
        self.protocol = protocol
        self.states: dict[Residue, Counted] = {}
        self._merging = Merging(protocol)

    def count(self, answers: Answers) -> Counted:
        """Return what the paths from `answers` on amount to."""
        residue = self._merging.find_residue(answers)
        if residue not in self.states:
            self.states[residue] = self._count(answers)
        return self.states[residue]

    def _count(self, answers: Answers) -> Counted:
        decision = decide(self.protocol, answers)
        if decision is not None:
            return Counted(1, {decision.rule.disposition: (0, 0)})
        question = find_next_question(self.protocol, answers)
        assert question is not None, answers
        rest = [self.count({**answers, question.id: answer}) for answer in GIVEN]
        spans: dict[str, tuple[int, int]] = {}
        for name, (fewest, most) in (s for c in rest for s in c.spans.items()):
            least, longest = spans.get(name, (fewest + 1, most + 1))
            spans[name] = (min(least, fewest + 1), max(longest, most + 1))
        return Counted(sum(c.paths for c in rest), spans)
