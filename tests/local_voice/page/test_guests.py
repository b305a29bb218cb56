"""Guests of the page: codes that work once, guessing, expiry, being sent away."""

import threading

import pytest

from local_voice.page.guests import (
    CODE_LASTS,
    IDLE,
    LONGEST_WAIT,
    MOST_GUESTS,
    MOST_WRONG,
    STAY,
    WAIT,
    Entry,
    Guests,
)


class Door:
    """Guests, the codes that were shown, and a clock."""

    def __init__(self):
        """Begin with one code shown."""
        self.now = 0.0
        self.codes = []
        self.guests = Guests(self.codes.append, lambda: self.now)
        self.guests.renew_code()

    def wrong(self):
        """Return a code that is not the one shown."""
        return "000000" if self.codes[-1] != "000 000" else "111111"

    def be_wrong(self, times):
        """Try wrong codes and return what became of the last one."""
        return [self.guests.enter(self.wrong())[0] for _ in range(times)][-1]

    def let_in(self):
        """Return the cookie of a new guest."""
        entry, cookie = self.guests.enter(self.codes[-1])
        assert Entry.IN is entry
        return cookie


@pytest.fixture
def door():
    """Return a door for guests."""
    return Door()


def test_a_code_lets_in_once(door):
    """The same code again is wrong; a new one was shown at the computer."""
    code = door.codes[-1]
    entry, cookie = door.guests.enter(code)
    assert Entry.IN is entry
    assert 1 == door.guests.find_guest(cookie)
    assert (Entry.WRONG, "") == door.guests.enter(code)
    assert 2 == len(door.codes)


def test_a_made_up_cookie_is_refused(door):
    """Guests are known by a long random word."""
    door.let_in()
    for cookie in ("", "x", "ünknown", "\ud800"):
        assert door.guests.find_guest(cookie) is None


def test_guessing_is_slow(door):
    """After five wrong codes everybody waits, and the code is another one."""
    assert Entry.WRONG is door.be_wrong(MOST_WRONG - 1)
    assert Entry.WAIT is door.be_wrong(1)
    assert 2 == len(door.codes)
    assert Entry.WAIT is door.guests.enter(door.codes[-1])[0]
    door.now += WAIT
    assert Entry.IN is door.guests.enter(door.codes[-1])[0]


def test_each_series_of_wrong_codes_waits_longer(door):
    """One, two, four minutes, and an hour at most: a million codes take years."""
    waits = []
    for _ in range(9):
        door.be_wrong(MOST_WRONG)
        waits.append(door.guests._until - door.now)
        door.now = door.guests._until
    assert [WAIT, 2 * WAIT, 4 * WAIT] == waits[:3]
    assert LONGEST_WAIT == waits[-1]


def test_a_code_is_read_with_its_gap(door):
    """It is shown as two groups, and may be typed so."""
    shown = door.codes[-1]
    assert 7 == len(shown)
    assert Entry.IN is door.guests.enter(f" {shown} ")[0]


def test_the_oldest_guest_makes_room(door):
    """One more than there may be: whoever came first goes."""
    cookies = [door.let_in() for _ in range(MOST_GUESTS + 1)]
    assert door.guests.find_guest(cookies[0]) is None
    assert all(door.guests.find_guest(cookie) for cookie in cookies[1:])
    assert tuple(range(2, MOST_GUESTS + 2)) == door.guests.numbers


def test_a_code_ends(door):
    """After ten minutes the one shown is none, and whoever tries it gets a new one."""
    old = door.codes[-1]
    door.now += CODE_LASTS
    assert (Entry.WRONG, "") == door.guests.enter(old)
    assert 2 == len(door.codes)
    assert Entry.IN is door.guests.enter(door.codes[-1])[0]


def test_a_new_code_is_shown_only_where_the_last_one_ended(door):
    """Nobody outside fills the console, nor takes a code away that is being typed."""
    for _ in range(100):
        door.guests.renew_code()
    assert 1 == len(door.codes)
    door.be_wrong(MOST_WRONG)
    shown = len(door.codes)
    door.now += WAIT - 1
    door.guests.renew_code()
    assert shown == len(door.codes)


def test_a_guest_without_an_open_page_is_forgotten(door):
    """After half an hour; an open page asks again and again."""
    gone, here = door.let_in(), door.let_in()
    for _ in range(4):
        door.now += IDLE / 3
        assert door.guests.find_guest(here)
    assert door.guests.find_guest(gone) is None
    assert (2,) == door.guests.numbers


def test_no_guest_stays_for_ever(door):
    """After twelve hours an open page needs a new code too."""
    cookie = door.let_in()
    while door.now < STAY - 60:
        door.now += 60
        assert door.guests.find_guest(cookie)
    door.now += 60
    assert door.guests.find_guest(cookie) is None


def test_one_guest_is_sent_away(door):
    """The others stay, and the number is nobody's any more."""
    first, second = door.let_in(), door.let_in()
    assert door.guests.send_away(1)
    assert not door.guests.send_away(1)
    assert door.guests.find_guest(first) is None
    assert 2 == door.guests.find_guest(second)
    door.let_in()
    assert (2, 3) == door.guests.numbers


def test_many_at_once_use_a_code_once():
    """Sixteen threads with the same code: one comes in, and nobody is lost."""
    codes, came = [], []
    guests = Guests(codes.append)
    for _ in range(20):
        guests.renew_code()
        start = threading.Barrier(16)
        code, before = codes[-1], len(came)

        def enter(start=start, code=code):
            start.wait()
            # Others are asked for meanwhile: lists must not change under the feet.
            entry, cookie = guests.enter(code)
            guests.find_guest("x")
            if entry is Entry.IN:
                came.append(cookie)

        threads = [threading.Thread(target=enter) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert before + 1 == len(came)
        guests._until = guests._wrong = 0
    assert MOST_GUESTS == len(guests.numbers)
