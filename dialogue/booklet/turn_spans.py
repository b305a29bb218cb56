"""Counts how many questions lead to each outcome, at least and at most."""

from collections.abc import Iterable, Mapping

from dialogue.engine.protocol import GIVEN, Answer, TriageProtocol
from dialogue.engine.rules import decide, find_next_question
from dialogue.validation.merging import Merging, Residue

Spans = Mapping[str, tuple[int, int]]
"""Fewest and most questions, by disposition."""


def find_turn_spans(protocol: TriageProtocol) -> Spans:
    """Return the spans over every path of yes, no and unsure, nothing said unasked.

    Re-asks, commands and the stop-list are not counted. Each merged state is worked
    out once.
    """
    merging = Merging(protocol, replies=False)
    known: dict[Residue, Spans] = {}

    def find_spans(answers: Mapping[str, Answer]) -> Spans:
        residue = merging.find_residue(answers)
        if residue in known:
            return known[residue]
        if decision := decide(protocol, answers):
            spans: Spans = {decision.rule.disposition: (0, 0)}
        elif question := find_next_question(protocol, answers):
            spans = _join(find_spans({**answers, question.id: a}) for a in GIVEN)
        else:
            spans = {}
        known[residue] = spans
        return spans

    return find_spans({})


def _join(after: Iterable[Spans]) -> Spans:
    """Return the spans of a question, from those behind each of its answers."""
    spans: dict[str, tuple[int, int]] = {}
    for name, (fewest, most) in (item for one in after for item in one.items()):
        least, longest = spans.get(name, (fewest + 1, most + 1))
        spans[name] = (min(least, fewest + 1), max(longest, most + 1))
    return spans
