"""A typed talk at the console, and how one phrase is understood."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.events import Event
from dialogue.engine.interview import take_turn
from dialogue.engine.rendering import render_reply, to_display_text
from dialogue.engine.state import State
from dialogue.records.consent import EndedSession, Prompter
from dialogue.records.recall import TakeTurn
from dialogue.records.record import said
from dialogue.understanding.lexicon import get_meaning_name, understand


def talk(
    content: Content,
    utterances: Iterable[str],
    moment: datetime | None,
    show: Callable[[str], None],
    turn: TakeTurn = take_turn,
    afterwards: Callable[[EndedSession, Prompter], Event | None] = lambda *_: None,
) -> None:
    """Hold a talk with typed `utterances`; an empty one is silence.

    When they run out in mid-talk, the talk is stopped as by "stop", so that its
    last words still name the emergency number. `afterwards` follows the closing reply;
    an event that it returns opens the talk again.
    """
    lines = iter(utterances)
    ways = _ways(content, lines, show)
    event: Event | None = events.Begin()
    state: State | None = None
    while event is not None:
        state, reply = turn(content.protocol, state, event)
        worded = render_reply(reply, content.prompts, content.clinic, moment)
        show(f"BACK TALK: {to_display_text(worded.prompts)}")
        if reply.expects_answer:
            line = next(lines, None)
            event = events.Stop() if line is None else understand(content.lexicon, line)
            continue
        if reply.disposition is not None:
            show(f"Ends with: {reply.disposition}\nBecause:   {reply.rule_id}")
        event = afterwards((state, reply), ways)


def _ways(
    content: Content, lines: Iterator[str], show: Callable[[str], None]
) -> Prompter:
    """Return how to ask and tell something outside the interview."""

    def tell(key: str) -> None:
        show(f"BACK TALK: {said(content, key)}")

    def ask(key: str) -> Event | None:
        tell(key)
        line = next(lines, None)
        return None if line is None else understand(content.lexicon, line)

    return Prompter(ask, tell, show)


def understood(content: Content, utterance: str) -> str:
    """Return how `utterance` is understood, for people."""
    event = understand(content.lexicon, utterance)
    parts = [get_meaning_name(event)]
    if isinstance(event, events.UnpromptedStatement):
        parts += [f"row {id_}" for id_ in event.ids]
        if event.facts.duration is not None:
            duration = event.facts.duration
            parts.append(f"length {duration.bound.value} {duration.hours:g} hours")
        if event.answer is not None:
            parts.append(f"answer {event.answer.value}")
    if isinstance(event, events.AskForMore) and event.topic:
        parts.append(f"topic {event.topic}")
    return ", ".join(parts)
