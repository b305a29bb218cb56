"""Draws the screens in a browser, to be looked at: make draw-screens.

It writes one page for each screen and device to `build/screens`, and a picture beside
it where Chromium is installed. This is our own reading of APL and not Amazon's viewer:
fonts differ, and so may the last dp.
"""

import argparse
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from helpers.apl_reader import VIEWPORTS, Component, Viewport, get_words, inflate
from helpers.core_turns import NO, YES, walk

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.interview import take_turn
from dialogue.engine.rendering import render_reply
from dialogue.engine.reply import MENU, Reply
from dialogue.engine.state import State
from dialogue.loading import load_content
from skill.apl import build_screen, find_place

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
_PAGE = """<!doctype html><meta charset="utf-8"><style>
* {{ box-sizing: border-box; margin: 0; font-family: "Amazon Ember", sans-serif }}
body {{ width: {width}px; height: {height}px; overflow: hidden; background: #888 }}
body > div {{ border-radius: {corner}; overflow: hidden }}
div {{ flex-shrink: 0 }}
</style>{body}"""


def build_directive(content: Content, state: State, reply: Reply) -> dict[str, Any]:
    """Return what is sent for `reply`."""
    rendered = render_reply(reply, content.prompts, content.clinic, NOON)
    return build_screen(content, reply, rendered, find_place(content.protocol, state))


def walk_screens(content: Content) -> Iterator[tuple[str, State, Reply]]:
    """Yield one talk's moment for each kind of screen."""
    protocol = content.protocol
    opening = take_turn(protocol, None, events.Begin())
    yield "1_opening", *opening
    for number, ends in enumerate(("emergency", "urgent", "clinic"), start=2):
        path = next(p for p in walk(protocol) if p.reply.disposition == ends)
        yield f"{number}_{ends}", path.state, path.reply
    longest = max(protocol.questions, key=lambda q: len(content.prompts[f"ask.{q.id}"]))
    state, reply = opening
    while reply.open_prompt != longest.id and reply.expects_answer:
        wanted = reply.open_prompt in ("started_within_three_days", "hard_effort")
        state, reply = take_turn(protocol, state, YES if wanted else NO)
    yield "5_longest_question", state, reply
    yield "6_number_asked", *take_turn(protocol, state, events.AskForNumber())
    while reply.open_prompt != MENU:
        state, reply = take_turn(protocol, state, NO)
    yield "7_first_steps", state, reply
    while reply.expects_answer:
        state, reply = take_turn(protocol, state, events.Next())
    yield "8_last_steps", state, reply


def render_page(root: Component, viewport: Viewport) -> str:
    """Return the page of one screen."""
    corner = "50%" if viewport.shape == "round" else "0"
    width, height = viewport.width, viewport.height
    body = render_component(root, "column", viewport)
    return _PAGE.format(width=width, height=height, corner=corner, body=body)


def render_component(
    component: Component, direction: str, viewport: Viewport, gap: int = 0
) -> str:
    """Return a component as a box; `gap` is the distance from the one before."""
    values = component.values
    style = dict(_build_style(values, direction, viewport, gap))
    inner = values.get("direction", "column")
    inside = "".join(
        render_component(c, inner, viewport, c.values.get("spacing", 0) if n else 0)
        for n, c in enumerate(component.children)
    )
    if component.kind == "Text":
        inside = f"<span>{escape(get_words(component))}</span>"
        style |= {
            "color": values["color"],
            "font-size": f"{values['fontSize']}px",
            "font-weight": values["fontWeight"],
            "line-height": "1.25",
            "text-align": values["textAlign"],
        }
        if values.get("textAlignVertical") == "center":
            style |= {"display": "grid", "place-content": "center"}
    else:
        style |= {"display": "flex", "flex-direction": inner}
    if component.kind == "ScrollView":
        style["overflow"] = "hidden"
    css = ";".join(f"{name}:{value}" for name, value in style.items())
    return f'<div style="{css}">{inside}</div>'


def _build_style(
    values: dict[str, Any], direction: str, viewport: Viewport, gap: int
) -> Iterator[tuple[str, Any]]:
    for name in ("width", "height"):
        if name in values:
            yield name, _to_css(values[name], viewport)
    for side in ("Left", "Right", "Top", "Bottom"):
        if f"padding{side}" in values:
            yield f"padding-{side.lower()}", _to_css(values[f"padding{side}"], viewport)
    if values.get("grow"):
        yield "flex-grow", values["grow"]
    if gap:
        yield ("margin-left" if direction == "row" else "margin-top"), f"{gap}px"
    if "backgroundColor" in values:
        yield "background", values["backgroundColor"]
    if "borderWidth" in values:
        yield "border", f"{values['borderWidth']}px solid {values['borderColor']}"
    if "borderRadius" in values:
        yield "border-radius", f"{values['borderRadius']}px"


def _to_css(value: int | str, viewport: Viewport) -> str:
    """Return a CSS length; a view's percents are those of the device."""
    if isinstance(value, int):
        return f"{value}px"
    if value in ("100vw", "100vh"):
        return f"{viewport.width if value == '100vw' else viewport.height}px"
    return value


def main() -> int:
    """Draw every screen on every device."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "screens")
    parser.add_argument("--device", help="only this one, such as hub_round_small")
    parser.add_argument("--clinic", default="roseville")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    content = load_content(clinic=options.clinic)
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    drawings = 0
    for name, state, reply in walk_screens(content):
        for viewport in (v for v in VIEWPORTS if options.device in (None, v.name)):
            root = inflate(build_directive(content, state, reply), viewport)
            file = options.out / f"{name}.{viewport.name}.html"
            file.write_text(render_page(root, viewport), encoding="utf-8")
            drawings += 1
            if browser:
                size = f"--window-size={viewport.width},{viewport.height}"
                subprocess.run(
                    [browser, "--headless", "--no-sandbox", "--hide-scrollbars", size,
                     f"--screenshot={file.with_suffix('.png')}", file.as_uri()],
                    check=True, capture_output=True,
                )  # fmt: skip
    print(f"{drawings} screens in {options.out}, {'drawn' if browser else 'as pages'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
