"""Who may see the page: names, origins, the key, cookies, forwarded requests."""

import hmac

import pytest

from local_voice.page.access import OWNER, Caller, Guard, is_forwarded
from local_voice.page.guests import Entry

PORT = 8088


@pytest.fixture
def guard():
    """Return a guard that lets guests in."""
    return Guard(PORT, ("desk",), guests=True)


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("127.0.0.1:8088", True),
        ("localhost:8088", True),
        ("LOCALHOST:8088", True),
        ("[::1]:8088", True),
        ("127.0.0.1", False),
        ("127.0.0.1:80", False),
        ("192.168.1.5:8088", False),
        ("desk:8088", False),
        ("evil.example:8088", False),
        ("localhost.evil.example:8088", False),
        ("127.0.0.1.evil.example:8088", False),
        ("evil.example@127.0.0.1:8088", False),
        ("127.0.0.1:8088/evil", False),
        ("127.0.0.1:99999999", False),
        ("[::1", False),
        ("", False),
    ],
)
def test_only_our_own_names_are_answered(host, ours):
    """A website that points its own name at us gets nothing."""
    assert ours is Guard(PORT, ("desk",) if ours else ()).is_ours(host)


def test_addresses_and_our_name_are_ours_where_guests_come(guard):
    """Guests type an address or this computer's name; a stranger's name stays out."""
    assert guard.is_ours("192.168.1.5:8088")
    assert guard.is_ours("desk:8088")
    assert not guard.is_ours("evil.example:8088")


def test_a_press_must_come_from_our_own_page():
    """Another origin, none, or `null` is refused."""
    guard = Guard(PORT)
    assert guard.is_own_origin("http://127.0.0.1:8088", "127.0.0.1:8088")
    for origin in ("http://evil.example", "https://127.0.0.1:8088", "null", None):
        assert not guard.is_own_origin(origin, "127.0.0.1:8088")


HERE = ("127.0.0.1", "127.0.0.2", "::1", "::ffff:127.0.0.1")
AWAY = ("192.168.1.5", "::ffff:192.168.1.5", "fe80::1%eth0", None, "", "unix:")


@pytest.mark.parametrize("peer", [*HERE, *AWAY])
def test_an_address_alone_lets_nobody_in(guard, peer):
    """Every account and every sandbox of this computer has a loopback address."""
    for cookie in (None, "", "x", "ünknown", "\ud800"):
        assert guard.find_visitor(Caller(peer, cookie)) is None


def test_the_key_lets_in_who_sits_at_the_computer(guard):
    """In every form of loopback; the cookie that it gives is not the key itself."""
    for peer in HERE:
        cookie = guard.enter_by_key(Caller(peer), guard.key)
        assert OWNER == guard.find_visitor(Caller(peer, cookie))
        assert guard.key != cookie
        assert guard.find_visitor(Caller(peer, guard.key)) is None


@pytest.mark.parametrize("key", ["", "x", "é", "\ud800"])
def test_a_wrong_key_lets_nobody_in(guard, key):
    """A part of it is a wrong one too."""
    for given in (key, guard.key[:-1], f"{guard.key} ", guard.token):
        assert guard.enter_by_key(Caller("127.0.0.1"), given) is None


def test_key_and_cookie_of_this_computer_open_nothing_elsewhere(guard):
    """Neither from another device nor through a proxy that stands on this computer."""
    cookie = guard.enter_by_key(Caller("127.0.0.1"), guard.key)
    for caller in (*map(Caller, AWAY), Caller("127.0.0.1", forwarded=True)):
        assert guard.enter_by_key(caller, guard.key) is None
        stolen = Caller(caller.peer, cookie, caller.forwarded)
        assert guard.find_visitor(stolen) is None


def test_every_start_has_a_key_of_its_own():
    """What an old address or cookie opened is closed after a restart."""
    old, new = Guard(PORT), Guard(PORT)
    cookie = old.enter_by_key(Caller("127.0.0.1"), old.key)
    assert new.enter_by_key(Caller("127.0.0.1"), old.key) is None
    assert new.find_visitor(Caller("127.0.0.1", cookie)) is None


def test_who_comes_from_the_pages_own_address_sits_here():
    """With --page-address 192.168.1.5 this computer comes from there, by its key."""
    guard = Guard(PORT, guests=True, own_address="192.168.1.5")
    assert guard.enter_by_key(Caller("192.168.1.5"), guard.key)
    assert guard.enter_by_key(Caller("192.168.1.6"), guard.key) is None
    everywhere = Guard(PORT, guests=True, own_address="0.0.0.0")
    assert everywhere.enter_by_key(Caller("192.168.1.5"), everywhere.key) is None


@pytest.mark.parametrize(
    "name", ["X-Forwarded-For", "x-forwarded-host", "Forwarded", "Via", "X-Real-IP"]
)
def test_a_proxy_is_known_by_its_headers(name):
    """In any spelling; what a browser sends is none of them."""
    assert is_forwarded(["Host", name])
    assert not is_forwarded(["Host", "Accept", "Cookie", "Origin", "X-Token"])


def test_a_guest_may_come_through_a_proxy(guard):
    """By a code, as everybody else."""
    codes = []
    guard = Guard(PORT, guests=True, show_code=codes.append)
    guard.guests.renew_code()
    cookie = guard.enter_by_code(codes[-1])[1]
    assert 1 == guard.find_visitor(Caller("127.0.0.1", cookie, forwarded=True))


def test_without_guests_there_is_no_code():
    """On loopback nobody can try one."""
    shown = []
    guard = Guard(PORT, show_code=shown.append)
    assert Entry.WAIT is guard.enter_by_code("")[0]
    assert [] == shown


def test_the_token_is_compared_whole():
    """A part of it, or none, is no token."""
    guard = Guard(PORT)
    assert guard.is_token(guard.token)
    assert not guard.is_token(guard.token[:-1])
    assert not guard.is_token("é")
    assert not guard.is_token(None)


def prove(secret, text):
    """Return a proof as page.js computes it."""
    return hmac.new(secret.encode(), text.encode(), "sha256").hexdigest()


def test_a_page_comes_back_after_a_crash():
    """The program proves itself by the page's challenge, then the page does."""
    before = Guard(PORT, return_secret="s")
    after = Guard(PORT, return_secret="s")
    assert before.program != after.program
    proof = after.return_.build_proof("c")
    assert prove("s", f"program {after.program} c") == proof
    cookie = after.enter_by_return(
        Caller("127.0.0.1"), prove("s", f"page {after.program}")
    )
    assert OWNER == after.find_visitor(Caller("127.0.0.1", cookie))


def test_what_was_overheard_brings_nobody_back():
    """Not the program's own proof, none for another start, none from elsewhere."""
    before = Guard(PORT, return_secret="s")
    after = Guard(PORT, return_secret="s")
    right = prove("s", f"page {after.program}")
    here = Caller("127.0.0.1")
    for proof in (
        "",
        "\ud800",
        after.return_.build_proof(""),
        after.return_.build_proof(f"page {after.program}"),
        prove("s", f"page {before.program}"),
        prove("", f"page {after.program}"),
    ):
        assert after.enter_by_return(here, proof) is None
    for caller in (Caller("192.168.1.5"), Caller("127.0.0.1", forwarded=True)):
        assert after.enter_by_return(caller, right) is None


def test_without_a_kept_secret_no_page_comes_back():
    """Nobody can guess one that is nowhere."""
    guard = Guard(PORT)
    proof = prove("", f"page {guard.program}")
    assert guard.enter_by_return(Caller("127.0.0.1"), proof) is None
