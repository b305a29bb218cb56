"""`python -m dialogue replay`: runs patients, one JSON object a line."""

import argparse

from dialogue.commands.console import (
    REFUSED,
    add_content_options,
    complain,
    load_chosen_content,
)
from dialogue.evaluation.replay import PatientRefused, replay_lines
from dialogue.standard_streams import EndlessLine, read_lines

HELP = "run patients, one JSON object a line"
ABOUT = """\
Each line of the file is one patient:
  {"id": "anna", "answers": {"chest_pain": "no", "fever": "yes"}, "said": ["two days"]}

  id       a text or a number, which stands in the result too
  answers  by a question's id: "yes", "no" or "unsure"; a question that is asked and
           has none here is answered with unsure (draw lists the ids); may be missing
  said     what is said unasked, right after the welcome, a list; may be missing

Each result is one line too:
  id, disposition, because (the rule), asked (ids), prompts (their keys), text

A line that is none is named with its number, and the others are run: exit code 2."""
MOST_CHARACTERS = 100_000
"""Of one line; the longest patient of the tests has a hundredth."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `replay`."""
    parser.add_argument("file", metavar="FILE.jsonl")
    add_content_options(parser)


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
