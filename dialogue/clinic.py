"""A clinic's names, phone lines and hours; whether it is open at a given moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

Span = tuple[time, time]
"""From opening (included) to closing (excluded), local time."""

DAYS = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
"""Index 0 is Monday, as in `datetime.weekday`."""


@dataclass(frozen=True)
class Line:
    """One number of a clinic."""

    id: str
    number: str
    """`NNN-NNN-NNNN`."""
    purpose: str
    """`appointments`, `general`, `fax`, or `unlabelled` where nobody said."""
    spoken: bool


@dataclass(frozen=True)
class Address:
    """A street address, for the ear and for the eye."""

    spoken: str
    written: str


@dataclass(frozen=True)
class Clinic:
    """What fills the placeholders; a clinic changes no question and no rule."""

    id: str
    name: str
    emergency_number: str
    source: str
    lines: tuple[Line, ...] = ()
    address: Address | None = None
    hours: Mapping[int, Span | None] | None = None
    """By weekday; None for a closed day. None in all: not known."""
    timezone: str | None = None
    doctor: str = ""
    checked_on: str = ""

    @property
    def appointments(self) -> str | None:
        """Return the number for appointments, None when there is none to say."""
        return self._spoken("appointments")

    @property
    def general(self) -> str | None:
        """Return the number for other questions, None when there is none to say."""
        return self._spoken("general")

    def _spoken(self, purpose: str) -> str | None:
        numbers = (n.number for n in self.lines if n.purpose == purpose and n.spoken)
        return next(numbers, None)


def is_open(clinic: Clinic, moment: datetime) -> bool:
    """Tell whether `clinic` (with hours) is open at `moment` (with its offset)."""
    local = _local(clinic, moment)
    span = (clinic.hours or {}).get(local.weekday())
    return span is not None and span[0] <= local.time() < span[1]


def next_opening(clinic: Clinic, moment: datetime) -> str:
    """Return when a closed `clinic` opens next: "tomorrow at eight in the morning"."""
    local = _local(clinic, moment)
    hours = clinic.hours or {}
    for ahead in range(8):
        span = hours.get((local.weekday() + ahead) % 7)
        if span is None or (ahead == 0 and local.time() >= span[0]):
            continue
        day = DAYS[(local + timedelta(days=ahead)).weekday()]
        when = {0: "today", 1: "tomorrow"}.get(ahead, f"on {day}")
        return f"{when} at {spoken_time(span[0])}"
    return ""


def spoken_hours(clinic: Clinic) -> str:
    """Return the opening hours in words, days with equal hours drawn together."""
    hours = clinic.hours or {}
    groups: list[tuple[int, int, Span]] = []
    for day in range(7):
        span = hours.get(day)
        if span is None:
            continue
        if groups and groups[-1][1] == day - 1 and groups[-1][2] == span:
            groups[-1] = (groups[-1][0], day, span)
        else:
            groups.append((day, day, span))
    return ", and ".join(
        f"{_days(first, last)}, {spoken_time(span[0])} to {spoken_time(span[1])}"
        for first, last, span in groups
    )


def spoken_time(at: time) -> str:
    """Return a time of day in words: "half past eight in the morning"."""
    part = (
        "in the morning"
        if at.hour < 12
        else "in the afternoon"
        if at.hour < 18
        else "in the evening"
    )
    if (at.hour, at.minute) == (12, 0):
        return "noon"
    hour = _NUMBERS[(at.hour - 1) % 12]
    minutes = {0: "", 15: "a quarter past ", 30: "half past "}.get(at.minute)
    if minutes is None:
        return f"{hour} {_minutes(at.minute)} {part}"
    return f"{minutes}{hour} {part}"


_NUMBERS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS = {2: "twenty", 3: "thirty", 4: "forty", 5: "fifty"}


def _minutes(minute: int) -> str:
    if minute < 10:
        return f"oh {_NUMBERS[minute - 1]}"
    if minute < 20:
        return _NUMBERS[minute - 1]
    tens, ones = divmod(minute, 10)
    return f"{_TENS[tens]} {_NUMBERS[ones - 1]}" if ones else _TENS[tens]


def _days(first: int, last: int) -> str:
    return DAYS[first] if first == last else f"{DAYS[first]} to {DAYS[last]}"


def _local(clinic: Clinic, moment: datetime) -> datetime:
    """Return `moment` on the clinic's own clock."""
    return moment.astimezone(ZoneInfo(clinic.timezone or "UTC"))
