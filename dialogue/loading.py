"""Loads and checks the data: the one door from files to the content of a session."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from dialogue.approval.sign_points import check_sign_points, read_sign_points
from dialogue.approval.signature import apply_signature, read_signature
from dialogue.content.content import Content
from dialogue.content.content_store import LOCALE, PROTOCOL, SEED_FACTS, ContentStore
from dialogue.content.problems import DataRefused, Problem
from dialogue.content.schema import ProblemLog
from dialogue.engine.clinic import Clinic
from dialogue.validation.prompts import check_prompts, check_spoken
from dialogue.validation.protocol_logic import check_protocol
from dialogue.validation.references import check_names
from dialogue.validation.seed_facts import (
    SeedFact,
    check_facts,
    check_numbers,
    parse_seed_facts,
)
from dialogue.validation.words import check_words, warn_of_thieves

T = TypeVar("T")


def load_content(
    protocol: str = PROTOCOL,
    locale: str = LOCALE,
    clinic: str | Path | None = None,
    data: Path | None = None,
) -> Content:
    """Load the content that stands in `data`, or else the bundled one.

    `clinic` is a bundled name, such as "roseville", or the path of a file. Raises
    DataRefused with one line per problem; nothing is guessed or left out, and nothing
    starts that `python -m dialogue check` would send back to be mended. The paths of a
    protocol are walked unless the very same file was walked before.
    """
    log = ProblemLog()
    store = ContentStore(data, log)
    words = store.read_words(locale)
    content = Content(
        protocol=store.read_protocol(protocol),
        prompts=store.read_prompts(locale),
        lexicon=store.read_lexicon(locale, words),
        clinic=None if clinic is None else store.read_clinic(clinic),
        sources=store.read_sources(),
        locale=locale,
        words=words,
    )
    if not log.problems:
        clinics = {content.clinic.id: content.clinic} if content.clinic else {}
        walk = not store.is_walked(protocol)
        _check_contents([content], clinics, log, ProblemLog(), walk)
    signature = read_signature(store, protocol, locale)
    if log.problems:
        raise DataRefused(log.problems)
    return apply_signature(content, signature, store)


def load_every_content(data: Path | None = None) -> Iterator[Content]:
    """Yield every protocol of `data` in every locale; raises DataRefused."""
    store = ContentStore(data)
    for protocol in store.protocols:
        for locale in store.locales:
            yield load_content(protocol, locale, data=data)


def check_all(
    data: Path | None = None, clinic: str | Path | None = None
) -> tuple[list[Problem], list[Problem]]:
    """Return what is wrong in `data` (or the bundled data), and what may be.

    Every locale and every clinic of the folder is checked, and `clinic` besides,
    a bundled name or the path of a file.
    """
    log, warnings = ProblemLog(), ProblemLog()
    store = ContentStore(data, log)
    contents, clinics, facts = _read_all(store, clinic)
    if not log.problems:
        bundled = {name: clinics[name] for name in store.clinics}
        names_are_known = _check_contents(contents, clinics, log, warnings)
        check_facts(SEED_FACTS, facts, contents, bundled, log)
        check_numbers(facts, contents, bundled, log)
        for content in contents if names_are_known else ():
            warn_of_thieves(content.words, content.protocol, warnings)
        for points in _attempt(partial(read_sign_points, store), log):
            check_sign_points(points, contents, log)
        for content in contents:
            name = content.protocol.id
            _attempt(partial(read_signature, store, name, content.locale), log)
    # Sorted and without doubles, as in a refusal.
    return DataRefused(log.problems).problems, DataRefused(warnings.problems).problems


def _check_contents(
    contents: Sequence[Content],
    clinics: Mapping[str, Clinic],
    log: ProblemLog,
    warnings: ProblemLog,
    walk: bool = True,
) -> bool:
    """Check names first; what is between questions, rules and words needs them.

    Return whether all names are known, so that the rest could be checked.
    """
    for content in contents:
        check_names(content.protocol, content.lexicon, content.sources, log)
        check_spoken(content.prompts, log, content.locale)
    if log.problems:
        return False
    for content in contents:
        check_protocol(content.protocol, content.lexicon, log, walk)
        check_words(content.words, content.protocol, log)
        check_prompts(content, clinics, log, warnings)
    return True


def _read_all(
    store: ContentStore, clinic: str | Path | None
) -> tuple[list[Content], dict[str, Clinic], tuple[SeedFact, ...]]:
    """Read every file, going on behind one that is refused."""

    def attempt(read: Callable[[], T]) -> list[T]:
        return _attempt(read, store.log)

    clinics: dict[str, Clinic] = {}
    given = [] if clinic is None or clinic in store.clinics else [clinic]
    for name in (*store.clinics, *given):
        for profile in attempt(partial(store.read_clinic, name)):
            clinics[f"{name}"] = profile
    all_sources = attempt(store.read_sources)
    contents = []
    for name in store.protocols:
        for protocol in attempt(partial(store.read_protocol, name)):
            for locale in store.locales:
                for prompts in attempt(partial(store.read_prompts, locale)):
                    for words in attempt(partial(store.read_words, locale)):
                        read = partial(store.read_lexicon, locale, words)
                        for lexicon in attempt(read):
                            shared = (protocol, prompts, lexicon, None)
                            contents += [
                                Content(*shared, sources, locale, words)
                                for sources in all_sources
                            ]
    facts: tuple[SeedFact, ...] = ()
    for table in attempt(store.read_seed_facts):
        facts = parse_seed_facts(SEED_FACTS, table, store.log)
    return contents, clinics, facts


def _attempt(read: Callable[[], T], log: ProblemLog) -> list[T]:
    """Return what `read` gives, nothing where it is refused; why goes to `log`."""
    try:
        return [read()]
    except DataRefused as refusal:
        log.problems += refusal.problems
        return []
