"""Checks across all files of the data; `python -m dialogue check` prints them."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar

from dialogue.approval.sign_point_checks import check_points
from dialogue.content.content import Content
from dialogue.content.problems import DataRefused, Problem
from dialogue.content.schema import ProblemLog
from dialogue.engine.clinic import Clinic
from dialogue.loading import SEED_FACTS, ContentStore
from dialogue.validation.phrases import check_phrases
from dialogue.validation.prompts import check_prompts
from dialogue.validation.protocol_logic import check_protocol
from dialogue.validation.references import check_names
from dialogue.validation.seed_facts import (
    SeedFact,
    check_facts,
    check_numbers,
    facts_from,
)
from dialogue.validation.spoken_words import check_spoken

T = TypeVar("T")


def check_all(
    data: Path | None = None, clinic: str | Path | None = None
) -> tuple[list[Problem], list[Problem]]:
    """Return what is wrong in `data` (or the bundled data), and what may be.

    Every locale and every clinic of the folder is checked, and `clinic` besides,
    a bundled name or the path of a file.
    """
    notes, warnings = ProblemLog(), ProblemLog()
    shelf = ContentStore(data, notes)
    contents, clinics, facts = _read(shelf, notes, clinic)
    if not notes.problems:
        bundled = {name: clinics[name] for name in shelf.clinics}
        _check(contents, clinics, notes, warnings)
        check_facts(SEED_FACTS, facts, contents, bundled, notes)
        check_numbers(facts, contents, bundled, notes)
        for points in _attempted(shelf.points, notes):
            check_points(points, contents, notes)
        for content in contents:
            name = content.protocol.id
            _attempted(partial(shelf.signature, name, content.locale), notes)
    # Sorted and without doubles, as in a refusal.
    return DataRefused(notes.problems).problems, DataRefused(warnings.problems).problems


def _read(
    shelf: ContentStore, notes: ProblemLog, clinic: str | Path | None
) -> tuple[list[Content], dict[str, Clinic], tuple[SeedFact, ...]]:
    """Read every file, going on behind one that is refused."""

    def attempt(read: Callable[[], T]) -> list[T]:
        return _attempted(read, notes)

    clinics: dict[str, Clinic] = {}
    given = [] if clinic is None or clinic in shelf.clinics else [clinic]
    for name in (*shelf.clinics, *given):
        for one in attempt(partial(shelf.clinic, name)):
            clinics[f"{name}"] = one
    sources = attempt(shelf.sources)
    contents = []
    for protocol in shelf.protocols:
        for questions in attempt(partial(shelf.protocol, protocol)):
            for locale in shelf.locales:
                for words in attempt(partial(shelf.prompts, locale)):
                    for phrases in attempt(partial(shelf.lexicon, locale)):
                        contents += [
                            Content(questions, words, phrases, None, known, locale)
                            for known in sources
                        ]
    tables = attempt(shelf.seed_facts)
    facts = [f for table in tables for f in facts_from(SEED_FACTS, table, notes)]
    return contents, clinics, tuple(facts)


def _attempted(read: Callable[[], T], notes: ProblemLog) -> list[T]:
    """Return what `read` gives, nothing where it is refused; why goes to `notes`."""
    try:
        return [read()]
    except DataRefused as refusal:
        notes.problems += refusal.problems
        return []


def _check(
    contents: list[Content],
    clinics: Mapping[str, Clinic],
    notes: ProblemLog,
    warnings: ProblemLog,
) -> None:
    for content in contents:
        check_names(content.protocol, content.lexicon, content.sources, notes)
        check_spoken(content.prompts, notes, content.locale)
    if notes.problems:
        return
    for content in contents:
        check_protocol(content.protocol, content.lexicon, notes)
        check_phrases(content.lexicon, notes)
        check_prompts(content, clinics, notes, warnings)
