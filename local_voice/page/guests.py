"""Guests of the page: codes that work once, and how long a guest stays."""

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from threading import Lock

CODE_DIGITS = 6
CODE_LASTS = 600.0
"""Seconds after which a code that nobody used is none any more."""
MOST_WRONG = 5
"""Wrong codes in a row before everybody has to wait."""
WAIT = 60.0
"""Seconds of that wait; it doubles with each further series."""
LONGEST_WAIT = 3600.0
MOST_GUESTS = 8
IDLE = 1800.0
"""Seconds without an open page after which a guest needs a new code."""
STAY = 12 * 3600.0
"""Seconds after which every guest needs a new code."""


class Entry(Enum):
    """What became of a code."""

    IN = "in"
    WRONG = "wrong"
    WAIT = "wait"


@dataclass
class _Guest:
    number: int
    cookie: str
    came: float
    seen: float


class Guests:
    """Knows who was let in by a code; safe to be asked by many threads."""

    def __init__(
        self,
        show_code: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` gives seconds; the first code is shown by `renew_code`."""
        self._show_code = show_code
        self._clock = clock
        self._lock = Lock()
        self._guests: list[_Guest] = []
        self._last_number = 0
        self._wrong = 0
        self._until = 0.0
        self._code = ""
        self._code_ends = 0.0

    @property
    def numbers(self) -> tuple[int, ...]:
        """The guests who are in, the one who came first at the beginning."""
        with self._lock:
            self._drop_expired()
            return tuple(guest.number for guest in self._guests)

    def find_guest(self, cookie: str) -> int | None:
        """Return the number of the guest with `cookie`, who is here at this moment."""
        with self._lock:
            self._drop_expired()
            for guest in self._guests:
                if _is_same(cookie, guest.cookie):
                    guest.seen = self._clock()
                    return guest.number
        return None

    def renew_code(self) -> None:
        """Show a new code where there is none, or it is too old to be used."""
        with self._lock:
            if self._clock() < max(self._code_ends, self._until):
                return
            code = self._make_code()
        self._show_code(code)

    def enter(self, code: str) -> tuple[Entry, str]:
        """Try a code; return a cookie for whoever may come in."""
        self.renew_code()
        with self._lock:
            if self._clock() < self._until:
                return Entry.WAIT, ""
            if not _is_same("".join(code.split()), self._code):
                self._wrong += 1
                if self._wrong % MOST_WRONG:
                    return Entry.WRONG, ""
                series = self._wrong // MOST_WRONG
                wait = min(WAIT * 2 ** (series - 1), LONGEST_WAIT)
                self._until = self._clock() + wait
                entry, cookie = Entry.WAIT, ""
            else:
                self._wrong = 0
                entry, cookie = Entry.IN, self._add_guest()
            new = self._make_code()
        self._show_code(new)
        return entry, cookie

    def send_away(self, number: int) -> bool:
        """Forget a guest; false where there is none of this number."""
        with self._lock:
            here = [guest for guest in self._guests if guest.number != number]
            found = len(here) < len(self._guests)
            self._guests = here
            return found

    def _add_guest(self) -> str:
        self._drop_expired()
        # Whoever has been here longest makes room.
        del self._guests[: max(0, len(self._guests) - MOST_GUESTS + 1)]
        self._last_number += 1
        cookie, now = secrets.token_urlsafe(32), self._clock()
        self._guests.append(_Guest(self._last_number, cookie, now, now))
        return cookie

    def _drop_expired(self) -> None:
        now = self._clock()
        self._guests = [
            guest
            for guest in self._guests
            if now < guest.came + STAY and now < guest.seen + IDLE
        ]

    def _make_code(self) -> str:
        self._code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
        self._code_ends = self._clock() + CODE_LASTS
        return f"{self._code[:3]} {self._code[3:]}"


def _is_same(given: str, known: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), known.encode())
