"""Checks of the page and what becomes of them: axe-core, overflow, targets, focus."""

from dataclasses import dataclass, field

from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = ("light", "dark", "contrast")
OVERFLOWS = "document.documentElement.scrollWidth > innerWidth"
NUMBER_SEEN = """() => {
  const box = document.querySelector('.emergency').getBoundingClientRect();
  return box.top >= 0 && box.bottom <= innerHeight && box.width > 0;
}"""
FOCUS_SEEN = """() => {
  const active = document.activeElement, box = active.getBoundingClientRect();
  const at = document.elementFromPoint(
    box.left + box.width / 2, box.top + box.height / 2);
  return !!at && (active.contains(at) || at.contains(active));
}"""
SMALL_TARGETS = """() => [...document.querySelectorAll('button, summary, .call')]
  .filter((e) => e.offsetParent && (e.offsetWidth < 44 || e.offsetHeight < 44))
  .map((e) => e.textContent.trim())"""


@dataclass
class Checks:
    """What was checked, and whether it held."""

    axe: str
    counts: dict[str, int] = field(default_factory=lambda: {"held": 0, "failed": 0})

    def note(self, what: str, held: bool, why: object = "") -> None:
        """Print one check."""
        self.counts["held" if held else "failed"] += 1
        print(f"{'ok    ' if held else 'FAILED'}  {what}{f': {why}' if why else ''}")

    def look_at(self, page: Page, state: str) -> None:
        """Run axe-core, and look at overflow, the number and targets, in each look."""
        for look in LOOKS:
            page.evaluate(
                "look => { document.documentElement.dataset.look = look }", look
            )
            page.evaluate(self.axe)
            found = page.evaluate(
                "rules => axe.run({runOnly: rules, resultTypes: ['violations']})", RULES
            )
            bad = [
                f"{v['id']} at {v['nodes'][0]['target'][0]}"
                for v in found["violations"]
            ]
            rules = len(found["passes"])
            self.note(f"axe-core, {state}, {look} ({rules} rules passed)", not bad, bad)
        self.note(f"no sideways scrolling, {state}", not page.evaluate(OVERFLOWS))
        self.note(f"the emergency number is in sight, {state}", _number_stays(page))
        small = page.evaluate(SMALL_TARGETS)
        self.note(f"targets of 44 pixels at least, {state}", not small, small)


def _number_stays(page: Page) -> bool:
    seen = page.evaluate(NUMBER_SEEN)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    seen = seen and page.evaluate(NUMBER_SEEN)
    page.evaluate("scrollTo(0, 0)")
    return bool(seen)


def find_hidden_focus(page: Page) -> list[str]:
    """Return what has the focus and cannot be seen, on the way round by Tab."""
    hidden = []
    page.keyboard.press("Tab")
    for _ in range(25):
        page.keyboard.press("Tab")
        body = page.evaluate("document.activeElement === document.body")
        if not body and not page.evaluate(FOCUS_SEEN):
            hidden.append(
                page.evaluate("document.activeElement.outerHTML.slice(0, 80)")
            )
    return hidden
