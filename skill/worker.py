"""A gunicorn worker whose threads are given whole requests only.

Written for gunicorn 27. Its own threaded worker has a thread read each request, so that
four senders of a byte a second hold its four threads; and its one event loop waits for
up to 2 s until a peer has closed. Here the event loop gathers what comes, within time
and size: whoever is slow costs a place and no thread.
"""

import re
import socket
import struct
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from selectors import EVENT_READ
from typing import Any, Literal

from gunicorn import http, util
from gunicorn.http.errors import (
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    ParseException,
)
from gunicorn.workers.gthread import ThreadWorker

from skill.logs import log_fault, log_request
from skill.security.envelope import LARGEST

REQUEST_SECONDS = 10.0
"""From the connection, or from the last answer on it, to the request's last byte."""
LINGER_SECONDS = 2.0
"""How long a refused sender may still send, so that its answer is not cut off."""
LONGEST_HEAD = 16 * 1024
READ_AT_ONCE = 16 * 1024
SEND_BUFFER = 64 * 1024
"""Bytes: a whole answer fits, so whoever does not read it holds no thread."""

_END = b"\r\n\r\n"
_FIRST_LINE = re.compile(rb"[A-Z]{3,20} [!-~]{1,4000} HTTP/1\.[01]")
_BEGINNING = re.compile(rb"[A-Z]{1,20}( [ -~]*\r?)?")
_HAS_LENGTH = re.compile(rb"\r\ncontent-length", re.I)
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,9})[ \t]*\r\n", re.I)
_CODING = re.compile(rb"\r\ntransfer-encoding:", re.I)
_SIGNED = re.compile(rb"\r\nsignature-256:", re.I)
_TIMEVAL = struct.pack("ll", int(REQUEST_SECONDS), 0)
_STATUS = {
    400: "Bad Request",
    408: "Request Timeout",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
}

_OUR_FAULTS = (InvalidResponseHeader, InvalidResponseHeaderName)

Progress = Literal["more", "whole", "refused", "malformed", "too long"]


def judge_progress(data: bytes | bytearray) -> Progress:
    """Tell what to do with what has come of a request.

    `refused` is one whose head is enough to refuse it: its body is not waited for.
    """
    end = data.find(_END)
    if end < 0:
        if data and not _may_begin_request(data):
            return "malformed"
        return "too long" if len(data) > LONGEST_HEAD else "more"
    if end > LONGEST_HEAD:
        return "too long"
    head = bytes(data[: end + 2])
    length = _LENGTH.search(head)
    if _CODING.search(head) or (length is None and _HAS_LENGTH.search(head)):
        return "refused"
    if length is None or int(length[1]) == 0:
        return "whole"
    if int(length[1]) > LARGEST or not _SIGNED.search(head):
        return "refused"
    whole = end + len(_END) + int(length[1])
    return "whole" if len(data) >= whole else "more"


def _may_begin_request(data: bytes | bytearray) -> bool:
    line, ended, _ = bytes(data[:4200]).partition(b"\r\n")
    form = _FIRST_LINE if ended or len(line) > 4096 else _BEGINNING
    return form.fullmatch(line) is not None


@dataclass(eq=False)
class Arrival:
    """A connection whose request is still coming, or that is being closed."""

    conn: Any
    data: bytearray
    until: float
    """By the monotonic clock."""
    is_watched: bool = False


