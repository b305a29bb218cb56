"""Compares a locale with the complete one: what it lacks, what is not translated."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

from dialogue.content import locale_messages
from dialogue.content.content_store import LOCALE, WORDS_FOLDER, ContentStore
from dialogue.content.problems import DataRefused, suggest_name
from dialogue.content.schema import ProblemLog
from dialogue.content.words_reader import FILES as WORD_FILES
from dialogue.content.yaml_reader import ListValue, TableValue, TextValue, Value

SPOKEN_FILES = (
    "prompts.yaml",
    "lexicon.yaml",
    *(f"{WORDS_FOLDER}/{name}" for name in WORD_FILES),
)
"""What a session says and understands."""
FILES = (*SPOKEN_FILES, "alexa.yaml")
"""Everything of a locale: the skill's listing in the store, too."""

OWN_NAMES = (f"{WORDS_FOLDER}/words.yaml: rules", f"{WORDS_FOLDER}/words.yaml: verbs")
"""Tables of which each locale has its own entries: its grammar."""

TRAITS = ("asks", "now", "lists")
"""Entries of a row that are no words."""

FEWEST_WORDS = 3
"""Words in a row that two languages do not share by chance; "no" may be both."""

_NAMES = re.compile(r"\{\w+\}")
_SIGNS = re.compile(r"\{[^}]*\}|<\w+>|~\w+")
"""What stands for words: placeholders, rules, verbs."""
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")


def check_translation(store: ContentStore, locale: str, log: ProblemLog) -> None:
    """Note each text of a session that is still in the language of en-US.

    An endpoint serves a locale whole to whoever asks for its language, so that one
    which is half translated must not start. Raises DataRefused where a file is missing.
    """
    if not _is_foreign(locale):
        return
    for file in SPOKEN_FILES:
        whole = _read_leaves(store, LOCALE, file)
        for name, value in _read_leaves(store, locale, file).items():
            if name in whole and (
                words := _find_foreign_words(file, whole[name], value)
            ):
                shown = {"key": name, "whole": LOCALE, "words": words}
                log.report(locale_messages.UNTRANSLATED, value.place, **shown)


def compare_locale(locale: str, data: Path | None = None) -> list[str]:
    """Return one line for each thing that `locale` lacks or has too much.

    Words that are still in the language of en-US are named too. Raises DataRefused
    where a file cannot be read at all.
    """
    store = ContentStore(data)
    if locale not in store.locales:
        hint = suggest_name(locale, store.locales)
        return [f"locales/{locale}: there is no such folder. {hint}"]
    lines: list[str] = []
    if locale == LOCALE:
        return lines
    for file in FILES:
        whole = _read_leaves(store, LOCALE, file)
        try:
            own = _read_leaves(store, locale, file)
        except DataRefused as refusal:
            lines += [str(problem) for problem in refusal.problems]
            continue
        lines += _list_differences(locale, file, whole, own)
    return lines


def _list_differences(
    locale: str, file: str, whole: dict[str, Value], own: dict[str, Value]
) -> Iterator[str]:
    path = f"locales/{locale}/{file}"
    for name in (name for name in whole if name not in own):
        yield f"{path}: lacks '{name}', which {LOCALE} has."
    for name in (name for name in own if name not in whole):
        hint = suggest_name(name, whole.keys())
        yield f"{path}: has '{name}', which nothing uses. {hint}"
    for name in (name for name in own if name in whole):
        place = f"{path}:{own[name].place.line}"
        theirs, ours = whole[name], own[name]
        if isinstance(theirs, TextValue) and isinstance(ours, TextValue):
            yield from _compare_texts(place, name, theirs.text, ours.text)
        elif isinstance(ours, ListValue) and not ours.items:
            yield f"{place}: '{name}' is empty; nothing of it could be understood."
        elif type(theirs) is not type(ours):
            yield f"{place}: '{name}' has another shape than in {LOCALE}."
        if _is_foreign(locale) and (words := _find_foreign_words(file, theirs, ours)):
            yield f"{place}: '{name}' still has words of {LOCALE}: \"{words}\"."


def _compare_texts(place: str, name: str, whole: str, own: str) -> Iterator[str]:
    wanted, found = (set(_NAMES.findall(words)) for words in (whole, own))
    # A language may need fewer parts to say a time or a day.
    if wanted - found and not name.startswith("prompts.spoken."):
        yield f"{place}: '{name}' lacks {', '.join(sorted(wanted - found))}."
    if found - wanted:
        yield f"{place}: '{name}' has {', '.join(sorted(found - wanted))} too much."


def _is_foreign(locale: str) -> bool:
    return locale.partition("-")[0] != LOCALE.partition("-")[0]


def _find_foreign_words(file: str, theirs: Value, ours: Value) -> str:
    """Return words of `ours` that stand so in `theirs`, where they are most of it.

    That is more than half of a prompt, in a row; of a list of phrases or a block of
    templates, more than half of those that are long enough.
    """
    is_block = file.startswith(WORDS_FOLDER)
    known, own = (list(_list_texts(value, is_block)) for value in (theirs, ours))
    if isinstance(ours, TextValue) and not is_block:
        return _find_common_run(known[0], own[0]) if known and own else ""
    long = [text for text in own if len(text) >= FEWEST_WORDS]
    same = [text for text in long if text in known]
    return " ".join(same[0]) if len(same) > len(long) / 2 else ""


def _find_common_run(known: list[str], own: list[str]) -> str:
    run = SequenceMatcher(None, known, own, autojunk=False).find_longest_match()
    if run.size < FEWEST_WORDS or run.size <= len(own) / 2:
        return ""
    return " ".join(own[run.b : run.b + run.size])


def _list_texts(value: Value, is_block: bool) -> Iterator[list[str]]:
    """Yield the words of each text of a prompt, a list, or a block of templates."""
    if isinstance(value, ListValue):
        for item in value.items:
            yield from _list_texts(item, is_block)
    elif isinstance(value, TextValue):
        uncommented = re.sub(r"#.*", "", value.text)
        for text in re.split(r"[,\n]", uncommented) if is_block else [value.text]:
            if words := _WORD.findall(_SIGNS.sub(" ", text).lower()):
                yield words


def _read_leaves(store: ContentStore, locale: str, file: str) -> dict[str, Value]:
    def list_leaves(table: TableValue, before: str) -> Iterator[tuple[str, Value]]:
        for key, value in table.entries.items():
            name = f"{before}{key}"
            if f"{file}: {name}" in OWN_NAMES or key in TRAITS:
                continue
            if isinstance(value, TableValue):
                yield from list_leaves(value, f"{name}.")
            else:
                yield name, value

    return dict(list_leaves(store.read_table(f"locales/{locale}/{file}"), ""))
