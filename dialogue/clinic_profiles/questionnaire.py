"""Asks a clinic for its profile, thing by thing, and says at once what is wrong."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from dialogue.clinic_profiles.draft import PURPOSES, Draft, SiteDraft, as_text
from dialogue.content.clinic_reader import read_clinic
from dialogue.content.content import Content
from dialogue.content.problems import DataRefused, Problem
from dialogue.content.schema import ProblemLog
from dialogue.content.yaml_reader import read_table
from dialogue.engine.clinic import WEEKDAYS
from dialogue.validation.prompts import check_prompts

Ask = Callable[[str], str]
Say = Callable[[str], None]
Change = Callable[[Draft, str], Draft]

NUMBERS = {
    "appointments": "Number for appointments, as 555-010-0123 (empty: none): ",
    "general": "Number for other questions (empty: none): ",
    "fax": "Fax; it is never said (empty: none): ",
}
SHORTEN = "Shorten the name, the address as it is said, or the hours."
BLANK = " "
"""Asked, and nothing was told: the reader of profiles says that it is missing."""
SAID = "The same as it is said, figures in words: "


def problems_of(draft: Draft, file: str, content: Content) -> list[Problem]:
    """Return what a talk in the words of `content` would refuse in this profile."""
    notes, lengths = ProblemLog(), ProblemLog()
    try:
        clinic = read_clinic(read_table(file, as_text(draft).encode()), notes)
    except DataRefused as refusal:
        return refusal.problems
    if not notes.problems:
        check_prompts(content, {file: clinic}, lengths, ProblemLog())
        for problem in lengths.problems:
            # It stands in our words, but it is the profile that makes them long.
            mend = replace(problem, path=file, line=1, remedy=SHORTEN)
            notes.problems.append(mend)
    return DataRefused(notes.problems).problems


def asked(draft: Draft, content: Content, today: date, ask: Ask, say: Say) -> Draft:
    """Return `draft` with everything that the clinic told to `ask`.

    Whatever cannot stand is asked again. Raises what `ask` raises at the end of input.
    """

    def get(question: str, change: Change, so_far: Draft) -> Draft:
        while True:
            changed = change(so_far, ask(question).strip())
            wrong = _first_problem(changed, content)
            if wrong is None:
                return changed
            say(f"{_capital(wrong.what)}. {wrong.rule}. {wrong.remedy}")

    draft = get("The clinic's name, as people say it: ", _name, draft)
    draft = get("The doctor's name and title (empty: none): ", _doctor, draft)
    draft = get("Emergency number (empty: 911): ", _emergency, draft)
    for purpose in PURPOSES:
        draft = get(NUMBERS[purpose], _number(purpose), draft)
    draft = get("Address as it is written (empty: none): ", _written, draft)
    if draft.written:
        draft = get(SAID, _spoken, draft)
    for question, change in _hours():
        draft = get(question, change, draft)
        if not draft.hours:
            break
    if draft.hours:
        draft = get("Time zone, as America/Chicago: ", _timezone, draft)
        days = "Days on which it is closed, as 2026-12-25, spaces between: "
        draft = get(days, _closed_on, draft)
    while True:
        more = get("The name of another place of it (empty: none): ", _site, draft)
        if more is draft:
            break
        draft = get("Its address as it is written: ", _of_site("written"), more)
        draft = get(SAID, _of_site("spoken"), draft)
        draft = get("Number for it (empty: none): ", _of_site("number"), draft)
    confirmed = ask("Has the clinic confirmed all of this? yes or no: ")
    if confirmed.strip().lower() in ("y", "yes"):
        draft = replace(draft, checked_on=today.isoformat())
    return draft


def _first_problem(draft: Draft, content: Content) -> Problem | None:
    """Return what is wrong so far; what is still to be asked is filled in."""
    filled = replace(
        draft,
        spoken=draft.spoken or "-" if draft.written else "",
        timezone=draft.timezone or "UTC",
        hours={"sunday": "08:00-17:00", **draft.hours} if draft.hours else {},
        sites=tuple(
            replace(site, written=site.written or "-", spoken=site.spoken or "-")
            for site in draft.sites
        ),
    )
    found = problems_of(filled, draft.id, content)
    return found[0] if found else None


def _name(draft: Draft, told: str) -> Draft:
    return replace(draft, name=told)


def _doctor(draft: Draft, told: str) -> Draft:
    return replace(draft, doctor=told)


def _emergency(draft: Draft, told: str) -> Draft:
    return replace(draft, emergency_number=told or draft.emergency_number)


def _number(purpose: str) -> Change:
    return lambda draft, told: replace(draft, numbers={**draft.numbers, purpose: told})


def _written(draft: Draft, told: str) -> Draft:
    return replace(draft, written=told)


def _spoken(draft: Draft, told: str) -> Draft:
    return replace(draft, spoken=told or BLANK)


def _hours() -> Iterator[tuple[str, Change]]:
    """Yield a question for each day; an empty answer repeats the day before."""
    for number, day in enumerate(WEEKDAYS):
        usual = "closed" if number >= 5 else ""
        empty = usual or ("as the day before" if number else "hours are not known")
        question = f"{day.capitalize()}, as 08:00-17:00 or closed (empty: {empty}): "
        before = WEEKDAYS[number - 1] if 0 < number < 5 else None

        def change(
            draft: Draft,
            told: str,
            day: str = day,
            before: str | None = before,
            usual: str = usual,
        ) -> Draft:
            told = told or (draft.hours[before] if before else usual)
            hours = {**draft.hours, day: told} if told else draft.hours
            return replace(draft, hours=hours)

        yield question, change


def _timezone(draft: Draft, told: str) -> Draft:
    return replace(draft, timezone=told or BLANK)


def _closed_on(draft: Draft, told: str) -> Draft:
    return replace(draft, closed_on=tuple(told.replace(",", " ").split()))


def _site(draft: Draft, told: str) -> Draft:
    if not told:
        return draft
    return replace(draft, sites=(*draft.sites, SiteDraft(told)))


def _of_site(part: str) -> Change:
    def change(draft: Draft, told: str) -> Draft:
        *others, last = draft.sites
        told = told or ("" if part == "number" else BLANK)
        return replace(draft, sites=(*others, replace(last, **{part: told})))

    return change


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
