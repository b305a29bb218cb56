"""The report of the simulated patients: what deafness does, beside version 1."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from dialogue.content.content import Content
from dialogue.engine.protocol import Urgency
from dialogue.evaluation.cases import Case
from dialogue.evaluation.earlier_version import COMMIT, read_earlier_figures
from dialogue.evaluation.simulation import (
    DENIALS,
    LAST_PART,
    LOST_5,
    LOST_10,
    NEVER_HEARD_5,
    STORIES,
    STORY,
    TROUBLES,
    Runs,
    find_denied_misses,
    list_plainly_home,
    simulate,
)
from dialogue.evaluation.talk_length import (
    PLAIN_STRAIN,
    TalkLength,
    get_seconds,
    measure_talk,
)
from dialogue.evaluation.triage_figures import find_upper_bound

TITLES = 46
COLUMN = 24


@dataclass(frozen=True)
class Simulation:
    """Everything that the report prints."""

    repetitions: int
    seed: int
    cases: int
    home: int
    emergencies: int
    literal: int
    """Cases that reach the expected tier when everything is heard."""
    troubles: Mapping[str, Runs]
    """All cases under each trouble, and the stories, by title."""
    at_home: Mapping[str, Runs]
    """The same for those whose home care is plain when everything is heard."""
    denied: tuple[float, ...]
    """Expected emergencies missed, by `DENIALS`."""
    length: TalkLength
    question_words: tuple[int, ...]
    """Of every question, as it is first asked."""
    compound: int
    """Questions that still have two parts, each with the reason beside its words."""


def run_simulation(
    content: Content,
    cases: Sequence[Case],
    stories: Sequence[Case],
    repetitions: int,
    seed: int,
) -> Simulation:
    """Run every trouble; `stories` are told besides."""
    home = tuple(list_plainly_home(content, cases))
    told_home = tuple(list_plainly_home(content, stories))
    settings = repetitions, seed
    runs = {t.title: simulate(content, cases, t, *settings) for t in TROUBLES}
    runs |= {t.title: simulate(content, stories, t, *settings) for t in STORIES}
    at_home = {t.title: simulate(content, home, t, *settings) for t in TROUBLES}
    at_home |= {t.title: simulate(content, told_home, t, *settings) for t in STORIES}
    literal = runs[TROUBLES[0].title].runs
    questions = [content.prompts[f"ask.{id_}"] for id_ in content.protocol.question]
    return Simulation(
        repetitions=repetitions,
        seed=seed,
        cases=len(cases),
        home=len(home),
        emergencies=sum(run.expected is Urgency.EMERGENCY for run in literal),
        literal=sum(run.expected is run.actual for run in literal),
        troubles=runs,
        at_home=at_home,
        denied=find_denied_misses(content, cases, Urgency.EMERGENCY),
        length=measure_talk(content, PLAIN_STRAIN),
        question_words=tuple(len(words.split()) for words in questions),
        compound=sum(key.startswith("one_thing.") for key in content.prompts),
    )
