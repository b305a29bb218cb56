"""The report of the simulated patients: what deafness does, beside version 1."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from dialogue.content.content import Content
from dialogue.engine.protocol import Urgency
from dialogue.evaluation.cases import Case
from dialogue.evaluation.earlier_version import COMMIT, read_earlier_figures
from dialogue.evaluation.simulated_patient import Trouble
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


def render_simulation(simulation: Simulation) -> Iterator[str]:
    """Yield the lines of the report."""
    yield (
        f"{simulation.cases} cases, {simulation.repetitions} sessions each where "
        f"chance has a part, seed {simulation.seed}."
    )
    yield ""
    yield from _render_troubles(simulation)
    yield ""
    yield (
        f"Beside version 1 (column 'version 1': measured at commit {COMMIT}, see "
        "dialogue/data/evaluation/version_1_figures.csv) and the bar:"
    )
    yield _render_row("", ("version 1", "bar", "now"))
    earlier = read_earlier_figures()
    for key, title, bar, now in _list_figures(simulation):
        yield _render_row(title, (earlier.get(key, "-"), bar, now))


def _render_troubles(simulation: Simulation) -> Iterator[str]:
    yield _render_row(
        "", ("home care to emergency", "emergencies missed", "no disposition")
    )
    for title, runs in simulation.troubles.items():
        home = simulation.at_home[title]
        needing = runs.needing(Urgency.EMERGENCY)
        yield _render_row(
            title,
            (
                _render_share(home.to_emergency, len(home.runs)),
                _render_share(needing.missed, len(needing.runs)),
                _render_share(runs.without_disposition, len(runs.runs)),
            ),
        )
    for chance, missed in zip(DENIALS, simulation.denied, strict=True):
        if chance:
            yield _render_row(
                f"{chance:.0%} of true yeses to gates denied",
                ("-", f"{missed:.1f} of {simulation.emergencies}", "-"),
            )


def _list_figures(simulation: Simulation) -> Iterator[tuple[str, str, str, str]]:
    """Yield each figure: its key, title, bar, and what it is now."""
    words, length = simulation.question_words, simulation.length
    middle = f"{median(words):g}, {max(words)}"
    yield "question_words", "words of a question: median, most", "7, 9", middle
    compound = f"{simulation.compound}, with reason"
    yield "compound", "questions with two parts", "only with reason", compound
    yield "strain_questions", "plain strain: questions", "16", f"{length.questions}"
    for key, title, bar, count in (
        ("first_words", "  words to the first answer", "", length.first_question),
        ("decision_words", "  words to the decision", "at most 150", length.decision),
        ("end_words", "  words to the end of home care", "at most 440", length.end),
    ):
        yield key, title, bar, f"{count} ({get_seconds(count):.0f} s)"
    yield from _list_case_figures(simulation)
    yield from _list_deafness_figures(simulation)


def _list_case_figures(simulation: Simulation) -> Iterator[tuple[str, str, str, str]]:
    yield (
        "agreement",
        "cases: agreement, literal",
        "not below",
        f"{simulation.literal} of {simulation.cases}",
    )
    needing = simulation.troubles[TROUBLES[0].title].needing(Urgency.EMERGENCY)
    bound = find_upper_bound(needing.missed, len(needing.runs))
    missed = f"{needing.missed} of {len(needing.runs)} ({bound:.1%})"
    yield "missed", "cases: emergencies missed (upper bound)", "not above", missed
    denied = f"{simulation.denied[-1]:.1f} of {simulation.emergencies}"
    title = f"emergencies missed, {DENIALS[-1]:.0%} of gates denied"
    yield "missed", title, "not above", denied


def _list_deafness_figures(
    simulation: Simulation,
) -> Iterator[tuple[str, str, str, str]]:
    for trouble, most in ((LOST_5, "0.5 %"), (LOST_10, "2 %")):
        home, runs = _get_runs(simulation, trouble)
        share = _render_share(home.to_emergency, len(home.runs))
        yield f"home_{trouble.lost:g}", f"home care to 911, {trouble.title}", "0", share
        closed = _render_share(runs.without_disposition, len(runs.runs))
        title = f"no disposition, {trouble.title}"
        yield f"closed_{trouble.lost:g}", title, f"at most {most}", closed
    story = simulation.at_home[STORY.title]
    if story.runs:
        share = f"{story.to_emergency} of {len(story.runs)}"
        yield "home_story", "home care to 911, telling the story", "0", share
    home, runs = _get_runs(simulation, NEVER_HEARD_5)
    share = _render_share(home.to_emergency, len(home.runs))
    yield "home_never", f"home care to 911, {NEVER_HEARD_5.title}", "0", share
    named = _render_share(home.unheard.decided_and_named, len(home.unheard.runs))
    title = "  of those misheard: told so with the advice"
    yield "named", title, "at least 90 %", named
    closed = _render_share(runs.without_disposition, len(runs.runs))
    yield "closed_never", f"no disposition, {NEVER_HEARD_5.title}", "", closed
    last = simulation.troubles[LAST_PART.title].needing(Urgency.EMERGENCY)
    share = f"{last.missed} of {len(last.runs)}"
    yield "last_part", "emergencies missed, last part answered", "", share


def _get_runs(simulation: Simulation, trouble: Trouble) -> tuple[Runs, Runs]:
    """Return the sessions of home care, and all of them."""
    return simulation.at_home[trouble.title], simulation.troubles[trouble.title]


def _render_share(count: int, of: int) -> str:
    return f"{count} of {of} ({count / of:.1%})" if of else "-"


def _render_row(title: str, cells: Sequence[str]) -> str:
    return f"{title:{TITLES}}" + "".join(f"{cell:>{COLUMN}}" for cell in cells)
