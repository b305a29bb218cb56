"""Opening hours: the edges of a day, the next opening, and how it is said."""

from dataclasses import replace
from datetime import date, datetime, time

import pytest

from dialogue.engine import time_formats
from dialogue.engine.clinic import (
    Address,
    Site,
    find_next_opening,
    find_open_spans,
    is_open,
)
from dialogue.engine.rendering import choose_prompts, render_reply, to_display_text
from dialogue.engine.reply import Reply


def opening(content, clinic, moment):
    """Return in words when `clinic` opens next."""
    return time_formats.format_opening(
        content.prompts, find_next_opening(clinic, moment)
    )


def hours(content, clinic):
    """Return the opening hours of `clinic` in words."""
    return time_formats.format_hours(content.prompts, find_open_spans(clinic))


@pytest.mark.parametrize(
    ("moment", "opened"),
    [
        ("2026-03-03T07:59:59-06:00", False),
        ("2026-03-03T08:00:00-06:00", True),
        ("2026-03-03T16:59:59-06:00", True),
        ("2026-03-03T17:00:00-06:00", False),
        ("2026-03-03T15:00:00+00:00", True),
        ("2026-03-07T10:00:00-06:00", False),
    ],
)
def test_open_from_start_to_just_before_the_end(content, moment, opened):
    """Start is in, end is out, on the clinic's own clock."""
    assert opened is is_open(content.clinic, datetime.fromisoformat(moment))


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-03-03T06:00-06:00", "today at eight in the morning"),
        ("2026-03-03T18:00-06:00", "tomorrow at eight in the morning"),
        ("2026-03-06T18:00-06:00", "on Monday at eight in the morning"),
        ("2026-03-08T12:00-05:00", "tomorrow at eight in the morning"),
    ],
)
def test_next_opening(content, moment, words):
    """A closed clinic says today, tomorrow or the day, and the time in words."""
    assert words == opening(content, content.clinic, datetime.fromisoformat(moment))


def test_opening_once_a_week_is_found_a_week_ahead(content):
    """Open on Tuesdays only, asked on a Tuesday evening: next Tuesday."""
    spans = ((time(9), time(12)),)
    clinic = replace(content.clinic, hours=dict.fromkeys(range(7), ()) | {1: spans})
    moment = datetime.fromisoformat("2026-03-03T18:00-06:00")
    assert "on Tuesday at nine in the morning" == opening(content, clinic, moment)


@pytest.fixture
def with_break(content):
    """Return a clinic that closes at noon for an hour, from Monday to Thursday."""
    spans = ((time(8), time(12)), (time(13), time(17)))
    hours = dict.fromkeys(range(7), ()) | dict.fromkeys(range(4), spans)
    return replace(content.clinic, hours=hours | {4: spans[:1]})


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-03-03T07:59:59-06:00", "today at eight in the morning"),
        ("2026-03-03T08:00:00-06:00", None),
        ("2026-03-03T11:59:59-06:00", None),
        ("2026-03-03T12:00:00-06:00", "today at one in the afternoon"),
        ("2026-03-03T12:59:59-06:00", "today at one in the afternoon"),
        ("2026-03-03T13:00:00-06:00", None),
        ("2026-03-03T17:00:00-06:00", "tomorrow at eight in the morning"),
        ("2026-03-06T12:30:00-06:00", "on Monday at eight in the morning"),
        ("2026-07-07T12:30:00-05:00", "today at one in the afternoon"),
    ],
)
def test_at_lunch_it_is_closed(content, with_break, moment, opens):
    """A patient in pain is not sent to a telephone that nobody answers."""
    now = datetime.fromisoformat(moment)
    assert (opens is None) == is_open(with_break, now)
    if opens is not None:
        assert opens == opening(content, with_break, now)


def test_a_break_is_said(content, with_break):
    """Both spans of a day, and Friday apart."""
    assert (
        "Monday to Thursday, eight in the morning to noon, and again one in the "
        "afternoon to five in the afternoon. It is also open Friday, eight in the "
        "morning to noon" == hours(content, with_break)
    )


def test_hours_are_drawn_together(content):
    """Equal days in a row are one span; a different day stands apart."""
    assert "Monday to Friday, eight in the morning to five in the afternoon" == hours(
        content, content.clinic
    )
    changed = {**content.clinic.hours, 4: ((time(8), time(12)),), 6: ()}
    assert (
        "Monday to Thursday, eight in the morning to five in the afternoon. "
        "It is also open Friday, eight in the morning to noon"
        == hours(content, replace(content.clinic, hours=changed))
    )


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (time(8, 30), "half past eight in the morning"),
        (time(12, 15), "a quarter past twelve in the afternoon"),
        (time(19, 5), "seven oh five in the evening"),
        (time(9, 45), "nine forty five in the morning"),
        (time(0, 0), "twelve in the morning"),
    ],
)
def test_times_in_words(content, at, words):
    """A time of day is said in words, never in figures."""
    assert words == time_formats.format_time(content.prompts, at)


