"""The commands of `python -m dialogue`: chooses one, and its exit code."""

import os
import sys
from pathlib import Path

from dialogue.command_line import (
    CommandLineRefused,
    build_program,
    fill_settings,
)
from dialogue.commands import (
    booklet,
    cases,
    check,
    clinic,
    draw,
    history,
    prove,
    replay,
    schema,
    sign,
    simulate,
    try_,
    understand,
    words,
)
from dialogue.commands.console import REFUSED, CommandRefused, complain
from dialogue.content.problems import DataRefused
from dialogue.records.history import HistoryRefused
from dialogue.standard_streams import run_command

COMMANDS = {
    "check": check,
    "prove": prove,
    "try": try_,
    "history": history,
    "draw": draw,
    "cases": cases,
    "simulate": simulate,
    "replay": replay,
    "sign": sign,
    "booklet": booklet,
    "clinic": clinic,
    "understand": understand,
    "words": words,
    "schema": schema,
}


REFUSALS = (CommandLineRefused, CommandRefused, DataRefused, HistoryRefused)
PROGRAM = "dialogue", "backtalk-protocol"
"""The names of the module and of the installed program."""
ABOUT = "The interview: checked, tried, proved and printed, without any sound."
GROUPS = {
    "to try it": ("try", "understand", "replay", "history"),
    "for clinicians": ("booklet", "sign", "cases", "simulate", "draw"),
    "for a clinic": ("clinic",),
    "its data": ("check", "prove", "words", "schema"),
}
"""Titles of the help, and the commands below them."""
EXAMPLES = (
    "try                             a typed interview",
    "booklet --out booklet.html      all of it, for a clinician to read",
)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    return run_command(lambda: _run(arguments), no_output=REFUSED, no_reader=0)


def _run(arguments: list[str] | None) -> int:
    parser = build_program(PROGRAM, ABOUT, COMMANDS, GROUPS, EXAMPLES)
    args = parser.parse_args(arguments)
    try:
        fill_settings(args, os.environ, Path.home())
        return int(args.run(args))
    except REFUSALS as refusal:
        complain(f"{refusal}")
    except (OSError, UnicodeDecodeError) as error:
        where = getattr(error, "filename", None) or getattr(args, "file", "the input")
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        complain(f"{where}: cannot be read: {why}.")
    return REFUSED


if __name__ == "__main__":
    sys.exit(main())
