"""`python -m dialogue try`: a typed talk, and what may be kept of it."""

import argparse
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from dialogue.commands import console
from dialogue.content.content import Content
from dialogue.engine.rendering import get_emergency_number
from dialogue.records.consent import RetentionOptions, offer_retention
from dialogue.records.recall import recall
from dialogue.records.writer import folder_refused

REFUSED, INTERRUPTED = 2, 130
Say = Callable[[str], None]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what a typed talk may be told."""
    parser.add_argument("--say", help="show how one phrase is understood")
    parser.add_argument(
        "--record",
        metavar="FOLDER",
        type=Path,
        help="offer after the talk to write it down here",
    )
    parser.add_argument(
        "--history", action="store_true", help="offer to note the day of the talk"
    )


def run(
    args: argparse.Namespace,
    content: Content,
    history: Path,
    now: datetime,
    ask: Callable[[str], str],
    say: Say,
    complain: Say,
) -> int:
    """Hold a talk, with a `history` where it is wanted; return the exit code."""
    if args.say is not None:
        say(console.understood(content, args.say))
        return 0
    refused = folder_refused(args.record) if args.record is not None else ""
    if refused:
        complain(refused)
        return REFUSED
    say(f"Protocol {content.status_line}.")
    say("Type what you would say; an empty line is silence.\n")
    kept = RetentionOptions(args.record, history if args.history else None)
    content, turn, complaint = recall(content, kept.history, now.date())
    if complaint:
        complain(f"{complaint}\n")
    try:
        console.talk(
            content,
            _typed(ask, say),
            now,
            say,
            turn,
            lambda ended, ways: offer_retention(content, kept, ended, now, ways),
        )
    except KeyboardInterrupt:
        number = get_emergency_number(content.prompts, content.clinic)
        say(f"\nStopped. In an emergency, call {number} from a phone.")
        return INTERRUPTED
    return 0


def _typed(ask: Callable[[str], str], say: Say) -> Iterator[str]:
    while True:
        try:
            yield ask("PATIENT:   ")
        except EOFError:
            say("")
            return
