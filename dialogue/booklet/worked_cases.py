"""The talks that the booklet prints: read from data, held by the interview itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from dialogue.content.content import Content
from dialogue.content.schema import ProblemLog, TableReader
from dialogue.content.yaml_reader import TableValue
from dialogue.engine import events
from dialogue.engine.events import Event
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer
from dialogue.engine.rendering import render_reply, to_display_text
from dialogue.engine.reply import MENU, Reply

MOST_TURNS = 80
"""No talk of yes, no and next is longer."""


@dataclass(frozen=True)
class WorkedCase:
    """One made-up patient."""

    id: str
    title: str
    answers: Mapping[str, Answer]
    """By question; every other question is answered with no."""
    late: str
    """A volunteered row, said when the care steps are read; empty for none."""


@dataclass(frozen=True)
class WorkedTalk:
    """What was said, and where it ended."""

    lines: tuple[tuple[str, str], ...]
    """Speaker and words."""
    disposition: str
    rule_id: str


def cases_from(table: TableValue, notes: ProblemLog) -> tuple[WorkedCase, ...]:
    """Return the cases in order; what is wrong goes to `notes`."""
    top = TableReader(table, notes, "worked_cases", what="the file of worked cases")
    listed = top.table("cases")
    found = []
    for id_ in listed.names() if listed else ():
        entry = listed.table(id_) if listed else None
        if entry is None:
            continue
        part = entry.table("answers", required=False)
        answers = {
            name: part.choice(name, Answer, Answer.NO)
            for name in (part.names() if part else ())
            if part
        }
        case = WorkedCase(id_, entry.text("title"), answers, entry.text("late", ""))
        found.append(case)
        entry.done()
    top.done()
    return tuple(found)


def held(content: Content, case: WorkedCase, moment: datetime | None) -> WorkedTalk:
    """Return the whole talk with `case`, in the words of the content's locale."""
    state, reply = take_turn(content.protocol, None, events.Begin())
    lines = [("Back Talk", _words(content, reply, moment))]
    late, disposition = case.late, reply
    for _ in range(MOST_TURNS):
        if reply.disposition is not None:
            disposition = reply
        if reply.open_prompt is None:
            break
        if late and reply.open_prompt == MENU:
            event: Event = events.UnpromptedStatement((late,))
            said, late = content.lexicon.volunteered[case.late][0], ""
        else:
            event, said = _said(content, case, reply.open_prompt)
        state, reply = take_turn(content.protocol, state, event)
        lines += [
            ("Patient", f"{said[:1].upper()}{said[1:]}."),
            ("Back Talk", _words(content, reply, moment)),
        ]
    if reply.disposition is not None:
        disposition = reply
    ended = str(disposition.disposition), str(disposition.rule_id)
    return WorkedTalk(tuple(lines), *ended)


def _said(content: Content, case: WorkedCase, open_prompt: str) -> tuple[Event, str]:
    """Return what the patient does while `pending` is open, and the words for it."""
    lexicon = content.lexicon
    if open_prompt == MENU:
        return events.Next(), lexicon.commands["next"][0]
    answer = case.answers.get(open_prompt, Answer.NO)
    return events.Answered(answer), lexicon.answers[answer][0]


def _words(content: Content, reply: Reply, moment: datetime | None) -> str:
    worded = render_reply(reply, content.prompts, content.clinic, moment)
    return to_display_text(worded.prompts)
