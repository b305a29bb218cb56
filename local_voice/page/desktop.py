"""Opens the page in the browser of whoever sits at this computer."""

import threading
import webbrowser
from collections.abc import Mapping

OF_A_DESKTOP = ("DISPLAY", "WAYLAND_DISPLAY")
"""What a Linux desktop sets for its programs."""
FROM_AFAR = ("SSH_CONNECTION", "SSH_TTY")
"""Set for whoever is logged in over the network, so sits at no screen of ours."""


def has_desktop(environment: Mapping[str, str], platform: str) -> bool:
    """Tell whether a browser that is opened here is seen by whoever started us.

    `platform` is that of `sys.platform`; macOS and Windows always have a desktop.
    """
    if any(environment.get(name) for name in FROM_AFAR):
        return False
    if platform in ("darwin", "win32"):
        return True
    return any(environment.get(name) for name in OF_A_DESKTOP)


def open_browser(address: str) -> None:
    """Open `address` in the usual browser, without waiting for it to come.

    A command line can be read by every account of the computer, so `address` is that
    of a file, and never one with the key. Where no browser opens, nothing is lost: the
    address was printed.
    """
    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
