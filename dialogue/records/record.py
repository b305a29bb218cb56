"""A readable account of one session: asked, answered, the deciding rule, versions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from dialogue.content.content import Content
from dialogue.engine.protocol import Answer, Source
from dialogue.engine.reply import Reply
from dialogue.engine.state import State
from dialogue.evaluation.transcript import render_words
from dialogue.version import get_program_version

ANSWER_LABELS = {
    Answer.YES: "screen.yes",
    Answer.NO: "screen.no",
    Answer.UNSURE: "screen.unsure",
    Answer.UNHEARD: "page.not_heard",
}
"""The words for each answer; a question that was not heard is no answer at all."""


@dataclass(frozen=True)
class Line:
    """One thing that the person said."""

    about: str
    """A question's or statement's id."""
    words: str
    answer: Answer


@dataclass(frozen=True)
class Record:
    """The account of one session; kept only where the person said yes to it."""

    moment: datetime | None
    """When the session ended, with its offset; None where the time is not known."""
    protocol: str
    version: int
    status: str
    program: str
    """The version of the program."""
    locale: str
    clinic: str | None
    urgency: str
    """The tier."""
    disposition: str
    rule_id: str
    """The deciding rule's id."""
    why: str
    """The deciding rule in words."""
    sources: tuple[Source, ...]
    """What that rule rests on."""
    asked: tuple[Line, ...]
    said: tuple[Line, ...]
    """What was said unasked."""


def build_record(
    content: Content, state: State, reply: Reply, moment: datetime | None
) -> Record:
    """Return the account of the session that ended with `state` and `reply`.

    `reply` has the rule that decided: a session without an outcome has none.
    """
    protocol = content.protocol
    rule = next(r for r in protocol.rules if r.id == reply.rule_id)
    lines = tuple(_list_answers(content, state))
    return Record(
        moment=moment,
        protocol=protocol.id,
        version=protocol.version,
        status=protocol.status,
        program=get_program_version(),
        locale=content.locale,
        clinic=content.clinic.name if content.clinic else None,
        urgency=protocol.disposition[rule.disposition].urgency.value,
        disposition=rule.disposition,
        rule_id=rule.id,
        why=render_prompt(content, f"because.{rule.id}"),
        sources=tuple(content.sources[key] for key in rule.source),
        asked=tuple(line for line, asked in lines if asked),
        said=tuple(line for line, asked in lines if not asked),
    )


def render_prompt(content: Content, key: str) -> str:
    """Return the words of one prompt, for the eye."""
    return render_words(content, Reply((key,)))


def render_question(content: Content, about: str) -> str:
    """Return the words of a question as asked, or of an unprompted statement."""
    asked = about in content.protocol.question
    return render_prompt(content, f"ask.{about}" if asked else f"page.said.{about}")


def _list_answers(content: Content, state: State) -> Iterator[tuple[Line, bool]]:
    """Yield what was said, in order, and whether it was asked."""
    for turn in state.turns:
        for given in turn.answers:
            words = render_question(content, given.about)
            yield Line(given.about, words, given.answer), given.about == turn.asked
