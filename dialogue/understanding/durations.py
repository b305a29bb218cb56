"""Parses lengths of time, such as "over two weeks", to hours."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from dialogue.engine.events import Duration


@dataclass(frozen=True)
class DurationWords:
    """The words of one locale for a length of time."""

    numbers: Mapping[str, int]
    """`one` to `ninety nine`, `a`, `a couple of`."""
    units: Mapping[str, float]
    """Hours by unit, singular and plural."""
    around: tuple[str, ...]
    """Words before or after that change nothing: about, for, since, ago."""
    behind: tuple[str, ...]
    """Those of them that stand behind a length: ago."""
    over: tuple[str, ...]
    under: tuple[str, ...]
    fixed: Mapping[str, float]
    """Whole phrases with their hours: this morning, a fortnight."""

    @cached_property
    def words(self) -> frozenset[str]:
        """Return every single word of these phrases."""
        phrases = (*self.numbers, *self.units, *self.fixed)
        phrases += (*self.around, *self.over, *self.under)
        return frozenset(word for phrase in phrases for word in phrase.split())


def parse_duration(words: DurationWords, said: str) -> Duration | None:
    """Return the length that the whole of `said` states, None when it is no length.

    `said` is normalised. Source: the clinical design, 6.3.
    """
    said = _trim(words, said)
    if said in words.fixed:
        return Duration.exact(words.fixed[said])
    for build, leads in ((Duration.over, words.over), (Duration.under, words.under)):
        for lead in leads:
            if said.startswith(f"{lead} "):
                hours = _parse_hours(words, _trim(words, said.removeprefix(f"{lead} ")))
                return None if hours is None else build(hours)
    hours = _parse_hours(words, said)
    return None if hours is None else Duration.exact(hours)


def _trim(words: DurationWords, said: str) -> str:
    before = None
    while said != before:
        before = said
        for word in words.around:
            said = said.removeprefix(f"{word} ").removesuffix(f" {word}")
    return said


def _parse_hours(words: DurationWords, said: str) -> float | None:
    if said in words.fixed:
        return words.fixed[said]
    number, _, unit = said.rpartition(" ")
    if unit not in words.units:
        return None
    if number.isdecimal() and len(number) <= 3:
        return int(number) * words.units[unit]
    count = words.numbers.get(number)
    return None if count is None else count * words.units[unit]
