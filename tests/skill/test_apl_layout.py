"""What is on a screen can be read across a room, and touched, on every device."""

import math
from dataclasses import replace
from typing import Any

import pytest
from helpers.apl_reader import (
    VIEWPORTS,
    Component,
    Viewport,
    get_contrast,
    get_words,
    inflate,
)
from previews.screens import build_directive, walk_screens

from dialogue.content.content import Content

LEAST_WORDS, LEAST_WORDS_ROUND = 48, 32
LEAST_BUTTON = 96
"""All in dp."""
LEAST_CONTRAST = 7.0
EM = 0.62
"""Width of a bold letter by the size of its font, generously."""


def test_markup_in_a_clinics_name_is_shown_as_it_is(content: Content) -> None:
    """A Text component reads tags and entities, so they are written as such."""
    assert content.clinic is not None
    odd = replace(content, clinic=replace(content.clinic, name="Ache & <b>Sons</b>"))
    data = screen_data(odd)
    assert "Ache &amp; &lt;b&gt;Sons&lt;/b&gt;" in data["lines"][0]


def screen_data(content: Content) -> dict[str, Any]:
    """Return the words of the opening's screen."""
    _, state, reply = next(walk_screens(content))
    return dict(build_directive(content, state, reply)["datasources"]["screen"])


@pytest.mark.parametrize("viewport", VIEWPORTS, ids=lambda v: v.name)
def test_what_is_shown_can_be_read_and_touched(
    content: Content, viewport: Viewport
) -> None:
    """Letters, contrast, buttons and labels, pressed or focused or neither."""
    for name, state, reply in walk_screens(content):
        directive = build_directive(content, state, reply)
        for held in ("", "pressed", "focused"):
            root = inflate(directive, viewport, held)
            check_words(root, viewport)
            check_buttons(root, viewport, directive, held)
            expected = 3 if reply.open_prompt in content.protocol.question else 2
            buttons = list(root.find_all("TouchWrapper"))
            assert (expected if reply.expects_answer else 0) == len(buttons), name


def check_words(
    component: Component, viewport: Viewport, paper: str = "#000000"
) -> None:
    """Check the size of letters, and their contrast with what is behind them."""
    values = component.values
    paper = values.get("backgroundColor", paper)
    if component.kind == "Text":
        least = LEAST_WORDS_ROUND if viewport.shape == "round" else LEAST_WORDS
        assert values["fontSize"] >= least
        assert get_contrast(values["color"], paper) >= LEAST_CONTRAST
        assert get_words(component)
    for child in component.children:
        check_words(child, viewport, paper)


def check_buttons(
    root: Component, viewport: Viewport, directive: dict[str, Any], held: str
) -> None:
    """Check size, room for the word, label, what is sent, and that focus is seen."""
    data = directive["datasources"]["screen"]
    page = root.children[0].values
    row = next((c for c in root.find_all("Container") if "direction" in c.values), None)
    for button in root.find_all("TouchWrapper"):
        assert row is not None
        (frame,) = button.children
        (text,) = frame.children
        label, size = get_words(text), text.values["fontSize"]
        count = len(row.children) if row.values["direction"] == "row" else 1
        room = viewport.width - page["paddingLeft"] - page["paddingRight"]
        room -= row.values["paddingLeft"] + row.values["paddingRight"]
        room = (room - (count - 1) * button.values["spacing"]) / count
        inside = room - 2 * frame.values["borderWidth"]
        assert max(map(len, label.split())) * size * EM <= inside
        lines = 1 if len(label) * size * EM <= inside else len(label.split())
        high = button.values["height"]
        assert lines * size * 1.25 <= high - 2 * frame.values["borderWidth"] + 8
        assert high >= LEAST_BUTTON
        assert button.values["accessibilityLabel"] == label
        (press,) = button.values["onPress"]
        answer = next(b["answer"] for b in data["buttons"] if b["label"] == label)
        assert ("SendEvent", ["answer", answer, data["place"]]) == (
            press["type"],
            press["arguments"],
        )
        assert frame.values["borderWidth"] >= (10 if held == "focused" else 4)


def test_nothing_round_is_cut_off(content: Content) -> None:
    """On a round screen the page's corners lie within the circle."""
    viewport = next(v for v in VIEWPORTS if v.shape == "round")
    middle = viewport.width / 2
    for _, state, reply in walk_screens(content):
        root = inflate(build_directive(content, state, reply), viewport)
        page = root.children[0].values
        row = [c for c in root.find_all("Container") if "direction" in c.values]
        inset = row[0].values["paddingLeft"] if row else 0
        side, bottom = page["paddingLeft"], viewport.height - page["paddingBottom"]
        for x, y in ((side, page["paddingTop"]), (side + inset, bottom)):
            assert math.hypot(middle - x, middle - y) <= middle * 1.02
