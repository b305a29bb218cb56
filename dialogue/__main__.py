"""The commands of `python -m dialogue`: chooses one, and its exit code."""

import argparse
import sys

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
from dialogue.version import get_program_version

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


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    return run_command(lambda: _run(arguments), no_output=REFUSED, no_reader=0)


def _run(arguments: list[str] | None) -> int:
    args = _build_parser().parse_args(arguments)
    try:
        return int(args.run(args))
    except (CommandRefused, DataRefused, HistoryRefused) as refusal:
        complain(f"{refusal}")
    except (OSError, UnicodeDecodeError) as error:
        where = getattr(error, "filename", None) or getattr(args, "file", "the input")
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        complain(f"{where}: cannot be read: {why}.")
    return REFUSED


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dialogue", description="Check, try, draw and replay the talk."
    )
    version = f"Back Talk {get_program_version()}"
    parser.add_argument("--version", action="version", version=version)
    commands = parser.add_subparsers(required=True, metavar="command")
    for name, command in COMMANDS.items():
        own = commands.add_parser(name, help=command.HELP)
        command.add_options(own)
        own.set_defaults(run=command.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
