"""Words that fill placeholders: lists are complete, names in braces are known."""

import re
from collections.abc import Mapping

from dialogue.content import messages
from dialogue.content.problems import did_you_mean
from dialogue.content.schema import ProblemLog
from dialogue.engine.time_formats import CAPTIONS, LISTS, TEMPLATES, listed


def check_spoken(prompts: Mapping[str, str], notes: ProblemLog, locale: str) -> None:
    """Note every word of `spoken.*` that a talk would stumble over."""
    for key, counts in LISTS.items():
        found = listed(prompts, key) if key in prompts else ()
        if key in prompts and (len(found) not in counts or not all(found)):
            wanted = " or ".join(map(str, counts))
            place = notes.place("prompt", locale, key)
            notes.wrong(
                messages.WRONG_COUNT, place, key=key, count=len(found), wanted=wanted
            )
    for key, names in {**TEMPLATES, **CAPTIONS}.items():
        _check_template(key, prompts.get(key, ""), names, notes, locale)
    number = prompts.get("spoken.emergency_number", "911")
    if not re.fullmatch(r"\d{2,4}", number):
        place = notes.place("prompt", locale, "spoken.emergency_number")
        notes.wrong(messages.BAD_EMERGENCY_NUMBER, place, number=number)


def _check_template(
    key: str, words: str, names: tuple[str, ...], notes: ProblemLog, locale: str
) -> None:
    place = notes.place("prompt", locale, key)
    for name in re.findall(r"\{(\w*)\}", words):
        if name not in names:
            hint = did_you_mean(name, names)
            notes.wrong(
                messages.UNKNOWN_PLACEHOLDER, place, key=key, name=name, hint=hint
            )
    rest = re.sub(r"\{\w*\}", "", words)
    if "{" in rest or "}" in rest:
        notes.wrong(messages.STRAY_BRACE, place, key=key)
