"""A clock that cannot be right is not believed: no date, no month, plain hours."""

from datetime import UTC, date, datetime, timedelta

import pytest
from helpers.core_turns import NO, YES, say

from dialogue.engine import events
from dialogue.engine.interview import take_turn
from dialogue.engine.rendering import render_reply, to_display_text
from dialogue.engine.reply import Reply
from dialogue.loading import load_content
from dialogue.records.clock import LATEST, Clock
from dialogue.records.consent import NO_DAY, Prompter, RetentionOptions, offer_retention
from dialogue.records.fhir import build_response
from dialogue.records.history import Entry
from dialogue.records.record import build_record
from dialogue.version import RELEASED

DAY = timedelta(days=1)
NOTE = RELEASED + 100 * DAY


def clock_at(day, *notes):
    """Return a clock that stands at noon of `day`, with a history of `notes`."""
    clock = Clock(lambda: datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    clock.note(Entry(noted, "clinic", False) for noted in notes)
    return clock


@pytest.mark.parametrize(
    ("day", "notes", "why"),
    [
        (date(1970, 1, 1), (), "released"),
        (RELEASED - 2 * DAY, (), "released"),
        (RELEASED, (), ""),
        (NOTE, (NOTE, RELEASED), ""),
        (NOTE - DAY, (NOTE,), ""),
        (NOTE - 2 * DAY, (RELEASED, NOTE), "newest talk"),
        (LATEST, (), ""),
        (LATEST + 2 * DAY, (), "years after"),
        (date(2099, 1, 1), (), "years after"),
    ],
)
def test_which_days_are_believed(day, notes, why):
    """From the release and the newest note on, for some years; zones may differ."""
    clock = clock_at(day, *notes)
    assert (why == "") == (clock.read() is not None)
    assert why in clock.find_doubt()
    assert ("Set the clock." in clock.find_doubt()) == bool(why)


@pytest.mark.parametrize("day", [date(1970, 1, 1), date(2099, 6, 1)])
def test_nobody_is_told_that_it_is_open(day):
    """The usual hours and the number stand alone."""
    content = load_content(clinic="roseville")
    moment = clock_at(day).read()
    reply = Reply(("contact", "hours.say"))
    said = render_reply(reply, content.prompts, content.clinic, moment)
    keys = {prompt.key for prompt in said.prompts}
    assert {"hours.say", "number.say"} <= keys
    assert not {"clinic.open", "clinic.closed", "hours.closed_soon"} & keys
    assert "Monday" in to_display_text(said.prompts)


def test_nothing_that_is_kept_gets_a_date(content, tmp_path):
    """The record is kept without one, and no day is noted."""
    state, reply = say(content.protocol, None, events.Begin())
    while reply.expects_answer:
        event = YES if reply.open_prompt == "fever_or_shivering" else NO
        state, reply = take_turn(content.protocol, state, event)
    options = RetentionOptions(tmp_path / "records", tmp_path / "history.sqlite3")
    asked, shown = [], []
    prompter = Prompter(
        lambda key: asked.append(key) or YES, asked.append, shown.append
    )
    moment = clock_at(date(1970, 1, 1)).read()
    offer_retention(content, options, (state, reply), moment, prompter)
    assert ["record.ask", "record.done"] == asked
    assert NO_DAY == shown[-1]
    files = list((tmp_path / "records").iterdir())
    assert {"undated"} == {file.name.split("_")[0] for file in files}
    assert not any(b"1970-" in file.read_bytes() for file in files)
    assert [tmp_path / "records"] == list(tmp_path.iterdir())
    record = build_record(content, state, reply, moment)
    assert "authored" not in build_response(content, record)
