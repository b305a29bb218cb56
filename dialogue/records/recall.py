"""Says when it was the last time, once a clinic or home disposition is spoken.

It stands at the head of that reply: behind every danger sign, before the advice and
the care steps, and never with an emergency or urgent reply. It decides nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from dialogue.content.content import Content
from dialogue.engine import time_formats
from dialogue.engine.events import Begin, Event, StartOver
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer, TriageProtocol, Urgency
from dialogue.engine.reply import Reply
from dialogue.engine.state import State
from dialogue.records.clock import Clock
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


@dataclass(frozen=True)
class Recalled:
    """A session that is recalled, and its month in words."""

    entry: Entry
    month: str


def read_last_session(
    content: Content,
    history: Path | None,
    clock: Clock,
    complain: Callable[[str], None],
) -> Recalled | None:
    """Read what is to be recalled now; a history that cannot be read is none.

    `complain` is told why. Where the time is not known nothing is recalled.
    """
    if history is None:
        return None
    try:
        sessions = entries(history)
    except HistoryRefused as refusal:
        complain(f"{refusal}")
        return None
    clock.note(sessions)
    moment = clock.read()
    if moment is None:
        return None
    last = find_last_session(content, sessions, moment.date())
    if last is None:
        return None
    month = time_formats.format_month(content.prompts, last.day, moment.date())
    return Recalled(last, month)


def add_recall(
    read: Callable[[], Recalled | None], take: TakeTurn = take_turn
) -> TakeTurn:
    """Return turns that say when it was the last time, beside what `take` says.

    `read` is called whenever a session opens, as a program may run for months: what
    was deleted meanwhile is not said.
    """
    last: Recalled | None = None

    def take_and_recall(
        protocol: TriageProtocol, state: State | None, event: Event
    ) -> tuple[State, Reply]:
        nonlocal last
        opens = isinstance(event, Begin | StartOver)
        if opens or state is None or state.ended:
            last = read()
        after, reply = take(protocol, state, event)
        if last is None or reply.disposition is None or not _is_new(state, after):
            return after, reply
        key = _find_recall_prompt(protocol, last.entry, after, reply)
        if key is None:
            return after, reply
        return after, replace(reply, says=(key, *reply.says), month=last.month)

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
