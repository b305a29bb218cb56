"""Opens the booklet in a real browser: make draw-booklet.

It writes the booklet to `build/booklet`, lets Chromium lay it out for screen and paper,
and says what came of it. Needs Chromium, which no test needs.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from pypdf import PdfReader

from dialogue.booklet.booklet import build_booklet
from dialogue.loading import load_content
from dialogue.printing.html import render_html
from dialogue.printing.pdf import render_pdf

ROOT = Path(__file__).parents[2]
OUT = ROOT / "build" / "booklet"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDTHS = (390, 1280)
"""Pixels of a telephone and of a desk."""


def main() -> int:
    """Return 0 where a browser showed and printed all of it."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        print("No Chromium is installed here; the booklet was not opened.")
        return 1
    OUT.mkdir(parents=True, exist_ok=True)
    document = build_booklet(load_content(clinic="roseville"))
    page, printed = OUT / "booklet.html", OUT / "printed.pdf"
    page.write_text(render_html(document), encoding="utf-8")
    (OUT / "booklet.pdf").write_bytes(render_pdf(document))
    complaints = 0
    for width in WIDTHS:
        picture = f"--screenshot={OUT / f'{width}.png'}"
        complaints += _opened(browser, page, picture, f"--window-size={width},2000")
    complaints += _opened(
        browser, page, f"--print-to-pdf={printed}", "--no-pdf-header-footer"
    )
    sheets = [p.extract_text() for p in PdfReader(printed).pages]
    footed = sum(document.foot in sheet for sheet in sheets)
    print(
        f"The browser printed {len(sheets)} pages, {footed} with their foot, and "
        f"complained {complaints} times. Our own PDF has "
        f"{len(PdfReader(OUT / 'booklet.pdf').pages)} pages. All is in {OUT}."
    )
    return 0 if sheets and footed == len(sheets) and not complaints else 1


def _opened(browser: str, page: Path, *options: str) -> int:
    """Return how often the browser's console complained about the page."""
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu"]
    command += ["--enable-logging=stderr", *options, page.as_uri()]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return len(re.findall(r"CONSOLE", run.stderr))


if __name__ == "__main__":
    sys.exit(main())
