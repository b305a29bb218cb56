"""A headless Chromium that is installed here, driven by keys as a person would."""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
MOST_TABS = 60
"""So many presses of Tab reach everything, or something cannot be reached."""

Size = dict[str, int]


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Yield the browser; ends the program where none is installed."""
    given = os.environ.get("BACKTALK_CHROMIUM")
    found = given or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        sys.exit(
            "No Chromium was found. Install one, or give its path in "
            "BACKTALK_CHROMIUM; nothing was checked."
        )
    # As root, in a container, the browser's own sandbox does not start.
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox"] if root else []
        )
        yield browser
        browser.close()


def opened(browser: Browser, url: str, size: Size, look: str = "light") -> Page:
    """Return the page, loaded and connected."""
    page = browser.new_page(viewport=size, reduced_motion="reduce")
    # The address with the key has a fragment already.
    page.goto(f"{url}{'&' if '#' in url else '#'}look={look}")
    page.wait_for_function(
        "() => document.documentElement.dataset.phase !== 'starting'"
    )
    return page


def settled(page: Page, phase: str = "waiting") -> None:
    """Wait until the page shows `phase`, and a press would count."""
    page.wait_for_function(
        "phase => document.documentElement.dataset.phase === phase", arg=phase
    )
    page.wait_for_timeout(700)


def tab_to(page: Page, selector: str) -> bool:
    """Press Tab until `selector` has the focus; tell whether it came."""
    for _ in range(MOST_TABS):
        if page.evaluate("s => !!document.activeElement?.matches(s)", selector):
            return True
        page.keyboard.press("Tab")
    return False


def press(page: Page, name: str, key: str = "Enter") -> bool:
    """Press one of the page's buttons by keyboard alone; tell whether it counted."""
    button = f'[data-press="{name}"]'
    if not tab_to(page, button):
        return False
    with page.expect_response("**/press") as answered:
        page.keyboard.press(key)
    return answered.value.status == 202


def axe_source(folder: Path) -> str:
    """Return axe-core's text from where npm put it; ends the program without it."""
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not script.is_file():
        sys.exit(f"axe-core is not in {folder}; `make check-page` fetches it.")
    return script.read_text(encoding="utf-8")
