"""Times, hours, figures, signs and captions in the words of a locale."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from functools import reduce

from dialogue.engine.clinic import Opening, OpenSpan

DAYS_BY_NAME = 7
"""A later day is said with its date, as its name alone could mean an earlier one."""

MOST_SIGNS = 3

Words = Mapping[str, str]
"""The prompts of one locale; those that this file reads begin with `spoken.`."""

LISTS: Mapping[str, tuple[int, ...]] = {
    "spoken.digits": (10,),
    "spoken.days": (7,),
    "spoken.hours": (12, 24),
    "spoken.minutes": (59,),
    "spoken.months": (12,),
    "spoken.dates": (31,),
}
"""Words with commas between, and how many there must be: zero to nine; Monday to
Sunday; one to twelve, or none to twenty three; one to fifty nine; the months; the first
to the thirty first."""

TEMPLATES: Mapping[str, tuple[str, ...]] = {
    "spoken.today": ("time",),
    "spoken.tomorrow": ("time",),
    "spoken.on_day": ("day", "time"),
    "spoken.on_date": ("date", "time"),
    "spoken.date": ("day", "month", "number"),
    "spoken.site_address": ("site", "address"),
    "spoken.site_hours": ("site", "hours"),
    "spoken.site_number": ("site", "number"),
    "spoken.one_day": ("day", "opens", "closes"),
    "spoken.several_days": ("first", "last", "opens", "closes"),
    "spoken.and_again": ("before", "opens", "closes"),
    "spoken.and_then": ("before", "after"),
    "spoken.and": ("before", "after"),
    "spoken.or": ("before", "after"),
    "spoken.or_another": ("before",),
    "spoken.full_hour": ("hour", "next_hour", "part"),
    "spoken.quarter_past": ("hour", "next_hour", "part"),
    "spoken.half_past": ("hour", "next_hour", "part"),
    "spoken.other_minute": ("hour", "next_hour", "minutes", "part"),
    "spoken.month_of_year": ("month", "year"),
}
"""Patterns, and the names in braces that each may hold."""

CAPTIONS: Mapping[str, tuple[str, ...]] = {
    "caption.you": ("words",),
    "caption.pressed": ("answer",),
    "caption.ice_left": ("minutes",),
    "caption.questions_left": ("count",),
    "caption.voice": ("rate", "volume"),
}
"""Patterns of captions, and the names in braces that each may hold."""

PLAIN_CAPTIONS = (
    "caption.listening", "caption.silence", "caption.pressed_key", "caption.answers",
    "caption.keys", "caption.ice_last", "caption.ice_over", "caption.no_timer",
    "caption.asleep", "caption.asleep_deaf", "caption.ended", "caption.question_left",
    "caption.last_question",
)  # fmt: skip
"""Captions that stand for themselves."""

PLAIN = (
    "spoken.emergency_number", "spoken.the_clinic", "spoken.your_doctor",
    "spoken.noon", "spoken.morning", "spoken.afternoon", "spoken.evening",
)  # fmt: skip
"""Words that stand for themselves."""

KEYS = (*LISTS, *TEMPLATES, *PLAIN, *CAPTIONS, *PLAIN_CAPTIONS)


def split_list(words: Words, key: str) -> tuple[str, ...]:
    """Return the words of a list, such as the names of the days."""
    return tuple(part.strip() for part in words[key].split(","))


def format_digits(words: Words, number: str) -> str:
    """Return `number` digit by digit: "six five one, two one nine"."""
    named = split_list(words, "spoken.digits")
    return ", ".join(
        " ".join(named[int(figure)] for figure in group) for group in number.split("-")
    )


def format_opening(words: Words, opens: Opening | None) -> str:
    """Return when a clinic opens next: "tomorrow at eight in the morning"."""
    if opens is None:
        return ""
    at = format_time(words, opens.at)
    if opens.ahead > DAYS_BY_NAME:
        when = format_day(words, opens.day)
        return words["spoken.on_date"].format(date=when, time=at)
    key = {0: "spoken.today", 1: "spoken.tomorrow"}.get(opens.ahead, "spoken.on_day")
    day = split_list(words, "spoken.days")[opens.day.weekday()]
    return words[key].format(day=day, time=at)


def format_dates(words: Words, days: Iterable[date]) -> str:
    """Return days of the year: "Thursday, December twenty fourth, and Friday, ..."."""
    return _join(words["spoken.and"], [format_day(words, day) for day in days])


def format_signs(words: Words, signs: Sequence[str]) -> str:
    """Return short names of signs: "chest pain, fever or a stiff neck".

    At most three are named; what is left over is called another sign. Source: the
    clinical design, 2.6.
    """
    names = list(dict.fromkeys(words[f"sign.{id_}"] for id_ in signs))
    if len(names) > MOST_SIGNS:
        before = ", ".join(names[:MOST_SIGNS])
        return words["spoken.or_another"].format(before=before)
    *first, last = names
    if not first:
        return last
    return words["spoken.or"].format(before=", ".join(first), after=last)


def format_day(words: Words, day: date) -> str:
    """Return a day in words: "Friday, December twenty fifth"."""
    return words["spoken.date"].format(
        day=split_list(words, "spoken.days")[day.weekday()],
        month=split_list(words, "spoken.months")[day.month - 1],
        number=split_list(words, "spoken.dates")[day.day - 1],
    )


def format_hours(words: Words, spans: tuple[OpenSpan, ...]) -> str:
    """Return opening hours: "Monday to Friday, eight in the morning to noon"."""
    return _join(words["spoken.and_then"], [_format_span(words, one) for one in spans])


def format_time(words: Words, at: time) -> str:
    """Return a time of day: "half past eight in the morning"."""
    if (at.hour, at.minute) == (12, 0):
        return words["spoken.noon"]
    part = "morning" if at.hour < 12 else "afternoon" if at.hour < 18 else "evening"
    quarters = {0: "full_hour", 15: "quarter_past", 30: "half_past"}
    pattern = words[f"spoken.{quarters.get(at.minute, 'other_minute')}"]
    return pattern.format(
        hour=_format_hour(words, at.hour),
        next_hour=_format_hour(words, at.hour + 1),
        minutes=split_list(words, "spoken.minutes")[at.minute - 1],
        part=words[f"spoken.{part}"],
    )


def format_month(words: Words, day: date, today: date) -> str:
    """Return the month of a past `day`: "March", or "March 2024" a year later."""
    named = split_list(words, "spoken.months")[day.month - 1]
    if 12 * (today.year - day.year) + today.month - day.month < 12:
        return named
    return words["spoken.month_of_year"].format(month=named, year=day.year)


def _join(pattern: str, parts: list[str]) -> str:
    def join(before: str, after: str) -> str:
        return pattern.format(before=before, after=after)

    return reduce(join, parts) if parts else ""


def _format_hour(words: Words, hour: int) -> str:
    """Return the name of an hour, 0 to 24; twelve names begin with one o'clock."""
    named = split_list(words, "spoken.hours")
    return named[hour % 24] if len(named) == 24 else named[(hour - 1) % 12]


def _format_span(words: Words, span: OpenSpan) -> str:
    days = split_list(words, "spoken.days")
    one = span.first == span.last
    (opens, closes), *later = span.hours
    said = words["spoken.one_day" if one else "spoken.several_days"].format(
        day=days[span.first],
        first=days[span.first],
        last=days[span.last],
        opens=format_time(words, opens),
        closes=format_time(words, closes),
    )
    for opens, closes in later:
        said = words["spoken.and_again"].format(
            before=said,
            opens=format_time(words, opens),
            closes=format_time(words, closes),
        )
    return said
