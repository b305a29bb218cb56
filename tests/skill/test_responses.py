"""Speech: well-formed SSML with our own tags only; cards without any."""

import xml.etree.ElementTree as ET

import pytest
from helpers.rendered import one_prompt

from dialogue.engine.reply import EmergencyNumber, Phone, RenderedPrompt, Text
from skill.responses import render_card, render_ssml

PROMPTS = (
    RenderedPrompt("ask", (Text("Ask for Bones & Joints, <now>."),)),
    RenderedPrompt(
        "call",
        (
            Text("Call "),
            Phone("651-219-7292", "six five one, two one nine, seven two nine two"),
            Text(" or "),
            EmergencyNumber("911", "nine one one"),
            Text("."),
        ),
    ),
)


def test_numbers_are_marked_for_the_ear() -> None:
    """The emergency number digit by digit, a phone number as one."""
    assert (
        "<speak>Ask for Bones &amp; Joints, &lt;now&gt;."
        '<break time="300ms"/>Call '
        '<say-as interpret-as="telephone">651-219-7292</say-as> or '
        '<say-as interpret-as="digits">911</say-as>.</speak>'
    ) == render_ssml(PROMPTS)


def test_a_card_has_figures_and_lines_and_no_markup() -> None:
    """One prompt a line."""
    assert ("Ask for Bones & Joints, <now>.\nCall 651-219-7292 or 911.") == render_card(
        PROMPTS
    )


@pytest.mark.parametrize("sign", ["\0", "\x0b", "\x1f", "\ud800", "\ufffe"])
def test_characters_that_xml_forbids_are_dropped(sign: str) -> None:
    """Whatever a clinic's name holds, the speech stays readable."""
    assert "<speak>ab</speak>" == render_ssml(one_prompt("x", f"a{sign}b"))
    assert sign not in render_card(one_prompt("x", f"a{sign}b"))


def test_any_text_parses_as_xml() -> None:
    """Every sign of markup comes back as it was meant."""
    text = """a<b>&c;"d"'e'\N{SNOWMAN}\U0001f600"""
    assert text == ET.fromstring(render_ssml(one_prompt("x", text))).text
