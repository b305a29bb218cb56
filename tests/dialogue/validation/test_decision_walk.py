"""The walk of the rules: complete, equal to the design's tables, and exactly merged."""

import random
import shutil
from collections import defaultdict
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from helpers.current_protocol import read_shipped_protocol
from helpers.decision_paths import DecisionPaths
from helpers.design_tables import table
from helpers.table_walk import Tables

import dialogue.loading
from dialogue.content.content_store import ContentStore
from dialogue.engine.protocol import GIVEN, Answer, Condition
from dialogue.engine.rules import decide, find_next_question
from dialogue.validation.decision_walk import walk_decisions
from dialogue.validation.merging import Merging

UPPER_BACK = ("upper_back",)
COUNTS = {tuple(filter(None, [row[0]])): row[1:] for row in table("paths")}


@cache
def tables_walked(said=()):
    """Return the tables, and what their paths after `said` amount to."""
    tables = Tables()
    return tables, tables.walk(dict.fromkeys(said, "yes"))


@cache
def engine_counted(said=()):
    """Return what the engine's paths after `said` amount to."""
    paths = DecisionPaths(read_shipped_protocol())
    return paths.count(dict.fromkeys(said, Answer.YES))


@pytest.mark.parametrize("said", COUNTS, ids=str)
def test_the_tables_and_the_engine_have_the_paths_that_the_design_names(said):
    """Worked out apart from each other, both give the number of the design's 2.4."""
    tables, walked = tables_walked(said)
    paths, states = COUNTS[said]
    assert int(paths) == walked.paths == engine_counted(said).paths
    assert not states or int(states) == len(tables.states)


def test_the_turns_to_each_outcome_are_the_designs():
    """Fewest and most questions by outcome: the table of 2.4, and both walks."""
    spans = {name: (int(few), int(most)) for name, few, most in table("turns")}
    assert spans == tables_walked()[1].spans == engine_counted().spans


def test_the_same_turns_follow_after_something_said_first():
    """With upper back pain said first, the tables and the engine agree as well."""
    assert tables_walked(UPPER_BACK)[1].spans == engine_counted(UPPER_BACK).spans


def test_what_is_never_unheard_changes_nothing():
    """Without the rule of what was set aside, the paths are the same."""
    protocol = read_shipped_protocol()
    unheard = set(protocol.unheard_statements.values())
    rules = tuple(r for r in protocol.rules if unheard.isdisjoint(r.when.names))
    assert len(rules) == len(protocol.rules) - 1
    paths = DecisionPaths(replace(protocol, rules=rules))
    assert engine_counted() == paths.count({})
    assert {"clinic_unheard"}.isdisjoint(tables_walked()[1].rules)


def test_every_rule_decides_and_every_question_is_asked():
    """The check's walk is complete, and nobody is left without an outcome."""
    protocol = read_shipped_protocol()
    walk = walk_decisions(protocol)
    assert not walk.stuck
    assert {rule.id for rule in protocol.rules} == walk.decided
    assert set(protocol.question) == walk.asked


def test_the_walk_finds_what_is_stuck_idle_and_never_asked():
    """A rule taken away leaves people without an outcome; two are never reached."""
    protocol = read_shipped_protocol()
    rules = tuple(r for r in protocol.rules if r.id != "home_002_heat")
    assert walk_decisions(replace(protocol, rules=rules)).stuck
    shadowed = replace(protocol.rules[0], id="never", when=Condition(("major_injury",)))
    walk = walk_decisions(replace(protocol, rules=(*protocol.rules[:5], shadowed)))
    assert "never" not in walk.decided
    closed = replace(
        protocol.question["leg_weaker"], only_if=Condition(all_yes=("adult", "child"))
    )
    questions = tuple(closed if q.id == closed.id else q for q in protocol.questions)
    assert (
        "leg_weaker" not in walk_decisions(replace(protocol, questions=questions)).asked
    )


def talk(chance, protocol):
    """Yield the answers of a random talk turn by turn, some of them given unasked."""
    said = [s.id for s in protocol.statements if s.unheard is None]
    answers = {}
    for _ in range(60):
        yield answers
        if (question := find_next_question(protocol, answers)) is None:
            return
        answer = chance.choice((*GIVEN, *[Answer.NO] * 12))
        if chance.random() < 0.02:
            answer = Answer.UNHEARD
        answers = {**answers, question.id: answer}
        if chance.random() < 0.02:
            answers = {**answers, chance.choice(said): Answer.YES}
        if chance.random() < 0.02:
            other = chance.choice(protocol.questions).id
            answers = {**answers, other: chance.choice(GIVEN)}


def test_sets_of_answers_with_one_residue_are_told_apart_by_nothing():
    """Decision, next question and the residues after any answer are the same."""
    protocol, chance = read_shipped_protocol(), random.Random(1)
    merging = Merging(protocol)
    by_residue = defaultdict(list)
    for _ in range(700):
        for answers in talk(chance, protocol):
            by_residue[merging.find_residue(answers)].append(answers)
    pairs = 0
    for first, *others in by_residue.values():
        others = [one for one in others if one != first][:3]
        pairs += len(others)
        for other in others:
            assert look(protocol, merging, first) == look(protocol, merging, other)
    assert pairs > 300


def look(protocol, merging, answers):
    """Return all that a turn and its answers can see of `answers`."""
    question = find_next_question(protocol, answers)
    after = [
        merging.find_residue({**answers, question.id: answer})
        for answer in (*GIVEN, Answer.UNHEARD)
        if question is not None
    ]
    if (decision := decide(protocol, answers)) is None:
        return question, after
    rule = decision.rule
    says = protocol.disposition[rule.disposition].says_if_unsure
    shown = bool(says or rule.reason_if_unsure) and decision.unsure
    return rule.id, shown, question, after


def test_the_shipped_protocol_is_noted_as_walked() -> None:
    """A start need not walk it; after a change: `dialogue check --note-walk`."""
    store = ContentStore()
    assert all(map(store.is_walked, store.protocols))


def test_a_changed_protocol_is_walked_at_a_start(tmp_path: Path) -> None:
    """The note holds for the very same file only."""
    data = tmp_path / "data"
    shutil.copytree(Path(dialogue.loading.__file__).parent / "data", data)
    protocol = data / "protocols" / "back_spasm.yaml"
    protocol.write_bytes(protocol.read_bytes() + b"# changed\n")
    assert not ContentStore(data).is_walked("back_spasm")
