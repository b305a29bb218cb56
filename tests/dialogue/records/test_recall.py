"""The last time: said behind the danger signs, with clinic and home advice only."""

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from helpers.core_turns import NO, UNSURE, YES, say, walk

from dialogue.engine import events
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Stage, Urgency
from dialogue.engine.rendering import render_reply, to_display_text
from dialogue.records.clock import Clock
from dialogue.records.history import Entry, add_entry, delete
from dialogue.records.recall import (
    Recalled,
    add_recall,
    find_last_session,
    read_last_session,
)
from dialogue.version import RELEASED

TODAY = date(2026, 5, 20)
MARCH = Entry(date(2026, 3, 3), "clinic", True)
HOME = {"started_within_three_days": YES, "hard_effort": YES}
SPOT = {"started_within_three_days": YES, "same_spot_returns": YES}
KEYS = ("history.last", "history.last_same_spot")


def replies(content, answers, last=MARCH):
    """Return every reply of a talk that knows its last time."""
    take = add_recall(lambda: Recalled(last, "March"))
    state, reply = take(content.protocol, None, events.Begin())
    said = [reply]
    while reply.expects_answer:
        state, reply = take(
            content.protocol, state, answers.get(str(reply.open_prompt), NO)
        )
        said.append(reply)
    return said


def recalled(content, answers, last=MARCH):
    """Return the keys of the history in such a talk."""
    said = replies(content, answers, last)
    return [key for reply in said for key in reply.says if key in KEYS]


def test_it_stands_before_the_advice_once(content):
    """The reply that speaks a clinic or home disposition begins with it."""
    for answers, key in ((HOME, "history.last"), (SPOT, "history.last_same_spot")):
        said = replies(content, answers)
        (at,) = (n for n, reply in enumerate(said) if key in reply.says)
        assert key == said[at].says[0]
        assert said[at].disposition is not None
        assert said[at - 1].disposition is None
        assert [key] == recalled(content, answers)


def test_the_same_spot_needs_both_talks(content):
    """It is said only where then and now the same spot keeps going into spasm."""
    elsewhere = Entry(MARCH.day, "clinic", False)
    assert ["history.last"] == recalled(content, SPOT, elsewhere)
    assert ["history.last"] == recalled(content, HOME, MARCH)
    unsure = SPOT | {"same_spot_returns": UNSURE, "hard_effort": YES}
    assert ["history.last"] == recalled(content, unsure)


def opened(protocol, answers):
    """Return the danger questions that these answers leave nothing to wait for."""
    means = {
        q.id: q.unsure_means if answers[q.id] is UNSURE.answer else answers[q.id]
        for q in protocol.questions
        if q.id in answers
    }
    holds = {id_ for id_, given in {**answers, **means}.items() if given is YES.answer}
    holds |= {q.opposite for q in protocol.questions if means.get(q.id) is NO.answer}
    return {
        q.id
        for q in protocol.questions
        if q.stage is Stage.SCREEN
        and all(
            len(holds.intersection(names)) >= count
            for count, names in (q.only_if.parts if q.only_if else ())
        )
    }


def test_on_every_path_it_follows_all_danger_signs(content):
    """With danger it is never said, else only where every sign was settled."""
    protocol = content.protocol
    count = 0
    for path in walk(protocol):
        end = path.state, path.reply
        take = add_recall(lambda: Recalled(MARCH, "March"), lambda *_, end=end: end)
        state, reply = take(protocol, None, events.Begin())
        tier = protocol.disposition[str(reply.disposition)].urgency
        said = [key for key in reply.says if key in KEYS]
        count += bool(said)
        if tier < Urgency.CLINIC:
            assert [] == said
        elif said:
            assert opened(protocol, state.answers) <= state.answers.keys()
            assert state.answers.get("more_than_two_weeks") in (None, NO.answer)
    assert count > 20


def test_the_words_apart_nothing_changes(content):
    """State, disposition and all other words are those of a talk without history."""
    for answers in (HOME, SPOT, {"fever_or_shivering": YES}, {"numb_bottom": YES}):
        state, reply = say(content.protocol, None, events.Begin())
        plain = [reply]
        while reply.expects_answer:
            event = answers.get(str(reply.open_prompt), NO)
            state, reply = take_turn(content.protocol, state, event)
            plain.append(reply)
        said = replies(content, answers)
        assert [r.says for r in plain] == [
            tuple(k for k in r.says if k not in KEYS) for r in said
        ]


def test_going_back_and_forth_says_it_again_only_with_the_advice(content):
    """Taking the last answer back takes the advice back, and both come again."""
    take = add_recall(lambda: Recalled(MARCH, "March"))
    state, reply = take(content.protocol, None, events.Begin())
    while reply.disposition is None:
        event = SPOT.get(str(reply.open_prompt), NO)
        state, reply = take(content.protocol, state, event)
    state, reply = take(content.protocol, state, events.Repeat())
    assert not set(KEYS) & set(reply.says)
    state, reply = take(content.protocol, state, events.Previous())
    assert "same_spot_returns" == reply.open_prompt
    _, reply = take(content.protocol, state, YES)
    assert "history.last_same_spot" == reply.says[0]


