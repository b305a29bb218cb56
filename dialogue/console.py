"""A typed talk at the console, and how one phrase is understood."""

from collections.abc import Callable, Iterable
from datetime import datetime

from dialogue import events
from dialogue.events import Event
from dialogue.interview import take_turn
from dialogue.loading import Content
from dialogue.prompts import word, written
from dialogue.understanding import name_of, understand


def talk(
    content: Content,
    utterances: Iterable[str],
    moment: datetime | None,
    show: Callable[[str], None],
) -> None:
    """Hold a talk with typed `utterances`; an empty one is silence.

    When they run out in mid-talk, the talk is stopped as by "stop", so that its
    last words still name the emergency number.
    """
    lines = iter(utterances)
    event: Event = events.Begin()
    state = None
    while True:
        state, reply = take_turn(content.protocol, state, event)
        worded = word(reply, content.prompts, content.clinic, moment)
        show(f"BACK TALK: {written(worded.pieces)}")
        if not reply.expects_answer:
            if reply.disposition is not None:
                show(f"Ends with: {reply.disposition}\nBecause:   {reply.because}")
            return
        line = next(lines, None)
        event = events.Stop() if line is None else understand(content.lexicon, line)


def understood(content: Content, utterance: str) -> str:
    """Return how `utterance` is understood, for people."""
    event = understand(content.lexicon, utterance)
    parts = [name_of(event)]
    if isinstance(event, events.Volunteers):
        parts += [f"row {id_}" for id_ in event.ids]
        if event.facts.duration is not None:
            duration = event.facts.duration
            parts.append(f"length {duration.bound.value} {duration.hours:g} hours")
        if event.answer is not None:
            parts.append(f"answer {event.answer.value}")
    if isinstance(event, events.AskForMore) and event.topic:
        parts.append(f"topic {event.topic}")
    return ", ".join(parts)
