"""What is on a screen can be read across a room, and touched, on every device."""

import math
import textwrap
from dataclasses import replace
from html import unescape
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
MEAN_EM = 0.55
"""Width of a bold letter in a line of many, by the size of its font."""
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
    row = find_row(root)
    for button in root.find_all("TouchWrapper"):
        assert row is not None
        (frame,) = button.children
        (text,) = frame.children
        label, size = get_words(text), text.values["fontSize"]
        count = len(row.children) if row.values["direction"] == "row" else 1
        room = get_room(root, viewport)
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


def find_row(root: Component) -> Component | None:
    """Return the container of the buttons."""
    containers = root.find_all("Container")
    return next(
        (c for c in containers if any(b.kind == "TouchWrapper" for b in c.children)),
        None,
    )


def get_room(root: Component, viewport: Viewport) -> float:
    """Return the width that the buttons share: half the page beside an offer."""
    page = root.children[0].values
    room = viewport.width - page["paddingLeft"] - page["paddingRight"]
    row = find_row(root)
    asking = next(c for c in root.find_all("Container") if row in c.children)
    beside = asking.values["direction"] == "row" and len(asking.children) > 1
    return (room - row.values["spacing"]) / 2 if beside and row else room


@pytest.mark.parametrize("viewport", VIEWPORTS, ids=lambda v: v.name)
def test_the_instruction_is_largest_and_the_disclaimer_smallest(
    content: Content, viewport: Viewport
) -> None:
    """For each disposition: the instruction, then the number, then the rest."""
    seen = set()
    for _, state, reply in walk_screens(content):
        directive = build_directive(content, state, reply)
        data = directive["datasources"]["screen"]
        if not data["instruction"]:
            continue
        seen.add(reply.disposition)
        scroll = next(inflate(directive, viewport).find_all("ScrollView"))
        first, *rest = scroll.find_all("Text")
        sizes = {get_words(text): text.values["fontSize"] for text in rest}
        assert get_words(first) == unescape(data["instruction"])
        assert first.values["fontSize"] > max(sizes.values(), default=0)
        if data["number"]:
            assert get_words(rest[0]) == data["number"]
        if data["disclaimer"]:
            assert get_words(rest[-1]) == unescape(data["disclaimer"])
            assert sizes[get_words(rest[-1])] == min(sizes.values())
    assert {"emergency", "urgent", "clinic"} < seen


@pytest.mark.parametrize("viewport", VIEWPORTS, ids=lambda v: v.name)
def test_the_number_is_in_sight_on_hubs(content: Content, viewport: Viewport) -> None:
    """Behind the instruction and above the buttons, before anybody scrolls.

    Not on a round hub and a telephone, where letters of the least size leave no room:
    there the number is spoken twice, and a touch away.
    """
    if viewport.shape == "round" or viewport.width < 700:
        pytest.skip("too small for both")
    for _, state, reply in walk_screens(content):
        directive = build_directive(content, state, reply)
        data = directive["datasources"]["screen"]
        if not (data["instruction"] and data["number"]):
            continue
        root = inflate(directive, viewport)
        page = root.children[0].values
        wide = viewport.width - page["paddingLeft"] - page["paddingRight"]
        most = viewport.height - page["paddingTop"] - page["paddingBottom"]
        if row := find_row(root):
            offer = next(
                t for t in root.find_all("Text") if data["offer"] == get_words(t)
            )
            beside = get_room(root, viewport) != wide
            words = estimate_height(offer, get_room(root, viewport) if beside else wide)
            high = row.children[0].values["height"]
            most -= max(words, high) if beside else words + high
            most -= 2 * row.values["spacing"]
        texts = [*next(root.find_all("ScrollView")).find_all("Text")][:2]
        assert sum(estimate_height(text, wide) for text in texts) <= most


def estimate_height(text: Component, width: float) -> float:
    """Return how high a text stands in `width` dp, its lines broken between words."""
    size = text.values["fontSize"]
    lines = textwrap.wrap(get_words(text), int(width / (size * MEAN_EM)))
    return len(lines) * size * 1.25


def test_nothing_round_is_cut_off(content: Content) -> None:
    """On a round screen the page's corners lie within the circle."""
    viewport = next(v for v in VIEWPORTS if v.shape == "round")
    middle = viewport.width / 2
    for _, state, reply in walk_screens(content):
        root = inflate(build_directive(content, state, reply), viewport)
        page = root.children[0].values
        row = find_row(root)
        inset = row.values["paddingLeft"] if row else 0
        side, bottom = page["paddingLeft"], viewport.height - page["paddingBottom"]
        for x, y in ((side, page["paddingTop"]), (side + inset, bottom)):
            assert math.hypot(middle - x, middle - y) <= middle * 1.02
