"""Consent: offers to keep what may be kept, and keeps it only after a clear yes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.events import CheckReason, Event
from dialogue.engine.protocol import Answer, TriageProtocol, Urgency
from dialogue.engine.reply import Reply
from dialogue.engine.state import State
from dialogue.records.history import Entry, HistoryRefused, add_entry
from dialogue.records.record import build_record
from dialogue.records.writer import write_record

EndedSession = tuple[State, Reply]
"""A session at its end: the last state, and the reply that closed it."""

SAME_SPOT = "same_spot_returns"
"""The question whose yes is noted as "in the same spot". Source: seed 001."""

DEAF_ENDS = frozenset({"close.silence", "close.unheard"})
"""Ends at which the person cannot be heard, so that no yes could be either."""

ASKED_AGAIN = (
    events.Repeat, events.Help, events.AskForMore, events.Wait, events.Checked,
    events.HarmlessComplaint,
)  # fmt: skip
"""What is no answer yet to whether something may be kept; it is asked once more."""

DELETE_BY = (
    "What is noted: python -m dialogue history show. "
    "To delete it: python -m dialogue history delete."
)

NO_DAY = (
    "The clock of this computer cannot be right, so the day of this talk is not known "
    "and no note of it is offered. Set the clock."
)


@dataclass(frozen=True)
class RetentionOptions:
    """What whoever started the program wants to be offered; nothing by default."""

    folder: Path | None = None
    """Where records are written."""
    history: Path | None = None
    """The file of the history."""


@dataclass(frozen=True)
class Prompter:
    """How a channel reaches the person."""

    ask: Callable[[str], Event | None]
    """Says the prompt of this key and returns what follows; None where they left."""
    tell: Callable[[str], object]
    """Says the prompt of this key."""
    show: Callable[[str], object]
    """Shows one line, where there is a screen."""


def offer_retention(
    content: Content,
    options: RetentionOptions,
    ended: EndedSession,
    moment: datetime | None,
    prompter: Prompter,
) -> Event | None:
    """Offer what `options` names; return an event that must open the session again.

    Such an event is a danger sign, a call for help, or the wish to start over; None
    means that all is said. Nothing is offered after an emergency reply, which stands
    alone, after silence, or where the session came to no outcome. `moment` None means
    that the time is not known: the record has no date then, and no day is noted.
    """
    if not is_offer_allowed(content.protocol, ended[1]):
        return None
    if options.folder is not None:
        event = _ask(content.protocol, prompter, "record.ask")
        if event is None or must_reopen(content.protocol, event):
            return event
        if _confirm(event, prompter):
            _write_record(content, options.folder, ended, moment, prompter)
    if options.history is not None and moment is None:
        prompter.show(NO_DAY)
    elif options.history is not None and moment is not None:
        event = _ask(content.protocol, prompter, "history.ask")
        if event is None or must_reopen(content.protocol, event):
            return event
        if _confirm(event, prompter):
            _write_entry(options.history, ended, moment.date(), prompter)
    return None


def is_offer_allowed(protocol: TriageProtocol, reply: Reply) -> bool:
    """Tell whether anything may be offered after the closing `reply`."""
    disposition = protocol.disposition.get(str(reply.disposition))
    if disposition is None or not DEAF_ENDS.isdisjoint(reply.says):
        return False
    return disposition.urgency is not Urgency.EMERGENCY


def must_reopen(protocol: TriageProtocol, event: Event) -> bool:
    """Tell whether `event` matters more than what may be kept.

    Danger signs are heard at every stage. Source: the clinical design, P14.
    """
    match event:
        case events.CallForHelp() | events.StartOver():
            return True
        case events.Checked(ask=ask, reason=reason):
            return bool(ask) or reason is CheckReason.HELP
        case events.UnpromptedStatement(ids):
            danger = {n for rule in protocol.danger_rules for n in rule.when.names}
            return any(
                name in danger and answer is not Answer.NO
                for id_ in ids
                for name, answer in protocol.volunteered_by_id[id_].sets
            )
    return False


def _ask(protocol: TriageProtocol, prompter: Prompter, key: str) -> Event | None:
    """Ask `key`, once more where the answer was understood in part or not meant yet."""
    event = prompter.ask(key)
    if isinstance(event, ASKED_AGAIN) and not must_reopen(protocol, event):
        event = prompter.ask(key)
    return event


def _confirm(event: Event, prompter: Prompter) -> bool:
    """Tell whether `event` is a clear yes; say that all else is taken for a no."""
    if event == events.Answered(Answer.YES):
        return True
    prompter.tell("keeping.no")
    return False


def _write_record(
    content: Content,
    folder: Path,
    ended: EndedSession,
    moment: datetime | None,
    prompter: Prompter,
) -> None:
    record = build_record(content, *ended, moment)
    try:
        files, missing = write_record(content, record, folder)
    except OSError as error:
        prompter.tell("record.failed")
        prompter.show(f"{folder}: the record cannot be written: {error.strerror}.")
        return
    prompter.tell("record.done")
    for file in files:
        prompter.show(f"{file}")
    if missing:
        prompter.show(missing)


def _write_entry(
    file: Path, ended: EndedSession, day: date, prompter: Prompter
) -> None:
    state, reply = ended
    spot = state.answers.get(SAME_SPOT) is Answer.YES
    try:
        add_entry(file, Entry(day, str(reply.disposition), spot))
    except HistoryRefused as refusal:
        prompter.tell("history.failed")
        prompter.show(f"{refusal}")
        return
    prompter.tell("history.done")
    prompter.show(DELETE_BY)
