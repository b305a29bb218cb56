"""One small HTTP exchange over a checked connection, within a fixed time."""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import cast

import certifi

LONGEST = 64 * 1024
"""Bytes of an answer."""
PATIENCE = 3.0
"""Seconds for everything together."""
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Request:
    """What is sent; no header value may hold a line break."""

    method: str
    url: str
    """A normalized address: scheme, host, port where it is not the usual one, path."""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def exchange(request: Request) -> tuple[int, bytes]:
    """Return the status and the body that answer `request`.

    No redirect is followed and no proxy variable read. Raises OSError where the answer
    cannot be had whole, within `LONGEST` and `PATIENCE`.
    """
    deadline = time.monotonic() + PATIENCE
    scheme, _, rest = request.url.partition("://")
    authority, _, path = rest.partition("/")
    host, _, port = authority.partition(":")
    try:
        with _connected(host, int(port or _PORTS[scheme]), deadline) as plain:
            plain.settimeout(_left(deadline))
            if scheme == "http":
                return _exchanged(plain, request, authority, path, deadline)
            with _tls().wrap_socket(plain, server_hostname=host) as sock:
                return _exchanged(sock, request, authority, path, deadline)
    except (http.client.HTTPException, ValueError) as error:
        raise OSError("the answer cannot be read") from error


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the answer took too long")
    return left


def _connected(host: str, port: int, deadline: float) -> socket.socket:
    """Return a connection to the first address of `host` that takes one."""
    failure: OSError = OSError("the host has no address")
    for family, kind, proto, _, address in socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM
    ):
        sock = socket.socket(family, kind, proto)
        try:
            sock.settimeout(_left(deadline))
            sock.connect(address)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure


def _exchanged(
    sock: socket.socket, request: Request, authority: str, path: str, deadline: float
) -> tuple[int, bytes]:
    fixed = {
        "Host": authority,
        "Accept-Encoding": "identity",
        "Connection": "close",
        **({"Content-Length": str(len(request.body))} if request.body else {}),
    }
    lines = "".join(f"{k}: {v}\r\n" for k, v in (fixed | {**request.headers}).items())
    head = f"{request.method} /{path} HTTP/1.1\r\n{lines}\r\n"
    sock.sendall(head.encode("ascii") + request.body)
    response = http.client.HTTPResponse(cast(socket.socket, _Timed(sock, deadline)))
    response.begin()
    body = response.read(LONGEST + 1)
    if len(body) > LONGEST:
        raise OSError("the answer is not small")
    if response.length:  # what the server announced and did not send
        raise OSError("the answer is cut off")
    return response.status, body


class _Timed(io.RawIOBase):
    """A connection's bytes, with the clock checked before each read.

    A socket's own time-out starts anew with every byte, so a slow drip would never
    end; this gives each read only what is left of the whole.
    """

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._sock.settimeout(_left(self._deadline))
        return self._sock.recv_into(buffer)

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return itself buffered; the one thing that HTTPResponse asks of a socket."""
        return io.BufferedReader(self)
