"""Prompts to the text that is read aloud: digits one by one."""

import re

import pytest

from dialogue.engine import time_formats
from dialogue.engine.rendering import render_reply
from dialogue.engine.reply import EmergencyNumber, Phone, RenderedPrompt, Reply, Text
from dialogue.validation.spoken_prompts import FILLINGS
from local_voice.tts.speech import get_passages

SPOKEN = "six five one, two one nine, seven two nine two"


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        ([Text("Take care. "), Text("Goodbye.")], "Take care. Goodbye."),
        (
            [Text("Call "), EmergencyNumber("911", "nine one one"), Text(" now.")],
            "Call nine one one now.",
        ),
        (
            [Text("Call "), Phone("651-219-7292", SPOKEN), Text(".")],
            "Call six five one, two one nine, seven two nine two.",
        ),
        ([Text("A\n  line", written="A line")], "A line"),
    ],
)
def test_segments_become_words(segments, expected):
    """Numbers are single digits in groups, and the emergency number never eleven."""
    assert [expected] == get_passages([RenderedPrompt("x", tuple(segments))])


def test_each_prompt_is_a_passage_of_its_own():
    """So that there is a pause between two of them, and either may fail alone."""
    prompts = [RenderedPrompt("x", (Text(words),)) for words in ("One.", "Two.")]
    assert ["One.", "Two."] == get_passages(prompts)
    assert [] == get_passages([])


def test_zero_is_zero(content):
    """A nought is read as zero, not as a letter."""
    assert "zero nine" == time_formats.format_digits(content.prompts, "09")


def test_no_prompt_gives_figures_of_a_number_to_the_voice(content):
    """Of all prompts only ages and minutes keep figures, which are read right."""
    said = [key for key in content.prompts if not key.startswith(FILLINGS)]
    for key in said:
        try:
            worded = render_reply(Reply((key,)), content.prompts, content.clinic, None)
        except ValueError:
            continue  # a placeholder that nothing fills without a clock
        for passage in get_passages(worded.prompts):
            assert all(len(f) <= 2 for f in re.findall(r"\d+", passage)), key
