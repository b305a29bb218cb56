"""Checks the words of questions: short, one thing each, answered by yes or no."""

import re
from collections.abc import Mapping
from statistics import median

from dialogue.content import messages
from dialogue.content.content import Content
from dialogue.content.lexicon_reader import ONE_THING
from dialogue.content.schema import ProblemLog
from dialogue.engine.protocol import Question

MOST_WORDS = 12
"""Of `ask`, and of `again`. Source: the clinical design, P10 and P16."""
MOST_MEDIAN = 7
"""Words of the middle one of all `ask`, by length. Source: the same, 2.3."""
MOST_NAME_WORDS = 4
"""Of a short name: three of them stand in one sentence of twenty words."""

FORMS = ("ask", "again")
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")
_NOT_YES_OR_NO = re.compile(
    r"^(what|which|how|when|where|who|whose|why)\b|\b(either|whether|which of)\b|"
    r"\b(left or right|right or left|better or worse|worse or better|"
    r"sharp or dull|dull or sharp|upper or lower|lower or upper|yes or no|"
    r"sitting or standing|constant or \w+|more or less|day or night)\b",
    re.IGNORECASE,
)


def check_questions(content: Content, log: ProblemLog, warnings: ProblemLog) -> None:
    """Note questions that are long or ask two things, and signs without a name."""
    for question in content.protocol.questions:
        for form in FORMS:
            key = f"{form}.{question.id}"
            _check_form(content, key, question, log)
        if f"{ONE_THING}.{question.id}" in content.prompts:
            _check_reason(content, question, log, warnings)
        if f"sign.{question.id}" in content.prompts:
            _check_short_name(content, question.id, log)
    _check_median(content, log)


def split_sentences(words: str) -> list[str]:
    """Return the sentences of `words`."""
    return [part for part in _SENTENCE_END.split(words.strip()) if part]


def _check_form(
    content: Content, key: str, question: Question, log: ProblemLog
) -> None:
    at, words = ("prompt", content.locale, key), content.prompts[key]
    if (count := len(words.split())) > MOST_WORDS:
        log.report(messages.LONG_QUESTION, at, key=key, count=count, most=MOST_WORDS)
    if not words.endswith("?"):
        log.report(messages.NOT_A_QUESTION, at, key=key)
    if (count := words.count("?")) > 1:
        log.report(messages.SEVERAL_QUESTIONS, at, key=key, count=count)
    for sentence in split_sentences(words):
        if found := _NOT_YES_OR_NO.search(sentence):
            log.report(messages.EITHER_OR, at, key=key, words=found[0])
    joiner = _find_joiner(content.prompts, words)
    if joiner and f"{ONE_THING}.{question.id}" not in content.prompts:
        log.report(messages.TWO_PARTS, at, key=key, word=joiner)


def _find_joiner(prompts: Mapping[str, str], words: str) -> str:
    """Return the locale's word for "or" if it joins two parts of `words`."""
    joiner = re.sub(r"\{\w*\}", "", prompts.get("spoken.or", "")).strip()
    found = joiner and re.search(rf"(?<!\w){re.escape(joiner)}(?!\w)", words, re.I)
    return joiner if found else ""


def _check_reason(
    content: Content, question: Question, log: ProblemLog, warnings: ProblemLog
) -> None:
    """Note a reason for two parts where no form of the question has two."""
    forms = [content.prompts[f"{form}.{question.id}"] for form in FORMS]
    if not any(_find_joiner(content.prompts, words) for words in forms):
        # Where a prompt stands is known to the one log only.
        at = ("prompt", content.locale, f"{ONE_THING}.{question.id}")
        warnings.report(messages.NEEDLESS_REASON, log.find_place(*at), id=question.id)


def _check_short_name(content: Content, id_: str, log: ProblemLog) -> None:
    key = f"sign.{id_}"
    at, words = ("prompt", content.locale, key), content.prompts[key]
    if (count := len(words.split())) > MOST_NAME_WORDS:
        filled = {"key": key, "count": count, "most": MOST_NAME_WORDS}
        log.report(messages.LONG_SHORT_NAME, at, **filled)
    if re.search(r"[.?!,;:{}]", words):
        log.report(messages.NOT_A_SHORT_NAME, at, key=key, words=words)


def _check_median(content: Content, log: ProblemLog) -> None:
    keys = [f"ask.{question.id}" for question in content.protocol.questions]
    counts = sorted(len(content.prompts[key].split()) for key in keys)
    if counts and (middle := median(counts)) > MOST_MEDIAN:
        at, filled = ("prompt", content.locale), {"middle": f"{middle:g}"}
        log.report(messages.LONG_QUESTIONS, at, most=MOST_MEDIAN, **filled)
