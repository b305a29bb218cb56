"""One clinic's profile, from its table."""

import re
from collections.abc import Mapping
from datetime import time
from zoneinfo import ZoneInfo

from dialogue import findings
from dialogue.clinic import WEEKDAYS, Address, Clinic, Line, Span
from dialogue.fields import Fields, Notes
from dialogue.textfile import TableValue, TextValue

PURPOSES = ("appointments", "general", "fax", "unlabelled")
SPOKEN_PURPOSES = ("appointments", "general")
MOST_NAME_WORDS = 7


def clinic_from(table: TableValue, notes: Notes) -> Clinic:
    """Return the clinic that `table` holds; what is wrong goes to `notes`."""
    named = table.entries.get("clinic")
    name = named.text if isinstance(named, TextValue) else ""
    top = Fields(table, notes, "clinic", name, what="the clinic")
    clinic = Clinic(
        id=top.id("clinic"),
        name=top.text("name"),
        emergency_number=top.text("emergency_number"),
        source=top.text("source"),
        lines=_lines(top),
        address=_address(top),
        hours=_hours(top),
        timezone=top.text("timezone", "") or None,
        doctor=top.text("doctor", ""),
        checked_on=top.text("checked_on", ""),
    )
    _check(clinic, top)
    top.done()
    return clinic


def _lines(top: Fields) -> tuple[Line, ...]:
    part = top.table("lines", required=False)
    lines: list[Line] = []
    for id_ in part.names() if part else ():
        entry = part.table(id_) if part else None
        if entry is None:
            continue
        line = Line(
            id=id_,
            number=entry.text("number"),
            purpose=entry.word("purpose", PURPOSES),
            spoken=entry.flag("spoken"),
        )
        entry.done()
        if line.number and not re.fullmatch(r"\d{3}-\d{3}-\d{4}", line.number):
            entry.wrong(findings.BAD_PHONE, "number", number=line.number)
        if line.spoken and line.purpose and line.purpose not in SPOKEN_PURPOSES:
            purpose = "a fax" if line.purpose == "fax" else "an unknown purpose"
            entry.wrong(findings.NEVER_SPOKEN, "spoken", id=id_, purpose=purpose)
        lines.append(line)
    return tuple(lines)


def _address(top: Fields) -> Address | None:
    part = top.table("address", required=False)
    if part is None:
        return None
    address = Address(spoken=part.text("spoken"), written=part.text("written"))
    part.done()
    return address


def _hours(top: Fields) -> Mapping[int, Span | None] | None:
    part = top.table("hours", required=False)
    if part is None:
        return None
    hours: dict[int, Span | None] = {}
    for number, day in enumerate(WEEKDAYS):
        text = part.text(day)
        hours[number] = _span(text)
        if text and text != "closed" and hours[number] is None:
            part.wrong(findings.BAD_HOURS, day, day=day.capitalize(), hours=text)
    part.done()
    return hours


def _span(text: str) -> Span | None:
    found = re.fullmatch(r"(\d\d):(\d\d)-(\d\d):(\d\d)", text)
    if not found:
        return None
    from_hour, from_minute, to_hour, to_minute = map(int, found.groups())
    if max(from_hour, to_hour) > 23 or max(from_minute, to_minute) > 59:
        return None
    span = time(from_hour, from_minute), time(to_hour, to_minute)
    return span if span[0] < span[1] else None


def _check(clinic: Clinic, top: Fields) -> None:
    words = len(clinic.name.split())
    if words > MOST_NAME_WORDS:
        top.wrong(findings.LONG_NAME, "name", count=words, most=MOST_NAME_WORDS)
    number = clinic.emergency_number
    if number and not re.fullmatch(r"\d{2,4}", number):
        top.wrong(findings.BAD_EMERGENCY_NUMBER, "emergency_number", number=number)
    if clinic.hours is not None and not clinic.timezone:
        top.need("timezone")
    if clinic.timezone and not _zone_known(clinic.timezone):
        top.wrong(findings.BAD_TIMEZONE, "timezone", zone=clinic.timezone)
    _check_lines(clinic, top)


def _check_lines(clinic: Clinic, top: Fields) -> None:
    by_number: dict[str, str] = {}
    by_purpose: dict[str, str] = {}
    for line in clinic.lines:
        place = top.notes.place(*top.path, "lines", line.id, "number")
        other = by_number.setdefault(line.number, line.id)
        if line.number and other != line.id:
            top.notes.wrong(findings.SAME_NUMBER, place, id=line.id, other=other)
        if not line.spoken:
            continue
        other = by_purpose.setdefault(line.purpose, line.id)
        if other != line.id:
            top.notes.wrong(
                findings.SAME_PURPOSE,
                place,
                id=line.id,
                other=other,
                purpose=line.purpose,
            )


def _zone_known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True
