"""`python -m dialogue replay`: runs patients, one JSON object a line."""

import argparse

from dialogue.commands.console import (
    REFUSED,
    add_clinic_option,
    complain,
    load_chosen_content,
)
from dialogue.evaluation.replay import PatientRefused, replay_lines
from dialogue.standard_streams import EndlessLine, read_lines

HELP = "run patients, one JSON object a line"
MOST_CHARACTERS = 100_000
"""Of one line; the longest patient of the tests has a hundredth."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `replay`."""
    parser.add_argument("file", metavar="FILE.jsonl")
    add_clinic_option(parser)


def run(args: argparse.Namespace) -> int:
    """Replay every line, name those that cannot be, and return the exit code."""
    content = load_chosen_content(args)
    code, number = 0, 0
    with open(args.file, encoding="utf-8-sig", errors="replace") as file:
        lines = read_lines(file, MOST_CHARACTERS)
        try:
            for number, result in replay_lines(content, lines):
                if isinstance(result, PatientRefused):
                    complain(f"{args.file}:{number}: {result}.")
                    code = REFUSED
                else:
                    print(result)
        except EndlessLine as endless:
            complain(
                f"{args.file}: the line after {number}: {endless}. Each line is one "
                "patient. Nothing behind it was read: give a file of such lines."
            )
            code = REFUSED
    return code
