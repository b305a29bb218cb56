"""Exchanges one small HTTP request and answer within a fixed time, or raises OSError.

TLS trusts certifi's roots alone. urllib3's connection is used without its pools and
managers, so nothing is tried again, redirected, decoded or sent through a proxy.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import certifi

if TYPE_CHECKING:
    from urllib3.connection import HTTPConnection

LONGEST = 64 * 1024
"""Bytes of an answer."""
PATIENCE = 3.0
"""Seconds for everything together."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class Request:
    """What is sent; no header value may hold a line break."""

    method: str
    url: str
    """A normalized address: scheme, host, port where it is not the usual one, path."""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def fetch(url: str) -> bytes:
    """Return the file at a normalized address.

    Raises OSError where it cannot be had whole, with status 200, within `LONGEST` and
    `PATIENCE`.
    """
    status, body = exchange(Request("GET", url))
    if status != HTTPStatus.OK:
        raise OSError("the answer is not the file")
    return body


def exchange(request: Request) -> tuple[int, bytes]:
    """Return the status and the body that answer `request`.

    Raises OSError where the answer cannot be had whole, within `LONGEST` and
    `PATIENCE`; after that time nothing is sent or read any more.
    """
    deadline = time.monotonic() + PATIENCE
    sockets: list[socket.socket] = []

    def work() -> tuple[int, bytes]:
        with closing(_build_connection(request.url)) as connection:
            connection.connect()
            sockets.append(connection.sock)
            if time.monotonic() >= deadline:
                raise TimeoutError("the connection took too long")
            return _exchange_over(connection, request)

    try:
        return call_within(PATIENCE, work)
    finally:
        # A time-out of urllib3 starts anew with every byte, so a slow drip would keep
        # the thread for good; this ends its reading.
        with suppress(OSError):
            for sock in sockets:
                sock.shutdown(socket.SHUT_RDWR)


def call_within(seconds: float, function: Callable[[], Result]) -> Result:
    """Return what `function` returns; any exception of it comes as an OSError.

    Raises TimeoutError once the time is up. `function` runs in a thread of its own,
    since looking up a host's address has no time-out.
    """
    results: SimpleQueue[tuple[Result] | Exception] = SimpleQueue()

    def work() -> None:
        try:
            results.put((function(),))
        except Exception as error:  # raised in the waiting thread below
            results.put(error)

    threading.Thread(target=work, daemon=True).start()
    try:
        result = results.get(timeout=max(0.0, seconds))
    except Empty as error:
        raise TimeoutError("the answer took too long") from error
    if isinstance(result, Exception):
        raise OSError("the answer cannot be had") from result
    return result[0]


def _build_connection(url: str) -> "HTTPConnection":
    # Imported at its first use: a cold start of a Lambda function must not wait for it.
    from urllib3.connection import HTTPConnection, HTTPSConnection

    address = urlsplit(url)
    host = address.hostname or ""
    if address.scheme == "https":
        return HTTPSConnection(
            host, address.port, timeout=PATIENCE, ssl_context=_build_tls()
        )
    return HTTPConnection(host, address.port, timeout=PATIENCE)


@cache
def _build_tls() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())


def _exchange_over(connection: "HTTPConnection", request: Request) -> tuple[int, bytes]:
    connection.request(
        request.method,
        urlsplit(request.url).path,
        body=request.body or None,
        headers={"Connection": "close", **request.headers},
        preload_content=False,
        decode_content=False,
    )
    response = connection.getresponse()
    body = response.read(LONGEST)
    # Raises where the server announced more than it sent.
    if response.read(1):
        raise OSError("the answer is not small")
    return response.status, body
