"""Checks lengths of time in prompts against the protocol: thresholds, and the timer.

A length is read from a prompt as it is from a person, by the locale's own numbers and
units, so that "three days", "3 days" and "72 hours" are one.
"""

import re
from collections.abc import Iterable, Mapping

from dialogue.content import messages
from dialogue.content.content import Content
from dialogue.content.schema import ProblemLog
from dialogue.engine.protocol import Question
from dialogue.understanding.normalisation import get_hours, is_length, normalise
from dialogue.validation.question_words import FORMS
from dialogue.validation.spoken_prompts import FILLINGS

HOUR, DAY, WEEK = 1, 24, 168
"""Hours."""
TIMER_PROMPTS = ("timer.offer", "timer.start", "timer.end")
"""Beside the care line behind which a timer is offered."""

OTHER_LENGTHS = {"medicine.limits": 240}
"""Hours of a day or more that are no threshold, by prompt: the label of ibuprofen sends
people to a doctor after ten days of pain. Source: the clinical design, 3.6."""

_SECOND = 1 / 3600
"""Hours that a unit of the locale may be off by: a minute is written as 0.016667."""


def check_lengths(content: Content, log: ProblemLog) -> None:
    """Note each prompt that names another length than the protocol has."""
    lengths = _find_lengths(content)
    for question in content.protocol.questions:
        _check_question(content, question, lengths, log)
    _check_timer(content, lengths, log)
    known = {*content.protocol.thresholds.values()}
    for key, found in lengths.items():
        other = OTHER_LENGTHS.get(key)
        for hours in found:
            if hours >= DAY and hours not in known and hours != other:
                at = ("prompt", content.locale, key)
                filled = {"length": _name(hours), "known": _list_names(known)}
                log.report(messages.NO_THRESHOLD, at, key=key, **filled)


def _check_question(
    content: Content,
    question: Question,
    lengths: Mapping[str, tuple[float, ...]],
    log: ProblemLog,
) -> None:
    """Note a question on a length, or its read-back, whose words name another one."""
    known = question.known_from
    hours = known.duration_at_most or known.duration_over
    if not hours:
        return
    asked = [f"{form}.{question.id}" for form in FORMS]
    read_back = [k for k in lengths if k.startswith(f"readback.{question.id}.")]
    for key in (*asked, *read_back):
        # A read-back may name no length: "You were not sure how long it has lasted."
        if set(lengths[key]) - {hours} or (key in asked and not lengths[key]):
            filled = {"hours": f"{hours:g}", "name": _name(hours)}
            at = ("prompt", content.locale, key)
            log.report(messages.OTHER_LENGTH, at, key=key, **filled)


def _check_timer(
    content: Content, lengths: Mapping[str, tuple[float, ...]], log: ProblemLog
) -> None:
    """Note words around the timer that do not name its minutes."""
    protocol = content.protocol
    hours = protocol.timer_minutes / 60
    for key in (protocol.timer_after, *TIMER_PROMPTS):
        if not any(abs(named - hours) < _SECOND for named in lengths.get(key, ())):
            at, minutes = ("prompt", content.locale, key), protocol.timer_minutes
            log.report(messages.OTHER_MINUTES, at, key=key, minutes=minutes)


def _find_lengths(content: Content) -> dict[str, tuple[float, ...]]:
    """Return the hours of each length that a prompt names."""
    spelling = content.words.spelling
    units = re.compile(
        rf"\b({'|'.join(map(re.escape, spelling.units))})\b", re.IGNORECASE
    )
    return {
        key: tuple(map(get_hours, filter(is_length, normalise(spelling, words))))
        if units.search(words)
        else ()
        for key, words in content.prompts.items()
        if not key.startswith(FILLINGS)
    }


def _name(hours: float) -> str:
    for unit, name in ((WEEK, "week"), (DAY, "day"), (HOUR, "hour")):
        if hours % unit == 0:
            count = int(hours // unit)
            return f"{count} {name}" + "s" * (count > 1)
    return f"{hours:g} hours"


def _list_names(known: Iterable[float]) -> str:
    return ", ".join(_name(hours) for hours in sorted(known))
