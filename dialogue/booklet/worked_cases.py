"""The worked cases of the booklet: sessions read from data, run by the interview."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from dialogue.content.content import Content
from dialogue.content.schema import ProblemLog, TableReader
from dialogue.content.yaml_reader import TableValue
from dialogue.engine import events
from dialogue.engine.events import Event
from dialogue.engine.protocol import Answer
from dialogue.engine.reply import MENU, Reply
from dialogue.evaluation.replay import play_session
from dialogue.evaluation.transcript import render_utterance, render_words
from dialogue.printing.document import Block, Dialogue, Heading, Paragraph, Section

MOMENT = datetime(2026, 3, 3, 16, tzinfo=UTC)
"""When the worked cases play: a Tuesday, in office hours in America."""


@dataclass(frozen=True)
class WorkedCase:
    """One made-up patient."""

    id: str
    title: str
    answers: Mapping[str, Answer]
    """By question; every other question is answered with no."""
    unheard: tuple[str, ...]
    """Questions whose answers are never understood."""
    late: str
    """A volunteered row, said when the care steps are read; empty for none."""


@dataclass(frozen=True)
class WorkedSession:
    """What was said, and where it ended."""

    lines: tuple[tuple[str, str], ...]
    """Speaker and words."""
    disposition: str
    rule_id: str


def parse_cases(table: TableValue, notes: ProblemLog) -> tuple[WorkedCase, ...]:
    """Return the cases in order; what is wrong goes to `notes`."""
    top = TableReader(table, notes, "worked_cases", what="the file of worked cases")
    found = []
    for id_, entry in top.named_tables("cases"):
        answers = entry.mapping("answers", _read_answer, required=False)
        unheard, late = entry.words("unheard"), entry.text("late", "")
        found.append(WorkedCase(id_, entry.text("title"), answers, unheard, late))
        entry.done()
    top.done()
    return tuple(found)


def _read_answer(part: TableReader, id_: str) -> Answer:
    return part.choice(id_, Answer, Answer.NO)


def run_case(
    content: Content, case: WorkedCase, moment: datetime | None
) -> WorkedSession:
    """Run the whole session with `case`, in the words of the content's locale."""
    late = [case.late] if case.late else []

    def choose(reply: Reply) -> Event:
        if reply.open_prompt in case.unheard:
            return events.NoMatch()
        if reply.open_prompt != MENU:
            answer = case.answers.get(str(reply.open_prompt), Answer.NO)
            return events.Answered(answer)
        return events.UnpromptedStatement((late.pop(),)) if late else events.Next()

    lines, last = [], Reply(())
    for event, reply in play_session(content.protocol, events.Begin(), choose):
        if event != events.Begin():
            lines.append(("Patient", _render_utterance(content, event)))
        lines.append(("Back Talk", render_words(content, reply, moment)))
        last = reply if reply.disposition is not None else last
    return WorkedSession(tuple(lines), f"{last.disposition}", f"{last.rule_id}")


def _render_utterance(content: Content, event: Event) -> str:
    if event == events.NoMatch():
        return "(something that is not understood)"
    return render_utterance(content.lexicon, event)


def build_chapter(content: Content, table: TableValue) -> Section:
    """Build the chapter of the cases in `table`, word for word."""
    lead = Paragraph(
        "Made up for reading: these talks were held by the program itself when "
        "this booklet was printed, and show what a person hears.",
        "lead",
    )
    blocks: list[Block] = [lead]
    for case in parse_cases(table, ProblemLog()):
        session = run_case(content, case, MOMENT)
        end = f"Ends with: {session.disposition}. Because: {session.rule_id}."
        blocks += [
            Heading(case.title),
            Dialogue(session.lines),
            Paragraph(end, "small"),
        ]
    return Section("worked-cases", "Worked cases", tuple(blocks))
