"""What a rehearsal finds: rows of the certification list, and what came of each."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from skill.certification.target import Stage


class Outcome(Enum):
    """What came of one check."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    FAIL = "FAIL"
    NOT_JUDGED = "not judged"
    FOR_A_PERSON = "for a person"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    outcome: Outcome
    what: str
    """What was looked at; of a failure or what was not judged, also why."""


@dataclass(frozen=True)
class Row:
    """One row of the list."""

    number: str
    must: str
    source: str
    """Keys of `SOURCES`."""
    judge: Callable[[Stage], Iterable[Finding]]


SOURCES = {
    "SEC": "Amazon, Host a Custom Skill as a Web Service; Security Testing",
    "HOST": "Amazon, Host a Custom Skill as a Web Service",
    "FUNC": "Amazon, Functional Testing for a Custom Skill",
    "SESS": "Amazon, Manage Skill Session and Session Attributes",
    "BUILT": "Amazon, Standard Built-in Intents",
    "VUI": "Amazon, Voice Interface and User Experience Testing",
    "PROMPT": "Amazon, Design the Prompts for Your Skill",
    "TEXT": "Amazon, Best Practices for Text Responses",
    "MANI": "Amazon, Skill Manifest",
    "APL": "Amazon, APL Interface",
    "TIM": "Amazon, Alexa Timers",
    "POL": "Amazon, Policy Requirements for Alexa Skills",
    "PROG": "Amazon, Send the User a Progressive Response",
    "BLOG": "Amazon developer blog",
    "REJ": "certification replies that skill authors have published",
    "OURS": "a decision of this project",
}


def check(holds: bool, what: str, why: str = "") -> Finding:
    """Return a pass, or a failure with what was there instead."""
    if holds:
        return Finding(Outcome.PASS, what)
    return Finding(Outcome.FAIL, f"{what}: {why}" if why else what)


def not_judged(what: str, why: str) -> Finding:
    """Return that something could not be looked at, and why; never a pass."""
    return Finding(Outcome.NOT_JUDGED, f"{what}: {why}")


def for_a_person(what: str) -> Finding:
    """Return what only a person can look at."""
    return Finding(Outcome.FOR_A_PERSON, what)


def worst(findings: Iterable[Finding]) -> Outcome:
    """Return a row's outcome: it passes only where everything in it does."""
    found = {finding.outcome for finding in findings}
    order = (Outcome.FAIL, Outcome.NOT_JUDGED, Outcome.FOR_A_PERSON)
    return next((outcome for outcome in order if outcome in found), Outcome.PASS)
