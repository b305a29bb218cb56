"""Turns an utterance into tokens: words in one form, `#7`, `#L336/168` for a length.

A length is its hours and the hours of its unit: "two weeks" is 336 in units of 168.

Templates pass through it too, so both sides agree. No word stands here: spellings,
numbers and units are data of the locale.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

Tokens = tuple[str, ...]

UNKNOWN = "\N{WHITE SQUARE}"
"""Something that was heard or typed and is no word; no template holds it."""
UNKNOWN_MARK = "[unk]"
"""What a recogniser writes for speech that is none of its words."""
NUMBER_SIGN = "#"
LENGTH_SIGN = "#L"
MOST_DIGITS = 3
"""A longer number is a year, a price or a phone number."""

_PIECE = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+(?:'[^\W\d_]+)*|[^\w\s]")
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2019\u2018\u02bc\u00b4`", "'"))
_TEN, _HUNDRED, _TWENTY = 10, 100, 20


@dataclass(frozen=True)
class Spelling:
    """How one locale writes: forms of words, numbers, and units of time."""

    forms: Mapping[Tokens, Tokens]
    """A word or words in a row, and the one form they are turned to."""
    endings: Mapping[str, Tokens]
    """Endings of words that stand for words: `n't` is `not`."""
    hesitations: frozenset[str]
    """Words that vanish anywhere: um."""
    stutters: frozenset[str]
    """Words that count once when said twice in a row: my my."""
    numbers: Mapping[str, int]
    hundred: frozenset[str]
    between: frozenset[str]
    """What may stand behind a hundred: a hundred and five."""
    point: frozenset[str]
    counts: Mapping[Tokens, float]
    """What counts before a unit only: a couple of."""
    halves: Mapping[Tokens, float]
    """What may stand behind a number or a unit: and a half."""
    fillers: frozenset[str]
    """What may stand between a number and its unit: three full days."""
    units: Mapping[str, float]
    """Hours by unit, singular and plural."""
    ages: tuple[Tokens, ...]
    """What makes the number before it an age and no length: years old."""

    @cached_property
    def forms_by_start(self) -> Mapping[str, tuple[Tokens, ...]]:
        """Return the left sides of `forms` by their first word, longest first."""
        return _group_by_start(self.forms)

    @cached_property
    def counts_by_start(self) -> Mapping[str, tuple[Tokens, ...]]:
        """Return the phrases of `counts` by their first word, longest first."""
        return _group_by_start(self.counts)


def normalise(spelling: Spelling, text: str) -> Tokens:
    """Return the tokens of `text`; what is no word of a language is one unknown token.

    Punctuation is no evidence, as no recogniser is reliable there, and goes.
    """
    words = _turn_to_forms(spelling, list(_split_endings(spelling, split(text))))
    kept: list[str] = []
    for word in words:
        if word in spelling.hesitations:
            continue
        if kept and kept[-1] == word and word in spelling.stutters:
            continue
        kept.append(word)
    return tuple(_join_lengths(spelling, list(_join_numbers(spelling, kept))))


def split(text: str) -> Iterator[str]:
    """Yield the words, numbers and signs of `text` in lower case."""
    text = unicodedata.normalize("NFC", text.lower().translate(_APOSTROPHES))
    for number, part in enumerate(text.split(UNKNOWN_MARK)):
        if number:
            yield UNKNOWN
        yield from filter(None, map(_to_piece, _PIECE.findall(part)))


def is_length(token: str) -> bool:
    """Tell whether `token` is a length of time."""
    return token.startswith(LENGTH_SIGN)


def is_number(token: str) -> bool:
    """Tell whether `token` is a number."""
    return token.startswith(NUMBER_SIGN) and not token.startswith(LENGTH_SIGN)


def get_hours(token: str) -> float:
    """Return the hours of a length."""
    return float(token.removeprefix(LENGTH_SIGN).partition("/")[0])


def get_unit(token: str) -> float:
    """Return the hours of the unit that a length was said in."""
    return float(token.partition("/")[2])


def get_number(token: str) -> float:
    """Return the value of a number."""
    return float(token.removeprefix(NUMBER_SIGN))


@lru_cache(maxsize=2048)
def _to_piece(piece: str) -> str:
    """Return a word as it is, nothing for punctuation, a sign as itself."""
    if len(piece) > 1 or piece.isalnum():
        return piece
    category = unicodedata.category(piece)
    if category in ("Cs", "Co", "Cn"):
        return UNKNOWN
    # Signs such as + and emoji are no punctuation: they may carry a meaning.
    return piece if category.startswith(("S", "M", "N", "L")) else ""


def _split_endings(spelling: Spelling, words: Iterator[str]) -> Iterator[str]:
    for word in words:
        if "'" in word and (word,) not in spelling.forms:
            for ending in spelling.endings:
                if word.endswith(ending) and len(word) > len(ending):
                    yield word.removesuffix(ending)
                    yield ending
                    break
            else:
                yield word
        else:
            yield word


def _turn_to_forms(spelling: Spelling, words: Sequence[str]) -> Iterator[str]:
    place = 0
    while place < len(words):
        for form in spelling.forms_by_start.get(words[place], ()):
            if tuple(words[place : place + len(form)]) == form:
                yield from spelling.forms[form]
                place += len(form)
                break
        else:
            yield from spelling.endings.get(words[place], (words[place],))
            place += 1


def _join_numbers(spelling: Spelling, words: Sequence[str]) -> Iterator[str]:
    place = 0
    while place < len(words):
        value, end = _read_number(spelling, words, place)
        if end > place:
            yield f"{NUMBER_SIGN}{value:g}"
            place = end
        else:
            yield words[place]
            place += 1


def _read_number(
    spelling: Spelling, words: Sequence[str], place: int
) -> tuple[float, int]:
    """Return the number that begins at `place` and its end; no number: `place`."""
    value, end = _read_small_number(spelling, words, place)
    following = words[end] if end < len(words) else ""
    if end == place:
        one = spelling.counts.get((words[place],)) == 1
        behind = words[place + 1] if place + 1 < len(words) else ""
        if not one or behind not in spelling.hundred:
            return 0, place
        value, end, following = 1, place + 1, behind
    if following in spelling.hundred and value < _TEN:
        value, end = value * _HUNDRED, end + 1
        rest = end + (end < len(words) and words[end] in spelling.between)
        more, rest_end = _read_small_number(spelling, words, rest)
        if rest_end > rest and more < _HUNDRED:
            value, end = value + more, rest_end
    if end + 1 < len(words) and words[end] in spelling.point:
        digit, digit_end = _read_small_number(spelling, words, end + 1)
        if digit_end > end + 1 and digit < _TEN:
            value, end = value + digit / _TEN, digit_end
    return value, end


def _read_small_number(
    spelling: Spelling, words: Sequence[str], place: int
) -> tuple[float, int]:
    if place >= len(words):
        return 0, place
    word = words[place]
    if word[0].isdecimal():
        whole = word.partition(".")[0]
        return (float(word), place + 1) if len(whole) <= MOST_DIGITS else (0, place)
    value = spelling.numbers.get(word)
    if value is None:
        return 0, place
    if value >= _TWENTY and value % _TEN == 0 and place + 1 < len(words):
        one = spelling.numbers.get(words[place + 1], 0)
        if 0 < one < _TEN:
            return value + one, place + 2
    return value, place + 1


def _join_lengths(spelling: Spelling, tokens: Sequence[str]) -> Iterator[str]:
    place = 0
    while place < len(tokens):
        count, unit, end = _read_length(spelling, tokens, place)
        if end > place:
            yield f"{LENGTH_SIGN}{count * unit:g}/{unit:g}"
            place = end
        else:
            yield tokens[place]
            place += 1


def _read_length(
    spelling: Spelling, tokens: Sequence[str], place: int
) -> tuple[float, float, int]:
    """Return count, unit and end of the length at `place`; no length: end `place`."""
    count, end = _read_count(spelling, tokens, place)
    if end == place:
        return 0, 0, place
    half, end = _read_half(spelling, tokens, end)
    if any(tuple(tokens[end : end + len(age)]) == age for age in spelling.ages):
        return 0, 0, place
    if end < len(tokens) and tokens[end] in spelling.fillers:
        end += 1
    if end >= len(tokens) or tokens[end] not in spelling.units:
        return 0, 0, place
    unit = spelling.units[tokens[end]]
    more, end = _read_half(spelling, tokens, end + 1)
    return count + half + more, unit, end


def _read_count(
    spelling: Spelling, tokens: Sequence[str], place: int
) -> tuple[float, int]:
    token = tokens[place]
    if is_number(token):
        return get_number(token), place + 1
    for phrase in spelling.counts_by_start.get(token, ()):
        if tuple(tokens[place : place + len(phrase)]) == phrase:
            return spelling.counts[phrase], place + len(phrase)
    return 0, place


def _read_half(
    spelling: Spelling, tokens: Sequence[str], place: int
) -> tuple[float, int]:
    for phrase, value in spelling.halves.items():
        if tuple(tokens[place : place + len(phrase)]) == phrase:
            return value, place + len(phrase)
    return 0, place


def _group_by_start(phrases: Mapping[Tokens, object]) -> dict[str, tuple[Tokens, ...]]:
    grouped: dict[str, list[Tokens]] = {}
    for phrase in sorted(phrases, key=len, reverse=True):
        grouped.setdefault(phrase[0], []).append(phrase)
    return {start: tuple(found) for start, found in grouped.items()}
