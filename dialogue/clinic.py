"""A clinic's names, phone lines and hours; whether it is open at a given moment."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

Span = tuple[time, time]
"""From opening (included) to closing (excluded), local time."""

WEEKDAYS = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
"""Keys of a profile's hours; index 0 is Monday, as in `datetime.weekday`."""


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
class Opening:
    """The next time that a clinic opens."""

    ahead: int
    """Days from now: 0 is today."""
    weekday: int
    at: time


@dataclass(frozen=True)
class OpenSpan:
    """Days in a row with the same hours."""

    first: int
    """Weekdays, both included."""
    last: int
    hours: Span


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


def next_opening(clinic: Clinic, moment: datetime) -> Opening | None:
    """Return when a closed `clinic` opens next after `moment`, within eight days."""
    local = _local(clinic, moment)
    hours = clinic.hours or {}
    for ahead in range(8):
        weekday = (local.weekday() + ahead) % 7
        span = hours.get(weekday)
        if span is not None and (ahead > 0 or local.time() < span[0]):
            return Opening(ahead, weekday, span[0])
    return None


def open_spans(clinic: Clinic) -> tuple[OpenSpan, ...]:
    """Return the opening hours, days with equal hours drawn together."""
    spans: list[OpenSpan] = []
    for day in range(7):
        hours = (clinic.hours or {}).get(day)
        if hours is None:
            continue
        if spans and (spans[-1].last, spans[-1].hours) == (day - 1, hours):
            spans[-1] = replace(spans[-1], last=day)
        else:
            spans.append(OpenSpan(day, day, hours))
    return tuple(spans)


def _local(clinic: Clinic, moment: datetime) -> datetime:
    """Return `moment` on the clinic's own clock."""
    return moment.astimezone(ZoneInfo(clinic.timezone or "UTC"))
