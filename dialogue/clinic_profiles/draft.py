"""What a clinic told us, as the text of its profile."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dialogue.engine.clinic import WEEKDAYS

PURPOSES = ("appointments", "general", "fax")
NEVER_SAID = "fax"


@dataclass(frozen=True)
class SiteDraft:
    """Another place of the clinic, as it was told."""

    name: str
    written: str = ""
    spoken: str = ""
    number: str = ""


@dataclass(frozen=True)
class Draft:
    """A profile as it was told; an empty text was left out."""

    id: str
    name: str = ""
    doctor: str = ""
    emergency_number: str = "911"
    numbers: Mapping[str, str] = field(default_factory=dict)
    """By purpose."""
    written: str = ""
    """The address for the eye."""
    spoken: str = ""
    """The same for the ear."""
    hours: Mapping[str, str] = field(default_factory=dict)
    """By weekday, as 08:00-17:00; a day that is left out is closed."""
    timezone: str = ""
    closed_on: tuple[str, ...] = ()
    sites: tuple[SiteDraft, ...] = ()
    checked_on: str = ""


def as_text(draft: Draft) -> str:
    """Return the profile's file; whatever was told stands in quotes."""
    return "".join(f"{line}\n" for line in _lines(draft))


def quoted(text: str) -> str:
    """Return `text` as it stands in a file, so that no sign of it is a command."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _lines(draft: Draft) -> Iterator[str]:
    yield "# The profile of one clinic. It fills placeholders; it cannot change a"
    yield "# question or a rule. checked_on: the day on which the clinic confirmed it."
    yield f"clinic: {draft.id}"
    yield f"name: {quoted(draft.name)}"
    if draft.doctor:
        yield f"doctor: {quoted(draft.doctor)}"
    yield f"emergency_number: {quoted(draft.emergency_number)}"
    numbers = {p: draft.numbers[p] for p in PURPOSES if draft.numbers.get(p)}
    if numbers:
        yield "lines:                       # spoken: no is never said, such as a fax"
    for purpose, number in numbers.items():
        said = "no" if purpose == NEVER_SAID else "yes"
        id_ = purpose if purpose == NEVER_SAID else f"phone_{purpose}"
        parts = f"number: {quoted(number)}, purpose: {purpose}, spoken: {said}"
        yield f"  {id_}: {{{parts}}}"
    if draft.written or draft.spoken:
        yield from _address(draft.written, draft.spoken, "")
    if draft.hours:
        yield "hours:                       # local time"
        for day in WEEKDAYS:
            hours = draft.hours.get(day, "closed")
            yield f"  {day}: {hours if hours == 'closed' else quoted(hours)}"
    if draft.timezone:
        yield f"timezone: {quoted(draft.timezone)}"
    if draft.closed_on:
        yield f"closed_on: [{', '.join(map(quoted, draft.closed_on))}]"
    yield from _sites(draft.sites)
    yield 'source: "the clinic itself"'
    yield f"checked_on: {quoted(draft.checked_on)}"


def _address(written: str, spoken: str, indent: str) -> Iterator[str]:
    yield f"{indent}address:"
    yield f"{indent}  spoken: {quoted(spoken)}"
    yield f"{indent}  written: {quoted(written)}"


def _sites(sites: tuple[SiteDraft, ...]) -> Iterator[str]:
    if sites:
        yield "sites:                       # named to whoever asks for an address"
    for count, site in enumerate(sites, 1):
        yield f"  site_{count}:"
        yield f"    name: {quoted(site.name)}"
        yield from _address(site.written, site.spoken, "    ")
        if site.number:
            yield f"    number: {quoted(site.number)}"
