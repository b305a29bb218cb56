"""Opening hours: the edges of a day, the next opening, and how it is said."""

from dataclasses import replace
from datetime import datetime, time

import pytest

from dialogue import times
from dialogue.clinic import is_open, next_opening, open_spans


def opening(content, clinic, moment):
    """Return in words when `clinic` opens next."""
    return times.opening(content.prompts, next_opening(clinic, moment))


def hours(content, clinic):
    """Return the opening hours of `clinic` in words."""
    return times.hours(content.prompts, open_spans(clinic))


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
    span = (time(9), time(12))
    clinic = replace(content.clinic, hours=dict.fromkeys(range(7)) | {1: span})
    moment = datetime.fromisoformat("2026-03-03T18:00-06:00")
    assert "on Tuesday at nine in the morning" == opening(content, clinic, moment)


def test_hours_are_drawn_together(content):
    """Equal days in a row are one span; a different day stands apart."""
    assert "Monday to Friday, eight in the morning to five in the afternoon" == hours(
        content, content.clinic
    )
    changed = {**content.clinic.hours, 4: (time(8), time(12)), 6: None}
    assert (
        "Monday to Thursday, eight in the morning to five in the afternoon, "
        "and Friday, eight in the morning to noon"
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
    assert words == times.time_of_day(content.prompts, at)


def test_fax_and_unlabelled_numbers_are_never_spoken(content):
    """Only spoken lines give a number, by purpose."""
    assert "651-219-7292" == content.clinic.appointments
    assert "651-430-3800" == content.clinic.general
    silent = [replace(line, spoken=False) for line in content.clinic.lines]
    muted = replace(content.clinic, lines=tuple(silent))
    assert (None, None) == (muted.appointments, muted.general)
