"""`python -m dialogue clinic`: writes a clinic's profile, or checks one."""

import argparse
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from dialogue.clinic_profiles.draft import (
    PURPOSES,
    Draft,
    SiteDraft,
    find_problems,
    render_profile,
)
from dialogue.clinic_profiles.questionnaire import ask_for_profile
from dialogue.commands.console import CommandRefused, find_asker
from dialogue.content.content import Content
from dialogue.content.problems import DataRefused
from dialogue.engine.clinic import WEEKDAYS, Clinic
from dialogue.engine.rendering import render_reply, to_spoken_text
from dialogue.engine.reply import Reply
from dialogue.loading import check_all, load_content
from dialogue.records.clock import Clock

HELP = "write a clinic's profile, or check it"

SITE = "'NAME|WRITTEN|SPOKEN|NUMBER'"
PREVIEWED = (
    ("At the start", ("session.welcome",)),
    ("As clinic advice, now", ("contact",)),
    ("Asked for the number", ("number.say", "number.other")),
    ("Asked for the hours", ("hours.say",)),
    ("Asked for the address", ("address.say",)),
)
"""A moment of the session, and the prompts that name the clinic in it."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add `new` and `check` with their options."""
    ways = parser.add_subparsers(required=True, metavar="new|check", dest="way")
    new = ways.add_parser(
        "new", help="write a profile; asks for what it needs", allow_abbrev=False
    )
    new.add_argument("file", metavar="FILE.yaml", type=Path)
    new.add_argument("--name", help="as people say it; with it nothing is asked")
    new.add_argument("--doctor", default="", help="name and title")
    new.add_argument("--emergency-number", default="911")
    for purpose in PURPOSES:
        new.add_argument(f"--{purpose}", default="", metavar="555-010-0123")
    new.add_argument("--address", default="", help="as it is written")
    new.add_argument("--address-spoken", default="", help="as it is said")
    several: dict[str, Any] = {"action": "append", "default": []}
    days = "a day, or monday-friday; again for more; other days are closed"
    new.add_argument("--hours", **several, metavar="DAY=08:00-17:00", help=days)
    new.add_argument("--timezone", default="", help="as America/Chicago")
    new.add_argument("--closed-on", **several, metavar="2026-12-25")
    place = "another place; the number may be left out; again for more"
    new.add_argument("--site", **several, metavar=SITE, help=place)
    new.add_argument("--confirmed", action="store_true", help="the clinic confirmed it")
    check = ways.add_parser(
        "check", help="check a profile; shows what patients hear", allow_abbrev=False
    )
    check.add_argument("file", metavar="FILE.yaml", type=Path)


def run(args: argparse.Namespace) -> int:
    """Write or check a profile and return the exit code; raises DataRefused.

    An existing file is never changed.
    """
    clock = Clock()
    now = clock.read()
    if doubt := clock.find_doubt():
        print(doubt)
    try:
        if args.way == "new":
            _write_profile(args, now.date() if now else None)
        _check_profile(args.file, now)
    except (EOFError, KeyboardInterrupt) as leaving:
        raise CommandRefused("\nStopped; no file was written.") from leaving
    return 0


def _write_profile(args: argparse.Namespace, today: date | None) -> None:
    file: Path = args.file
    if file.exists():
        raise CommandRefused(
            f"{file}: this file is there already and stays as it is. Give another name."
        )
    draft, content = _build_draft(args, today), load_content()
    if problems := find_problems(Draft(draft.id, name="-"), f"{file}", content):
        raise DataRefused(problems)
    if not args.name:
        if (ask := find_asker()) is None:
            raise CommandRefused(
                "Nobody can be asked here. Give --name and the other entries as "
                "options; --help lists them."
            )
        draft = ask_for_profile(draft, content, today, ask, print)
    if problems := find_problems(draft, f"{file}", content):
        raise DataRefused(problems)
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(render_profile(draft))
    except OSError as error:
        raise CommandRefused(
            f"{file}: cannot be written: {error.strerror}. Give another name."
        ) from error
    print(f"Written: {file}\n")


def _build_draft(args: argparse.Namespace, today: date | None) -> Draft:
    return Draft(
        id=args.file.stem.lower().replace(" ", "_"),
        name=args.name or "",
        doctor=args.doctor,
        emergency_number=args.emergency_number,
        numbers={purpose: getattr(args, purpose) for purpose in PURPOSES},
        written=args.address,
        spoken=args.address_spoken,
        hours={day: span for text in args.hours for day, span in _parse_hours(text)},
        timezone=args.timezone,
        closed_on=tuple(args.closed_on),
        sites=tuple(map(_parse_site, args.site)),
        checked_on=today.isoformat() if args.confirmed and today else "",
    )


def _parse_hours(text: str) -> Iterator[tuple[str, str]]:
    """Yield the days and the hours of `monday-friday=08:00-17:00`."""
    days, _, span = text.partition("=")
    first, _, last = days.strip().lower().partition("-")
    last = last or first
    known = first in WEEKDAYS and last in WEEKDAYS
    if not span or not known or WEEKDAYS.index(first) > WEEKDAYS.index(last):
        raise CommandRefused(
            f"'{text}' does not say which days. Write --hours as in "
            "monday-friday=08:00-17:00."
        )
    start, end = WEEKDAYS.index(first), WEEKDAYS.index(last)
    return ((day, span.strip()) for day in WEEKDAYS[start : end + 1])


def _parse_site(text: str) -> SiteDraft:
    parts = [part.strip() for part in text.split("|")]
    if len(parts) not in (3, 4):
        raise CommandRefused(f"'{text}' is no place. Write --site as in {SITE}.")
    return SiteDraft(*parts)


def _check_profile(file: Path, now: datetime | None) -> None:
    errors, _ = check_all(clinic=file)
    if errors:
        raise DataRefused(errors)
    content = load_content(clinic=file)
    print(f"{file}: in order. What a patient hears:")
    for line in render_preview(content, now):
        print(f"  {line}")
    for line in find_gaps(content.clinic, now.date() if now else None):
        print(f"To look at: {line}")
    print(f"Use it with: --clinic {file}")
    print(f"Hear it: python -m local_voice say-number --clinic {file} --out number.wav")
    print(
        "Another voice says its names aloud until they are recorded: "
        f"python -m local_voice record-voice --clinic {file}"
    )


def render_preview(content: Content, moment: datetime | None) -> Iterator[str]:
    """Yield what a patient hears of the clinic at `moment`, figures as said."""
    for when, keys in PREVIEWED:
        reply = render_reply(Reply(keys), content.prompts, content.clinic, moment)
        yield f"{when}: {to_spoken_text(reply.prompts)}"


def find_gaps(clinic: Clinic | None, today: date | None) -> Iterator[str]:
    """Yield what is missing or old in a profile that may be used as it is."""
    if clinic is None:
        return
    if clinic.appointments is None:
        yield "There is no number for appointments, so patients are told of none."
    if clinic.hours is None:
        yield "There are no hours, so patients are not told whether it is open."
    elif not clinic.closed_on:
        yield "There are no holidays, so on a holiday it is said to be open."
    elif today is not None and clinic.closed_on[-1] < today:
        yield "Every holiday lies in the past: add those to come to closed_on."
    if clinic.address is None:
        yield "There is no address, so patients are told of none."
    if not clinic.checked_on:
        yield "Nobody has confirmed this file yet: the clinic fills in checked_on."
