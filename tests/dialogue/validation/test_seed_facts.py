"""Every fact of the seed texts is used, or says why not."""

import re

import pytest

from dialogue.content.content_store import SEED_FACTS, ContentStore
from dialogue.content.schema import ProblemLog
from dialogue.loading import load_content
from dialogue.validation.seed_facts import (
    SeedFact,
    check_facts,
    check_numbers,
    parse_seed_facts,
)

CLINICS = ("dfw", "roseville")


@pytest.fixture(scope="module")
def table() -> str:
    """Return the shipped table of seed facts."""
    return ContentStore().read_seed_facts()


@pytest.fixture(scope="module")
def facts(table: str) -> tuple[SeedFact, ...]:
    """Return the facts of the shipped table, which has no mistakes."""
    log = ProblemLog()
    read = parse_seed_facts(SEED_FACTS, table, log)
    assert log.problems == []
    return read


def test_all_facts_are_there(facts: tuple[SeedFact, ...]) -> None:
    """The table holds S001 to S133, in order, from five seed texts."""
    assert [f"S{n:03}" for n in range(1, 134)] == [fact.id for fact in facts]
    assert {"000", "001", "002", "003", "004"} == {fact.seed for fact in facts}


def test_every_fact_is_used_or_says_why_not(table: str) -> None:
    """No fact is left without a use; a fact that is not used has a reason in words."""
    rows = [row for row in table.splitlines()[1:] if row]
    unused = [row.partition("not used: ")[2] for row in rows if "not used" in row]
    assert 0 == sum(row.endswith(",") for row in rows)
    assert [] == [reason for reason in unused if len(reason.split()) < 4]
    assert len(unused) <= 10


def test_every_name_in_used_in_exists(facts: tuple[SeedFact, ...]) -> None:
    """Each fact is used in a question, statement, rule, prompt or profile entry."""
    log = ProblemLog()
    clinics = {name: load_content(clinic=name).clinic for name in CLINICS}
    known = {name: clinic for name, clinic in clinics.items() if clinic}
    check_facts(SEED_FACTS, facts, [load_content()], known, log)
    check_numbers(facts, [load_content()], known, log)
    assert [] == log.problems
    assert sum(bool(fact.used_in) for fact in facts) >= 120


def test_no_seed_rule_is_left_out(table: str) -> None:
    """A fact that is a rule leads to a rule, a question or care words."""
    protocol = load_content().protocol
    rules = {rule.id for rule in protocol.rules}
    told = {*rules, *protocol.question, *protocol.statement}
    for row in table.splitlines():
        if re.match(r"S\d{3},\d{3},rule", row):
            names = {name.strip('"; ') for name in re.split(r"[,;] ?", row)}
            assert names & told or "net.not_better" in row or "explain.goal" in row, row


def test_every_phone_number_of_a_bundled_clinic_is_a_fact(
    facts: tuple[SeedFact, ...],
) -> None:
    """The five numbers of the seeds are the five numbers of the two profiles."""
    stated = {n for f in facts for n in re.findall(r"\d{3}-\d{3}-\d{4}", f.fact)}
    clinics = [load_content(clinic=name).clinic for name in CLINICS]
    numbers = {line.number for clinic in clinics if clinic for line in clinic.lines}
    assert stated == numbers
    assert 5 == len(numbers)