class RequestWorker(ThreadWorker):  # type: ignore[misc]  # publishes no types
    """Gathers requests in the event loop; a pool of threads answers them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Begin with nobody connected."""
        super().__init__(*args, **kwargs)
        # In the order of their time limits, since each has the same time.
        self._arrivals: OrderedDict[Arrival, None] = OrderedDict()
        self._leaving: OrderedDict[Arrival, None] = OrderedDict()
        self._refused: set[Any] = set()

    def enqueue_req(self, conn: Any) -> None:
        """Wait for the next request of a connection, then have a thread answer it."""
        if self.cfg.is_ssl or conn.is_http2:
            super().enqueue_req(conn)
            return
        if conn.parser is None:
            _limit(conn.sock)
            self._make_room()
        ahead = b"" if conn.parser is None else conn.parser.unreader.take_buffered()
        conn.sock.setblocking(False)
        until = time.monotonic() + REQUEST_SECONDS
        self._read_on(Arrival(conn, bytearray(ahead), until))

    def handle(self, conn: Any) -> Any:
        """Answer a request; a connection whose body was not read is not kept."""
        kept = super().handle(conn)
        return kept and conn not in self._refused

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Any) -> None:
        """Answer what is no HTTP, or a fault, by its status; write one line.

        gunicorn's own line holds the address and quotes the request.
        """
        if isinstance(exc, ParseException) and not isinstance(exc, _OUR_FAULTS):
            _answer_shortly(client, 400, "http")
        else:
            log_fault(exc)
            _answer_shortly(client, 500, "-")

    def _keepalive_after(self, conn: Any, keepalive: bool) -> bool:
        """Do not wait for the body of a request that was refused without it."""
        if conn in self._refused:
            return False
        return bool(super()._keepalive_after(conn, keepalive))

    def finish_request(self, conn: Any, fs: Any) -> None:
        """Keep the connection or close it, without waiting for its peer."""
        is_refused = conn in self._refused
        self._refused.discard(conn)
        if fs.cancelled() or fs.exception() is not None or fs.result():
            super().finish_request(conn, fs)
        elif is_refused:
            self._begin_leaving(conn)
        else:
            self._close(conn)

    def murder_pending(self) -> None:
        """Close whoever's time is up; gunicorn calls it at least once a second."""
        super().murder_pending()
        now = time.monotonic()
        for waiting in (self._arrivals, self._leaving):
            while waiting and (oldest := next(iter(waiting))).until <= now:
                if oldest.data:
                    _answer_shortly(oldest.conn.sock, 408, "slow")
                self._drop(oldest)
        if not self.alive:
            for arrival in [a for a in self._arrivals if not a.data]:
                self._drop(arrival)

    def _make_room(self) -> None:
        """Send away who has waited longest, where all places are taken."""
        if self.nr_conns < self.worker_connections:
            return
        for waiting in (self._leaving, self._arrivals):
            if waiting:
                self._drop(next(iter(waiting)))
                return
        if self.keepalived_conns:
            conn = self.keepalived_conns.popleft()
            with suppress(OSError, KeyError, ValueError):
                self.poller.unregister(conn.sock)
            self._close(conn)

    def _read_on(self, arrival: Arrival, _: Any = None) -> None:
        """Take what has come; hand the request on, wait for more, or close."""
        while (progress := judge_progress(arrival.data)) == "more":
            try:
                part = arrival.conn.sock.recv(READ_AT_ONCE)
            except (BlockingIOError, InterruptedError):
                self._watch(arrival)
                return
            except OSError:
                part = b""
            if not part:
                if arrival.data:
                    _answer_shortly(arrival.conn.sock, 400, "http")
                self._drop(arrival)
                return
            arrival.data += part
        self._forget(arrival)
        conn = arrival.conn
        if progress in ("malformed", "too long"):
            _answer_shortly(conn.sock, 400 if progress == "malformed" else 431, "http")
            self._begin_leaving(conn)
            return
        if progress == "refused":
            self._refused.add(conn)
        if conn.parser is None:
            conn.parser = http.get_parser(self.cfg, conn.sock, conn.client)
        conn.parser.unreader.unread(bytes(arrival.data))
        conn.data_ready = True
        super().enqueue_req(conn)

    def _watch(self, arrival: Arrival) -> None:
        if not arrival.is_watched:
            arrival.is_watched = True
            self._arrivals[arrival] = None
            self.poller.register(
                arrival.conn.sock, EVENT_READ, partial(self._read_on, arrival)
            )

    def _begin_leaving(self, conn: Any) -> None:
        """End our side; what still comes is read for a while and thrown away.

        Closed with unread data, the kernel would cut our answer off (RFC 9112, 9.6).
        """
        leaving = Arrival(conn, bytearray(), time.monotonic() + LINGER_SECONDS)
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
            self.poller.register(
                conn.sock, EVENT_READ, partial(self._throw_away, leaving)
            )
        except (OSError, ValueError, KeyError):
            self._close(conn)
            return
        leaving.is_watched = True
        self._leaving[leaving] = None

    def _throw_away(self, leaving: Arrival, _: Any) -> None:
        try:
            if leaving.conn.sock.recv(READ_AT_ONCE):
                return
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            pass
        self._drop(leaving)

    def _drop(self, arrival: Arrival) -> None:
        self._forget(arrival)
        self._close(arrival.conn)

    def _forget(self, arrival: Arrival) -> None:
        self._arrivals.pop(arrival, None)
        self._leaving.pop(arrival, None)
        if arrival.is_watched:
            arrival.is_watched = False
            with suppress(OSError, KeyError, ValueError):
                self.poller.unregister(arrival.conn.sock)

    def _close(self, conn: Any) -> None:
        self.nr_conns -= 1
        util.close(conn.sock)


def _answer_shortly(sock: socket.socket, status: int, reason: str) -> None:
    """Send a status alone, as far as it goes without waiting; write its line."""
    log_request(status, time.perf_counter(), None, reason)
    head = f"HTTP/1.1 {status} {_STATUS[status]}\r\n"
    with suppress(OSError):
        sock.send(f"{head}Connection: close\r\nContent-Length: 0\r\n\r\n".encode())


def _limit(sock: socket.socket) -> None:
    """Let no thread wait on a peer for good: for its body, or to take an answer."""
    with suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _TIMEVAL)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _TIMEVAL)
