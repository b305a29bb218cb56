"""Connections to the page: how many there may be, and for how long; over waitress.

A connection carries one request. One that has not sent it whole in time is closed, and
so is the one that waits longest where another comes and there is no room.
"""

import logging
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import WSGITask

MOST_CONNECTIONS = 64
MOST_AN_ADDRESS = 8
REQUEST_SECONDS = 10.0
"""In which a connection has to send its request, however slowly it drips."""
STALLED_SECONDS = 10.0
"""After which a peer that takes nothing of our answer is gone."""
DEAD_SECONDS = 20
"""After which a peer that acknowledges nothing is gone."""
LARGEST_HEAD = 16 * 1024
"""Bytes of a head, and of a body; the page itself takes less of one."""
KEEP_ALIVE = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 2}
"""A peer that is silent is asked after 10 seconds, and twice more."""


class PageServer:
    """Serves one application at an open socket, in a thread of its own."""

    def __init__(
        self, app: Callable[..., Any], listener: socket.socket, *, streams: int
    ) -> None:
        """Begin to serve; `streams` is how many answers never end by themselves.

        `listener` is closed together with the server.
        """
        # Who asked for what is nobody's business: it writes no log.
        for name in ("waitress", "waitress.queue"):
            logging.getLogger(name).disabled = True
        self._server = _Server(
            app,
            _sock=listener,
            bind_socket=False,
            sockinfo=(listener.family, listener.type, None, listener.getsockname()),
            adj=Adjustments(
                sockets=[listener],
                threads=streams + 4,
                ident="BackTalk",
                # Ours close at once; waitress would stop to accept, for everybody.
                connection_limit=100 * MOST_CONNECTIONS,
                channel_request_lookahead=1,  # so that a peer that leaves is noticed
                clear_untrusted_proxy_headers=False,  # they make a guest
                max_request_header_size=LARGEST_HEAD,
                max_request_body_size=LARGEST_HEAD,
                log_socket_errors=False,
            ),
        )
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self._server.active_channels)

    def close(self, patience: float) -> None:
        """Close every connection and the port; wait `patience` seconds at most."""
        self._server.end()
        self._thread.join(patience)


class _Task(WSGITask):  # type: ignore[misc]
    """Answers one request, and says that it was the last one of its connection."""

    def execute(self) -> None:
        self.request.headers["CONNECTION"] = "close"
        super().execute()


class _Connection(HTTPChannel):  # type: ignore[misc]
    """A connection with a deadline for its request."""

    task_class = _Task

    def __init__(self, *given: Any, **options: Any) -> None:
        self.opened = time.monotonic()  # the clock of the day may be set meanwhile
        super().__init__(*given, **options)

    @property
    def is_waiting(self) -> bool:
        """Its request is not here yet."""
        return not self.requests and not self.close_when_flushed

    def is_over(self) -> bool:
        """Tell whether its time has run out."""
        if self.is_waiting:
            return time.monotonic() >= self.opened + REQUEST_SECONDS
        stuck = self.total_outbufs_len or self.close_when_flushed
        return bool(stuck and time.time() >= self.last_activity + STALLED_SECONDS)

    def handle_write(self) -> None:
        """Close without waiting for a task that is still writing."""
        if self.will_close:
            self.handle_close()
        else:
            super().handle_write()


class _Server(TcpWSGIServer):  # type: ignore[misc]
    """Accepts connections as long as there is room, and makes room."""

    channel_class = _Connection

    def __init__(self, *given: Any, **options: Any) -> None:
        self._wake_lock = threading.Lock()
        self._is_ending = False
        super().__init__(*given, **options)

    def pull_trigger(self) -> None:
        """Wake the loop, as each task does that has written something.

        After the end its pipe is closed, and the number of it may be another file's.
        """
        with self._wake_lock:
            if not self._is_ending:
                self.trigger.pull_trigger()

    def end(self) -> None:
        """Let the loop end, which then closes everything."""
        with self._wake_lock:
            if not self._is_ending:
                self._is_ending = True
                self.trigger.pull_trigger()

    def run(self) -> None:
        """Serve until `end`; look after every connection once a second at least."""
        while not self._is_ending:
            wasyncore.loop(timeout=1, use_poll=True, map=self._map, count=1)
            for connection in list(self.active_channels.values()):
                if connection.is_over():
                    connection.handle_close()
        with self._wake_lock:
            pass  # who wakes us has done so: the pipe may be closed
        self.task_dispatcher.shutdown(cancel_pending=True, timeout=0)
        wasyncore.close_all(self._map, ignore_all=True)

    def maintenance(self, now: float) -> None:
        """Leave to `run` what would close a connection while it is looked at."""

    def set_reuse_addr(self) -> None:
        """Leave the socket as it was opened."""

    def set_socket_options(self, conn: socket.socket) -> None:
        """Refuse one connection too many (OSError), and notice when its peer dies."""
        self._make_room(conn.getpeername()[0])
        conn.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        options = {**KEEP_ALIVE, "TCP_USER_TIMEOUT": DEAD_SECONDS * 1000}
        for name, value in options.items():
            # Not every system knows each of them.
            if hasattr(socket, name):
                conn.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)

    def _make_room(self, address: str) -> None:
        everyone = [c for c in self.active_channels.values() if not c.will_close]
        same = [c for c in everyone if c.addr[0] == address]
        for group, most in ((same, MOST_AN_ADDRESS), (everyone, MOST_CONNECTIONS)):
            if len(group) < most:
                continue
            waiting = [c for c in group if c.is_waiting]
            if not waiting:
                raise OSError("too many connections")
            min(waiting, key=lambda c: c.opened).handle_close()
            return
