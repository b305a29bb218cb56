"""Takes the pictures of the page that the README shows; run by `make pictures`."""

import sys
from pathlib import Path

from chromium import DESKTOP, PHONE, chromium, opened, settled
from playwright.sync_api import Browser, Page
from staged import StagedTalk

FRESH = ("adult", "started_within_three_days", "hard_effort")
"""A yes to these leads to the ice steps."""
FOLDER = Path(__file__).parents[2] / "docs" / "pictures"


def question(browser: Browser, folder: Path) -> None:
    """The first question, after it was asked for once more."""
    talk = StagedTalk()
    talk.start()
    page = opened(browser, talk.page.entry_url, DESKTOP)
    settled(page)
    _press(page, "repeat")
    page.screenshot(path=folder / "page-question.png")
    page.close()
    talk.close()


def steps(browser: Browser, folder: Path) -> None:
    """Care steps in the dark look, with the timer running."""
    talk = StagedTalk()
    talk.start()
    page = opened(browser, talk.page.entry_url, DESKTOP, "dark")
    settled(page)
    for _ in range(40):
        if talk.open_prompt == "timer.offer":
            break
        _press(page, "yes" if talk.open_prompt in FRESH else "no")
    _press(page, "yes")
    page.wait_for_timeout(1000)
    page.screenshot(path=folder / "page-steps.png")
    page.close()
    talk.close()


def emergency(browser: Browser, folder: Path) -> None:
    """The emergency, on a phone."""
    talk = StagedTalk()
    talk.start()
    page = opened(browser, talk.page.entry_url, PHONE)
    settled(page)
    _press(page, "yes", "resting")
    page.screenshot(path=folder / "page-emergency.png")
    page.close()
    talk.close()


def _press(page: Page, name: str, phase: str = "waiting") -> None:
    page.click(f"#buttons [data-press={name}]")
    page.wait_for_timeout(200)
    settled(page, phase)


def main() -> int:
    """Write every picture and print its size."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for take in (question, steps, emergency):
            take(browser, folder)
    for picture in sorted(folder.glob("page-*.png")):
        print(f"{picture.name}  {picture.stat().st_size // 1000} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
