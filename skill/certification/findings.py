"""Findings of a rehearsal: one for each thing that was looked at."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum


class Outcome(Enum):
    """What came of one check."""

    PASS = "pass"  # noqa: S105 - an outcome, no password
    FAIL = "FAIL"
    NOT_JUDGED = "not judged"
    FOR_A_PERSON = "for a person"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    outcome: Outcome
    what: str
    """What was looked at; of a failure or what was not judged, also why."""


Findings = Iterator[Finding]


def expect(holds: bool, what: str, why: str = "") -> Finding:
    """Return a pass, or a failure with what was there instead."""
    if holds:
        return Finding(Outcome.PASS, what)
    return Finding(Outcome.FAIL, f"{what}: {why}" if why else what)


def skip(what: str, why: str) -> Finding:
    """Return that something could not be looked at, and why; never a pass."""
    return Finding(Outcome.NOT_JUDGED, f"{what}: {why}")


def get_worst(findings: Iterable[Finding]) -> Outcome:
    """Return an item's outcome: it passes only where everything in it does."""
    found = {finding.outcome for finding in findings}
    order = (Outcome.FAIL, Outcome.NOT_JUDGED, Outcome.FOR_A_PERSON)
    return next((outcome for outcome in order if outcome in found), Outcome.PASS)
