"""Asks a clinic for its profile, entry by entry, and says at once what is wrong."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial

from dialogue.clinic_profiles.draft import PURPOSES, Draft, SiteDraft, find_problems
from dialogue.content.content import Content
from dialogue.content.problems import Problem
from dialogue.engine.clinic import WEEKDAYS

Ask = Callable[[str], str]
Say = Callable[[str], None]
Change = Callable[[Draft, str], Draft]
"""Puts what was entered into a draft."""

NUMBERS = {
    "appointments": "Number for appointments, as 555-010-0123 (empty: none): ",
    "general": "Number for other questions (empty: none): ",
    "fax": "Fax; it is never said (empty: none): ",
}
BLANK = " "
"""Asked, and nothing was entered: the reader of profiles says that it is missing."""
SAID = "The same as it is said, figures in words: "
SITE_PARTS = {
    "written": "Its address as it is written: ",
    "spoken": SAID,
    "number": "Number for it (empty: none): ",
}


def ask_for_profile(
    draft: Draft, content: Content, today: date | None, ask: Ask, say: Say
) -> Draft:
    """Return `draft` with everything that the clinic answers to `ask`.

    Whatever cannot stand is asked again. Raises what `ask` raises at the end of input.
    """

    def get(question: str, change: Change, so_far: Draft) -> Draft:
        while True:
            changed = change(so_far, ask(question).strip())
            if (problem := _find_first_problem(changed, content)) is None:
                return changed
            say(f"{_capitalize(problem.what)}. {problem.rule}. {problem.remedy}")

    draft = get("The clinic's name, as people say it: ", _set("name"), draft)
    draft = get("The doctor's name and title (empty: none): ", _set("doctor"), draft)
    number = _set("emergency_number", empty=draft.emergency_number)
    draft = get("Emergency number (empty: 911): ", number, draft)
    for purpose in PURPOSES:
        draft = get(NUMBERS[purpose], partial(_set_number, purpose), draft)
    draft = get("Address as it is written (empty: none): ", _set("written"), draft)
    if draft.written:
        draft = get(SAID, _set("spoken", empty=BLANK), draft)
    for question, change in _list_hours():
        draft = get(question, change, draft)
        if not draft.hours:
            break
    if draft.hours:
        zone = _set("timezone", empty=BLANK)
        draft = get("Time zone, as America/Chicago: ", zone, draft)
        days = "Days on which it is closed, as 2026-12-25, spaces between: "
        draft = get(days, _set_holidays, draft)
    while True:
        more = get("The name of another place of it (empty: none): ", _add_site, draft)
        if more is draft:
            break
        for part, question in SITE_PARTS.items():
            more = get(question, partial(_set_of_site, part), more)
        draft = more
    if today is None:
        # Nobody knows the day that would be written down.
        return draft
    confirmed = ask("Has the clinic confirmed all of this? yes or no: ")
    if confirmed.strip().lower() in ("y", "yes"):
        draft = replace(draft, checked_on=today.isoformat())
    return draft


def _find_first_problem(draft: Draft, content: Content) -> Problem | None:
    """Return what is wrong so far; what is still to be asked is filled in."""
    filled = replace(
        draft,
        spoken=draft.spoken or "-" if draft.written else "",
        timezone=draft.timezone or "America/Chicago",
        hours={"sunday": "08:00-17:00", **draft.hours} if draft.hours else {},
        sites=tuple(
            replace(site, written=site.written or "-", spoken=site.spoken or "-")
            for site in draft.sites
        ),
    )
    return next(iter(find_problems(filled, draft.id, content)), None)


def _set(field: str, empty: str = "") -> Change:
    """Return the change of one text; `empty` stands for an empty entry."""

    def change(draft: Draft, entry: str) -> Draft:
        # The field's name is checked by the type of Draft when it is made anew.
        return replace(draft, **{field: entry or empty})  # type: ignore[arg-type]

    return change


def _set_number(purpose: str, draft: Draft, entry: str) -> Draft:
    return replace(draft, numbers={**draft.numbers, purpose: entry})


def _list_hours() -> Iterator[tuple[str, Change]]:
    """Yield a question for each day; an empty answer repeats the day before."""
    for number, day in enumerate(WEEKDAYS):
        usual = "closed" if number >= 5 else ""
        empty = usual or ("as the day before" if number else "hours are not known")
        form = "as 08:00-17:00 or closed; with a break 08:00-12:00, 13:00-17:00"
        question = f"{day.capitalize()}, {form} (empty: {empty}): "
        before = WEEKDAYS[number - 1] if 0 < number < 5 else None
        yield question, partial(_set_hours, day, before, usual)


def _set_hours(
    day: str, before: str | None, usual: str, draft: Draft, entry: str
) -> Draft:
    entry = entry or (draft.hours[before] if before else usual)
    hours = {**draft.hours, day: entry} if entry else draft.hours
    return replace(draft, hours=hours)


def _set_holidays(draft: Draft, entry: str) -> Draft:
    return replace(draft, closed_on=tuple(entry.replace(",", " ").split()))


def _add_site(draft: Draft, name: str) -> Draft:
    return replace(draft, sites=(*draft.sites, SiteDraft(name))) if name else draft


def _set_of_site(part: str, draft: Draft, entry: str) -> Draft:
    *others, last = draft.sites
    entry = entry or ("" if part == "number" else BLANK)
    return replace(draft, sites=(*others, replace(last, **{part: entry})))


def _capitalize(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
