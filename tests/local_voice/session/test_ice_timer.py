"""The ice timer: clocks that sleep, jump or are set back."""

import pytest

from local_voice.session.ice_timer import ICE_SECONDS, IceTimer, get_boot_time


class Clock:
    """A clock that is moved by hand."""

    def __init__(self):
        """Begin somewhere."""
        self.now = 1000.0

    def __call__(self):
        """Return the seconds."""
        return self.now


@pytest.fixture
def clocks():
    """Return the boot-time clock and the wall clock."""
    return Clock(), Clock()


def test_nothing_runs_before_it_is_started(clocks):
    """No time is left and none is over."""
    timer = IceTimer(clocks)
    assert (False, False, 0.0) == (timer.running, timer.over, timer.left)


@pytest.mark.parametrize(
    ("passed", "over"), [(0, False), (ICE_SECONDS - 1, False), (ICE_SECONDS, True)]
)
def test_twenty_minutes(clocks, passed, over):
    """It is over after twenty minutes and not a second earlier."""
    timer = IceTimer(clocks)
    timer.start()
    for clock in clocks:
        clock.now += passed
    assert (True, over) == (timer.running, timer.over)
    assert ICE_SECONDS - passed == timer.left


def test_a_second_start_changes_nothing(clocks):
    """Who asks again while it runs does not get more ice."""
    timer = IceTimer(clocks)
    timer.start()
    clocks[0].now += 600
    timer.start()
    assert ICE_SECONDS - 600 == timer.left


@pytest.mark.parametrize("which", [0, 1])
def test_the_earlier_clock_wins(clocks, which):
    """A clock that slept with the lid, or was set back, never makes it longer."""
    timer = IceTimer(clocks)
    timer.start()
    clocks[which].now += ICE_SECONDS
    clocks[1 - which].now -= 3600
    assert timer.over


def test_announced_or_cancelled_it_is_gone(clocks):
    """After that it can be started anew."""
    timer = IceTimer(clocks)
    timer.start()
    timer.clear()
    assert not timer.running
    clocks[0].now += ICE_SECONDS
    assert not timer.over
    timer.start()
    assert ICE_SECONDS == timer.left


def test_the_clock_of_this_computer_goes_forward():
    """The boot-time clock, or the wall clock where there is none."""
    assert get_boot_time() <= get_boot_time()
