"""Renders a reply: prompt keys, a clinic and a moment to words, shown and spoken."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from dialogue.engine import time_formats
from dialogue.engine.clinic import (
    Clinic,
    find_closed_soon,
    find_next_opening,
    find_open_spans,
    is_open,
)
from dialogue.engine.reply import (
    EmergencyNumber,
    Phone,
    RenderedPrompt,
    RenderedReply,
    Reply,
    Segment,
    Text,
)

PLACEHOLDERS = (
    "clinic_name", "clinic_phone", "clinic_general_phone", "clinic_hours",
    "clinic_address", "next_open", "closed_days", "site_addresses", "site_hours",
    "site_numbers", "who_to_call", "emergency_number", "month", "sign", "signs",
)  # fmt: skip
"""`month` is that of the reply, for the session before this one."""

SIGN_PLACEHOLDERS = ("sign", "signs")
"""Filled by the reply, with the short names of the danger questions it names."""


def render_reply(
    reply: Reply,
    prompts: Mapping[str, str],
    clinic: Clinic | None,
    moment: datetime | None,
) -> RenderedReply:
    """Render `reply` in words for `clinic` at `moment`.

    `clinic` None means that no clinic is set; `moment` (with its offset) None means
    that the time is not known.
    """
    if reply.month:
        recalled = {
            key: prompts[key].replace("{month}", reply.month)
            for key in reply.says
            if key in prompts
        }
        prompts = {**prompts, **recalled}
    if reply.signs:
        prompts = {**prompts, **_name_signs(reply, prompts)}
    render = _Renderer(prompts, clinic, moment).render
    return RenderedReply(render(reply.says), render(reply.reprompt), render(reply.card))


def _name_signs(reply: Reply, prompts: Mapping[str, str]) -> dict[str, str]:
    """Return the prompts of `reply` that name danger signs, the names filled in."""
    filled: dict[str, str] = {}
    for key, ids in reply.signs:
        names = time_formats.format_signs(prompts, ids)
        filled[key] = prompts[key]
        for placeholder in SIGN_PLACEHOLDERS:
            filled[key] = filled[key].replace(f"{{{placeholder}}}", names)
    return filled


def choose_prompts(
    keys: Iterable[str], clinic: Clinic | None, moment: datetime | None
) -> Iterator[str]:
    """Yield the prompt keys that `keys` come to for this clinic and moment."""
    number = clinic.appointments if clinic else None
    for key in keys:
        if key == "contact":
            yield from _choose_contact(clinic, moment)
        elif key == "session.welcome" and clinic is None:
            yield "session.welcome.no_clinic"
        elif key == "errors.something_wrong" and number is None:
            yield "errors.something_wrong.no_clinic"
        elif key == "number.say" and number is None:
            yield "clinic.no_number"
        elif key == "number.other" and not (number and clinic and clinic.general):
            continue
        elif key == "hours.say" and not (clinic and clinic.hours):
            yield "hours.none"
        elif key == "address.say" and not (clinic and clinic.address):
            yield "address.none"
        else:
            yield key
        if clinic is not None:
            yield from _choose_more(key, clinic, moment)


def to_display_text(prompts: Iterable[RenderedPrompt]) -> str:
    """Return `prompts` as they are shown, in one line: numbers in figures."""
    lines = ("".join(map(_get_display, prompt.segments)) for prompt in prompts)
    return re.sub(r"\s+", " ", " ".join(lines)).strip()


def to_spoken_text(prompts: Iterable[RenderedPrompt]) -> str:
    """Return `prompts` as they are spoken: numbers digit by digit."""
    return " ".join("".join(map(get_spoken, prompt.segments)) for prompt in prompts)


def get_spoken(segment: Segment) -> str:
    """Return the words that are spoken for `segment`."""
    return segment.words if isinstance(segment, Text) else segment.spoken


def _get_display(segment: Segment) -> str:
    if isinstance(segment, Text):
        return segment.written or segment.words
    return segment.number


def _choose_more(key: str, clinic: Clinic, moment: datetime | None) -> Iterator[str]:
    """Yield what else is said to whoever asks: holidays, and the other places."""
    sites = clinic.sites
    if key == "hours.say" and moment and find_closed_soon(clinic, moment):
        yield "hours.closed_soon"
    if key == "hours.say" and any(site.hours for site in sites):
        yield "hours.sites"
    if key == "number.say" and any(site.number for site in sites):
        yield "number.sites"
    if key == "address.say" and sites:
        yield "address.sites"


def _choose_contact(clinic: Clinic | None, moment: datetime | None) -> Iterator[str]:
    """Yield the clinic block. Source: the clinical design, 3.4."""
    if clinic is None or clinic.appointments is None:
        yield "clinic.no_number"
        return
    yield "clinic.say"
    if clinic.hours is None:
        yield "clinic.no_hours"
    elif moment is None:
        yield from ("hours.say", "number.say")
    elif is_open(clinic, moment):
        yield "clinic.open"
    elif find_next_opening(clinic, moment) is None:
        yield "clinic.no_hours"
    else:
        yield from ("clinic.closed", "clinic.closed_meanwhile")


@dataclass(frozen=True)
class _Renderer:
    prompts: Mapping[str, str]
    clinic: Clinic | None
    moment: datetime | None

    def render(self, keys: Iterable[str]) -> tuple[RenderedPrompt, ...]:
        return tuple(
            RenderedPrompt(key, tuple(self._build_segments(self.prompts[key])))
            for key in choose_prompts(keys, self.clinic, self.moment)
        )

    def _build_segments(self, words: str) -> Iterator[Segment]:
        for part in _split_placeholders(words):
            if part.startswith("{"):
                yield from self._fill(part.strip("{}"))
            else:
                yield Text(part)

    def _fill(self, name: str) -> tuple[Segment, ...]:
        clinic = self.clinic
        if name == "emergency_number":
            number = get_emergency_number(self.prompts, clinic)
            return (EmergencyNumber(number, self._format_digits(number)),)
        if name == "who_to_call":
            who = "the_clinic" if clinic and clinic.appointments else "your_doctor"
            return (Text(self.prompts[f"spoken.{who}"]),)
        if name in SIGN_PLACEHOLDERS:
            raise ValueError(f"no sign is named to fill the placeholder '{name}'")
        if clinic is None:
            raise ValueError(f"no clinic is set to fill the placeholder '{name}'")
        if name.startswith("site_"):
            segments = self._fill_from_sites(name, clinic)
        else:
            segments = tuple(self._fill_from_clinic(name, clinic))
        if not segments:
            raise ValueError(
                f"nothing fills the placeholder '{name}' for {clinic.name}"
            )
        return segments

    def _fill_from_clinic(self, name: str, clinic: Clinic) -> Iterator[Segment]:
        prompts, moment = self.prompts, self.moment
        if name == "clinic_phone" and clinic.appointments:
            yield self._build_phone(clinic.appointments)
        elif name == "clinic_general_phone" and clinic.general:
            yield self._build_phone(clinic.general)
        elif name == "clinic_address" and clinic.address:
            yield Text(clinic.address.spoken, clinic.address.written)
        elif name == "clinic_name":
            yield Text(clinic.name)
        elif name == "clinic_hours" and clinic.hours:
            yield Text(time_formats.format_hours(prompts, find_open_spans(clinic)))
        elif name == "next_open" and clinic.hours and moment:
            opening = find_next_opening(clinic, moment)
            yield Text(time_formats.format_opening(prompts, opening))
        elif name == "closed_days" and moment:
            days = find_closed_soon(clinic, moment)
            yield from [Text(time_formats.format_dates(prompts, days))] if days else ()

    def _fill_from_sites(self, name: str, clinic: Clinic) -> tuple[Segment, ...]:
        """Return a sentence for each other place, its last full stop left out."""
        segments: list[Segment] = []
        for site in clinic.sites:
            stop = [Text(". ")] if segments else []
            if name == "site_addresses":
                words = self.prompts["spoken.site_address"]
                said, seen = (
                    words.format(site=site.name, address=address)
                    for address in (site.address.spoken, site.address.written)
                )
                segments += [*stop, Text(said, seen)]
            elif name == "site_hours" and site.hours:
                hours = time_formats.format_hours(self.prompts, find_open_spans(site))
                words = self.prompts["spoken.site_hours"]
                segments += [*stop, Text(words.format(site=site.name, hours=hours))]
            elif name == "site_numbers" and site.number:
                words = self.prompts["spoken.site_number"]
                before, _, after = words.partition("{number}")
                segments += [*stop, Text(before.format(site=site.name))]
                segments += [self._build_phone(site.number)]
                segments += [Text(after.format(site=site.name))] if after else []
        return tuple(segments)

    def _build_phone(self, number: str) -> Phone:
        return Phone(number, self._format_digits(number))

    def _format_digits(self, number: str) -> str:
        return time_formats.format_digits(self.prompts, number)


@lru_cache(maxsize=1024)
def _split_placeholders(words: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"(\{\w+\})", words) if part)


def get_emergency_number(prompts: Mapping[str, str], clinic: Clinic | None) -> str:
    """Return the number to call in danger: the clinic's, else the locale's own."""
    return clinic.emergency_number if clinic else prompts["spoken.emergency_number"]
