"""Checks the page in a real browser: axe-core, keyboard alone, zoom, lost connection.

Run by `make check-page`; prints one line for each check and ends with 1 if one failed.
"""

import os
import re
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from chromium import (
    DESKTOP,
    PHONE,
    axe_source,
    chromium,
    opened,
    press,
    settled,
    tab_to,
)
from playwright.sync_api import Browser, Page
from staged import StagedTalk

from local_voice.page.guests import MOST_WRONG

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = ("light", "dark", "contrast")
ZOOMS = {"200 %": {"width": 640, "height": 400}, "400 %": {"width": 320, "height": 256}}
"""What is left of 1280 by 800 and 1280 by 1024 pixels."""
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
QUESTION_SEEN = """() => {
  const asked = document.querySelector('#said p:last-child').getBoundingClientRect();
  const foot = document.querySelector('#buttons').getBoundingClientRect();
  const top = document.querySelector('.strip').getBoundingClientRect();
  return asked.top >= top.bottom && asked.bottom <= foot.top;
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


def interview(checks: Checks, browser: Browser) -> None:
    """Hold a whole talk by keyboard alone, and look at every state of it."""
    talk = StagedTalk()
    talk.start()
    page = opened(browser, talk.page.entry_url, DESKTOP)
    errors: list[str] = []
    page.on("console", lambda told: errors.append(told.text))
    page.on("pageerror", lambda told: errors.append(str(told)))
    settled(page)
    checks.look_at(page, "question")
    _tab_through(checks, page)
    for name, key in (
        ("help", "Enter"),
        ("repeat", "Space"),
        ("unsure", "Enter"),
        ("no", "Space"),
        ("back", "Enter"),
    ):
        checks.note(f"keyboard: {name}", press(page, name, key))
        settled(page)
    yes = ("adult", "started_within_three_days", "hard_effort")
    _until(page, talk, "timer.offer", dict.fromkeys(yes, "yes"))
    checks.look_at(page, "offer of the timer")
    checks.note("keyboard: yes", press(page, "yes"))
    settled(page)
    checks.look_at(page, "steps, with the timer")
    checks.note(
        "the timer runs", re.match(r"(20|19):", _text(page, "#time")) is not None
    )
    marked = _text(page, "[aria-current=step]")
    checks.note("keyboard: next", press(page, "next"))
    settled(page)
    checks.note("next moves the mark", marked != _text(page, "[aria-current=step]"))
    zoomed(checks, browser, talk.page.entry_url, "steps")
    checks.note("keyboard: stop", press(page, "stop"))
    settled(page, "resting")
    checks.look_at(page, "ended")
    checks.note("keyboard: start again", press(page, "start"))
    settled(page)
    zoomed(checks, browser, talk.page.entry_url, "question")
    _settings(checks, page)
    _switch(checks, page)
    press(page, "yes")
    settled(page, "resting")
    checks.look_at(page, "emergency")
    zoomed(checks, browser, talk.page.entry_url, "emergency", "resting")
    checks.note("nothing on the browser's console", not errors, errors)
    talk.close()
    page.wait_for_function("() => document.documentElement.dataset.phase === 'closed'")
    checks.look_at(page, "closed")
    page.close()


def clinic(checks: Checks, browser: Browser) -> None:
    """Reach the clinic's number on a phone's screen, by keyboard."""
    talk = StagedTalk()
    talk.start()
    page = opened(browser, talk.page.entry_url, PHONE)
    settled(page)
    seen = page.evaluate(QUESTION_SEEN)
    checks.note("the first question is not behind its buttons, on a phone", seen)
    spot = ("adult", "hard_effort", "same_spot_returns")
    _until(page, talk, "offer_steps", dict.fromkeys(spot, "yes"))
    checks.note("the offer stands beside its buttons", page.is_visible("#asked"))
    checks.look_at(page, "the clinic's number, on a phone")
    link = "#numbers a[href='tel:6512197292']"
    checks.note("keyboard: the clinic's number", tab_to(page, link))
    page.close()
    talk.close()


def lost(checks: Checks, browser: Browser) -> None:
    """Kill the program behind the page, let a stranger listen, and start it again."""
    with tempfile.TemporaryDirectory() as folder:
        process, url = _started("0", folder)
        page = opened(browser, url, DESKTOP)
        settled(page)
        process.kill()
        process.wait()
        page.wait_for_function("() => document.documentElement.dataset.lost === 'yes'")
        checks.look_at(page, "connection lost")
        checks.note("a lost connection is told", page.is_visible("#lost"))
        page.keyboard.press("Tab")
        failed = page.is_visible("#failed")
        checks.note("a press on a lost page does nothing", not failed)
        port = int(url.partition("#")[0].rsplit(":", 1)[1].strip("/"))
        sent = _listen(page, port)
        checks.note("a stranger at the port is asked for its proof", "/return?" in sent)
        checks.note("and is sent no cookie", "ookie:" not in sent)
        checks.note("and is not believed", page.is_visible("#lost"))
        process, _ = _started(str(port), folder)
        page.wait_for_function("() => document.documentElement.dataset.lost !== 'yes'")
        settled(page)
        checks.note("a program that was started again is found", press(page, "no"))
        page.close()
        process.kill()
        process.wait()


def _listen(page: Page, port: int) -> str:
    """Answer at the port as another program would; return all that it is sent."""
    sent = []
    body = b'{"program": "x", "proof": "x"}'
    head = f"HTTP/1.0 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with socket.create_server(("127.0.0.1", port)) as stranger:
        stranger.settimeout(10)
        for _ in range(2):
            peer, _ = stranger.accept()
            sent.append(peer.recv(65536).decode())
            peer.sendall(head + body)
            peer.close()
    page.wait_for_timeout(500)
    return "".join(sent)


def _started(port: str, folder: str) -> tuple[subprocess.Popen[str], str]:
    given = ("--page", "--page-port", port, "--no-microphone", "--mute")
    root = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "local_voice", *given],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path, "XDG_RUNTIME_DIR": folder},
        text=True,
    )
    assert process.stdout is not None
    found = re.search(r"Page: (\S+)", process.stdout.readline())
    return process, found[1] if found else ""


def guests(checks: Checks, browser: Browser) -> None:
    """Look at the form for the code and at wrong ones; send a guest away."""
    talk = StagedTalk(address="0.0.0.0")
    talk.start()
    guest = browser.new_page(viewport=DESKTOP)
    guest.goto(talk.page.url)
    checks.look_at(guest, "code")
    for number in range(1, MOST_WRONG + 1):
        _type_code(guest, "none")
        guest.wait_for_selector("#wrong")
        if number in (1, MOST_WRONG):
            state = "wrong" if number == 1 else "wait"
            checks.look_at(guest, f"code, {state}")
    assert talk.page.guard.guests is not None
    talk.page.guard.guests._until = 0.0
    _type_code(guest, talk.told[-1].split(": ")[1][:7])
    settled(guest)
    checks.note("a guest does not send others away", not guest.is_visible("#guests"))
    owner = opened(browser, talk.page.entry_url, DESKTOP)
    settled(owner)
    tab_to(owner, "summary")
    owner.keyboard.press("Enter")
    checks.look_at(owner, "a guest is in")
    checks.note("keyboard: send away", tab_to(owner, "#guest-list button"))
    owner.keyboard.press("Enter")
    guest.wait_for_selector("#code")
    checks.note("a guest that was sent away sees the form", guest.is_visible("#code"))
    owner.wait_for_selector("#guests", state="hidden")
    owner.close()
    guest.close()
    talk.close()


def _visit_stranger(page: Page) -> str:
    """Open a website at another port of this computer; return what it is sent."""
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        stranger.settimeout(10)
        address = f"http://127.0.0.1:{stranger.getsockname()[1]}/"
        # From the page itself, so that it counts as the same website.
        page.evaluate("address => { location.href = address }", address)
        peer, _ = stranger.accept()
        sent = peer.recv(65536).decode()
        peer.sendall(b"HTTP/1.0 204 No Content\r\n\r\n")
        peer.close()
    return sent


def _type_code(page: Page, code: str) -> None:
    tab_to(page, "#code")
    page.keyboard.type(code)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def door(checks: Checks, browser: Browser) -> None:
    """Look at the page without its key; come in by address, bookmark and cookie."""
    with tempfile.TemporaryDirectory() as folder:
        talk = StagedTalk(folder=Path(folder) / "backtalk")
        talk.start()
        context = browser.new_context(viewport=DESKTOP)
        page = context.new_page()
        page.goto(talk.page.url)
        checks.look_at(page, "no key")
        page.goto(f"{talk.page.url}#key=old&size=2")
        page.wait_for_selector("#wrong")
        checks.look_at(page, "an old key")
        page.goto(f"{talk.page.entry_url}&size=3")
        settled(page)
        checks.note("the address comes in", press(page, "help"))
        checks.note("no key is left in sight", "key" not in page.url, page.url)
        checks.note("the size stays", page.get_attribute("html", "data-size") == "3")
        page.goto(page.url)
        settled(page)
        checks.note("the cookie comes in", page.is_visible("#buttons"))
        sent = _visit_stranger(page)
        checks.note(
            "another port of this computer gets no cookie", "ookie:" not in sent
        )
        other = browser.new_context().new_page()
        for _ in range(2):
            other.goto((Path(folder) / f"backtalk/page-{talk.page.port}.html").as_uri())
            other.wait_for_url(f"{talk.page.url}**")
            settled(other)
        checks.note("the bookmark comes in, and again", other.is_visible("#buttons"))
        other.reload()
        settled(other)
        checks.note("it can be loaded again", other.is_visible("#buttons"))
        other.close()
        context.close()
        talk.close()


def zoomed(
    checks: Checks, browser: Browser, url: str, state: str, phase: str = "waiting"
) -> None:
    """Look at the page as strong zoom leaves it, and at its largest text."""
    for zoom, size in ZOOMS.items():
        page = opened(browser, url, size)
        settled(page, phase)
        checks.look_at(page, f"{state} at {zoom}")
        checks.note(f"focus is never hidden, {state} at {zoom}", not _hidden(page))
        page.close()
    page = opened(browser, url, DESKTOP)
    settled(page, phase)
    page.evaluate("location.hash = 'size=5'")
    page.wait_for_function("() => document.documentElement.dataset.size === '5'")
    checks.note(
        f"no sideways scrolling, {state}, text 200 %", not page.evaluate(OVERFLOWS)
    )
    checks.note(f"focus is never hidden, {state}, text 200 %", not _hidden(page))
    page.close()


def _hidden(page: Page) -> list[str]:
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


def _tab_through(checks: Checks, page: Page) -> None:
    """Reach every link and button of a question by Tab."""
    for selector in (".skip", ".emergency", "summary", *_buttons(page)):
        checks.note(f"reached by Tab: {selector}", tab_to(page, selector))
    checks.note("focus is never hidden, question", not _hidden(page), _hidden(page))


def _buttons(page: Page) -> list[str]:
    names = page.evaluate(
        "[...document.querySelectorAll('#buttons [data-press]')]"
        ".filter((b) => !b.hidden).map((b) => b.dataset.press)"
    )
    return [f'[data-press="{name}"]' for name in names]


def _settings(checks: Checks, page: Page) -> None:
    """Change size, look and switch by keyboard."""
    tab_to(page, "summary")
    page.keyboard.press("Enter")
    checks.look_at(page, "size and look, open")
    tab_to(page, "[data-resize='1']")
    page.keyboard.press("Enter")
    checks.note("keyboard: larger text", page.get_attribute("html", "data-size") == "2")
    tab_to(page, "[name=look]")
    page.keyboard.press("ArrowRight")
    dark = page.get_attribute("html", "data-look")
    checks.note(
        "keyboard: another look", dark == "dark", "" if dark == "dark" else dark
    )
    tab_to(page, "summary")
    page.keyboard.press("Enter")


def _switch(checks: Checks, page: Page) -> None:
    """Let the buttons be marked in turn, and press the marked one."""
    page.evaluate("location.hash = 'switch=fast'")
    page.wait_for_function("() => document.activeElement?.dataset?.press === 'no'")
    with page.expect_response("**/press") as answered:
        page.keyboard.press("Enter")
    checks.note("one switch: the marked button", answered.value.status == 202)
    page.evaluate("location.hash = ''")
    settled(page)


def _until(page: Page, talk: StagedTalk, wanted: str, answers: dict[str, str]) -> None:
    """Answer by keyboard until `wanted` is open; no to what is not in `answers`."""
    for _ in range(40):
        if talk.open_prompt == wanted:
            return
        press(page, answers.get(str(talk.open_prompt), "no"))
        settled(page)
    raise SystemExit(f"{wanted} never opened")


def _text(page: Page, selector: str) -> str:
    return page.inner_text(selector)


def main() -> int:
    """Run every check; return 1 where one failed."""
    checks = Checks(axe_source(Path(sys.argv[1])))
    with chromium() as browser:
        print(f"Chromium {browser.version}")
        for check in (door, guests, lost, interview, clinic):
            check(checks, browser)
    held, failed = checks.counts["held"], checks.counts["failed"]
    print(f"{held} checks held, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
