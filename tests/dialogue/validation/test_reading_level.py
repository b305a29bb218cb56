"""Every prompt can be understood with six years of school.

Scored is the Flesch-Kincaid grade of each prompt by itself, as it is spoken: with the
clinic's name and its numbers filled in, figure by figure. Short texts are scored like
long ones; none is left out or joined with another, although one long word in a short
sentence weighs heavily there. Numbers that stand in figures in our own words ("18")
count as one syllable.
"""

import pytest
import textstat

from dialogue.content.content import Content
from dialogue.loading import load_content
from dialogue.validation.prompts import (
    FILLINGS,
    MOST_SENTENCE_WORDS,
    render_spoken,
)
from dialogue.validation.question_words import split_sentences

HIGHEST_GRADE = 6.0

KNOWN_ABOVE = {
    # A street address and a week's hours have no plainer words.
    ("roseville", "address.say"): 9.3,
    ("roseville", "hours.say"): 8.4,
}
"""Prompts that score higher only by what a clinic's profile fills in."""


@pytest.fixture(scope="module", params=["roseville", "dfw", None])
def spoken(request: pytest.FixtureRequest) -> dict[tuple[str | None, str], str]:
    """Return every prompt that one clinic can say, as it is spoken."""
    content: Content = load_content(clinic=request.param)
    keys = [key for key in content.prompts if not key.startswith(FILLINGS)]
    said = (render_spoken(key, content.prompts, content.clinic) for key in keys)
    return {(request.param, pair[0]): pair[1] for pair in said if pair}


def test_every_prompt_reads_at_grade_six_or_less(
    spoken: dict[tuple[str | None, str], str],
) -> None:
    """No prompt scores above grade 6 but the two whose facts a clinic gives."""
    grades = {at: textstat.flesch_kincaid_grade(text) for at, text in spoken.items()}
    above = {at: round(g, 1) for at, g in grades.items() if g > HIGHEST_GRADE}
    assert {at: g for at, g in KNOWN_ABOVE.items() if at in spoken} == above


def test_every_sentence_is_short(spoken: dict[tuple[str | None, str], str]) -> None:
    """No sentence has more than twenty words as spoken, names and numbers included."""
    long = [
        (at, sentence)
        for at, text in spoken.items()
        for sentence in split_sentences(text)
        if len(sentence.split()) > MOST_SENTENCE_WORDS
    ]
    assert long == []


def test_the_scores_come_from_pronunciations() -> None:
    """The score counts syllables as they are spoken, not as words are hyphenated."""
    assert textstat.syllable_count("area") == 3
    assert textstat.syllable_count("people") == 2
