"""Phrases out of the templates: for closed grammars, Alexa's samples and the booklet.

Each phrase is as people write it, the shortest of each template first.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain

from dialogue.understanding.matcher import Scope
from dialogue.understanding.meaning import CALL_FOR_HELP
from dialogue.understanding.words import PHRASES_A_TEMPLATE, Words

LENGTH = "{length}"
LENGTH_BOUNDS = ("exact", "over", "at_least", "under")
"""Bounds of a length that a grammar listens for."""
TIMES_MORE_CALLS = 7
MANY = 1000
FRAMES_A_TEMPLATE = 2
"""What may stand around a length: more would be thousands of phrases."""


def list_group(
    words: Words, group: str, most: int = PHRASES_A_TEMPLATE
) -> tuple[str, ...]:
    """Return at most `most` phrases of each template of a group, each once."""
    found = (phrases[:most] for phrases in words.list_phrases(group))
    return tuple(dict.fromkeys(chain.from_iterable(found)))


def list_groups(words: Words, start: str) -> tuple[str, ...]:
    """Return the names of the groups below `start`, such as `commands`."""
    begin = f"{start}."
    return tuple(group for group in words.phrases if group.startswith(begin))


def list_commands(
    words: Words, most: int = PHRASES_A_TEMPLATE
) -> dict[str, tuple[str, ...]]:
    """Return the phrases of every command, by its name."""
    found = {}
    for group in list_groups(words, "commands"):
        name = group.removeprefix("commands.")
        # Calls for help are kept in more forms than anything else.
        forms = most * TIMES_MORE_CALLS if name == CALL_FOR_HELP else most
        found[name] = list_group(words, group, forms)
    return found


def list_topics(
    words: Words, most: int = PHRASES_A_TEMPLATE
) -> dict[str, tuple[str, ...]]:
    """Return the phrases that ask about an explanation, by its topic."""
    groups = list_groups(words, "topics")
    return {g.removeprefix("topics."): list_group(words, g, most) for g in groups}


def list_statements(
    words: Words, row: str, *, denied: bool = False, most: int = PHRASES_A_TEMPLATE
) -> tuple[str, ...]:
    """Return whole sentences that say or deny a row anywhere."""
    return _list_row(words, row, Scope.ANYWHERE, denied=denied, most=most)


def list_named(
    words: Words, row: str, most: int = PHRASES_A_TEMPLATE
) -> tuple[str, ...]:
    """Return the things of a row as they are named alone: "chest pain"."""
    return _list_row(words, row, Scope.NAMED, denied=False, most=most)


def list_here(
    words: Words, row: str, *, denied: bool = False, most: int = PHRASES_A_TEMPLATE
) -> tuple[str, ...]:
    """Return what counts only while the row's question is open."""
    return _list_row(words, row, Scope.HERE, denied=denied, most=most)


@dataclass(frozen=True)
class AnswerExamples:
    """For one question: what is a yes, what a no, and what makes us ask."""

    row: str
    yes: tuple[str, ...]
    no: tuple[str, ...]
    asks: tuple[str, ...]


def build_examples(words: Words, row: str, most: int = 8) -> AnswerExamples:
    """Return `most` phrases of each kind for a row, spread over its templates."""
    yes = (*list_statements(words, row, most=1), *list_here(words, row, most=1))
    no = (
        *list_statements(words, row, denied=True, most=1),
        *list_here(words, row, denied=True, most=1),
    )
    asks = [" ".join(p) for p, rows in words.mentions.items() if row in rows]
    named = (*list_named(words, row, most=1), *yes)
    return AnswerExamples(
        row, _spread(named, most), _spread(no, most), _spread(asks, most)
    )


def list_lengths(
    words: Words, most_number: int, vocabulary: Collection[str] | None = None
) -> Iterator[str]:
    """Yield lengths of time as people say them: "two weeks ago", "over a month".

    With a `vocabulary` only those that are said with its words, in full or contracted:
    of tens of thousands a small one has few.
    """

    def is_known(phrase: str) -> bool:
        forms = (form(phrase) for form in (str, partial(contract, words)))
        return vocabulary is None or any(
            all(word in vocabulary or word == LENGTH for word in form.split())
            for form in forms
        )

    frames = dict.fromkeys(
        phrase
        for bound in LENGTH_BOUNDS
        for phrase in list_group(words, f"lengths.{bound}", FRAMES_A_TEMPLATE)
        if phrase.count(LENGTH) == 1
    )
    lengths = tuple(filter(is_known, _list_plain_lengths(words, most_number)))
    for frame in filter(is_known, frames):
        yield from (frame.replace(LENGTH, length) for length in lengths)
    yield from filter(is_known, list_group(words, "lengths.fixed", MANY))


def list_leads(words: Words, bound: str) -> tuple[str, ...]:
    """Return what may stand before a length to bound it: over, more than."""
    frames = list_group(words, f"lengths.{bound}")
    leads = (f.removesuffix(LENGTH).strip() for f in frames if f.endswith(LENGTH))
    return tuple(dict.fromkeys(filter(None, leads)))


def contract(words: Words, phrase: str) -> str:
    """Return a phrase as people say it fast: "i can't pee" for "i can not pee".

    Some of what comes out is no word; a model that does not know it leaves it out.
    """
    short, endings = words.contractions
    found: list[str] = []
    parts = phrase.split()
    if endings.keys().isdisjoint(parts):
        return phrase
    for place, part in enumerate(parts):
        last = place == len(parts) - 1
        before = found[-1] if found else ""
        if (pair := f"{before} {part}") in short:
            found[-1] = short[pair]
        elif before and "'" not in before and part in endings and not last:
            found[-1] = f"{before}{endings[part]}"
        else:
            found.append(part)
    return " ".join(found)


def build_number_words(named: Mapping[str, int]) -> dict[str, int]:
    """Return `named` and the numbers put together from it, up to ninety nine."""
    tens = {word: n for word, n in named.items() if n >= 20 and n % 10 == 0}
    ones = {word: n for word, n in named.items() if 0 < n < 10}
    joined = {f"{ten} {one}": tens[ten] + ones[one] for ten in tens for one in ones}
    return dict(sorted({**named, **joined}.items(), key=lambda pair: pair[1]))


def _list_plain_lengths(words: Words, most_number: int) -> Iterator[str]:
    numbers = build_number_words(words.spelling.numbers)
    counted = {word: n for word, n in numbers.items() if 0 < n <= most_number}
    counts = (" ".join(count) for count in words.spelling.counts)
    for number in (*counted, *counts):
        for unit in words.spelling.units:
            yield f"{number} {unit}"


def _list_row(
    words: Words, row: str, scope: Scope, *, denied: bool, most: int
) -> tuple[str, ...]:
    detail = "no" if denied else "yes"
    return list_group(words, f"rows.{row}.{detail}.{scope.value}", most)


def _spread(phrases: Iterable[str], most: int) -> tuple[str, ...]:
    """Return `most` of the phrases, evenly from the first to the last."""
    found = list(dict.fromkeys(phrases))
    if len(found) <= most:
        return tuple(found)
    step = len(found) / most
    return tuple(found[int(n * step)] for n in range(most))
