"""A certificate file is fetched whole, once, in time, or not at all."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from skill import connection, download


@contextmanager
def serving(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """Run a server for one connection and yield its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def work() -> None:
            try:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(4096)
                    answer(connection)
            except OSError:
                pass  # the other side gave up

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/echo.api/x.pem"


def saying(answer: bytes) -> Callable[[socket.socket], None]:
    """Return a server's part that sends `answer`."""
    return lambda connection: connection.sendall(answer)


def test_a_file_is_fetched() -> None:
    """A plain answer with status 200 is the file."""
    with serving(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\npem")) as url:
        assert b"pem" == download.fetch(url)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"garbage",
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 301 Moved\r\nLocation: /\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npem",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (download.LONGEST + 1),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_any_other_answer_is_an_error(answer: bytes) -> None:
    """Nothing, garbage, other statuses, a redirect, cut off or too long."""
    with serving(saying(answer)) as url, pytest.raises(OSError):  # noqa: PT011 - any of them
        download.fetch(url)


def test_a_slow_drip_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then does not stretch the time for the whole."""
    monkeypatch.setattr(connection, "PATIENCE", 0.3)

    def drip(connection: socket.socket) -> None:
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + b"x" * 900:
            connection.sendall(bytes([byte]))
            time.sleep(0.02)

    started = time.monotonic()
    with serving(drip) as url, pytest.raises(OSError):  # noqa: PT011 - any of them
        download.fetch(url)
    assert time.monotonic() - started < 1.5


def test_proxy_variables_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy in the environment never sees the request."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with serving(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\npem")) as url:
        assert b"pem" == download.fetch(url)


def test_no_one_listening_is_an_error() -> None:
    """A refused connection is reported as an error of the network."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(OSError):  # noqa: PT011 - any of them
        download.fetch(f"http://127.0.0.1:{port}/echo.api/x.pem")
