"""Says when it was the last time, once a clinic or home disposition is spoken.

It stands at the head of that reply: behind every danger sign, before the advice and
the care steps, and never with an emergency or urgent reply. It decides nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from dialogue.content.content import Content
from dialogue.engine import time_formats
from dialogue.engine.events import Event
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer, TriageProtocol, Urgency
from dialogue.engine.reply import Reply
from dialogue.engine.state import State
from dialogue.records.consent import SAME_SPOT
from dialogue.records.history import Entry, HistoryRefused, entries

TakeTurn = Callable[[TriageProtocol, State | None, Event], tuple[State, Reply]]

WITHIN_TWO_WEEKS = (
    ("started_within_three_days", Answer.YES),
    ("more_than_one_week", Answer.NO),
    ("more_than_two_weeks", Answer.NO),
)
"""One of these makes sure that today's spasm is another one than the one noted."""


def find_last_session(
    content: Content, sessions: Iterable[Entry], today: date
) -> Entry | None:
    """Return the newest session that was about an earlier time than today's.

    That is one from before the two weeks which today's spasm has lasted at most; the
    newest of `sessions` come first.
    """
    apart = timedelta(hours=content.protocol.thresholds["two_weeks_hours"])
    return next((session for session in sessions if today - session.day > apart), None)


def with_month(content: Content, last: Entry, today: date) -> Content:
    """Return `content` with the month of `last` in its words, the year if needed."""
    month = time_formats.format_month(content.prompts, last.day, today)
    said = {
        key: words.replace("{month}", month)
        for key, words in content.prompts.items()
        if key.startswith("history.last")
    }
    return replace(content, prompts={**content.prompts, **said})


def recall(
    content: Content, history: Path | None, today: date
) -> tuple[Content, TakeTurn, str]:
    """Return content and turns for a session with this history, and what is wrong.

    Without a history, or where it cannot be read, they are the usual ones: the
    session goes on, and the sentence says why nothing is recalled.
    """
    try:
        sessions = entries(history) if history is not None else []
    except HistoryRefused as refusal:
        return content, take_turn, f"{refusal}"
    last = find_last_session(content, sessions, today)
    if last is None:
        return content, take_turn, ""
    return with_month(content, last, today), add_recall(last), ""


def add_recall(last: Entry, take: TakeTurn = take_turn) -> TakeTurn:
    """Return turns that say when it was the last time, beside what `take` says."""

    def take_and_recall(
        protocol: TriageProtocol, state: State | None, event: Event
    ) -> tuple[State, Reply]:
        after, reply = take(protocol, state, event)
        if reply.disposition is None or not _is_new(state, after):
            return after, reply
        key = _find_recall_prompt(protocol, last, after, reply)
        return after, replace(reply, says=(*([key] if key else []), *reply.says))

    return take_and_recall


def _is_new(before: State | None, after: State) -> bool:
    spoken = before.disposition if before is not None and not before.ended else None
    return after.disposition is not None and after.disposition != spoken


def _find_recall_prompt(
    protocol: TriageProtocol, last: Entry, state: State, reply: Reply
) -> str | None:
    tier = protocol.disposition[str(reply.disposition)].urgency
    another = any(state.answers.get(id_) is wanted for id_, wanted in WITHIN_TWO_WEEKS)
    if tier < Urgency.CLINIC or not another:
        return None
    same = last.same_spot and state.answers.get(SAME_SPOT) is Answer.YES
    return "history.last_same_spot" if same else "history.last"
