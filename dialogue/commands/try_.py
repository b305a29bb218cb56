"""`python -m dialogue try`: a typed session, and how one phrase is understood."""

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from dialogue.commands.console import (
    INTERRUPTED,
    CommandRefused,
    add_clinic_option,
    complain,
    load_chosen_content,
)
from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.events import Event, Strength
from dialogue.engine.rendering import get_emergency_number
from dialogue.engine.state import State
from dialogue.evaluation.transcript import render_words
from dialogue.records.clock import Clock
from dialogue.records.consent import (
    EndedSession,
    Prompter,
    RetentionOptions,
    offer_retention,
)
from dialogue.records.history import get_history_file
from dialogue.records.recall import TakeTurn, add_recall, read_last_session
from dialogue.records.record import render_prompt
from dialogue.records.writer import folder_refused
from dialogue.standard_streams import EndlessLine, read_lines
from dialogue.understanding.lexicon import get_meaning_name, understand

HELP = "hold a typed talk"
MOST_CHARACTERS = 10_000
"""Of one line; what is longer is cut off, and is no phrase anyway."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `try`."""
    parser.add_argument("--say", help="show how one phrase is understood")
    record = "offer after the talk to write it down here"
    parser.add_argument("--record", metavar="FOLDER", type=Path, help=record)
    history = "offer to note the day of the talk"
    parser.add_argument("--history", action="store_true", help=history)
    add_clinic_option(parser)


def run(args: argparse.Namespace) -> int:
    """Hold a typed session, or show one phrase's meaning; return the exit code."""
    content = load_chosen_content(args)
    if args.say is not None:
        print(describe_meaning(content, args.say))
        return 0
    refused = folder_refused(args.record) if args.record is not None else ""
    if refused:
        raise CommandRefused(refused)
    print(f"Protocol {content.status_line}.")
    print("Type what you would say; an empty line is silence.\n")
    clock = Clock()
    if doubt := clock.find_doubt():
        complain(f"{doubt}\n")
    history = get_history_file(os.environ, Path.home()) if args.history else None
    options = RetentionOptions(args.record, history)
    read = partial(read_last_session, content, history, clock, complain)

    def offer(ended: EndedSession, prompter: Prompter) -> Event | None:
        return offer_retention(content, options, ended, clock.read(), prompter)

    try:
        hold_session(content, _read_lines(), clock.read, add_recall(read), offer)
    except KeyboardInterrupt:
        number = get_emergency_number(content.prompts, content.clinic)
        print(f"\nStopped. In an emergency, call {number} from a phone.")
        return INTERRUPTED
    return 0


def hold_session(
    content: Content,
    utterances: Iterable[str],
    now: Callable[[], datetime | None],
    take_turn: TakeTurn,
    offer: Callable[[EndedSession, Prompter], Event | None],
) -> None:
    """Hold a session with typed `utterances`; an empty one is silence.

    When they run out in mid-session, it is stopped as by "stop", so that its last
    words still name the emergency number. `offer` follows the closing reply; an event
    that it returns opens the session again.
    """
    lines = iter(utterances)
    prompter = _build_prompter(content, lines)
    event: Event | None = events.Begin()
    state: State | None = None
    while event is not None:
        state, reply = take_turn(content.protocol, state, event)
        print(f"BACK TALK: {render_words(content, reply, now())}")
        if reply.expects_answer:
            line = next(lines, None)
            event = events.Stop() if line is None else understand(content.lexicon, line)
            continue
        if reply.disposition is not None:
            print(f"Ends with: {reply.disposition}\nBecause:   {reply.rule_id}")
        event = offer((state, reply), prompter)


def describe_meaning(content: Content, utterance: str) -> str:
    """Return how `utterance` is understood, for people."""
    event = understand(content.lexicon, utterance)
    parts = [get_meaning_name(event)]
    if getattr(event, "strength", Strength.PLAIN) is Strength.HEDGED:
        parts.append("hedged")
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


def _build_prompter(content: Content, lines: Iterator[str]) -> Prompter:
    """Return how to ask and say something outside the interview."""

    def tell(key: str) -> None:
        print(f"BACK TALK: {render_prompt(content, key)}")

    def ask(key: str) -> Event | None:
        tell(key)
        line = next(lines, None)
        return None if line is None else understand(content.lexicon, line)

    return Prompter(ask, tell, print)


def _read_lines() -> Iterator[str]:
    prompt = "PATIENT:   "
    if sys.stdin.isatty():
        with contextlib.suppress(EOFError):
            while True:
                yield input(prompt)
    else:
        lines = read_lines(sys.stdin, MOST_CHARACTERS)
        with contextlib.suppress(EndlessLine):
            while True:
                print(prompt, end="", flush=True)
                if (line := next(lines, None)) is None:
                    break
                yield line
    print()
