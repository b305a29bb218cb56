"""Builds the tables of words, and tells authors which template is in the way."""

from dialogue.content import word_messages
from dialogue.content.problems import Place
from dialogue.content.schema import ProblemLog
from dialogue.garbage_collection import pause_garbage_collection
from dialogue.understanding.conflicts import Conflict, find_conflicts, find_entry
from dialogue.understanding.matcher import Kind, Label
from dialogue.understanding.word_source import (
    Path,
    SourceRefused,
    WordSource,
    build_words,
)
from dialogue.understanding.words import Words

LONGEST = 60
"""Characters of a template that are shown."""


@pause_garbage_collection()
def build_checked_words(source: WordSource, log: ProblemLog) -> Words | None:
    """Build the tables; None, and why in `log`, where a template cannot be used."""
    try:
        words = build_words(source)
    except SourceRefused as refusal:
        for path, template, error in refusal.faults:
            message = word_messages.TEMPLATE_FAULTS[error.fault]
            place = find_template(log, source.locale, path, template)
            shown = {"template": _shorten(template), "detail": error.detail}
            log.report(message, place, **shown)
        return None
    for conflict in find_conflicts(words):
        _report_conflict(source, conflict, log)
    return words


def find_template(log: ProblemLog, locale: str, path: Path, template: str) -> Place:
    """Return where a template of a group stands."""
    return log.find_place("template", locale, *path, template)


def _report_conflict(source: WordSource, conflict: Conflict, log: ProblemLog) -> None:
    both = (conflict.first, conflict.second)
    found = (find_entry(source, label, conflict.tokens) for label in both)
    entries = [entry for entry in found if entry is not None]
    place = Place(f"locales/{source.locale}", 1)
    if entries:
        last = entries[-1]
        place = find_template(log, source.locale, last.path, last.text)
    phrase = " ".join(conflict.tokens)
    if conflict.second.kind is Kind.FILLER:
        log.report(word_messages.ANSWER_AS_FILLER, place, phrase=phrase)
        return
    templates = [f"'{_shorten(entry.text)}'" for entry in entries]
    log.report(
        word_messages.CONTRADICTION,
        place,
        phrase=phrase,
        first=_describe(conflict.first),
        second=_describe(conflict.second),
        templates="; ".join(templates) or "its templates",
    )


def _describe(label: Label) -> str:
    if label.kind is Kind.STATEMENT:
        return f"{label.detail} to '{label.name}'"
    return f"the answer {label.name}"


def _shorten(template: str) -> str:
    return template if len(template) <= LONGEST else f"{template[: LONGEST - 3]}..."
