"""Measures each state of the page on each screen: what is in sight, and how large."""

from dataclasses import dataclass
from typing import Any

from checks import OVERFLOWS, Checks, find_hidden_focus
from chromium import opened
from playwright.sync_api import Browser, Page
from states import STATES, StagedPage

SIZES = {
    "360x640": {"width": 360, "height": 640},
    "390x844": {"width": 390, "height": 844},
    "844x390": {"width": 844, "height": 390},
    "320x256": {"width": 320, "height": 256},
    "1280x800": {"width": 1280, "height": 800},
}
"""Phones, upright and on a side; 1280 by 1024 at 400 %; a desktop."""
TEXT_SIZES = (1, 2, 3, 4, 5)
TABBED = ("first question", "clinic, steps", "end: clinic")
"""States that are walked through by Tab, too."""
MOST_COVERED = 1 / 3
"""Share of the screen that the buttons may take while nothing is asked."""
MEASURE = """() => {
  const shown = (e) => !!e && e.checkVisibility() && e.textContent.trim() !== '';
  const top = document.querySelector('.strip').getBoundingClientRect().bottom;
  const stays = document.documentElement.dataset.buttons;
  const foot = { stay: '#buttons', answers: '#asking' }[stays];
  const bottom = foot && shown(document.querySelector(foot))
    ? document.querySelector(foot).getBoundingClientRect().top : innerHeight;
  const within = (e, least, most) => {
    const box = e.getBoundingClientRect();
    return box.top >= least - 1 && box.bottom <= most + 1
      && box.left >= 0 && box.right <= innerWidth;
  };
  const hidden = (selector) => [...document.querySelectorAll(selector)]
    .filter(shown).filter((e) => !within(e, top, bottom))
    .map((e) => e.textContent.trim().slice(0, 60));
  const size = (e) => parseFloat(getComputedStyle(e).fontSize);
  const instruction = [...document.querySelectorAll(
    '#instruction, #said [data-part="instruction"]')].find(shown);
  const texts = [...document.body.querySelectorAll('*')].filter((e) =>
    e.checkVisibility() && !e.closest('.unseen')
    && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()));
  const larger = instruction ? texts
    .filter((e) => !instruction.contains(e) && size(e) >= size(instruction))
    .map((e) => e.textContent.trim().slice(0, 40)) : [];
  const asked = [...document.querySelectorAll('#asked')].filter(shown);
  return {
    instruction: instruction ? size(instruction) : null,
    larger,
    unseen: {
      instruction: hidden('#instruction, #said [data-part="instruction"]'),
      question: [
        ...hidden('#said [data-part="question"]'),
        ...asked.filter((e) => !within(e, 0, innerHeight)).map((e) => e.textContent),
      ],
      step: hidden('#said [data-part="step"]'),
      number: hidden('#numbers a, #call'),
      timer: hidden('#time'),
      emergency: [...document.querySelectorAll('.emergency')]
        .filter((e) => !within(e, 0, innerHeight)).map((e) => e.textContent),
    },
    covered: foot ? document.querySelector(foot).offsetHeight / innerHeight : 0,
    asks: asked.length > 0 || shown(document.querySelector('[data-press="yes"]')),
    reads: shown(document.querySelector('[data-press="next"]')),
    overflow: document.documentElement.scrollWidth - innerWidth,
    smallest: Math.min(...texts.map(size)),
  };
}"""


@dataclass(frozen=True)
class Sight:
    """What was measured of one state on one screen, at the smallest text size."""

    state: str
    size: str
    found: dict[str, Any]

    @property
    def faults(self) -> list[str]:
        """Return what breaks a rule."""
        found = self.found
        faults = [
            f"{what} out of sight: {words}"
            for what, hidden in found["unseen"].items()
            for words in hidden
        ]
        faults += [f"as large as the instruction: {words}" for words in found["larger"]]
        asks = found["asks"] and not found["reads"]
        if not asks and found["covered"] > MOST_COVERED:
            faults.append(f"buttons take {found['covered']:.0%}")
        if self.state.startswith("end: ") and self.state != "end: stopped":
            faults += [] if found["instruction"] else ["no instruction"]
        return faults


def measure(page: Page, state: str, size: str) -> Sight:
    """Return what a page shows just now, before anybody scrolls."""
    return Sight(state, size, page.evaluate(MEASURE))


def show(page: Page, staged: StagedPage, state: str) -> None:
    """Bring the page into one of STATES."""
    staged.show(state)
    words = staged.page.board.view.words
    page.wait_for_function(
        "words => [...document.querySelectorAll('#live, #alarm')]"
        ".some((e) => e.textContent === words)",
        arg=words,
    )
    page.wait_for_function(
        "phase => document.documentElement.dataset.phase === phase",
        arg=staged.page.board.view.phase,
    )


def check_layouts(checks: Checks, browser: Browser) -> None:
    """Look at every state on every size of screen, and at ends with other clinics."""
    staged = StagedPage()
    for size, viewport in SIZES.items():
        staged.show("first question")
        page = opened(browser, staged.page.entry_url, viewport)
        for state in STATES:
            _check_state(checks, page, staged, state, size)
            checks.look_at(page, f"{state}, {size}")
            wide = _find_overflows(page)
            for text_size in (1, TEXT_SIZES[-1]) if state in TABBED else ():
                _resize(page, text_size)
                covered = find_hidden_focus(page)
                where = f"{state}, {size}, text size {text_size}"
                checks.note(f"focus is never hidden, {where}", not covered, covered)
            checks.note(
                f"no sideways scrolling, any text size, {state}, {size}", not wide, wide
            )
        page.close()
    staged.close()
    for clinic in (None, "dfw"):
        staged = StagedPage(clinic)
        for size, viewport in SIZES.items():
            staged.show("first question")
            page = opened(browser, staged.page.entry_url, viewport)
            for state in ("clinic, open, offer", "end: clinic", "end: home, heat"):
                _check_state(checks, page, staged, state, f"{size}, {clinic}")
            page.close()
        staged.close()


def _check_state(
    checks: Checks, page: Page, staged: StagedPage, state: str, size: str
) -> None:
    _resize(page, 1)
    show(page, staged, state)
    sight = measure(page, state, size)
    checks.note(
        f"what matters is in sight, {state}, {size}", not sight.faults, sight.faults
    )


def _find_overflows(page: Page) -> list[int]:
    """Return the text sizes at which the page scrolls sideways, its settings too."""
    wide = []
    for text_size in TEXT_SIZES:
        _resize(page, text_size)
        for opens in (True, False):
            page.evaluate(
                "opens => { document.querySelector('#display').open = opens }", opens
            )
            if page.evaluate(OVERFLOWS):
                wide.append(text_size)
    return wide


def _resize(page: Page, text_size: int) -> None:
    page.evaluate("size => { location.hash = `size=${size}` }", text_size)
    page.wait_for_function(
        "size => document.documentElement.dataset.size === `${size}`", arg=text_size
    )
