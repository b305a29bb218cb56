"""Takes an answer back by what is said right behind it: "no ... wait, yes".

An answer ends after a short silence, and the next question begins. Within a second of
the answer nobody can have heard what that asks: what is said then belongs to the
answer. It is heard only where speech interrupts us.
"""

from dataclasses import dataclass

from dialogue.content.content import Content
from dialogue.engine.events import Answered, Checked, Event, Repeat
from dialogue.engine.reply import Reply
from dialogue.understanding.asked import build_asked
from dialogue.understanding.utterance import understand
from local_voice.asr.listener import Utterance
from local_voice.audio.pcm import SAMPLE_RATE

WITHIN = SAMPLE_RATE
"""Samples between the end of an answer and the start of what takes it back."""


@dataclass(frozen=True)
class GivenAnswer:
    """An answer to a question, which may still be taken back."""

    text: str
    event: Answered
    question: str
    until: int
    """The sample behind its last sound."""


def find_given_answer(
    content: Content, reply: Reply, utterance: Utterance, event: Event
) -> GivenAnswer | None:
    """Return the answer to the question that `reply` put; None for anything else.

    An offer or a consent is no question of the interview, and nothing to go back to.
    """
    question, until = reply.open_prompt, utterance.spoken_until
    if question is None or until is None:
        return None
    if question not in content.protocol.question:
        return None
    if not isinstance(event, Answered):
        return None
    return GivenAnswer(utterance.text, event, question, until)


def find_correction(
    content: Content, given: GivenAnswer, text: str, since: int
) -> tuple[Event, bool] | None:
    """Return what `text` makes of an answer, and whether that takes it back.

    `since` is the sample where it began. The same answer once more is no answer to the
    next question, which is then put again. None: it has nothing to do with the answer.
    """
    if since - given.until > WITHIN:
        return None
    asked = build_asked(content.protocol, given.question)
    if not isinstance(understand(content.words, text, asked), Answered | Checked):
        # A command counts, whatever was said before.
        return None
    event = understand(content.words, f"{given.text} {text}", asked)
    if event == given.event:
        return Repeat(), False
    return (event, True) if isinstance(event, Answered | Checked) else None
