"""Simulated patients: lost answers, denied gates, last parts, stories; reproducible."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import pytest

from dialogue.__main__ import main
from dialogue.engine.protocol import Answer, Urgency
from dialogue.evaluation.cases import Case, read_cases, run_cases
from dialogue.evaluation.earlier_version import (
    read_earlier_figures,
    read_earlier_results,
)
from dialogue.evaluation.simulated_patient import (
    NO_TROUBLE,
    SimulatedPatient,
    Trouble,
    simulate_session,
)
from dialogue.evaluation.simulation import (
    LAST_PART,
    LOST_10,
    NEVER_HEARD_5,
    STORY,
    find_denied_misses,
    list_plainly_home,
    simulate,
)
from dialogue.evaluation.simulation_report import render_simulation, run_simulation
from dialogue.loading import load_content

TESTS = Path(__file__).parents[2]
CONTENT = load_content(clinic="roseville")
ALL_LOST = Trouble("every answer is lost", lost=1)
EVERY_TWENTIETH = slice(None, None, 20)


@cache
def read_table(name: str) -> tuple[Case, ...]:
    """Return the cases of a table under `tests/`."""
    lines = (TESTS / name).read_text(encoding="utf-8").splitlines()
    return tuple(read_cases(CONTENT, lines))


CASES = (*read_table("cases/back_spasm.csv"), *read_table("cases/published.csv"))
BY_NAME = {case.patient.id: case for case in CASES}
STORIES = read_table("stories/en-US.csv")


def test_without_trouble_it_is_the_table():
    """Every case ends where the table of cases says that it ends."""
    runs = simulate(CONTENT, CASES, NO_TROUBLE, 1, 0).runs
    results = run_cases(CONTENT, CASES)
    for run, result in zip(runs, results, strict=True):
        assert run.session.disposition == result.session.disposition
        assert not run.session.unheard
        assert not run.session.names_unheard


def test_deafness_alone_is_no_emergency():
    """Who is never understood is told that we stop, and is sent nowhere."""
    asked = [case for case in CASES if not case.patient.said]
    runs = simulate(CONTENT, asked[EVERY_TWENTIETH], ALL_LOST, 1, 0)
    assert len(runs.runs) == runs.without_disposition
    assert runs.to_emergency == 0


@pytest.mark.parametrize("trouble", [LOST_10, NEVER_HEARD_5], ids=lambda t: t.title)
def test_no_home_care_patient_is_sent_to_an_emergency_by_our_deafness(trouble):
    """However many answers are lost; and whoever was misheard is told so."""
    home = list(list_plainly_home(CONTENT, CASES))
    assert len(home) > 40
    runs = simulate(CONTENT, home, trouble, 2, 0)
    assert runs.to_emergency == 0
    for run in runs.runs:
        if run.actual is Urgency.HOME:
            stages = {CONTENT.protocol.question[i].stage for i in run.session.unheard}
            assert {stage.value for stage in stages} <= {"care"}


def test_a_question_that_is_never_heard_is_named():
    """One question of all, set aside twice: the clinic, told what was not heard."""
    case = BY_NAME["two days, after lifting"]
    simulated = SimulatedPatient(CONTENT, case.patient, NO_TROUBLE, Random(0))
    simulated._never_heard["numb_bottom"] = True
    session = simulate_session(CONTENT, simulated)
    assert session.unheard == {"numb_bottom"}
    assert session.names_unheard
    assert session.disposition == "clinic"


def test_the_same_seed_gives_the_same_sessions():
    """And another seed gives others."""
    some = CASES[EVERY_TWENTIETH]
    first, again, other = (
        [run.session for run in simulate(CONTENT, some, LOST_10, 3, seed).runs]
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_a_denied_gate_hides_what_is_behind_it():
    """Two weak feet are missed in as many as deny that anything is wrong with them."""
    case = BY_NAME["both feet weak, peeing normal"]
    expected = find_denied_misses(CONTENT, [case], Urgency.EMERGENCY)
    assert expected == pytest.approx((0, 0.1, 0.2))


def test_only_a_question_with_two_parts_has_a_last_part():
    """`last_part` stands for questions whose words say why two parts are one thing."""
    parts = [case.patient.last_part for case in CASES if case.patient.last_part]
    assert parts
    for id_ in {id_ for part in parts for id_ in part}:
        assert f"one_thing.{id_}" in CONTENT.prompts, id_


def test_the_last_part_alone_may_be_answered():
    """A crash is no fall: whoever heard the last word says no, and is missed."""
    case = BY_NAME["road accident, both feet drop"]
    walks = {**case.patient.answers, "leg_trouble": Answer.NO}
    walking = replace(case, patient=replace(case.patient, answers=walks))
    literal, last = (
        simulate(CONTENT, [walking], trouble, 1, 0).runs[0]
        for trouble in (NO_TROUBLE, LAST_PART)
    )
    assert literal.actual is Urgency.EMERGENCY
    assert last.actual is not Urgency.EMERGENCY


def test_a_story_is_no_emergency():
    """30 people tell of a plain spasm, a sentence a turn, before they answer."""
    home = [story for story in STORIES if story.disposition.startswith("home")]
    assert (30, 26) == (len(home), len(STORIES) - len(home))
    runs = simulate(CONTENT, home, STORY, 1, 0)
    assert runs.to_emergency == 0
    assert runs.without_disposition == 0


def test_a_sign_in_a_story_is_no_less_than_the_answer():
    """26 people tell of an emergency; each is sent there, by words or by answers."""
    told = [story for story in STORIES if story.disposition == "emergency"]
    missed = [
        run.case.patient.id
        for run in simulate(CONTENT, told, STORY, 1, 0).runs
        if run.actual is not Urgency.EMERGENCY
    ]
    assert missed == []


def test_the_report_has_version_1_beside():
    """Every figure of version 1 stands in a row, and every trouble has one."""
    simulation = run_simulation(CONTENT, CASES[EVERY_TWENTIETH], STORIES[:2], 1, 0)
    text = "\n".join(render_simulation(simulation))
    for value in read_earlier_figures().values():
        assert value in text
    for title in simulation.troubles:
        assert title in text


def test_version_1_was_asked_the_same_patients():
    """Its results are those of the patients that stand in the tables today."""
    assert BY_NAME.keys() == read_earlier_results().keys()


def test_a_story_without_sentences_is_refused(tmp_path, capsys):
    """File, line and remedy are named."""
    story = tmp_path / "story.csv"
    story.write_text("case,others,disposition,because\nx,no,clinic,\n")
    cases = str(TESTS / "cases" / "back_spasm.csv")
    assert 2 == main(["simulate", cases, "--stories", str(story)])
    refusal = capsys.readouterr().err
    assert f"{story}:2: has no sentences" in refusal
    assert "'sentences'" in refusal


def test_an_empty_table_is_refused(tmp_path, capsys):
    """Nobody to simulate is said, not divided by."""
    table = tmp_path / "none.csv"
    table.write_text("case,disposition,because\n")
    assert 2 == main(["simulate", str(table)])
    assert f"{table}: holds no case" in capsys.readouterr().err
