"""Checks the seed facts: each is used, and no number comes from elsewhere."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dialogue.content import messages
from dialogue.content.content import Content
from dialogue.content.problems import Place, suggest_name
from dialogue.content.schema import ProblemLog
from dialogue.engine.clinic import Clinic
from dialogue.validation.references import add_unknown_name

COLUMNS = ["id", "seed", "kind", "fact", "used_in"]
NOT_USED = "not used:"


@dataclass(frozen=True)
class SeedFact:
    """One statement of a seed text."""

    id: str
    seed: str
    fact: str
    used_in: tuple[str, ...]
    """Names of the data; empty when it is not used, for a given reason."""
    line: int


def parse_seed_facts(path: str, text: str, log: ProblemLog) -> tuple[SeedFact, ...]:
    """Parse the facts of the table `text`, CSV; what is wrong goes to `log`."""
    rows = csv.reader(io.StringIO(text), strict=True)
    facts: list[SeedFact] = []
    for number, row in enumerate(_read_rows(rows, path, log)):
        place = Place(path, rows.line_num)
        if number == 0 and row == COLUMNS:
            continue
        if len(row) != len(COLUMNS) or row[0] != f"S{number:03}":
            log.report(messages.BAD_FACTS, place)
            continue
        id_, seed, _, fact, used_in = (cell.strip() for cell in row)
        if not used_in or used_in == NOT_USED:
            log.report(messages.FACT_UNUSED, place, id=id_)
        used = () if used_in.startswith(NOT_USED) else used_in.split(";")
        names = tuple(name.strip() for name in used)
        facts.append(SeedFact(id_, seed, fact, names, rows.line_num))
    return tuple(facts)


def check_facts(
    path: str,
    facts: Sequence[SeedFact],
    contents: Sequence[Content],
    clinics: Mapping[str, Clinic],
    log: ProblemLog,
) -> None:
    """Note each fact that says it is used in something that is not there."""
    known = {name for content in contents for name in _list_names(content)}
    for id_, clinic in clinics.items():
        known.update(f"profile.{id_}.{name}" for name in _list_entries(clinic))
    for fact in facts:
        for name in fact.used_in:
            if name and name not in known:
                words = {"id": fact.id, "name": name, "hint": suggest_name(name, known)}
                log.report(messages.FACT_ASTRAY, Place(path, fact.line), **words)


def check_numbers(
    facts: Sequence[SeedFact],
    contents: Sequence[Content],
    clinics: Mapping[str, Clinic],
    log: ProblemLog,
) -> None:
    """Note bundled clinics with numbers or sources that are not in the seeds."""
    sources = {key for content in contents for key in content.sources}
    for clinic in clinics.values():
        at = ("clinic", clinic.id)
        if clinic.source not in sources:
            add_unknown_name(log, "a source", sources, clinic.source, *at, "source")
        own = [f.fact for f in facts if f"seed-{f.seed}" == clinic.source]
        numbers = [(("lines", line.id), line.number) for line in clinic.lines]
        numbers += [(("sites", s.id), s.number) for s in clinic.sites if s.number]
        for path, number in numbers:
            if not any(number in fact for fact in own):
                place = (*at, *path, "number")
                log.report(messages.FOREIGN_NUMBER, place, number=number)


def _read_rows(
    rows: "Iterator[list[str]]", path: str, log: ProblemLog
) -> Iterator[list[str]]:
    try:
        yield from rows
    except csv.Error:
        log.report(messages.BAD_FACTS, Place(path, getattr(rows, "line_num", 1)))


def _list_names(content: Content) -> Iterator[str]:
    protocol = content.protocol
    yield from protocol.question
    yield from protocol.statement
    yield from (rule.id for rule in protocol.rules)
    yield from content.prompts


def _list_entries(clinic: Clinic) -> Iterator[str]:
    given = {
        "name": clinic.name,
        "doctor": clinic.doctor,
        "address": clinic.address,
        "hours": clinic.hours,
        "closed": clinic.hours and () in clinic.hours.values(),
    }
    yield from (name for name, value in given.items() if value)
    yield from (line.id for line in clinic.lines)
