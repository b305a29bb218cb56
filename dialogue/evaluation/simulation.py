"""Runs the patients of the cases under each trouble, many times, and counts.

Everything drawn comes from the seed, the trouble, the patient and the repetition, so
two runs print the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random

from dialogue.content.content import Content
from dialogue.engine.protocol import Urgency
from dialogue.engine.rules import get_urgency
from dialogue.evaluation.cases import Case
from dialogue.evaluation.denied_gates import find_expected_misses
from dialogue.evaluation.simulated_patient import (
    NO_TROUBLE,
    SimulatedPatient,
    SimulatedSession,
    Trouble,
    list_true_gates,
    simulate_session,
)

LOST_5 = Trouble("5 % of answers lost", lost=0.05)
LOST_10 = Trouble("10 % of answers lost", lost=0.10)
NEVER_HEARD_5 = Trouble("5 % of questions never heard", never_heard=0.05)
LAST_PART = Trouble("the last part alone is answered", hears_last_part=True)
TROUBLES = (NO_TROUBLE, LOST_5, LOST_10, NEVER_HEARD_5, LAST_PART)
STORY = Trouble("the story, a sentence a turn", tells_story=True)
STORY_LOST_5 = replace(STORY, title="the same, 5 % of answers lost", lost=0.05)
STORIES = (STORY, STORY_LOST_5)
DENIALS = (0.0, 0.1, 0.2)


@dataclass(frozen=True)
class Run:
    """One session of one patient under one trouble."""

    case: Case
    expected: Urgency
    actual: Urgency | None
    """None: the session closed without a disposition."""
    session: SimulatedSession


@dataclass(frozen=True)
class Runs:
    """Every session under one trouble."""

    trouble: Trouble
    runs: tuple[Run, ...]

    def needing(self, tier: Urgency) -> "Runs":
        """Return the sessions of the patients who needed `tier`."""
        own = tuple(run for run in self.runs if run.expected is tier)
        return replace(self, runs=own)

    @cached_property
    def unheard(self) -> "Runs":
        """Return the sessions in which a question was never understood."""
        own = tuple(run for run in self.runs if run.session.unheard)
        return replace(self, runs=own)

    @property
    def to_emergency(self) -> int:
        """Return how many were sent to the emergency number."""
        return sum(run.actual is Urgency.EMERGENCY for run in self.runs)

    @property
    def missed(self) -> int:
        """Return how many were sent lower than they needed, or nowhere."""
        return sum(run.actual is None or run.expected < run.actual for run in self.runs)

    @property
    def without_disposition(self) -> int:
        """Return how many closed without a disposition."""
        return sum(run.actual is None for run in self.runs)

    @property
    def decided_and_named(self) -> int:
        """Return how many got a disposition that names what was not heard."""
        return sum(
            run.actual is not None and run.session.names_unheard for run in self.runs
        )


def simulate(
    content: Content,
    cases: Sequence[Case],
    trouble: Trouble,
    repetitions: int,
    seed: int,
) -> Runs:
    """Run every case under `trouble`, `repetitions` times where chance has a part."""
    times = repetitions if trouble.lost or trouble.never_heard else 1
    runs = (
        _run(content, case, trouble, _build_chance(seed, trouble, case, n))
        for case in cases
        for n in range(times)
    )
    return Runs(trouble, tuple(runs))


def find_denied_misses(
    content: Content, cases: Sequence[Case], tier: Urgency
) -> tuple[float, ...]:
    """Return the expected number of missed patients who need `tier`, by `DENIALS`."""
    own = [case for case in cases if _get_expected(content, case) is tier]
    gates = [tuple(list_true_gates(content, case.patient)) for case in own]

    def is_missed(number: int, denied: frozenset[str]) -> bool:
        run = _run(content, own[number], NO_TROUBLE, Random(0), denied=denied)
        return run.actual is None or run.expected < run.actual

    return find_expected_misses(gates, is_missed, DENIALS)


def list_plainly_home(content: Content, cases: Sequence[Case]) -> Iterator[Case]:
    """Yield the cases of home care that also reach it when everything is heard."""
    for case in cases:
        run = _run(content, case, NO_TROUBLE, Random(0))
        if run.expected is run.actual is Urgency.HOME:
            yield case


def _run(
    content: Content,
    case: Case,
    trouble: Trouble,
    chance: Random,
    denied: frozenset[str] = frozenset(),
) -> Run:
    simulated = SimulatedPatient(
        content, case.patient, trouble, chance, denied, iter(case.sentences)
    )
    session = simulate_session(content, simulated)
    disposition = session.disposition
    actual = get_urgency(content.protocol, disposition) if disposition else None
    return Run(case, _get_expected(content, case), actual, session)


def _build_chance(seed: int, trouble: Trouble, case: Case, number: int) -> Random:
    """Return the chance of one session: the same in every run of the program."""
    return Random(f"{seed}/{trouble.title}/{case.patient.id}/{number}")


def _get_expected(content: Content, case: Case) -> Urgency:
    return get_urgency(content.protocol, case.disposition)
