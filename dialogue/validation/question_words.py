"""Checks the words of questions: short, one thing each, true to the thresholds."""

import re
from collections.abc import Iterator, Mapping
from statistics import median

from dialogue.content import messages
from dialogue.content.content import Content
from dialogue.content.lexicon_reader import ONE_THING
from dialogue.content.schema import ProblemLog
from dialogue.engine.protocol import Question
from dialogue.engine.time_formats import split_list

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
_DAY, _WEEK = 24, 168
"""Hours."""


def check_questions(content: Content, log: ProblemLog, warnings: ProblemLog) -> None:
    """Note questions that are long, ask two things, or name another length."""
    for question in content.protocol.questions:
        for form in FORMS:
            key = f"{form}.{question.id}"
            _check_form(content, key, question, log)
        _check_threshold(content, question, log)
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


def _check_threshold(content: Content, question: Question, log: ProblemLog) -> None:
    """Note a question on a length whose words name another one."""
    known = question.known_from
    hours = known.duration_at_most or known.duration_over
    if not hours:
        return
    names = list(_list_lengths(content.prompts, hours))
    for form in FORMS:
        key = f"{form}.{question.id}"
        words = content.prompts[key].lower()
        if not any(re.search(rf"(?<!\w){re.escape(n)}(?!\w)", words) for n in names):
            at = ("prompt", content.locale, key)
            filled = {"hours": f"{hours:g}", "names": ", ".join(names) or "no length"}
            log.report(messages.OTHER_LENGTH, at, key=key, **filled)


def _list_lengths(prompts: Mapping[str, str], hours: float) -> Iterator[str]:
    """Yield the numbers that may name `hours`, in figures and words: days, weeks."""
    numbers = _list_numbers(prompts)
    for unit in (_DAY, _WEEK):
        if hours % unit == 0:
            count = int(hours // unit)
            yield f"{count}"
            yield from (word.lower() for word in numbers.get(count, ()))


def _list_numbers(prompts: Mapping[str, str]) -> dict[int, list[str]]:
    """Return the locale's words for one to fifty nine, as hours and minutes have them.

    The words for hours begin with one, or with none in a locale of 24 hours.
    """
    hours = split_list(prompts, "spoken.hours")
    minutes = split_list(prompts, "spoken.minutes")
    first = 0 if len(hours) == _DAY else 1
    numbers: dict[int, list[str]] = {}
    for words, start in ((hours, first), (minutes, 1)):
        for number, word in enumerate(words, start):
            numbers.setdefault(number, []).append(word)
    return numbers
