"""Checks what stays after an interview, on paper and as text; then the keys."""

from checks import Checks
from chromium import DESKTOP, PHONE, opened, settled
from playwright.sync_api import Browser, Page
from staged import StagedTalk
from states import StagedPage

ENDS = ("emergency", "urgent", "clinic", "home, ice", "home, heat")
ON_PAPER = """() => ['.strip', '#buttons', '#tools', 'footer', '#phase']
  .filter((s) => document.querySelector(s)?.checkVisibility())"""
LOOKS_WHILE_PRINTING = """() => ['beforeprint', 'afterprint'].map((name) => {
  dispatchEvent(new Event(name));
  return document.documentElement.dataset.look;
})"""
"""A browser without a window prints once only, so it is told that it does."""
SHOWN = """() => [...document.querySelectorAll(
  '#instruction, #numbers, #summary section:not([hidden]) p')]
  .filter((e) => e.checkVisibility()).map((e) => e.textContent.trim())"""


def check_summaries(checks: Checks, browser: Browser) -> None:
    """Look at each end on paper and as text; then answer an interview by keys."""
    staged = StagedPage()
    context = browser.new_context(viewport=PHONE)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{staged.page.entry_url}&look=dark")
    for end in ENDS:
        staged.show(f"end: {end}")
        page.wait_for_selector("#summary:not([hidden])")
        page.wait_for_timeout(200)
        _check_text(checks, page, end)
        page.emulate_media(media="print")
        left = page.evaluate(ON_PAPER)
        checks.note(f"paper has what it came to and no buttons, {end}", not left, left)
        lines = page.evaluate(SHOWN)
        checks.note(f"paper has why, {end}", any("The rule is" in t for t in lines))
        page.emulate_media(media="screen")
    looks = page.evaluate(LOOKS_WHILE_PRINTING)
    white = looks == ["light", "dark"]
    checks.note("paper is white, and the page dark again", white, looks)
    staged.show("first question")
    page.wait_for_selector("#summary", state="hidden")
    checks.note("a new interview takes the summary away", True)
    context.close()
    staged.close()
    check_keys(checks, browser)


def _check_text(checks: Checks, page: Page, end: str) -> None:
    page.evaluate("navigator.clipboard.writeText('')")
    page.click("[data-tool=copy]")
    page.wait_for_selector("#copied:not([hidden])")
    copied = page.evaluate("navigator.clipboard.readText()")
    missing = [line for line in page.evaluate(SHOWN) if line not in copied]
    checks.note(f"the text has all of it, {end}", not missing, missing)


def check_keys(checks: Checks, browser: Browser) -> None:
    """Answer by the terminal's keys; not with Control, and not once they are off."""
    talk = StagedTalk()
    talk.start()
    page = opened(browser, talk.page.entry_url, DESKTOP)
    settled(page)
    for key, said in (
        ("h", "Help"),
        ("r", "Say it again"),
        ("u", "Not sure"),
        ("n", "No"),
        ("2", "No"),
        ("3", "Not sure"),
        ("N", "No"),
    ):
        with page.expect_response("**/press") as answered:
            page.keyboard.press(key)
        settled(page)
        told = page.inner_text("#you")
        held = answered.value.status == 202 and told.endswith(f": {said}")
        checks.note(f"key {key}: {said}", held, "" if held else told)
    before = talk.open_prompt
    page.keyboard.press("Control+y")
    page.evaluate("location.hash = 'keys=off'")
    page.wait_for_function("() => document.documentElement.dataset.keys === 'off'")
    page.keyboard.press("n")
    page.wait_for_timeout(500)
    checks.note("keys that are off answer nothing", talk.open_prompt == before)
    page.evaluate("location.hash = ''")
    page.wait_for_function("() => document.documentElement.dataset.keys === 'on'")
    with page.expect_response("**/press") as answered:
        page.keyboard.press("1")
    checks.note("key 1: Yes", answered.value.status == 202)
    page.close()
    talk.close()
