"""Facts of an opening sentence, out of the slots that Alexa filled for it."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from dialogue.content.content import Content
from dialogue.engine.events import Duration, Facts
from dialogue.understanding.asked import Asked
from dialogue.understanding.interpretation import interpret
from dialogue.understanding.meaning import Result
from dialogue.understanding.normalisation import UNKNOWN_MARK
from dialogue.understanding.words import Words
from skill.request import EMPTY_SLOT, Slot

Slots = Mapping[str, Slot]

LENGTH, BOUND, TRIGGER, REGION = "howLong", "bound", "trigger", "region"

_NUMBER = r"([0-9]{1,9}(?:\.[0-9]{1,9})?)"
_DURATION = re.compile(
    rf"P(?=.)(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}W)?(?:{_NUMBER}D)?"
    rf"(?:T(?=.)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?"
)
_HOURS = (8760.0, 720.0, 168.0, 24.0, 1.0, 1 / 60, 1 / 3600)
"""Of a year (365 days), month (30 days), week, day, hour, minute and second."""
_LONGEST = 100 * 8760.0
"""Hours; nobody's back has been in spasm for longer."""
_LARGEST = 999
"""The largest number that is understood."""


class Description(NamedTuple):
    """What an opening sentence tells."""

    facts: Facts
    rest: tuple[str, ...]
    """Words in its slots that are none of the facts, as they were said."""


def find_length(slots: Slots, words: Words) -> str | None:
    """Return the length in words, with its bound; None where it is none.

    "Over" heard as another word must not turn into an exact length, so the bound is
    read as it is anywhere else.
    """
    hours = parse_hours(slots.get(LENGTH, EMPTY_SLOT).value)
    if hours is None:
        return None
    bound = slots.get(BOUND, EMPTY_SLOT)
    lead = bound.value or ""
    if bound.is_filled and not words.normalise(lead):
        lead = UNKNOWN_MARK
    return f"{lead} {_name_length(hours, words)}".strip()


def read_length(said: str, words: Words) -> Duration | None:
    """Return the length that words state by themselves."""
    meaning = interpret(words, said, Asked())
    if meaning.result is not Result.ACCEPT or meaning.length is None:
        return None
    return Duration(*meaning.length)


def parse_description(slots: Slots, content: Content) -> Description:
    """Return the facts of an opening sentence; what is not certain is left out.

    A cause or a part of the back counts by its words; an id that Alexa matched to
    other words counts for nothing.
    """
    lexicon = content.lexicon
    found: dict[str, str | None] = {}
    rest: list[str] = []
    for name, groups in ((TRIGGER, lexicon.triggers), (REGION, lexicon.regions)):
        value = slots.get(name, EMPTY_SLOT).value
        found[name] = None if value is None else _find_group(content, groups, value)
        if value is not None and found[name] is None:
            rest.append(value)
    facts = Facts(_build_duration(slots, content.words), found[TRIGGER], found[REGION])
    return Description(facts, tuple(rest))


def parse_hours(iso: str | None) -> float | None:
    """Return the hours of a duration such as `P8W` or `P2YT3H10M`, else None."""
    if iso is None or len(iso) > 100:
        return None
    match = _DURATION.fullmatch(iso)
    if match is None:
        return None
    parts = zip(match.groups(), _HOURS, strict=True)
    hours = sum(float(number) * unit for number, unit in parts if number)
    return hours if 0 < hours <= _LONGEST else None


def _find_group(
    content: Content, groups: Mapping[str, tuple[str, ...]], value: str
) -> str | None:
    """Return the name of the group that holds the words of `value`."""
    lexicon = content.lexicon
    wanted = lexicon.normalise(value)
    for name, phrases in groups.items():
        if any(lexicon.normalise(phrase) == wanted for phrase in phrases):
            return name
    return None


def _build_duration(slots: Slots, words: Words) -> Duration | None:
    said = find_length(slots, words)
    return None if said is None else read_length(said, words)


def _name_length(hours: float, words: Words) -> str:
    """Return a length in the smallest unit that a number can be said of."""
    units = sorted((n, unit) for unit, n in words.spelling.units.items() if n >= 1)
    fitting = ((n, unit) for n, unit in units if hours / n <= _LARGEST)
    size, unit = next(fitting, (1.0, ""))
    return f"{hours / size:f} {unit}"
