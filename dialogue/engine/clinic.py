"""A clinic's names, phone lines and hours; whether it is open at a given moment."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Span = tuple[time, time]
"""From opening (included) to closing (excluded), local time."""
Hours = Mapping[int, tuple[Span, ...]]
"""By weekday: the spans of one day in order, none of them on a closed day."""

WEEKDAYS = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
"""Keys of a profile's hours; index 0 is Monday, as in `datetime.weekday`."""

LOOK_AHEAD = 366
"""Days within which the next opening is looked for."""
SOON = timedelta(days=14)
"""Holidays of this time from now are named beside the usual hours."""


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
    """A street address, as it is spoken and as it is written."""

    spoken: str
    written: str


@dataclass(frozen=True)
class Site:
    """Another place of a clinic; the clinic's own address is its main one."""

    id: str
    name: str
    """As it is said: `The Blaine office`."""
    address: Address
    number: str | None = None
    """For appointments there, `NNN-NNN-NNNN`."""
    hours: Hours | None = None
    """On the clinic's own clock; None: not known."""


@dataclass(frozen=True)
class Opening:
    """The next time that a clinic opens."""

    ahead: int
    """Days from now: 0 is today."""
    day: date
    at: time


@dataclass(frozen=True)
class OpenSpan:
    """Days in a row with the same hours."""

    first: int
    """Weekdays, both included."""
    last: int
    hours: tuple[Span, ...]
    """Two of them with a break at noon between."""


@dataclass(frozen=True)
class Clinic:
    """What fills the placeholders; a clinic changes no question and no rule."""

    id: str
    name: str
    emergency_number: str
    source: str
    lines: tuple[Line, ...] = ()
    address: Address | None = None
    hours: Hours | None = None
    """None: not known."""
    closed_on: tuple[date, ...] = ()
    """Holidays, in order: days on which every place is closed."""
    sites: tuple[Site, ...] = ()
    """Its other places. Advice names the main one; whoever asks hears of each."""
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
    local = _to_local(clinic, moment)
    spans = _find_spans(clinic, local.date())
    return any(opens <= local.time() < closes for opens, closes in spans)


def find_next_opening(clinic: Clinic, moment: datetime) -> Opening | None:
    """Return when a closed `clinic` opens next after `moment`, within a year."""
    local = _to_local(clinic, moment)
    for ahead in range(LOOK_AHEAD):
        day = local.date() + timedelta(days=ahead)
        for opens, _ in _find_spans(clinic, day):
            if ahead > 0 or local.time() < opens:
                return Opening(ahead, day, opens)
    return None


def find_closed_soon(clinic: Clinic, moment: datetime) -> tuple[date, ...]:
    """Return the holidays of the next days on which `clinic` would else be open."""
    today, hours = _to_local(clinic, moment).date(), clinic.hours or {}
    soon = (day for day in clinic.closed_on if timedelta(0) <= day - today < SOON)
    return tuple(day for day in soon if hours.get(day.weekday()))


def find_open_spans(of: Clinic | Site) -> tuple[OpenSpan, ...]:
    """Return the usual opening hours, days with equal hours drawn together."""
    spans: list[OpenSpan] = []
    for day in range(7):
        hours = (of.hours or {}).get(day, ())
        if not hours:
            continue
        if spans and (spans[-1].last, spans[-1].hours) == (day - 1, hours):
            spans[-1] = replace(spans[-1], last=day)
        else:
            spans.append(OpenSpan(day, day, hours))
    return tuple(spans)


def _find_spans(clinic: Clinic, day: date) -> tuple[Span, ...]:
    if day in clinic.closed_on:
        return ()
    return (clinic.hours or {}).get(day.weekday(), ())


def _to_local(clinic: Clinic, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(clinic.timezone or "UTC"))
