"""Access to the page: host, origin, the key of its address, cookies, the token."""

import hmac
import ipaddress
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from local_voice.page.guests import Entry, Guests

FORWARDED = {
    "cf-connecting-ip",
    "client-ip",
    "forwarded",
    "true-client-ip",
    "via",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-real-ip",
}
"""Headers of a proxy: whoever asks through one may sit at another computer."""
OWNER = 0
"""The number of whoever came in by the key; guests count from 1."""


@dataclass(frozen=True)
class Caller:
    """Who asks, as far as a request tells."""

    peer: str | None
    cookie: str | None = None
    forwarded: bool = False
    """It came through a proxy, whose address is all that `peer` tells."""


class Return:
    """Lets an open page of this computer come back after a crash.

    Its cookie and the key ended with the program before, and whoever listens at the
    port meanwhile may be anybody. So the program proves first that it knows the return
    secret, by a challenge of the page's own; then the page proves it, for this start of
    the program only. The secret itself travels with the page alone.
    """

    def __init__(self, secret: str, program: str) -> None:
        """`secret` is what `entry_file` keeps; `program` names this start."""
        self.secret = secret
        self._program = program

    def build_proof(self, challenge: str) -> str:
        """Return what only a program that knows the secret answers to `challenge`."""
        return self._sign(f"program {self._program} {challenge}")

    def is_page(self, proof: str) -> bool:
        """Tell whether `proof` is that of a page that knows the secret."""
        return _is_same(proof, self._sign(f"page {self._program}"))

    def build_place(self) -> str:
        """Return a folder of the page's addresses that nobody else can guess."""
        return self._sign("place")[:32]

    def _sign(self, text: str) -> str:
        message = text.encode(errors="replace")
        return hmac.new(self.secret.encode(), message, "sha256").hexdigest()


class Guard:
    """Knows this page's own names, its key, its token and its guests.

    An address of this computer alone lets nobody in, since every account and every
    sandboxed program has it. The key stands in the address that is printed; whoever
    sends it from this computer gets a cookie, which is another one after a restart.
    A name that is not ours is refused, so that no website can reach the page under a
    name of its own (DNS rebinding).
    """

    def __init__(
        self,
        port: int,
        names: tuple[str, ...] = (),
        *,
        guests: bool = False,
        own_address: str = "",
        return_secret: str = "",
        show_code: Callable[[str], None] = lambda code: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`names` are this computer's, besides its addresses, where `guests` come in.

        `own_address` is the one that the page is opened at: who comes from it sits at
        this computer. `return_secret` outlives a crash; without one no page comes back.
        `show_code` tells the person there a code; it works once.
        """
        self._port = port
        self._names = {"localhost", *(name.casefold() for name in names)}
        self._own_address = _parse_address(own_address)
        self.guests = Guests(show_code, clock) if guests else None
        self.cookie_name = f"backtalk-{port}"
        """Cookies know no ports: two pages on one computer must not share one."""
        self.key = secrets.token_urlsafe(32)
        """In the address that is printed, and nowhere on the network."""
        self._owner_cookie = secrets.token_urlsafe(32)
        self.token = secrets.token_urlsafe(32)
        """In our own page only; a press without it is somebody else's."""
        self.program = secrets.token_hex(8)
        """Another one after a restart: then an open page loads itself anew."""
        secret = return_secret or secrets.token_hex(32)
        self.return_ = Return(secret, self.program)
        self.place = f"/{self.return_.build_place()}/"
        """The path of the page and of its cookie. Cookies know no ports, so a server of
        another account on this computer would be sent one that has a usual path."""

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
        return address.is_loopback or self.guests is not None

    def is_own_origin(self, origin: str | None, host: str) -> bool:
        """Tell whether a press comes from our own page."""
        return origin == f"http://{host}"

    def find_visitor(self, caller: Caller) -> int | None:
        """Return OWNER or a guest's number; None where somebody is not in."""
        if caller.cookie is None:
            return None
        if self._is_here(caller) and _is_same(caller.cookie, self._owner_cookie):
            return OWNER
        return self.guests.find_guest(caller.cookie) if self.guests else None

    def enter_by_key(self, caller: Caller, key: str) -> str | None:
        """Return the cookie for who sends the key from this computer, or None."""
        right = _is_same(key, self.key)
        return self._owner_cookie if right and self._is_here(caller) else None

    def enter_by_return(self, caller: Caller, proof: str) -> str | None:
        """Return the cookie for a page of this computer that comes back, or None."""
        right = self.return_.is_page(proof)
        return self._owner_cookie if right and self._is_here(caller) else None

    def enter_by_code(self, code: str) -> tuple[Entry, str]:
        """Try a code; return a cookie for whoever may come in."""
        return self.guests.enter(code) if self.guests else (Entry.WAIT, "")

    def is_token(self, given: str | None) -> bool:
        """Tell whether `given` is this page's token."""
        return given is not None and _is_same(given, self.token)

    def _is_here(self, caller: Caller) -> bool:
        address = _parse_address(caller.peer or "")
        if caller.forwarded or address is None:
            return False
        return address.is_loopback or address == self._own_address


def is_forwarded(headers: Iterable[str]) -> bool:
    """Tell whether one of the names of `headers` is a proxy's."""
    names = [name.casefold() for name in headers]
    return any(n in FORWARDED or n.startswith("x-forwarded") for n in names)


def _is_same(given: str, known: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), known.encode())


def _parse_address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address