def test_fax_and_unlabelled_numbers_are_never_spoken(content):
    """Only spoken lines give a number, by purpose."""
    assert "651-219-7292" == content.clinic.appointments
    assert "651-430-3800" == content.clinic.general
    silent = [replace(line, spoken=False) for line in content.clinic.lines]
    muted = replace(content.clinic, lines=tuple(silent))
    assert (None, None) == (muted.appointments, muted.general)


CHRISTMAS = (date(2026, 12, 24), date(2026, 12, 25))
"""A Thursday and a Friday."""
TUESDAYS = dict.fromkeys(range(7), ()) | {1: ((time(9), time(12)),)}


def said(content, clinic, key, moment):
    """Return what `key` comes to for `clinic`, for the eye."""
    at = datetime.fromisoformat(moment)
    return to_display_text(
        render_reply(Reply((key,)), content.prompts, clinic, at).prompts
    )


@pytest.mark.parametrize(
    ("moment", "opened", "words"),
    [
        ("2026-12-23T16:59-06:00", True, None),
        ("2026-12-23T17:00-06:00", False, "on Monday at eight in the morning"),
        ("2026-12-24T10:00-06:00", False, "on Monday at eight in the morning"),
        ("2026-12-25T00:00-06:00", False, "on Monday at eight in the morning"),
        ("2026-12-25T23:59-06:00", False, "on Monday at eight in the morning"),
        ("2026-12-25T05:59+00:00", False, "on Monday at eight in the morning"),
        ("2026-12-27T10:00-06:00", False, "tomorrow at eight in the morning"),
        ("2026-12-28T08:00-06:00", True, None),
    ],
)
def test_on_a_holiday_it_is_closed_all_day(content, moment, opened, words):
    """From midnight to midnight on the clinic's clock; the next opening skips it."""
    clinic = replace(content.clinic, closed_on=CHRISTMAS)
    at = datetime.fromisoformat(moment)
    assert opened is is_open(clinic, at)
    if words:
        assert words == opening(content, clinic, at)
        contact = said(content, clinic, "contact", moment)
        assert f"is closed now. It opens {words}." in contact


def test_an_opening_after_more_than_a_week_is_said_with_its_date(content):
    """The name of the day alone could mean an earlier one."""
    clinic = replace(content.clinic, hours=TUESDAYS, closed_on=(date(2026, 3, 10),))
    moment = datetime.fromisoformat("2026-03-03T18:00-06:00")
    assert "on Tuesday, March seventeenth, at nine in the morning" == opening(
        content, clinic, moment
    )


def test_a_clinic_that_opens_no_more_is_never_said_to_open(content):
    """Where no opening lies ahead the hours count as not known."""
    shut = tuple(date.fromordinal(date(2026, 3, 4).toordinal() + n) for n in range(400))
    clinic = replace(content.clinic, closed_on=shut)
    moment = datetime.fromisoformat("2026-03-03T18:00-06:00")
    assert find_next_opening(clinic, moment) is None
    assert ["clinic.say", "clinic.no_hours"] == list(
        choose_prompts(("contact",), clinic, moment)
    )


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-12-10T10:00-06:00", ""),
        (
            "2026-12-11T10:00-06:00",
            " It is closed on Thursday, December twenty fourth.",
        ),
        (
            "2026-12-12T10:00-06:00",
            " It is closed on Thursday, December twenty fourth, and Friday, December "
            "twenty fifth.",
        ),
        ("2026-12-25T10:00-06:00", " It is closed on Friday, December twenty fifth."),
        ("2026-12-26T10:00-06:00", ""),
    ],
)
def test_whoever_asks_for_the_hours_hears_of_holidays_soon(content, moment, words):
    """Those of the next two weeks that fall on a day with hours."""
    clinic = replace(content.clinic, closed_on=(*CHRISTMAS, date(2026, 12, 26)))
    usual = "Doctor Chang's office is open Monday to Friday, eight in the morning to "
    usual += "five in the afternoon."
    assert usual + words == said(content, clinic, "hours.say", moment)


def test_whoever_asks_hears_of_each_place_and_the_advice_names_one(content):
    """Addresses, hours and numbers of other places follow; advice stays as it was."""
    moment = "2026-03-03T10:00-06:00"
    eagan = Site("eagan", "The Eagan office", Address("Two Oak Road", "2 Oak Road"))
    blaine = Site(
        "blaine",
        "The Blaine office",
        Address("One Main Street", "1 Main Street"),
        "763-555-0100",
        TUESDAYS,
    )
    clinic = replace(content.clinic, sites=(eagan, blaine))
    assert (
        "The address is 1835 County Road C West, Suite 150, Roseville, MN 55113. "
        "The Eagan office is at 2 Oak Road. The Blaine office is at 1 Main Street."
        == said(content, clinic, "address.say", moment)
    )
    assert said(content, clinic, "hours.say", moment).endswith(
        " The Blaine office is open Tuesday, nine in the morning to noon."
    )
    assert said(content, clinic, "number.say", moment).endswith(
        "For The Blaine office, call 763-555-0100."
    )
    for key in ("contact", "errors.something_wrong", "clinic.open"):
        one = said(content, content.clinic, key, moment)
        assert one == said(content, clinic, key, moment)
