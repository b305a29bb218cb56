"""`python -m dialogue cases`: runs tables of cases, expected beside actual."""

import argparse

from dialogue.commands.console import (
    DIFFERS,
    CommandRefused,
    add_content_options,
    load_chosen_content,
)
from dialogue.content.content import Content
from dialogue.evaluation.case_report import render_report
from dialogue.evaluation.cases import CaseResult, read_cases, run_cases
from dialogue.evaluation.earlier_version import read_earlier_results
from dialogue.evaluation.replay import PatientRefused

MOST_BYTES = 20_000_000
"""Of a table; larger ones are no work of a clinician, and devices never end."""
HELP = "run a clinician's table of cases"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `cases`."""
    parser.add_argument("file", metavar="FILE.csv")
    parser.add_argument("more", nargs="*", metavar="FILE.csv", help="further tables")
    parser.add_argument(
        "--report", action="store_true", help="under-triage and other figures instead"
    )
    add_content_options(parser)


def run(args: argparse.Namespace) -> int:
    """Run every table and return the exit code."""
    content = load_chosen_content(args)
    results: list[CaseResult] = []
    for file in (args.file, *args.more):
        own = _run_table(content, file)
        results += own
        if not args.report:
            _print_table(file, own)
    if args.report:
        print("\n".join(render_report(content, results, read_earlier_results())))
        return 0
    differing = sum(bool(result.differences) for result in results)
    print(f"{len(results) - differing} of {len(results)} cases agree.")
    return DIFFERS if differing else 0


def read_table(file: str) -> list[str]:
    """Return the lines of a table; raises CommandRefused for what is none."""
    with open(file, "rb") as table:
        raw = table.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise CommandRefused(
            f"{file}: is larger than {MOST_BYTES // 1_000_000} MB, and so is no "
            "table of cases. Split it."
        )
    try:
        return raw.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        why = "cannot be read: it is not UTF-8 text"
        raise CommandRefused(f"{file}: {why}.") from error


def _run_table(content: Content, file: str) -> list[CaseResult]:
    try:
        return list(run_cases(content, read_cases(content, read_table(file))))
    except PatientRefused as refusal:
        raise CommandRefused(f"{file}: {refusal}.") from refusal


def _print_table(file: str, results: list[CaseResult]) -> None:
    wide = max([len("case"), *(len(r.case.patient.id) for r in results)])
    print(f"{'case':{wide}}  {'expected':15} {'actual':15} because")
    for result in results:
        case, session = result.case, result.session
        mark = "" if not result.differences else "   <-- differs"
        print(
            f"{case.patient.id:{wide}}  {case.disposition:15} "
            f"{session.disposition!s:15} {session.rule_id}{mark}"
        )
        for difference in result.differences:
            print(f"    {file}:{case.line}: {difference}.")
