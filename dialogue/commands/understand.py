"""`python -m dialogue understand`: what lines mean, one JSON object each."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import inf
from typing import Any, TextIO

from dialogue.commands.console import (
    REFUSED,
    add_content_options,
    complain,
    load_chosen_content,
)
from dialogue.content.content import Content
from dialogue.content.problems import suggest_name
from dialogue.engine.protocol import Answer
from dialogue.standard_streams import EndlessLine, read_lines
from dialogue.understanding.asked import OFFERS, build_asked
from dialogue.understanding.interpretation import interpret
from dialogue.understanding.meaning import Meaning, Result

HELP = "show what lines of speech mean, one JSON object a line"
KEYS = ("id", "say", "asked")
STANDARD_INPUT = "-"
MOST_CHARACTERS = 100_000
"""Of one line; nobody says a hundredth of it."""
OPEN_END = "1e999"
"""How an interval without an end is written: JSON has no word for infinity, and every
reader of numbers takes this for it."""


class LineRefused(ValueError):
    """A line cannot be interpreted as it is written."""


@dataclass(frozen=True)
class SpokenLine:
    """One line of the input."""

    id: str | int
    say: str
    asked: str | None


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `understand`."""
    lines = 'lines of {"id", "say", "asked": question or null}; - reads the input'
    parser.add_argument("file", metavar="FILE.jsonl", help=lines)
    add_content_options(parser)


def run(args: argparse.Namespace) -> int:
    """Interpret every line, name those that cannot be, and return the exit code."""
    content = load_chosen_content(args)
    if args.file == STANDARD_INPUT:
        return _run_lines(content, sys.stdin, "the input")
    with open(args.file, encoding="utf-8-sig", errors="surrogateescape") as lines:
        return _run_lines(content, lines, args.file)


def _run_lines(content: Content, stream: TextIO, name: str) -> int:
    code, number = 0, 0
    try:
        for number, result in interpret_lines(
            content, read_lines(stream, MOST_CHARACTERS)
        ):
            if isinstance(result, LineRefused):
                complain(f"{name}:{number}: {result}.")
                code = REFUSED
            else:
                print(result, flush=True)
    except EndlessLine as endless:
        complain(
            f"{name}: the line after {number}: {endless}. Each line is one object. "
            "Nothing behind it was read: give such lines."
        )
        code = REFUSED
    return code


def interpret_lines(
    content: Content, lines: Iterable[str]
) -> Iterator[tuple[int, str | LineRefused]]:
    """Yield each line's number and its JSON or refusal; blank lines are passed over."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            spoken = parse_line(content, line)
        except LineRefused as refusal:
            yield number, refusal
            continue
        asked = build_asked(content.protocol, spoken.asked)
        meaning = interpret(content.words, spoken.say, asked)
        yield number, render_meaning(content, spoken, meaning)


def parse_line(content: Content, line: str) -> SpokenLine:
    """Return what one JSON line holds; raises LineRefused."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise LineRefused(
            "this is not JSON. Write one object a line, with id, say and asked"
        ) from error
    if not isinstance(data, dict):
        raise LineRefused("this is no object. Write one a line, with id, say and asked")
    if missing := [key for key in ("id", "say") if key not in data]:
        raise LineRefused(
            f"there is no '{missing[0]}'. Each line has id, say and asked"
        )
    if foreign := sorted(set(data) - set(KEYS)):
        raise LineRefused(
            f"'{foreign[0]}' is not known here. Only id, say and asked are"
        )
    if not isinstance(data["id"], str | int) or isinstance(data["id"], bool):
        raise LineRefused("the id is neither a text nor a number. Write one of them")
    if not isinstance(data["say"], str):
        raise LineRefused("'say' is no text. Write what was said in quotes")
    return SpokenLine(data["id"], data["say"], parse_asked(content, data.get("asked")))


def parse_asked(content: Content, asked: Any) -> str | None:
    """Return an open prompt by its name; raises LineRefused for an unknown one."""
    known = (*content.protocol.question, *OFFERS, *list_consents(content))
    if asked is None:
        return None
    if not isinstance(asked, str):
        raise LineRefused("'asked' is neither a question's id nor null. Write one")
    if asked not in known:
        name = content.protocol.id
        hint = suggest_name(asked, known).removesuffix(".")
        raise LineRefused(f"'{asked}' is not a question of {name}. {hint}")
    return asked


def list_consents(content: Content) -> list[str]:
    """Return the prompts outside the interview that ask for leave."""
    return [key for key in content.prompts if key.endswith(".ask")]


def render_meaning(content: Content, spoken: SpokenLine, meaning: Meaning) -> str:
    """Return a meaning as one JSON line."""
    settled = meaning.answer is not None and meaning.result is not Result.NOT_UNDERSTOOD
    found = {
        "id": spoken.id,
        "result": meaning.result.value,
        "answer": meaning.answer.value if meaning.answer else None,
        "strength": meaning.strength.value if settled else None,
        "said": list(list_settled(content, spoken.asked, meaning)),
        "ask": list(meaning.ask),
        "command": "more" if meaning.topic else meaning.command,
        "hours": None if meaning.length is None else list(meaning.length),
    }
    text = json.dumps(found)
    if meaning.length is not None and meaning.length[1] == inf:
        # The hours stand last, and nothing behind an infinite end but brackets.
        text = text.removesuffix("Infinity]}") + f"{OPEN_END}]}}"
    return text


def list_settled(
    content: Content, asked: str | None, meaning: Meaning
) -> Iterator[str]:
    """Yield the questions and statements that what was said settles as yes."""
    protocol = content.protocol
    found: dict[str, None] = {}
    if meaning.own and asked is not None and meaning.result is Result.ACCEPT:
        found[asked] = None
    for row in meaning.said:
        if row in protocol.question or row in protocol.statement:
            found[row] = None
        if (volunteered := protocol.volunteered_by_id.get(row)) is not None:
            sets = volunteered.sets
            found |= {name: None for name, answer in sets if answer is Answer.YES}
    yield from found
