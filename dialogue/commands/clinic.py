"""`python -m dialogue clinic`: writes a new profile, or checks one."""

import argparse
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from dialogue.clinic_profiles.draft import PURPOSES, Draft, SiteDraft, as_text
from dialogue.clinic_profiles.preview import advice, heard
from dialogue.clinic_profiles.questionnaire import Ask, Say, asked, problems_of
from dialogue.content.problems import DataRefused
from dialogue.engine.clinic import WEEKDAYS
from dialogue.loading import check_all, load_content

REFUSED = 2


class ProfileRefused(ValueError):
    """No profile is written; the text says why and what to do."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add `new` and `check` with what they may be told."""
    ways = parser.add_subparsers(required=True, metavar="new|check", dest="way")
    new = ways.add_parser("new", help="write a profile; asks for what it needs")
    new.add_argument("file", metavar="FILE.yaml", type=Path)
    new.add_argument("--name", help="as people say it; with it nothing is asked")
    new.add_argument("--doctor", default="", help="name and title")
    new.add_argument("--emergency-number", default="911")
    for purpose in PURPOSES:
        new.add_argument(f"--{purpose}", default="", metavar="555-010-0123")
    new.add_argument("--address", default="", help="as it is written")
    new.add_argument("--address-spoken", default="", help="as it is said")
    new.add_argument(
        "--hours",
        action="append",
        default=[],
        metavar="DAY=08:00-17:00",
        help="a day, or monday-friday; again for more; other days are closed",
    )
    new.add_argument("--timezone", default="", help="as America/Chicago")
    new.add_argument("--closed-on", action="append", default=[], metavar="2026-12-25")
    new.add_argument(
        "--site",
        action="append",
        default=[],
        metavar="'NAME|WRITTEN|SPOKEN|NUMBER'",
        help="another place; the number may be left out; again for more",
    )
    new.add_argument("--confirmed", action="store_true", help="the clinic confirmed it")
    check = ways.add_parser("check", help="check a profile; shows what patients hear")
    check.add_argument("file", metavar="FILE.yaml", type=Path)


def run(args: argparse.Namespace, now: datetime, ask: Ask | None, say: Say) -> int:
    """Write or check a profile; return the exit code.

    `ask` None means that nobody can be asked. Raises ProfileRefused or DataRefused
    with sentences; an existing file is never changed.
    """
    if args.way == "new":
        _new(args, now, ask, say)
    return _check(args.file, now, say)


def _new(args: argparse.Namespace, now: datetime, ask: Ask | None, say: Say) -> None:
    file: Path = args.file
    if file.exists():
        raise ProfileRefused(
            f"{file}: this file is there already and stays as it is. Give another name."
        )
    draft, content = _told(args, now), load_content()
    if problems := problems_of(Draft(draft.id, name="-"), f"{file}", content):
        raise DataRefused(problems)
    if not args.name:
        if ask is None:
            raise ProfileRefused(
                "Nobody can be asked here. Give --name and the other entries as "
                "options; --help lists them."
            )
        draft = asked(draft, content, now.date(), ask, say)
    if problems := problems_of(draft, f"{file}", content):
        raise DataRefused(problems)
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(as_text(draft))
    except OSError as error:
        raise ProfileRefused(
            f"{file}: cannot be written: {error.strerror}. Give another name."
        ) from error
    say(f"Written: {file}\n")


def _told(args: argparse.Namespace, now: datetime) -> Draft:
    """Return the draft that the options make."""
    return Draft(
        id=args.file.stem.lower().replace(" ", "_"),
        name=args.name or "",
        doctor=args.doctor,
        emergency_number=args.emergency_number,
        numbers={purpose: getattr(args, purpose) for purpose in PURPOSES},
        written=args.address,
        spoken=args.address_spoken,
        hours={day: span for text in args.hours for day, span in _hours(text)},
        timezone=args.timezone,
        closed_on=tuple(args.closed_on),
        sites=tuple(map(_site, args.site)),
        checked_on=now.date().isoformat() if args.confirmed else "",
    )


def _hours(text: str) -> list[tuple[str, str]]:
    """Return the days and the hours of `monday-friday=08:00-17:00`."""
    days, _, span = text.partition("=")
    first, _, last = days.strip().lower().partition("-")
    last = last or first
    known = first in WEEKDAYS and last in WEEKDAYS
    if not span or not known or WEEKDAYS.index(first) > WEEKDAYS.index(last):
        raise ProfileRefused(
            f"'{text}' does not say which days. Write --hours as in "
            "monday-friday=08:00-17:00."
        )
    start, end = WEEKDAYS.index(first), WEEKDAYS.index(last)
    return [(day, span.strip()) for day in WEEKDAYS[start : end + 1]]


def _site(text: str) -> SiteDraft:
    parts = [part.strip() for part in text.split("|")]
    if len(parts) not in (3, 4):
        raise ProfileRefused(
            f"'{text}' is no place. Write --site as in 'NAME|WRITTEN|SPOKEN|NUMBER'."
        )
    return SiteDraft(*parts)


def _check(file: Path, now: datetime, say: Callable[[str], None]) -> int:
    errors, _ = check_all(clinic=file)
    if errors:
        raise DataRefused(errors)
    content = load_content(clinic=file)
    if content.clinic is None:
        return REFUSED
    say(f"{file}: in order. What a patient hears:")
    for line in heard(content, now):
        say(f"  {line}")
    for line in advice(content.clinic, now.date()):
        say(f"To look at: {line}")
    say(f"Use it with: --clinic {file}")
    say(f"Hear it: python -m local_voice say-number --clinic {file} --out number.wav")
    return 0
