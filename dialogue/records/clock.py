"""The clock of this computer, as far as it can be believed.

A computer without a battery or a network may stand in 1970, or anywhere. What cannot be
is not believed: a day before this program's release or before the newest note of the
history, and one years after the release. Then the moment is unknown, and hours are
plain, nothing has a date, and no month is named.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta

from dialogue.records.history import Entry
from dialogue.version import RELEASED

YEARS = 5
"""After so many years from the release a clock is as likely wrong as right."""
LATEST = RELEASED.replace(year=RELEASED.year + YEARS)
ZONES = timedelta(days=1)
"""Days differ between the zones of a note, of the release and of today."""


class Clock:
    """Reads the time; None where it cannot be right."""

    def __init__(
        self, read_system: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Read by `read_system`, which returns a moment with its offset."""
        self._read_system = read_system
        self._newest: date | None = None

    def note(self, entries: Iterable[Entry]) -> None:
        """Take the newest of all `entries` of the history as already past."""
        self._newest = max((entry.day for entry in entries), default=None)

    def read(self) -> datetime | None:
        """Return this moment in the zone of this computer, None where not known."""
        moment = self._read_system().astimezone()
        return None if self._find_doubt(moment.date()) else moment

    def find_doubt(self) -> str:
        """Return why the time is not known and what to do, or nothing."""
        return self._find_doubt(self._read_system().astimezone().date())

    def _find_doubt(self, today: date) -> str:
        if today < RELEASED - ZONES:
            why = f"before this version was released ({RELEASED})"
        elif self._newest is not None and today < self._newest - ZONES:
            why = f"before the newest talk in the history ({self._newest})"
        elif today > LATEST:
            why = f"more than {YEARS} years after this version was released"
        else:
            return ""
        return (
            f"The clock of this computer says {today}, which is {why}, so the time is "
            "taken as unknown: nobody is told whether the clinic is open, and nothing "
            "gets a date. Set the clock."
        )