@pytest.mark.parametrize(
    ("days", "told"), [(0, False), (14, False), (15, True), (400, True)]
)
def test_a_talk_of_the_last_two_weeks_may_be_about_this_spasm(content, days, told):
    """Only an earlier one is another time; a later one does not hide it."""
    entry = Entry(TODAY - timedelta(days=days), "clinic", False)
    assert told == (entry == find_last_session(content, [entry], TODAY))
    newest = Entry(TODAY, "clinic", False)
    assert MARCH == find_last_session(content, [newest, MARCH], TODAY)


def test_whoever_has_it_for_weeks_or_does_not_know_is_told_nothing(content):
    """Then the talk that was noted may be about this very spasm."""
    long = {"more_than_one_week": YES, "more_than_two_weeks": YES}
    assert [] == recalled(content, long)
    assert [] == recalled(content, long | {"more_than_two_weeks": UNSURE})


@pytest.mark.parametrize(
    ("months", "words"),
    [(4, "in November."), (11, "in April."), (13, "in February 2027.")],
)
def test_the_month_is_said_and_the_year_where_it_is_needed(
    content, tmp_path, months, words
):
    """A month of the last twelve stands alone."""
    today = date(2028, 3, 20)
    year, month = divmod(2028 * 12 + 2 - months, 12)
    file = tmp_path / "history.sqlite3"
    add_entry(file, Entry(date(year, month + 1, 1), "clinic", True))
    said = hold(content, file, clock_at(today))
    assert f"The last time you had this was {words[:-1]}, in the same spot." in said


def clock_at(day):
    """Return a clock that stands at noon of `day`."""
    return Clock(lambda: datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


def hold(content, file, clock, complain=pytest.fail, take=None):
    """Hold a talk about a spot that comes back; return all that is said in it."""
    take = take or add_recall(
        partial(read_last_session, content, file, clock, complain)
    )
    state, reply = take(content.protocol, None, events.Begin())
    said = []
    while True:
        rendered = render_reply(reply, content.prompts, content.clinic, None)
        said.append(to_display_text(rendered.prompts))
        if not reply.expects_answer:
            return " ".join(said)
        event = SPOT.get(str(reply.open_prompt), NO)
        state, reply = take(content.protocol, state, event)


LAST = "The last time you had this"


def test_a_history_that_cannot_be_read_leaves_the_talk_as_it_is(content, tmp_path):
    """The sentence says why; without a history or a talk in it there is none."""
    file = tmp_path / "history.sqlite3"
    today = RELEASED + timedelta(days=200)
    assert LAST not in hold(content, None, clock_at(today))
    assert LAST not in hold(content, file, clock_at(today))
    add_entry(file, Entry(today, "clinic", True))
    assert LAST not in hold(content, file, clock_at(today))
    add_entry(file, Entry(RELEASED, "clinic", True))
    assert LAST in hold(content, file, clock_at(today))
    file.write_bytes(b"garbage" * 200)
    complaints = []
    assert LAST not in hold(content, file, clock_at(today), complaints.append)
    assert 1 == len(complaints)
    assert "damaged" in complaints[0]


def test_the_history_is_read_at_each_opening(content, tmp_path):
    """A program that lives for months says nothing that was deleted meanwhile."""
    file, days = tmp_path / "history.sqlite3", [RELEASED + timedelta(days=40)]
    clock = Clock(lambda: clock_at(days[-1]).read())
    take = add_recall(partial(read_last_session, content, file, clock, pytest.fail))
    assert LAST not in hold(content, file, clock, take=take)
    add_entry(file, Entry(RELEASED, "clinic", True))
    assert LAST in hold(content, file, clock, take=take)
    days.append(RELEASED + timedelta(days=500))
    assert f"in {RELEASED:%B %Y}" in hold(content, file, clock, take=take)
    delete(file)
    assert LAST not in hold(content, file, clock, take=take)


def test_no_month_is_named_where_the_time_is_not_known(content, tmp_path):
    """In 1970, before the newest note, and in a far year."""
    file = tmp_path / "history.sqlite3"
    noted = RELEASED + timedelta(days=100)
    add_entry(file, Entry(RELEASED - timedelta(days=400), "clinic", True))
    add_entry(file, Entry(noted, "clinic", True))
    assert LAST in hold(content, file, clock_at(noted))
    for day in (date(1970, 1, 1), noted - timedelta(days=3), date(2099, 1, 1)):
        assert LAST not in hold(content, file, clock_at(day))
