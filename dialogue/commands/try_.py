"""`python -m dialogue try`: a typed session, and how one phrase is understood."""

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from math import inf
from pathlib import Path

from dialogue.commands.console import (
    INTERRUPTED,
    CommandRefused,
    add_content_options,
    complain,
    load_chosen_content,
)
from dialogue.commands.understand import LineRefused, parse_asked
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
from dialogue.understanding.asked import build_asked
from dialogue.understanding.interpretation import (
    MOST_TOKENS,
    interpret,
    list_readings,
)
from dialogue.understanding.keys import find_typed_event
from dialogue.understanding.matcher import Label, Scope
from dialogue.understanding.meaning import Meaning, Result, Why
from dialogue.understanding.utterance import understand

HELP = "hold a typed talk"
MOST_CHARACTERS = 10_000
"""Of one line; what is longer is cut off, and is no phrase anyway."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `try`."""
    parser.add_argument("--say", help="show how one phrase is understood")
    asked = "with --say: what is open, a question's id (default: nothing)"
    parser.add_argument("--asked", metavar="QUESTION", help=asked)
    record = "offer after the talk to write it down here"
    parser.add_argument("--record", metavar="FOLDER", type=Path, help=record)
    history = "offer to note the day of the talk"
    parser.add_argument("--history", action="store_true", help=history)
    add_content_options(parser)


def run(args: argparse.Namespace) -> int:
    """Hold a typed session, or show one phrase's meaning; return the exit code."""
    content = load_chosen_content(args)
    if args.say is not None:
        asked = choose_open_prompt(content, args.asked)
        print(describe_meaning(content, args.say, asked))
        return 0
    refused = folder_refused(args.record) if args.record is not None else ""
    if refused:
        raise CommandRefused(refused)
    print(f"Protocol {content.status_line}.")
    print("Type what you would say, or y, n, u; an empty line is silence.\n")
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


def choose_open_prompt(content: Content, asked: str | None) -> str | None:
    """Return the open prompt that was named; raises CommandRefused."""
    try:
        return parse_asked(content, asked)
    except LineRefused as refusal:
        raise CommandRefused(f"--asked: {refusal}.") from refusal


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
            event = events.Stop()
            if line is not None:
                event = _understand_line(content, line, reply.open_prompt)
            continue
        if reply.disposition is not None:
            print(f"Ends with: {reply.disposition}\nBecause:   {reply.rule_id}")
        event = offer((state, reply), prompter)


def describe_meaning(content: Content, utterance: str, open_prompt: str | None) -> str:
    """Return how `utterance` is understood where `open_prompt` waits, for people."""
    words, asked = content.words, build_asked(content.protocol, open_prompt)
    tokens = words.normalise(utterance)
    lines = [f"Heard:    {' '.join(map(_show, tokens)) or '(nothing)'}"]
    if 0 < len(tokens) <= MOST_TOKENS:
        covers, whole = list_readings(words, tokens, asked)
        for cover in covers:
            parts = (
                f"{' '.join(map(_show, s.tokens))} [{_describe_label(s.label)}]"
                for s in cover
            )
            lines.append(f"Reading:  {' | '.join(parts)}")
        if not whole:
            lines.append("Reading:  and more, so nothing is accepted")
    meaning = interpret(words, utterance, asked)
    lines.append(f"Result:   {', '.join(_list_meaning(meaning))}")
    if meaning.why is not Why.NONE:
        lines.append(f"Why:      {meaning.why.value}")
    return "\n".join(lines)


def _show(token: str) -> str:
    return token.encode("ascii", "backslashreplace").decode()


def _describe_label(label: Label) -> str:
    parts = (label.kind.value, label.name, label.detail)
    scope = "" if label.scope is Scope.ANYWHERE else label.scope.value
    return " ".join(filter(None, (*parts, scope)))


def _list_meaning(meaning: Meaning) -> Iterator[str]:
    yield {
        Result.ACCEPT: "accepted",
        Result.CHECK: "checked",
        Result.NOT_UNDERSTOOD: "not understood",
    }[meaning.result]
    if meaning.answer is not None:
        leans = "leans " if meaning.result is Result.CHECK else ""
        yield f"{leans}{meaning.answer.value}"
        if meaning.result is Result.ACCEPT and meaning.strength is Strength.HEDGED:
            yield "hedged"
    if meaning.command is not None:
        yield f"command {meaning.command}"
    if meaning.topic is not None:
        yield f"topic {meaning.topic}"
    yield from (f"row {row}" for row in meaning.said)
    yield from (f"asks {question} next" for question in meaning.ask)
    if meaning.length is not None:
        least, most = meaning.length
        yield f"length {least:g} to {'any' if most == inf else f'{most:g}'} hours"


def _build_prompter(content: Content, lines: Iterator[str]) -> Prompter:
    """Return how to ask and say something outside the interview."""

    def tell(key: str) -> None:
        print(f"BACK TALK: {render_prompt(content, key)}")

    def ask(key: str) -> Event | None:
        tell(key)
        line = next(lines, None)
        if line is None:
            return None
        return _understand_line(content, line, key)

    return Prompter(ask, tell, print)


def _understand_line(content: Content, line: str, open_prompt: str | None) -> Event:
    asked = build_asked(content.protocol, open_prompt)
    return find_typed_event(line) or understand(content.words, line, asked)


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
