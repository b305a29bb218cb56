"""Who may see the page: names, origins, tokens, and the code that works once."""

import pytest

from local_voice.page.access import (
    LONGEST_WAIT,
    MOST_GUESTS,
    MOST_WRONG,
    WAIT,
    Entry,
    Guard,
)

PORT = 8088


class Door:
    """A guard that lets guests in, its codes, and its clock."""

    def __init__(self):
        """Begin with one code shown."""
        self.now = 0.0
        self.codes = []
        self.guard = Guard(
            PORT,
            ("desk",),
            guests=True,
            show_code=self.codes.append,
            clock=lambda: self.now,
        )

    def wrong(self):
        """Return a code that is not the one shown."""
        return "000000" if self.codes[-1] != "000 000" else "111111"

    def be_wrong(self, times):
        """Try wrong codes and return what became of the last one."""
        return [self.guard.enter(self.wrong())[0] for _ in range(times)][-1]


@pytest.fixture
def door():
    """Return a door for guests."""
    return Door()


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


def test_addresses_and_our_name_are_ours_where_guests_come(door):
    """Guests type an address or this computer's name; a stranger's name stays out."""
    assert door.guard.is_ours("192.168.1.5:8088")
    assert door.guard.is_ours("desk:8088")
    assert not door.guard.is_ours("evil.example:8088")


def test_a_press_must_come_from_our_own_page():
    """Another origin, none, or `null` is refused."""
    guard = Guard(PORT)
    assert guard.is_own_origin("http://127.0.0.1:8088", "127.0.0.1:8088")
    for origin in ("http://evil.example", "https://127.0.0.1:8088", "null", None):
        assert not guard.is_own_origin(origin, "127.0.0.1:8088")


def test_who_sits_at_the_computer_needs_no_code(door):
    """Loopback in both forms, and as IPv4 inside IPv6."""
    for peer in ("127.0.0.1", "::1", "::ffff:127.0.0.1"):
        assert door.guard.is_in(peer, None)
    for peer in ("192.168.1.5", "::ffff:192.168.1.5", "fe80::1%eth0", None, ""):
        assert not door.guard.is_in(peer, None)


def test_a_code_lets_in_once(door):
    """The same code again is wrong; a new one was shown at the computer."""
    code = door.codes[-1]
    entry, cookie = door.guard.enter(code)
    assert Entry.IN is entry
    assert door.guard.is_in("192.168.1.5", cookie)
    assert (Entry.WRONG, "") == door.guard.enter(code)
    assert 2 == len(door.codes)


def test_a_made_up_cookie_is_refused(door):
    """Guests are known by a long random word."""
    assert not door.guard.is_in("192.168.1.5", "x")
    assert not door.guard.is_in("192.168.1.5", "ünknown")


def test_guessing_is_slow(door):
    """After five wrong codes everybody waits, and the code is another one."""
    assert Entry.WRONG is door.be_wrong(MOST_WRONG - 1)
    assert Entry.WAIT is door.be_wrong(1)
    assert 2 == len(door.codes)
    assert Entry.WAIT is door.guard.enter(door.codes[-1])[0]
    door.now += WAIT
    assert Entry.IN is door.guard.enter(door.codes[-1])[0]


def test_each_series_of_wrong_codes_waits_longer(door):
    """One, two, four minutes, and an hour at most: a million codes take years."""
    waits = []
    for _ in range(9):
        door.be_wrong(MOST_WRONG)
        waits.append(door.guard._until - door.now)
        door.now = door.guard._until
    assert [WAIT, 2 * WAIT, 4 * WAIT] == waits[:3]
    assert LONGEST_WAIT == waits[-1]


def test_a_code_is_read_with_its_gap(door):
    """It is shown as two groups, and may be typed so."""
    shown = door.codes[-1]
    assert 7 == len(shown)
    assert Entry.IN is door.guard.enter(f" {shown} ")[0]


def test_without_guests_there_is_no_code():
    """On loopback nobody can try one."""
    shown = []
    guard = Guard(PORT, show_code=shown.append)
    assert [] == shown
    assert Entry.WAIT is guard.enter("")[0]


def test_few_guests_at_a_time(door):
    """A further one takes the place of another."""
    cookies = [door.guard.enter(door.codes[-1])[1] for _ in range(MOST_GUESTS + 1)]
    known = [cookie for cookie in cookies if door.guard.is_in("10.0.0.1", cookie)]
    assert MOST_GUESTS == len(known)


def test_the_token_is_compared_whole():
    """A part of it, or none, is no token."""
    guard = Guard(PORT)
    assert guard.is_token(guard.token)
    assert not guard.is_token(guard.token[:-1])
    assert not guard.is_token("é")
    assert not guard.is_token(None)
