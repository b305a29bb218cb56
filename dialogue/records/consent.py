"""What may be kept after a talk is offered, and kept only after a clear yes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.events import Event
from dialogue.engine.protocol import Answer, TriageProtocol, Urgency
from dialogue.engine.reply import Reply
from dialogue.engine.state import State
from dialogue.records.history import Entry, HistoryRefused, add_entry
from dialogue.records.record import build_record
from dialogue.records.writer import write_record

EndedSession = tuple[State, Reply]
"""A talk at its end: the last state, and the reply that closed it."""

SAME_SPOT = "same_spot_returns"
"""The question whose yes is noted as "in the same spot". Source: seed 001."""

DELETE_BY = (
    "What is noted: python -m dialogue history show. "
    "To delete it: python -m dialogue history delete."
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
    keeping: RetentionOptions,
    ended: EndedSession,
    moment: datetime,
    ways: Prompter,
) -> Event | None:
    """Offer what `keeping` names; return an event that must open the talk again.

    Such an event is a danger sign, a call for help, or the wish to start over; None
    means that all is said. Nothing is offered after an emergency reply, which stands
    alone, after silence, or where the talk came to no outcome.
    """
    if not may_ask(content.protocol, ended[1]):
        return None
    if keeping.folder is not None:
        event = _asked(ways, "record.ask")
        if event is None or reopens(content.protocol, event):
            return event
        if _agrees(event, ways):
            _write(content, keeping.folder, ended, moment, ways)
    if keeping.history is not None:
        event = _asked(ways, "history.ask")
        if event is None or reopens(content.protocol, event):
            return event
        if _agrees(event, ways):
            _note(keeping.history, ended, moment, ways)
    return None


def may_ask(protocol: TriageProtocol, reply: Reply) -> bool:
    """Tell whether anything may be offered after the closing `reply`."""
    told = protocol.disposition.get(str(reply.disposition))
    if told is None or "close.silence" in reply.says:
        return False
    return told.urgency is not Urgency.EMERGENCY


def reopens(protocol: TriageProtocol, event: Event) -> bool:
    """Tell whether `event` matters more than what may be kept.

    Danger signs are heard at every stage. Source: the clinical design, P14.
    """
    match event:
        case events.CallForHelp() | events.StartOver():
            return True
        case events.UnpromptedStatement(ids):
            danger = _danger_names(protocol)
            return any(
                name in danger and answer is not Answer.NO
                for id_ in ids
                for name, answer in protocol.volunteered_by_id[id_].sets
            )
    return False


def _danger_names(protocol: TriageProtocol) -> set[str]:
    return {
        name
        for rule in protocol.rules
        if protocol.disposition[rule.disposition].urgency < Urgency.CLINIC
        for name in rule.when.names
    }


def _asked(ways: Prompter, key: str) -> Event | None:
    """Ask `key`, once more after a request to hear it again."""
    event = ways.ask(key)
    if isinstance(event, events.Repeat | events.Help | events.AskForMore | events.Wait):
        event = ways.ask(key)
    return event


def _agrees(event: Event, ways: Prompter) -> bool:
    """Tell whether `event` is a clear yes; all else is a no, and is said to be one."""
    if event == events.Answered(Answer.YES):
        return True
    ways.tell("keeping.no")
    return False


def _write(
    content: Content,
    folder: Path,
    ended: EndedSession,
    moment: datetime,
    ways: Prompter,
) -> None:
    record = build_record(content, *ended, moment)
    try:
        files, missing = write_record(content, record, folder)
    except OSError as error:
        ways.tell("record.failed")
        ways.show(f"{folder}: the record cannot be written: {error.strerror}.")
        return
    ways.tell("record.done")
    for file in files:
        ways.show(f"{file}")
    if missing:
        ways.show(missing)


def _note(file: Path, ended: EndedSession, moment: datetime, ways: Prompter) -> None:
    state, reply = ended
    spot = state.answers.get(SAME_SPOT) is Answer.YES
    try:
        add_entry(file, Entry(moment.date(), str(reply.disposition), spot))
    except HistoryRefused as refusal:
        ways.tell("history.failed")
        ways.show(f"{refusal}")
        return
    ways.tell("history.done")
    ways.show(DELETE_BY)
