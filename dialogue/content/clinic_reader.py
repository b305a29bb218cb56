"""Builds a clinic's profile from its table."""

import re
from contextlib import suppress
from datetime import date, time
from itertools import pairwise
from zoneinfo import ZoneInfo

from dialogue.content import messages, problems
from dialogue.content.schema import ProblemLog, TableReader
from dialogue.content.yaml_reader import TableValue, TextValue
from dialogue.engine.clinic import WEEKDAYS, Address, Clinic, Hours, Line, Site, Span

PURPOSES = ("appointments", "general", "fax", "unlabelled")
SPOKEN_PURPOSES = ("appointments", "general")
MOST_NAME_WORDS = 7
MOST_NAME_LETTERS = 60
MOST_ADDRESS_LETTERS = 200
PHONE = re.compile(r"[0-9]{3}-[0-9]{3}-[0-9]{4}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
ZONE = re.compile(
    "(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)"
    r"(/[A-Z][A-Za-z_-]*){1,2}"
)
"""Area/City, or Area/Region/City. Source: the theory file of the tz database."""
MOST_SPANS = 3
"""Of one day; more cannot be listened to."""


def read_clinic(table: TableValue, log: ProblemLog) -> Clinic:
    """Read the clinic that `table` holds; what is wrong goes to `log`."""
    named = table.entries.get("clinic")
    name = named.text if isinstance(named, TextValue) else ""
    top = TableReader(table, log, "clinic", name, what="the clinic")
    clinic = Clinic(
        id=top.id("clinic"),
        name=_read_spoken(top, "name"),
        emergency_number=_read_words(top, "emergency_number"),
        source=_read_words(top, "source"),
        lines=_read_lines(top),
        address=_read_address(top.table("address", required=False)),
        hours=_read_hours(top),
        closed_on=_read_closed_on(top),
        sites=_read_sites(top),
        timezone=top.text("timezone", "") or None,
        doctor=_check_spoken(top, "doctor", top.text("doctor", "")),
        checked_on=top.text("checked_on", ""),
    )
    _check(clinic, top)
    top.done()
    return clinic


def _read_words(fields: TableReader, key: str) -> str:
    text = fields.text(key)
    if not text.strip() and not fields.broken:
        fields.report(problems.MISSING_KEY, key)
    return text


def _read_phone(entry: TableReader, default: str | None = None) -> str:
    number = entry.text("number", default)
    if number and not PHONE.fullmatch(number):
        entry.report(messages.BAD_PHONE, "number", number=number)
    return number


def _read_spoken(fields: TableReader, key: str, most: int = MOST_NAME_LETTERS) -> str:
    return _check_spoken(fields, key, _read_words(fields, key), most)


def _check_spoken(
    fields: TableReader, key: str, text: str, most: int = MOST_NAME_LETTERS
) -> str:
    """Return `text`, which is short enough to be said and shown."""
    if len(text) > most:
        fields.report(messages.MANY_LETTERS, key, key=key, count=len(text), most=most)
    return text


def _read_lines(top: TableReader) -> tuple[Line, ...]:
    lines: list[Line] = []
    for id_, entry in top.named_tables("lines", required=False):
        number, purpose = _read_phone(entry), entry.word("purpose", PURPOSES)
        line = Line(id_, number, purpose, spoken=entry.flag("spoken"))
        entry.done()
        if line.spoken and line.purpose and line.purpose not in SPOKEN_PURPOSES:
            purpose = "a fax" if line.purpose == "fax" else "an unknown purpose"
            entry.report(messages.NEVER_SPOKEN, "spoken", id=id_, purpose=purpose)
        lines.append(line)
    return tuple(lines)


def _read_address(part: TableReader | None) -> Address | None:
    if part is None:
        return None
    spoken, written = (
        _read_spoken(part, key, MOST_ADDRESS_LETTERS) for key in ("spoken", "written")
    )
    address = Address(spoken, written)
    part.done()
    return address


def _read_sites(top: TableReader) -> tuple[Site, ...]:
    sites: list[Site] = []
    for id_, entry in top.named_tables("sites", required=False):
        if (address := _read_address(entry.table("address"))) is None:
            continue
        site = Site(
            id=id_,
            name=_read_spoken(entry, "name"),
            address=address,
            number=_read_phone(entry, "") or None,
            hours=_read_hours(entry),
        )
        entry.done()
        sites.append(site)
    return tuple(sites)


def _read_closed_on(top: TableReader) -> tuple[date, ...]:
    days: list[date] = []
    for text in top.words("closed_on"):
        day = None
        with suppress(ValueError):
            day = date.fromisoformat(text) if DAY.fullmatch(text) else None
        if day is None:
            at = (*top.path, "closed_on", text)
            top.log.report(messages.BAD_DATE, at, date=text)
        days.append(day or date.min)
    return tuple(sorted(days))


def _read_hours(top: TableReader) -> Hours | None:
    if (part := top.table("hours", required=False)) is None:
        return None
    hours: dict[int, tuple[Span, ...]] = {}
    for number, day in enumerate(WEEKDAYS):
        text = part.text(day)
        hours[number] = _parse_spans(text)
        if text and text != "closed" and not hours[number]:
            part.report(messages.BAD_HOURS, day, day=day.capitalize(), hours=text)
    part.done()
    if not part.broken and not any(hours.values()):
        top.report(messages.NEVER_OPEN, "hours")
    return hours


def _parse_spans(text: str) -> tuple[Span, ...]:
    """Return the spans of a day; none where one is wrong or not after the others."""
    spans = [_parse_span(part.strip()) for part in text.split(",")]
    known = tuple(span for span in spans if span is not None)
    ordered = all(a[1] < b[0] for a, b in pairwise(known))
    whole = len(known) == len(spans) <= MOST_SPANS
    return known if whole and ordered else ()


def _parse_span(text: str) -> Span | None:
    found = re.fullmatch(r"(\d\d):(\d\d)-(\d\d):(\d\d)", text)
    if not found:
        return None
    from_hour, from_minute, to_hour, to_minute = map(int, found.groups())
    if max(from_hour, to_hour) > 23 or max(from_minute, to_minute) > 59:
        return None
    span = time(from_hour, from_minute), time(to_hour, to_minute)
    return span if span[0] < span[1] else None


def _check(clinic: Clinic, top: TableReader) -> None:
    words = len(clinic.name.split())
    if words > MOST_NAME_WORDS:
        top.report(messages.LONG_NAME, "name", count=words, most=MOST_NAME_WORDS)
    number = clinic.emergency_number
    if number and not re.fullmatch(r"[0-9]{2,4}", number):
        top.report(messages.BAD_EMERGENCY_NUMBER, "emergency_number", number=number)
    timed = clinic.hours is not None or any(site.hours for site in clinic.sites)
    if timed and not clinic.timezone:
        top.report(problems.MISSING_KEY, "timezone")
    if clinic.timezone and not _is_zone(clinic.timezone):
        top.report(messages.BAD_TIMEZONE, "timezone", zone=clinic.timezone)
    _check_lines(clinic, top)


def _check_lines(clinic: Clinic, top: TableReader) -> None:
    by_number: dict[str, str] = {}
    by_purpose: dict[str, str] = {}
    numbers = [("sites", site.id, site.number) for site in clinic.sites]
    numbers += [("lines", line.id, line.number) for line in clinic.lines]
    for kind, id_, number in numbers:
        other = by_number.setdefault(number, id_) if number else id_
        if other != id_:
            at = (*top.path, kind, id_, "number")
            top.log.report(messages.SAME_NUMBER, at, id=id_, other=other)
    for line in clinic.lines:
        purpose = line.purpose
        other = by_purpose.setdefault(purpose, line.id) if line.spoken else line.id
        if other != line.id:
            at = (*top.path, "lines", line.id, "number")
            words = {"id": line.id, "other": other, "purpose": purpose}
            top.log.report(messages.SAME_PURPOSE, at, **words)


def _is_zone(name: str) -> bool:
    """Tell whether `name` is an Area/City of the time zone database.

    "EST" has no summer time, "Etc/GMT-5" lies in the east, "localtime" is the zone of
    whatever computer this is, and "right/" counts leap seconds.
    """
    if not ZONE.fullmatch(name):
        return False
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True
