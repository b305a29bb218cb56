"""`python -m dialogue replay`: runs patients, one JSON object a line."""

import argparse

from dialogue.commands.console import (
    REFUSED,
    add_clinic_option,
    complain,
    load_chosen_content,
)
from dialogue.evaluation.replay import PatientRefused, replay_lines

HELP = "run patients, one JSON object a line"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `replay`."""
    parser.add_argument("file", metavar="FILE.jsonl")
    add_clinic_option(parser)


def run(args: argparse.Namespace) -> int:
    """Replay every line, name those that cannot be, and return the exit code."""
    content = load_chosen_content(args)
    code = 0
    with open(args.file, encoding="utf-8-sig", errors="replace") as lines:
        for number, result in replay_lines(content, lines):
            if isinstance(result, PatientRefused):
                complain(f"{args.file}:{number}: {result}.")
                code = REFUSED
            else:
                print(result)
    return code
