"""Compares a locale with the complete one: what it lacks or has too much."""

import re
from collections.abc import Iterator
from pathlib import Path

from dialogue.content.content_store import LOCALE, WORDS_FOLDER, ContentStore
from dialogue.content.problems import DataRefused, suggest_name
from dialogue.content.words_reader import FILES as WORD_FILES
from dialogue.content.yaml_reader import ListValue, TableValue, TextValue, Value

FILES = (
    "prompts.yaml",
    "lexicon.yaml",
    "alexa.yaml",
    *(f"{WORDS_FOLDER}/{name}" for name in WORD_FILES),
)
"""Everything said and understood in a locale: words, phrases, and Alexa's own."""

OWN_NAMES = (f"{WORDS_FOLDER}/words.yaml: rules", f"{WORDS_FOLDER}/words.yaml: verbs")
"""Tables of which each locale has its own entries: its grammar."""

TRAITS = ("asks", "now", "lists")
"""Entries of a row that are no words."""

_NAMES = re.compile(r"\{\w+\}")


def compare_locale(locale: str, data: Path | None = None) -> list[str]:
    """Return one line for each thing that `locale` lacks or has too much.

    Words that stand in it as they stand in en-US are named too: they may be waiting
    for their translation. Raises DataRefused where a file cannot be read at all.
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
    foreign = locale.partition("-")[0] != LOCALE.partition("-")[0]
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
            has_letters = any(map(str.isalpha, _NAMES.sub("", ours.text)))
            if foreign and theirs.text == ours.text and has_letters:
                yield f"{place}: '{name}' still has the words of {LOCALE}."
        elif isinstance(ours, ListValue) and not ours.items:
            yield f"{place}: '{name}' is empty; nothing of it could be understood."
        elif type(theirs) is not type(ours):
            yield f"{place}: '{name}' has another shape than in {LOCALE}."
        elif foreign and _list_words(theirs) == _list_words(ours):
            yield f"{place}: '{name}' still holds the phrases of {LOCALE}."


def _compare_texts(place: str, name: str, whole: str, own: str) -> Iterator[str]:
    wanted, found = (set(_NAMES.findall(words)) for words in (whole, own))
    # A language may need fewer parts to say a time or a day.
    if wanted - found and not name.startswith("prompts.spoken."):
        yield f"{place}: '{name}' lacks {', '.join(sorted(wanted - found))}."
    if found - wanted:
        yield f"{place}: '{name}' has {', '.join(sorted(found - wanted))} too much."


def _list_words(value: Value) -> list[str]:
    items = value.items if isinstance(value, ListValue) else ()
    return [item.text for item in items if isinstance(item, TextValue)]


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
