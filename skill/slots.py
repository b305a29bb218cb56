"""Slot values and ISO durations -> facts; a slot we cannot trust tells nothing."""

import re
from collections.abc import Mapping
from typing import Any

from dialogue.engine.events import Bound, Duration, Facts
from dialogue.understanding.lexicon import Lexicon

MATCHED = "ER_SUCCESS_MATCH"
_NUMBER = r"([0-9]{1,9}(?:\.[0-9]{1,9})?)"
_DURATION = re.compile(
    rf"P(?=.)(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}W)?(?:{_NUMBER}D)?"
    rf"(?:T(?=.)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?"
)
_HOURS = (8760.0, 720.0, 168.0, 24.0, 1.0, 1 / 60, 1 / 3600)
"""Of a year (365 days), month (30 days), week, day, hour, minute and second."""
_LONGEST = 100 * 8760.0
"""Hours; nobody's back has been in spasm for longer."""

Slots = Mapping[str, Any]
"""The slots of a request, as they came: of any shape."""


def hours_in(iso: object) -> float | None:
    """Return the hours of a duration such as `P8W` or `P2YT3H10M`, else None."""
    if not isinstance(iso, str) or len(iso) > 100:
        return None
    match = _DURATION.fullmatch(iso)
    if match is None:
        return None
    parts = zip(match.groups(), _HOURS, strict=True)
    hours = sum(float(number) * unit for number, unit in parts if number)
    return hours if 0 < hours <= _LONGEST else None


def matched_id(slot: object) -> str | None:
    """Return the one id that Alexa matched; none or several are no match."""
    ids = set()
    for authority in _list(_get(slot, "resolutions"), "resolutionsPerAuthority"):
        if _get(_get(authority, "status"), "code") == MATCHED:
            for found in _list(authority, "values"):
                id_ = _get(_get(found, "value"), "id")
                # One that cannot be read is still one of several.
                ids.add(id_ if isinstance(id_, str) else None)
    return ids.pop() if len(ids) == 1 else None


def is_filled(slot: object) -> bool:
    """Tell whether something was said for `slot`, understood or not."""
    return _get(slot, "value") is not None or _get(slot, "resolutions") is not None


def facts_of(slots: Slots, lexicon: Lexicon) -> Facts:
    """Return what an opening sentence told; what is not certain is asked instead."""
    trigger = matched_id(slots.get("trigger"))
    region = matched_id(slots.get("region"))
    return Facts(
        duration=_duration(slots),
        trigger=trigger if trigger in lexicon.triggers else None,
        region=region if region in lexicon.regions else None,
    )


def duration_in(slot: object) -> float | None:
    """Return the hours that a slot of lengths holds, else None."""
    return hours_in(_get(slot, "value"))


def _duration(slots: Slots) -> Duration | None:
    hours, bound = duration_in(slots.get("howLong")), slots.get("bound")
    if hours is None:
        return None
    if not is_filled(bound):
        return Duration(hours)
    # "Over" heard as another word must not turn into an exact length.
    known = {limit.value: limit for limit in (Bound.OVER, Bound.UNDER)}
    limit = known.get(matched_id(bound) or "")
    return None if limit is None else Duration(hours, limit)


def _get(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, dict) else None


def _list(value: object, name: str) -> list[object]:
    found = _get(value, name)
    return found if isinstance(found, list) else []
