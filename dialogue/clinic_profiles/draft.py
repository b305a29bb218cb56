"""A clinic's profile before it is written: its entries, its text, what is wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from dialogue.content.clinic_reader import read_clinic
from dialogue.content.content import Content
from dialogue.content.problems import DataRefused, Problem
from dialogue.content.schema import ProblemLog
from dialogue.content.yaml_reader import read_table
from dialogue.engine.clinic import WEEKDAYS
from dialogue.validation.prompts import check_prompts

PURPOSES = ("appointments", "general", "fax")
NEVER_SAID = "fax"
SHORTEN = "Shorten the name, the address as it is said, or the hours."


@dataclass(frozen=True)
class SiteDraft:
    """Another place of the clinic, as it was entered."""

    name: str
    written: str = ""
    spoken: str = ""
    number: str = ""


@dataclass(frozen=True)
class Draft:
    """A profile as it was entered; an empty text was left out."""

    id: str
    name: str = ""
    doctor: str = ""
    emergency_number: str = "911"
    numbers: Mapping[str, str] = field(default_factory=dict)
    """By purpose."""
    written: str = ""
    """The address for the eye."""
    spoken: str = ""
    """The same as it is said."""
    hours: Mapping[str, str] = field(default_factory=dict)
    """By weekday, as 08:00-17:00; a day that is left out is closed."""
    timezone: str = ""
    closed_on: tuple[str, ...] = ()
    sites: tuple[SiteDraft, ...] = ()
    checked_on: str = ""


def render_profile(draft: Draft) -> str:
    """Return the profile's file; every entry stands in quotes."""
    return "".join(f"{line}\n" for line in _render_lines(draft))


def find_problems(draft: Draft, file: str, content: Content) -> list[Problem]:
    """Return what a session in the words of `content` would refuse in this profile."""
    log, lengths = ProblemLog(), ProblemLog()
    try:
        clinic = read_clinic(read_table(file, render_profile(draft).encode()), log)
    except DataRefused as refusal:
        return refusal.problems
    if not log.problems:
        check_prompts(content, {file: clinic}, lengths, ProblemLog())
        for problem in lengths.problems:
            # It stands in our words, but it is the profile that makes them long.
            mend = replace(problem, path=file, line=1, remedy=SHORTEN)
            log.problems.append(mend)
    return DataRefused(log.problems).problems


def _render_lines(draft: Draft) -> Iterator[str]:
    yield "# The profile of one clinic. It fills placeholders; it cannot change a"
    yield "# question or a rule. checked_on: the day on which the clinic confirmed it."
    yield f"clinic: {draft.id}"
    yield f"name: {_quote(draft.name)}"
    if draft.doctor:
        yield f"doctor: {_quote(draft.doctor)}"
    yield f"emergency_number: {_quote(draft.emergency_number)}"
    numbers = {p: draft.numbers[p] for p in PURPOSES if draft.numbers.get(p)}
    if numbers:
        yield "lines:                       # spoken: no is never said, such as a fax"
    for purpose, number in numbers.items():
        said = "no" if purpose == NEVER_SAID else "yes"
        id_ = purpose if purpose == NEVER_SAID else f"phone_{purpose}"
        parts = f"number: {_quote(number)}, purpose: {purpose}, spoken: {said}"
        yield f"  {id_}: {{{parts}}}"
    if draft.written or draft.spoken:
        yield from _render_address(draft, "")
    if draft.hours:
        yield "hours:                       # local time"
        for day in WEEKDAYS:
            hours = draft.hours.get(day, "closed")
            yield f"  {day}: {hours if hours == 'closed' else _quote(hours)}"
    if draft.timezone:
        yield f"timezone: {_quote(draft.timezone)}"
    if draft.closed_on:
        yield f"closed_on: [{', '.join(map(_quote, draft.closed_on))}]"
    if draft.sites:
        yield "sites:                       # named to whoever asks for an address"
    for count, site in enumerate(draft.sites, 1):
        yield f"  site_{count}:"
        yield f"    name: {_quote(site.name)}"
        yield from _render_address(site, "    ")
        if site.number:
            yield f"    number: {_quote(site.number)}"
    yield 'source: "the clinic itself"'
    yield f"checked_on: {_quote(draft.checked_on)}"


def _render_address(draft: Draft | SiteDraft, indent: str) -> Iterator[str]:
    yield f"{indent}address:"
    yield f"{indent}  spoken: {_quote(draft.spoken)}"
    yield f"{indent}  written: {_quote(draft.written)}"


def _quote(text: str) -> str:
    """Return `text` as it stands in a file, so that no sign of it is a command."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
