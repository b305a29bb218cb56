"""Slot values and ISO durations -> facts; a slot we cannot trust tells nothing."""

import re
from collections.abc import Mapping
from typing import Any

from dialogue.events import Bound, Duration, Facts
from dialogue.understanding import Lexicon

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

Slot = Any
"""The SDK's class, which publishes no types; None where the slot is missing."""


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


def matched_id(slot: Slot) -> str | None:
    """Return the one id that Alexa matched; none or several are no match."""
    if slot is None or slot.resolutions is None:
        return None
    ids = {
        found.value.id
        for authority in slot.resolutions.resolutions_per_authority or ()
        if authority.status.code.value == MATCHED
        for found in authority.values or ()
    }
    return ids.pop() if len(ids) == 1 else None


def facts_of(slots: Mapping[str, Slot], lexicon: Lexicon) -> Facts:
    """Return what an opening sentence told; what is not certain is asked instead."""
    trigger = matched_id(slots.get("trigger"))
    region = matched_id(slots.get("region"))
    return Facts(
        duration=_duration(slots),
        trigger=trigger if trigger in lexicon.triggers else None,
        region=region if region in lexicon.regions else None,
    )


def _duration(slots: Mapping[str, Slot]) -> Duration | None:
    slot, bound = slots.get("howLong"), slots.get("bound")
    hours = hours_in(slot.value) if slot is not None else None
    if hours is None:
        return None
    if bound is None or bound.value is None:
        return Duration(hours)
    # "Over" heard as another word must not turn into an exact length.
    try:
        return Duration(hours, Bound(matched_id(bound)))
    except ValueError:
        return None


def readable(slots: object) -> dict[str, dict[str, Any]]:
    """Return the slots of a request without the parts that the SDK may not know."""
    if not isinstance(slots, dict):
        return {}
    return {
        name: _readable_slot(name, slot)
        for name, slot in slots.items()
        if isinstance(slot, dict)
    }


def _readable_slot(name: str, slot: dict[str, Any]) -> dict[str, Any]:
    value, ids = slot.get("value"), _matched(slot.get("resolutions"))
    kept: dict[str, Any] = {"name": name}
    if isinstance(value, str):
        kept["value"] = value
    if ids:
        found = [{"value": {"name": id_, "id": id_}} for id_ in ids]
        authority = {"authority": "-", "status": {"code": MATCHED}, "values": found}
        kept["resolutions"] = {"resolutionsPerAuthority": [authority]}
    return kept


def _matched(resolutions: object) -> list[str]:
    ids = []
    for authority in _list(resolutions, "resolutionsPerAuthority"):
        if _get(_get(authority, "status"), "code") == MATCHED:
            for found in _list(authority, "values"):
                id_ = _get(_get(found, "value"), "id")
                # One that cannot be read is still one of several.
                ids.append(id_ if isinstance(id_, str) else "?")
    return ids


def _get(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, dict) else None


def _list(value: object, name: str) -> list[object]:
    found = _get(value, name)
    return found if isinstance(found, list) else []
