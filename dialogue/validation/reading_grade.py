"""Checks that every prompt can be understood with six years of school.

Scored is the Flesch-Kincaid grade (Kincaid et al. 1975) of each prompt by itself, as it
is spoken, for English. Short texts are scored like long ones. What a clinic's profile
fills in counts as one plain word: a name, an address and a week's hours have no plainer
ones.

The syllables are counted here, by a rule and the words that it gets wrong: the packages
that know pronunciations are for development (one is under the GPL and one fetches its
dictionary), and those without are right for fewer words than this rule.
"""

import re
from functools import lru_cache

from dialogue.content import locale_messages, messages
from dialogue.content.content import Content
from dialogue.content.schema import ProblemLog
from dialogue.validation.question_words import split_sentences
from dialogue.validation.spoken_prompts import render_own_words

HIGHEST_GRADE = 6.0
"""Source: the clinical design, P10."""
LANGUAGE = "en"
"""The formula's only language."""

_WORD = re.compile(r"\d+|[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(
    r"[^aeiouy](?:(?<![^aeiouyrl]l)e|(?<![td])(?<![^aeiouylr]l)ed"
    r"|(?<![cgsxz])(?<![cs]h)(?<![^aeiouylr]l)es)$"
    r"|[^aeiouyl]e(?=ly$|ful|less|ments?$|ness)|^(?:some|else|nine|guide|side)(?=.)"
)
"""An e that is not heard: came, stopped, leaves, useful, something."""
_APART = re.compile(
    r"i[ao](?!u)|ium|[aeiouy]ing|eo(?![nu])|[uo]e[nt]$|ua[lt]|ie[tnr]\w|yi|sms?$"
    r"|[^gq]ua(?!r)|[^aeiouyr]n['\u2019]t$"
)
"""Two sounds in what looks like one: diet, doing, spasm, didn't."""
_TOGETHER = re.compile(r"[tcsg]i(?:a[ln]|o[nu])")
"""One sound in what looks like two: special, region."""
_BY_WORD = {
    "area": 3, "areas": 3, "aspirin": 2, "business": 2, "crooked": 2, "diabetes": 4,
    "earlier": 3, "easier": 3, "evening": 2, "everyone": 3, "everything": 3,
    "february": 4, "fluid": 2, "fluids": 2, "friend": 1, "friends": 1, "hundred": 2,
    "idea": 3, "january": 4, "maybe": 2, "nausea": 3, "ok": 2, "patient": 2,
    "patients": 2, "people": 2, "previous": 3, "quiet": 2, "roseville": 2, "senior": 2,
    "serious": 3, "someone": 2, "w": 3, "wednesday": 2,
}  # fmt: skip
"""Words that the rule counts wrong."""


def check_grades(content: Content, log: ProblemLog, warnings: ProblemLog) -> None:
    """Note each prompt above the highest grade; a warning where none can be told."""
    if content.locale.partition("-")[0] != LANGUAGE:
        place = log.find_place("prompt", content.locale)
        warnings.report(locale_messages.NOT_GRADED, place, locale=content.locale)
        return
    for key, spoken in render_own_words(content.prompts):
        if (grade := compute_grade(spoken)) > HIGHEST_GRADE:
            at = ("prompt", content.locale, key)
            longest = sorted(_WORD.findall(spoken), key=count_syllables)[-1]
            filled = {"grade": f"{grade:.1f}", "most": f"{HIGHEST_GRADE:g}"}
            log.report(messages.HARD_WORDS, at, key=key, longest=longest, **filled)


def compute_grade(text: str) -> float:
    """Return the Flesch-Kincaid grade of a text in English; zero for no words."""
    words = [word for word in text.split() if _WORD.search(word)]
    if not words:
        return 0.0
    syllables = sum(count_syllables(part) for part in _WORD.findall(text))
    sentences = len(split_sentences(text))
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


@lru_cache(maxsize=4096)
def count_syllables(word: str) -> int:
    """Return the syllables of an English word; of a number, one for each figure."""
    word = word.lower()
    if word.isdigit():
        return len(word)
    if word in _BY_WORD:
        return _BY_WORD[word]
    heard = len(_VOWELS.findall(word)) + len(_APART.findall(word))
    return max(1, heard - len(_SILENT.findall(word)) - len(_TOGETHER.findall(word)))
