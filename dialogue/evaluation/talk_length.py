"""How long a talk is: words of ours, and seconds, to the points that matter."""

from collections.abc import Mapping
from dataclasses import dataclass

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.events import Event
from dialogue.engine.protocol import Answer
from dialogue.engine.rendering import render_reply, to_spoken_text
from dialogue.engine.reply import MENU, Reply
from dialogue.evaluation.replay import OFFERS, play_session

WORDS_A_MINUTE = 160
"""How fast we speak. Source: the clinical design, section 9."""

PLAIN_STRAIN: Mapping[str, Answer] = {
    "adult": Answer.YES,
    "started_within_three_days": Answer.YES,
    "hard_effort": Answer.YES,
}
"""A fresh strain with a cause, all else no: the most usual patient (section 9)."""


@dataclass(frozen=True)
class TalkLength:
    """Words of ours, counted from the start of the session."""

    first_question: int
    """To the end of the first question."""
    decision: int
    """To the end of the last question before the reply that decides."""
    end: int
    questions: int
    """How many were asked before the decision."""


def measure_talk(content: Content, answers: Mapping[str, Answer]) -> TalkLength:
    """Return the length of the talk with whoever gives `answers`, and no to the rest.

    Steps are read to the end, offers are taken and no timer runs.
    """

    def choose(reply: Reply) -> Event:
        if reply.open_prompt == MENU:
            return events.Next()
        open_prompt = str(reply.open_prompt)
        unsaid = OFFERS.get(open_prompt, Answer.NO)
        return events.Answered(answers.get(open_prompt, unsaid))

    said, decision, questions = [0], 0, 0
    for _, reply in play_session(content.protocol, events.Begin(), choose):
        said.append(said[-1] + _count_words(content, reply))
        if reply.disposition is None:
            decision, questions = said[-1], questions + 1
    return TalkLength(said[1], decision, said[-1], questions)


def get_seconds(words: int) -> float:
    """Return how long it takes to say `words`."""
    return words * 60 / WORDS_A_MINUTE


def _count_words(content: Content, reply: Reply) -> int:
    rendered = render_reply(reply, content.prompts, content.clinic, None)
    return len(to_spoken_text(rendered.prompts).split())
