"""Connections to the page: floods, slow and dead peers, malformed requests."""

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from helpers.visitor import Visitor

from dialogue.loading import load_content
from local_voice.page import connections
from local_voice.page.access import Caller
from local_voice.page.connections import MOST_AN_ADDRESS, MOST_CONNECTIONS
from local_voice.page.server import Page
from local_voice.page.view import View

CONTENT = load_content(clinic="roseville")
ENOUGH = 10
"""Seconds after which a page that does not answer is taken to be stopped."""


@pytest.fixture
def page():
    """Return a page on loopback."""
    opened = Page(CONTENT, lambda line: None, port=0)
    yield opened
    opened.close()


@pytest.fixture
def sockets():
    """Return a list whose sockets are closed after the test."""
    opened = []
    yield opened
    for each in opened:
        each.close()


def connect(page, source="127.0.0.1"):
    """Return a connection from an address of this computer."""
    return socket.create_connection(
        ("127.0.0.1", page.port), ENOUGH, source_address=(source, 0)
    )


def exchange(page, request):
    """Send bytes; return all that comes back until the connection ends."""
    with connect(page) as peer:
        peer.sendall(request)
        answer = b""
        while part := peer.recv(65536):
            answer += part
    return answer


def build_request(page, path="/", *lines, method="GET", body=b""):
    """Return a request as bytes."""
    head = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{page.port}", *lines]
    return "\r\n".join([*head, "", ""]).encode("latin-1") + body


def is_served(page):
    """Tell whether the person at the computer gets the page, its views and a press."""
    visitor = Visitor(page.entry_url)
    try:
        visitor.until(lambda view: view["turn"] == 0)
        return visitor.press("yes", 0) == 409
    finally:
        visitor.close()


def wait_until(reached):
    """Wait until `reached` holds."""
    deadline = time.monotonic() + ENOUGH
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def count_open(peers):
    """Return how many of these connections the page has not closed."""
    still = 0
    for peer in peers:
        peer.setblocking(False)
        try:
            still += peer.recv(1) != b""
        except BlockingIOError:
            still += 1
        except ConnectionError:
            pass
    return still


def test_a_thousand_connections_keep_nobody_out(page, sockets):
    """They say nothing; the page is served beside them, and few of them stay."""
    for number in range(1000):
        sockets.append(connect(page, f"127.0.0.{2 + number % 100}"))
        if number % 250 == 0:
            assert is_served(page)
    wait_until(lambda: count_open(sockets) <= MOST_CONNECTIONS)
    assert page._server.connections <= MOST_CONNECTIONS
    assert is_served(page)


def test_one_address_takes_no_more_than_its_share(page, sockets):
    """The person comes from the same one, and is served all the same."""
    sockets.extend(connect(page) for _ in range(5 * MOST_AN_ADDRESS))
    wait_until(lambda: count_open(sockets) <= MOST_AN_ADDRESS)
    assert is_served(page)


def test_open_pages_are_not_driven_out(page, sockets):
    """A flood closes what waits, not what is in."""
    visitor = Visitor(page.entry_url)
    sockets.extend(connect(page) for _ in range(5 * MOST_AN_ADDRESS))
    sockets.extend(connect(page, f"127.0.1.{n}") for n in range(1, 100))
    page.board.refresh()
    for _ in range(2):
        assert visitor.read()["turn"] == 0
    visitor.close()


def test_a_request_that_drips_is_cut_off(page, sockets, monkeypatch):
    """Each byte is in time, the whole head is not."""
    monkeypatch.setattr(connections, "REQUEST_SECONDS", 1.0)
    peer = connect(page)
    sockets.append(peer)
    began = time.monotonic()
    while count_open([peer]):
        peer.sendall(b"G")
        time.sleep(0.1)
        assert time.monotonic() < began + ENOUGH
    wait_until(lambda: page._server.connections == 0)


def test_a_body_that_never_comes_is_cut_off(page, sockets, monkeypatch):
    """Also where it was announced properly."""
    monkeypatch.setattr(connections, "REQUEST_SECONDS", 0.5)
    peer = connect(page)
    sockets.append(peer)
    peer.sendall(build_request(page, "/press", "Content-Length: 9", method="POST"))
    wait_until(lambda: count_open([peer]) == 0)


def test_a_page_that_takes_nothing_of_its_views_is_cut_off(page, sockets, monkeypatch):
    """It keeps its place no longer than others, and what it does not take is let go."""
    monkeypatch.setattr(connections, "STALLED_SECONDS", 0.5)
    cookie = page.guard.enter_by_key(Caller("127.0.0.1"), page.guard.key)
    peer = connect(page)
    sockets.append(peer)
    line = f"Cookie: {page.guard.cookie_name}={cookie}"
    peer.sendall(build_request(page, "/views", line))
    wait_until(page.has_visitors)
    deadline = time.monotonic() + ENOUGH
    while page._server.connections:
        page.board.show(View(you="x" * 2_000_000))
        assert time.monotonic() < deadline
        time.sleep(0.01)
    wait_until(lambda: not page.has_visitors())


