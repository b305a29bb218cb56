"""Access to the page: host, origin, token, one-time code."""

import hmac
import ipaddress
import secrets
import time
from collections.abc import Callable
from enum import Enum
from threading import Lock
from urllib.parse import urlsplit

CODE_DIGITS = 6
MOST_WRONG = 5
"""Wrong codes in a row before everybody has to wait."""
WAIT = 60.0
"""Seconds of that wait; it doubles with each further series."""
LONGEST_WAIT = 3600.0
MOST_GUESTS = 8


class Entry(Enum):
    """What became of a code."""

    IN = "in"
    WRONG = "wrong"
    WAIT = "wait"


class Guard:
    """Knows this page's own names, its token, its code and its guests.

    Whoever sits at this computer needs no code. A name that is not ours is refused,
    so that no website can reach the page under a name of its own (DNS rebinding).
    """

    def __init__(
        self,
        port: int,
        names: tuple[str, ...] = (),
        *,
        guests: bool = False,
        show_code: Callable[[str], None] = lambda code: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`names` are this computer's, besides its addresses, where `guests` come in.

        `show_code` tells the person at the computer a code; it works once.
        """
        self._port = port
        self._names = {"localhost", *(name.casefold() for name in names)}
        self._guests_allowed = guests
        self._show_code = show_code
        self._clock = clock
        self._lock = Lock()
        self._guests: set[str] = set()
        self._wrong = 0
        self._until = 0.0
        self.token = secrets.token_urlsafe(32)
        """In our own page only; a press without it is somebody else's."""
        self.program = secrets.token_hex(8)
        """Another one after a restart: then an open page loads itself anew."""
        self._code = ""
        if guests:
            self._new_code()

    def is_ours(self, host: str) -> bool:
        """Tell whether a Host header names this page."""
        try:
            parts = urlsplit(f"//{host}")
            name, port = parts.hostname or "", parts.port or 80
        except ValueError:
            return False
        if "@" in host or "/" in host or port != self._port:
            return False
        address = _parse_address(name)
        if address is None:
            return name in self._names
        return address.is_loopback or self._guests_allowed

    def is_own_origin(self, origin: str | None, host: str) -> bool:
        """Tell whether a press comes from our own page."""
        return origin == f"http://{host}"

    def is_in(self, peer: str | None, cookie: str | None) -> bool:
        """Tell whether somebody needs no code, or has given it."""
        address = _parse_address(peer or "")
        if address is not None and address.is_loopback:
            return True
        return cookie is not None and any(
            hmac.compare_digest(cookie.encode(), guest.encode())
            for guest in self._guests
        )

    def is_token(self, given: str | None) -> bool:
        """Tell whether `given` is this page's token."""
        return given is not None and hmac.compare_digest(
            given.encode(), self.token.encode()
        )

    def enter(self, code: str) -> tuple[Entry, str]:
        """Try a code; return a cookie for whoever may come in."""
        with self._lock:
            if not self._guests_allowed or self._clock() < self._until:
                return Entry.WAIT, ""
            given = "".join(code.split())
            if not hmac.compare_digest(given.encode(), self._code.encode()):
                return self._refuse(), ""
            self._wrong = 0
            if len(self._guests) >= MOST_GUESTS:
                self._guests.pop()
            guest = secrets.token_urlsafe(32)
            self._guests.add(guest)
            self._new_code()
            return Entry.IN, guest

    def _refuse(self) -> Entry:
        self._wrong += 1
        if self._wrong % MOST_WRONG:
            return Entry.WRONG
        series = self._wrong // MOST_WRONG
        self._until = self._clock() + min(WAIT * 2 ** (series - 1), LONGEST_WAIT)
        self._new_code()
        return Entry.WAIT

    def _new_code(self) -> None:
        self._code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
        self._show_code(f"{self._code[:3]} {self._code[3:]}")


def _parse_address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address
