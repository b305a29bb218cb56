"""The command `own-sounds`: makes what ships for own sounds, and measures it.

To be run again after a change of the shipped model: its units are one of the three
ways in which sounds are compared.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from acoustic_model.evaluation.metrics import write_figures
from acoustic_model.own_sounds.corpus import build_corpus
from acoustic_model.own_sounds.costs import render_costs
from acoustic_model.own_sounds.embedding_training import train_embedding
from acoustic_model.own_sounds.false_answers import measure_false_answers
from acoustic_model.own_sounds.figures import find_bars, render_bars, render_shares
from acoustic_model.own_sounds.fitting import Groups, fit_model
from acoustic_model.own_sounds.lessons import (
    Lesson,
    draw_lessons,
    draw_twins,
    hold_lesson,
)
from acoustic_model.own_sounds.people import (
    GROUPS,
    MEASURED_ONLY,
    make_people,
    make_pools,
)
from acoustic_model.own_sounds.speakers import Person
from acoustic_model.own_sounds.tables import (
    STRANGERS,
    PoolFeatures,
    Table,
    build_table,
    extract_pools,
)
from acoustic_model.own_sounds.work import keep
from local_voice.asr.graph.network_units import NETWORK
from local_voice.asr.model_files import SHIPPED
from local_voice.own_sounds.embedding import Weights
from local_voice.own_sounds.features import FeatureExtractor
from local_voice.own_sounds.known_numbers import (
    load_known_numbers,
    read_shipped_embedding,
    read_shipped_network,
    render_weights,
    write_known_numbers,
)
from local_voice.own_sounds.profile_folder import WEIGHTS, find_checksum

CARD = "CARD.md"
COMMAND = "own-sounds --card"


def build_own_sounds(
    data: Path, work: Path, *, card: bool, keep_embedding: bool
) -> None:
    """Train, fit, write what ships, and print the figures; `card` writes them too.

    With `keep_embedding` the small network that ships is not trained anew: it does not
    depend on the recogniser's model.

    What takes minutes is kept in `work` and taken from there, unless it was made by
    other networks; an empty folder makes everything anew.
    """
    work = work / "own_sounds"
    weights = read_shipped_embedding() if keep_embedding else _train(data, work)
    people = {
        group: keep(work, f"people-{group}", partial(make_people, data, group))
        for group in (*GROUPS, *MEASURED_ONLY)
    }
    pools, tables = _build_tables(data, work, weights, people)
    tuning, twins = _hold({g: tables[g] for g in GROUPS}, tuning=True)
    model = fit_model(tuning, twins)
    shipped = render_weights(weights, pools[STRANGERS])
    write_known_numbers(WEIGHTS.parent, shipped, model)
    measured, measured_twins = _hold(tables, tuning=False)
    known = load_known_numbers()
    every = [person for group in GROUPS for person in people[group]]
    bars = [
        *find_bars(model, measured, measured_twins),
        *measure_false_answers(data, every, known),
    ]
    lines = [
        *render_bars(bars),
        "",
        *render_shares(model, measured),
        "",
        *render_costs(every, known),
    ]
    text = "\n".join(lines)
    print(text)
    if card:
        write_figures(WEIGHTS.with_name(CARD), text, COMMAND)


def _train(data: Path, work: Path) -> Weights:
    corpus = keep(work, "corpus", lambda: build_corpus(data))
    return keep(work, "embedding", lambda: train_embedding(corpus))


def _build_tables(
    data: Path, work: Path, weights: Weights, people: Mapping[str, Sequence[Person]]
) -> tuple[PoolFeatures, dict[str, list[Table]]]:
    extractor = FeatureExtractor(read_shipped_network(), weights)
    networks = (SHIPPED / NETWORK).read_bytes(), *map(bytes, weights.values())
    work = work / find_checksum(networks)
    pools = keep(work, "pools", lambda: extract_pools(make_pools(data), extractor))

    def build(group: str) -> list[Table]:
        return [build_table(person, pools, extractor) for person in people[group]]

    return pools, {g: keep(work, f"tables-{g}", partial(build, g)) for g in people}


def _hold(
    tables: Mapping[str, Sequence[Table]], *, tuning: bool
) -> tuple[Groups, Groups]:
    """Return lessons and twins of those who tune, or of those who are measured."""
    chosen = {
        g: [t for t in every if t.tuning == tuning] for g, every in tables.items()
    }
    lessons = {group: list(_teach(some)) for group, some in chosen.items()}
    twins = {
        group: [
            hold_lesson(table, taught) for table in some for taught in draw_twins(table)
        ]
        for group, some in chosen.items()
    }
    return lessons, twins


def _teach(tables: Sequence[Table]) -> Iterator[Lesson]:
    for table in tables:
        for taught in draw_lessons(table):
            yield hold_lesson(table, taught)