@pytest.mark.skipif(
    not hasattr(socket, "TCP_USER_TIMEOUT"), reason="the system has no such option"
)
def test_a_dead_peer_is_noticed_by_the_system(page, sockets):
    """A phone out of the house sends no end: the system gives up within 20 seconds."""
    sockets.append(connect(page))
    wait_until(lambda: page._server.connections == 1)
    mine = next(iter(page._server._server.active_channels.values())).socket
    assert mine.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    times = {
        name: mine.getsockopt(socket.IPPROTO_TCP, getattr(socket, name))
        for name in ("TCP_USER_TIMEOUT", "TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT")
    }
    assert 20_000 == times["TCP_USER_TIMEOUT"]
    silent = times["TCP_KEEPINTVL"] * times["TCP_KEEPCNT"]
    assert times["TCP_KEEPIDLE"] + silent <= 20


def test_a_dead_phone_gives_its_place_back():
    """Its link is cut: no end comes, no refusal, nothing."""
    own = ["unshare", "-rn"]
    if not shutil.which("ip") or subprocess.run([*own, "true"]).returncode:
        pytest.skip("the system gives nobody a network namespace of their own")
    script = str(Path(__file__).with_name("dead_phone.py"))
    run = subprocess.run(
        [*own, sys.executable, script, "2"],
        capture_output=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    assert 0 == run.returncode, run.stderr.decode()
    assert 1 <= float(run.stdout) <= 12


def test_a_page_that_goes_gives_its_place_back(page, monkeypatch):
    """Within a beat, so that the next one finds room and silence counts again."""
    monkeypatch.setattr("local_voice.page.routes.BEAT", 0.1)
    for _ in range(3):
        visitor = Visitor(page.entry_url)
        wait_until(page.has_visitors)
        visitor.close()
        wait_until(lambda: not page.has_visitors())


def test_a_flood_of_head_takes_no_place(page):
    """Eight of them once ended the page until its restart."""
    for _ in range(20):
        answer = exchange(page, build_request(page, "/views", method="HEAD"))
        assert answer.startswith(b"HTTP/1.1 405")
    assert is_served(page)


SMUGGLED = [
    ("Content-Length: 4", "Transfer-Encoding: chunked"),
    ("Content-Length: 4", "Content-Length: 5"),
    ("Transfer-Encoding: xchunked",),
    ("Transfer-Encoding : chunked",),
    ("Content-Length: +4",),
    ("Content-Length: 4,4",),
    (" folded: x",),
]


@pytest.mark.parametrize("lines", SMUGGLED)
def test_a_request_that_can_be_read_in_two_ways_is_answered_once(page, lines):
    """Nothing behind it is taken for a request of its own."""
    hidden = build_request(page, "/page.js")
    asked = build_request(page, "/press", *lines, method="POST", body=b"0\r\n\r\n")
    answer = exchange(page, asked + hidden)
    assert 1 == answer.count(b"HTTP/1.1 ") + answer.count(b"HTTP/1.0 ")
    assert re.match(rb"HTTP/1\.[01] (4\d\d|501)", answer)
    assert b"EventSource" not in answer


@pytest.mark.parametrize(
    "request_",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
        + bytes(range(256))
        + b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\x00\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"x" * 20_000 + b"\r\n\r\n",
        b"POST /press HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
        b"\r\n" * 100 + b"BREW / HTTP/1.1\r\n\r\n",
    ],
)
def test_malformed_requests_are_refused_and_told_nowhere(page, request_, capfd):
    """One answer of four hundred or so, no word on the console, and it goes on."""
    answer = exchange(page, request_)
    assert re.match(rb"HTTP/1\.[01] (4\d\d|501)", answer), answer[:100]
    assert b"Traceback" not in answer
    assert is_served(page)
    told = capfd.readouterr()
    assert "" == told.out + told.err


def test_no_byte_of_a_header_ends_in_an_error(page, capfd):
    """Cookies, hosts, origins and tokens of any bytes are refused like others."""
    for name in ("Cookie", "Origin", "X-Token", "X-Forwarded-For", "Sec-Fetch-Site"):
        for value in ("\xff\xfe", "=;=,;", "%00%ff", '"\\777"', "a" * 4000):
            cookie = f"backtalk-{page.port}=" if name == "Cookie" else ""
            line = f"{name}: {cookie}{value}"
            for method, path in (("GET", "/"), ("GET", "/views"), ("POST", "/key")):
                ask = build_request(page, path, line, method=method)
                assert re.match(rb"HTTP/1\.[01] 4\d\d", exchange(page, ask))
    told = capfd.readouterr()
    assert "" == told.out + told.err


def test_the_server_tells_nothing_about_itself(page):
    """No version to look faults up for."""
    answer = exchange(page, build_request(page))
    assert re.search(rb"(?m)^Server: BackTalk\r$", answer)
    assert b"waitress" not in answer.lower()


def test_the_page_closes_while_it_is_flooded(page, sockets):
    """Every connection ends, and no thread of the server is left."""
    before = threading.active_count()
    sockets.extend(connect(page, f"127.0.0.{2 + n % 50}") for n in range(200))
    visitor = Visitor(page.entry_url)
    began = time.monotonic()
    page.close()
    assert time.monotonic() < began + 5
    while visitor.read() is not None:
        pass
    assert visitor.over
    wait_until(lambda: threading.active_count() < before)
    assert 0 == count_open(sockets)


def test_a_page_closes_whatever_its_threads_do_at_that_moment(capfd):
    """Each of them wakes the loop when it has written; the loop ends only once."""
    for _ in range(20):
        page = Page(CONTENT, lambda line: None, port=0)
        Visitor(page.entry_url)
        page.close()
        page.close()
    assert "" == capfd.readouterr().err
