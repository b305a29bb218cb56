"""An answer is fetched whole, once, in time, from the checked host, or not at all."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import certifi
import pytest
from cryptography.hazmat.primitives import serialization

from skill import http_client
from skill.http_client import LONGEST, Request, exchange, fetch
from skill.testing.authority import CertificateAuthority

PEM = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\npem"


@dataclass
class Server:
    """A server of our own: where it listens, what it was sent, whether it was left."""

    port: int
    asked: list[bytes] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Return the address of a file there."""
        return f"http://127.0.0.1:{self.port}/echo.api/x.pem"


Answer = Callable[[socket.socket], None]


@contextmanager
def run_server(answer: Answer, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Run a server for one connection after another."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(listener.getsockname()[1])

        def work() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                # The other side may give up at any time.
                with suppress(OSError), connection:
                    if tls is not None:
                        connection = tls.wrap_socket(connection, server_side=True)
                    server.asked.append(connection.recv(4096))
                    answer(connection)
                server.left.set()

        threading.Thread(target=work, daemon=True).start()
        try:
            yield server
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # wakes whoever accepts


def answer_with(answer: bytes) -> Answer:
    """Return a server's part that sends `answer`."""
    return lambda connection: connection.sendall(answer)


def drip(answer: bytes) -> Answer:
    """Return a server's part that sends `answer` a byte at a time."""

    def send(connection: socket.socket) -> None:
        for byte in answer:
            connection.sendall(bytes([byte]))
            time.sleep(0.02)

    return send


def host_file(authority: CertificateAuthority, folder: Path) -> Path:
    """Write what a server named localhost needs: its chain and its key."""
    middle, year = authority._middle, timedelta(days=365)
    leaf = authority._build_leaf(middle, ["localhost"], authority.key, -year, year)
    pem, der = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file = folder / "host.pem"
    file.write_bytes(
        leaf.public_bytes(pem)
        + middle.certificate.public_bytes(pem)
        + authority.key.private_bytes(pem, der, serialization.NoEncryption())
    )
    return file


def trust_localhost(
    authority: CertificateAuthority,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    trusted: bool = True,
) -> ssl.SSLContext:
    """Return a server's TLS for localhost, its root in certifi's place if `trusted`.

    Where it is not, it is what the environment names.
    """
    root = folder / "root.pem"
    root.write_bytes(authority.get_root_pem())
    monkeypatch.setenv("SSL_CERT_FILE", str(root))
    if trusted:
        monkeypatch.setattr(certifi, "where", lambda: str(root))
    monkeypatch.setattr(http_client, "_build_tls", http_client._build_tls.__wrapped__)
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(host_file(authority, folder))
    return server_side


def test_a_file_is_fetched() -> None:
    """A plain answer with status 200 is the file; nothing tells who asks for it."""
    with run_server(answer_with(PEM)) as server:
        assert b"pem" == fetch(server.url)
    (head,) = server.asked
    assert head.startswith(b"GET /echo.api/x.pem HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{server.port}\r\n".encode() in head
    assert b"Accept-Encoding: identity\r\n" in head


def test_a_body_and_its_headers_are_sent() -> None:
    """Whatever the status of the answer, it is given back."""
    with run_server(
        answer_with(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
    ) as server:
        request = Request("POST", server.url, {"Authorization": "Bearer x"}, b"{}")
        assert (403, b"") == exchange(request)
    (head,) = server.asked
    assert b"Authorization: Bearer x\r\n" in head
    assert b"Content-Length: 2\r\n" in head
    assert head.endswith((b"\r\n\r\n{}", b"\r\n\r\n"))


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"garbage",
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 301 Moved\r\nLocation: /\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 503 Later\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npem",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (LONGEST + 1),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_any_other_answer_is_an_error(answer: bytes) -> None:
    """Nothing, garbage, other statuses, a redirect, cut off or too long; asked once."""
    with run_server(answer_with(answer)) as server:
        with pytest.raises(OSError):  # noqa: PT011 - any of them
            fetch(server.url)
        assert server.left.wait(5)
    assert 1 == len(server.asked)


def test_an_endless_answer_is_not_read_on() -> None:
    """Memory holds the limit and no more."""

    def pour(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * LONGEST)

    with run_server(pour) as server:
        with pytest.raises(OSError):  # noqa: PT011 - any of them
            fetch(server.url)
        assert server.left.wait(5)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + b"x" * 900,
        b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 900,
    ],
)
def test_a_slow_drip_ends_in_time(
    monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    """A byte now and then does not stretch the time, and its sender is left."""
    monkeypatch.setattr(http_client, "PATIENCE", 0.3)
    started = time.monotonic()
    with run_server(drip(answer)) as server:
        with pytest.raises(OSError):  # noqa: PT011 - any of them
            fetch(server.url)
        assert time.monotonic() - started < 1.5
        assert server.left.wait(5)
    assert time.monotonic() - started < 10


def test_a_slow_drip_of_a_body_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the head of the answer came at once."""
    monkeypatch.setattr(http_client, "PATIENCE", 0.3)

    def answer(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n")
        drip(b"x" * 900)(connection)

    started = time.monotonic()
    with run_server(answer) as server:
        with pytest.raises(OSError):  # noqa: PT011 - any of them
            fetch(server.url)
        assert time.monotonic() - started < 1.5
        assert server.left.wait(5)
    assert time.monotonic() - started < 10


def test_a_slow_drip_over_tls_ends_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread that reads it ends too."""
    monkeypatch.setattr(http_client, "PATIENCE", 0.5)
    server_side = trust_localhost(CertificateAuthority(), tmp_path, monkeypatch)
    threads = threading.active_count()
    answer = drip(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 900)
    with run_server(answer, server_side) as server:
        with pytest.raises(OSError):  # noqa: PT011 - any of them
            fetch(server.url.replace("http://127.0.0.1", "https://localhost"))
        assert server.left.wait(5)
    deadline = time.monotonic() + 5
    while threading.active_count() > threads and time.monotonic() < deadline:
        time.sleep(0.05)
    assert threading.active_count() <= threads


def test_nothing_is_sent_after_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host whose address takes long to be found is not asked late."""
    monkeypatch.setattr(http_client, "PATIENCE", 0.2)
    found, look_up = threading.Event(), socket.getaddrinfo

    def slow(*arguments: object, **options: object) -> object:
        time.sleep(0.5)
        found.set()
        return look_up(*arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    with run_server(answer_with(PEM)) as server:
        with pytest.raises(OSError):  # noqa: PT011 - any of them
            exchange(Request("POST", server.url, {}, b"{}"))
        assert not found.is_set()
        assert server.left.wait(5)
    assert [b""] == server.asked


def test_proxy_variables_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy in the environment never sees the request."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with run_server(answer_with(PEM)) as server:
        assert b"pem" == fetch(server.url)


def test_no_one_listening_is_an_error() -> None:
    """A refused connection is reported as an error of the network."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(OSError):  # noqa: PT011 - any of them
        fetch(f"http://127.0.0.1:{port}/echo.api/x.pem")


@pytest.mark.parametrize(
    ("host", "trusted", "expected"),
    [
        ("localhost", True, True),
        ("127.0.0.1", True, False),
        ("localhost", False, False),
    ],
)
def test_tls_is_verified_with_certifis_roots(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    trusted: bool,
    expected: bool,
) -> None:
    """Its name must be the host's and its root in the bundle; else nothing is sent.

    What the environment names as trusted is not.
    """
    server_side = trust_localhost(
        CertificateAuthority(), tmp_path, monkeypatch, trusted=trusted
    )
    with run_server(answer_with(PEM), server_side) as server:
        url = server.url.replace("http://127.0.0.1", f"https://{host}")
        if expected:
            assert b"pem" == fetch(url)
        else:
            with pytest.raises(OSError):  # noqa: PT011 - any of them
                fetch(url)
    assert expected == any(server.asked)
