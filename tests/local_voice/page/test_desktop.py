"""Whether a browser is opened, and with what."""

import queue
import webbrowser

import pytest

from local_voice import __main__ as commands
from local_voice.audio import devices
from local_voice.commands import talk
from local_voice.page.desktop import has_desktop, open_browser
from local_voice.page.entry_file import get_entry_file


@pytest.mark.parametrize(
    ("environment", "platform", "expected"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"DISPLAY": "localhost:10", "SSH_CONNECTION": "a"}, "linux", False),
        ({}, "darwin", True),
        ({"SSH_TTY": "/x"}, "darwin", False),
        ({}, "win32", True),
    ],
)
def test_a_desktop_is_where_somebody_sits(environment, platform, expected):
    """Not over the network, and not in a terminal alone."""
    assert expected == has_desktop(environment, platform)


@pytest.fixture
def opened(monkeypatch, tmp_path):
    """Return what is opened while the command runs, on a desktop, with no session."""
    found = []
    monkeypatch.setattr(devices, "find_devices", lambda: devices.Devices("", (), ()))
    monkeypatch.setattr(commands, "_run_session", lambda session, **how: None)
    monkeypatch.setattr(talk, "open_browser", found.append)
    monkeypatch.setattr(talk, "has_desktop", lambda environment, platform: True)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return found


def test_the_page_opens_by_its_file_and_never_by_its_key(opened, capsys, tmp_path):
    """Other accounts read the command line of a browser."""
    assert 0 == commands.main(["--page", "--page-port", "0"])
    (address,) = opened
    assert address in capsys.readouterr().out
    assert address.startswith(get_entry_file(tmp_path / "backtalk", 0).parent.as_uri())
    assert "key" not in address


def test_nobody_waits_for_the_browser(monkeypatch):
    """It opens beside the talk, by what the system has for that."""
    found = queue.Queue()
    monkeypatch.setattr(webbrowser, "open", found.put)
    open_browser("file:///page.html")
    assert "file:///page.html" == found.get(timeout=5)


def test_no_browser_is_opened_where_none_is_wanted(opened, monkeypatch):
    """By the option, in the journal, and without the page."""
    assert 0 == commands.main(["--page", "--page-port", "0", "--no-browser"])
    monkeypatch.setattr(talk, "is_journal", lambda environment: True)
    assert 0 == commands.main(["--page", "--page-port", "0"])
    assert [] == opened
