"""`python -m dialogue simulate`: the patients of the cases when answers get lost."""

import argparse

from dialogue.commands.cases import read_table
from dialogue.commands.console import (
    CommandRefused,
    add_content_options,
    load_chosen_content,
)
from dialogue.content.content import Content
from dialogue.evaluation.cases import Case, read_cases
from dialogue.evaluation.replay import PatientRefused
from dialogue.evaluation.simulation_report import render_simulation, run_simulation

HELP = "the patients of tables of cases when answers get lost"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `simulate`."""
    parser.add_argument("files", metavar="FILE.csv", nargs="+", help="tables of cases")
    parser.add_argument(
        "--stories",
        metavar="FILE.csv",
        action="append",
        default=[],
        help="a table of cases with a column 'sentences': told before any answer",
    )
    parser.add_argument(
        "--repetitions",
        type=int,
        choices=range(1, 10_001),
        default=20,
        metavar="N",
        help="sessions of each patient where chance has a part (default: 20)",
    )
    parser.add_argument("--seed", type=int, default=0, help="of chance (default: 0)")
    add_content_options(parser)


def run(args: argparse.Namespace) -> int:
    """Simulate every patient and print the report; returns the exit code."""
    content = load_chosen_content(args)
    cases = [case for file in args.files for case in _read_cases(content, file)]
    stories = [case for file in args.stories for case in _read_cases(content, file)]
    if not cases:
        raise CommandRefused(
            f"{args.files[0]}: holds no case. Add a row for each patient."
        )
    for file, story in ((f, s) for f in args.stories for s in stories):
        if not story.sentences:
            raise CommandRefused(
                f"{file}:{story.line}: has no sentences. A story needs a column "
                "'sentences', with semicolons between them."
            )
    simulation = run_simulation(content, cases, stories, args.repetitions, args.seed)
    print("\n".join(render_simulation(simulation)))
    return 0


def _read_cases(content: Content, file: str) -> list[Case]:
    try:
        return list(read_cases(content, read_table(file)))
    except PatientRefused as refusal:
        raise CommandRefused(f"{file}: {refusal}.") from refusal
