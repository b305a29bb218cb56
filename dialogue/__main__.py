"""The console commands: check, prove, sign, try, draw, cases, replay."""

import argparse
import os
import sys
from datetime import datetime
from pathlib import Path

from dialogue.approval.sign import SigningRefused
from dialogue.booklet import svg
from dialogue.booklet.booklet import booklet
from dialogue.booklet.document import Document
from dialogue.booklet.html import as_html
from dialogue.commands import clinic as profile_command
from dialogue.commands import history, typed_session
from dialogue.commands import prove as proof_command
from dialogue.commands import sign as signing_command
from dialogue.content.content import Content
from dialogue.content.problems import DataRefused
from dialogue.evaluation import case_report, cases, replay
from dialogue.loading import check_all, load_content, load_every_content
from dialogue.records.history import HistoryRefused, get_history_file
from dialogue.validation.locale_completeness import compare_locale

REFUSED = 2
"""Exit code for unusable arguments, files and data."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    args = _parser().parse_args(arguments)
    try:
        code = int(args.run(args))
        sys.stdout.flush()
        return code
    except (DataRefused, HistoryRefused) as refusal:
        print(refusal, file=sys.stderr)
    except BrokenPipeError:
        # Whoever read us has enough. What is still unwritten goes nowhere, so that
        # Python does not stumble over it on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (OSError, UnicodeDecodeError) as error:
        where = getattr(error, "filename", None) or getattr(args, "file", "the input")
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        print(f"{where}: cannot be read: {why}.", file=sys.stderr)
    except replay.PatientRefused as refusal:
        print(f"{args.file}: {refusal}.", file=sys.stderr)
    return REFUSED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dialogue", description="Check, try, draw and replay the talk."
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    check = commands.add_parser("check", help="check protocol, words and clinics")
    check.add_argument("--data", type=Path, help="another data folder")
    check.add_argument("--clinic", help="also check this profile file")
    check.add_argument("--locale", help="list what this locale lacks or has too much")
    check.set_defaults(run=_check)
    proof = commands.add_parser("prove", help="walk every talk; is each promise kept?")
    proof_command.add_options(proof)
    proof.set_defaults(run=lambda args: proof_command.run(args, print))
    try_ = commands.add_parser("try", help="hold a typed talk")
    typed_session.add_options(try_)
    try_.set_defaults(run=_try)
    past = commands.add_parser("history", help="show or delete what was noted of talks")
    past.add_argument("what", choices=history.WAYS)
    past.set_defaults(run=lambda args: history.run(args.what, _history_file(), print))
    draw = commands.add_parser("draw", help="draw the protocol, as text or SVG")
    draw.add_argument("--svg", metavar="FILE", type=Path, help="write an SVG file")
    draw.set_defaults(run=_draw)
    table = commands.add_parser("cases", help="run a clinician's table of cases")
    table.add_argument("file", metavar="FILE.csv")
    table.add_argument("more", nargs="*", metavar="FILE.csv", help="further tables")
    table.add_argument(
        "--report", action="store_true", help="under-triage and other figures instead"
    )
    table.set_defaults(run=_cases)
    lines = commands.add_parser("replay", help="run patients, one JSON object a line")
    lines.add_argument("file", metavar="FILE.jsonl")
    lines.set_defaults(run=_replay)
    sign = commands.add_parser("sign", help="record a clinician's approval")
    signing_command.add_options(sign)
    sign.set_defaults(run=_sign)
    review = commands.add_parser("booklet", help="print all of it for a clinician")
    _booklet_options(review)
    review.set_defaults(run=_booklet)
    clinic = commands.add_parser("clinic", help="write a clinic's profile, or check it")
    profile_command.add_options(clinic)
    clinic.set_defaults(run=_clinic)
    for command in (review, try_, table, lines):
        command.add_argument(
            "--clinic",
            default="roseville",
            help="a bundled profile, a file, or none (default: roseville)",
        )
    return parser


def _booklet_options(review: argparse.ArgumentParser) -> None:
    review.add_argument(
        "--out",
        metavar="FILE.html|FILE.pdf",
        type=Path,
        default=Path("booklet.html"),
        help="where to write it (default: booklet.html)",
    )
    review.add_argument("--locale", default="en-US", help="in the words of a locale")


def _content(args: argparse.Namespace) -> Content:
    return load_content(clinic=_clinic_of(args))


def _clinic_of(args: argparse.Namespace) -> str | None:
    clinic = getattr(args, "clinic", "none")
    return None if clinic == "none" else clinic


def _check(args: argparse.Namespace) -> int:
    if args.locale is not None:
        return _completeness(args)
    errors, warnings = check_all(args.data, args.clinic)
    for warning in warnings:
        print(f"warning: {warning}")
    for error in errors:
        print(error, file=sys.stderr)
    if errors:
        print(f"{len(errors)} to mend, {len(warnings)} to look at.", file=sys.stderr)
        return 1
    print(f"The data is in order; {len(warnings)} to look at.")
    for content in load_every_content(args.data):
        print(f"{content.protocol.id} in {content.locale}: {content.protocol.status}.")
        for why in content.unsigned:
            print(f"  A draft, because {why}.")
    return 0


def _clinic(args: argparse.Namespace) -> int:
    ask = input if sys.stdin.isatty() else None
    try:
        return profile_command.run(args, datetime.now().astimezone(), ask, print)
    except profile_command.ProfileRefused as refusal:
        print(refusal, file=sys.stderr)
    except (EOFError, KeyboardInterrupt):
        print("\nStopped; no file was written.", file=sys.stderr)
    return REFUSED


def _completeness(args: argparse.Namespace) -> int:
    lines = compare_locale(args.locale, args.data)
    for line in lines:
        print(line)
    if lines:
        print(f"{len(lines)} things to do in {args.locale}.", file=sys.stderr)
        return 1
    print(f"{args.locale} is complete.")
    return 0


def _sign(args: argparse.Namespace) -> int:
    ask = input if sys.stdin.isatty() else None
    try:
        today = datetime.now().astimezone().date()
        return signing_command.run(args, today, ask, print)
    except SigningRefused as refusal:
        print(f"Not signed. {refusal}", file=sys.stderr)
    except (EOFError, KeyboardInterrupt):
        print("\nStopped; nothing is signed and nothing was written.", file=sys.stderr)
    return REFUSED


def _try(args: argparse.Namespace) -> int:
    now, history = datetime.now().astimezone(), _history_file()
    content = _content(args)
    return typed_session.run(args, content, history, now, input, print, _complain)


def _complain(line: str) -> None:
    print(line, file=sys.stderr)


def _history_file() -> Path:
    return get_history_file(os.environ, Path.home())


def _draw(args: argparse.Namespace) -> int:
    content = load_content()
    if args.svg is None:
        print(svg.as_text(content))
        return 0
    args.svg.write_text(svg.as_svg(content), encoding="utf-8")
    print(f"The diagram is in {args.svg}.")
    return 0


def _booklet(args: argparse.Namespace) -> int:
    kind = args.out.suffix.lower()
    if kind not in (".html", ".pdf"):
        print(
            f"The booklet cannot be written as '{args.out.name}'. Its name ends with "
            ".html or .pdf. Give it with --out booklet.pdf.",
            file=sys.stderr,
        )
        return REFUSED
    content = load_content(locale=args.locale, clinic=_clinic_of(args))
    document = booklet(content)
    try:
        args.out.write_bytes(_set(document, kind))
    except ModuleNotFoundError:
        print(
            "A PDF needs the library reportlab. Install it with: "
            'pip install -e ".[record]", or write an .html file and print that.',
            file=sys.stderr,
        )
        return REFUSED
    print(f"The booklet is in {args.out}. {document.foot}.")
    return 0


def _set(document: Document, kind: str) -> bytes:
    if kind == ".html":
        return as_html(document).encode("utf-8")
    from dialogue.booklet.pdf import as_pdf  # needs an extra, for this one command

    return as_pdf(document)


def _cases(args: argparse.Namespace) -> int:
    content = _content(args)
    differing = 0
    outcomes: list[cases.Outcome] = []
    for file in (args.file, *args.more):
        args.file = file  # what a message names
        text = Path(file).read_text(encoding="utf-8-sig").splitlines()
        own = list(cases.run_cases(content, cases.read_cases(content, text)))
        outcomes += own
        if not args.report:
            differing += _compared(file, own)
    if args.report:
        print("\n".join(case_report.report(content.protocol, outcomes)))
        return 0
    print(f"{len(outcomes) - differing} of {len(outcomes)} cases agree.")
    return 1 if differing else 0


def _compared(file: str, outcomes: list[cases.Outcome]) -> int:
    """Print expected beside actual; return how many rows differ."""
    wide = max([len("case"), *(len(o.row.patient.id) for o in outcomes)])
    print(f"{'case':{wide}}  {'expected':15} {'actual':15} because")
    for outcome in outcomes:
        row, held = outcome.row, outcome.talk
        mark = "" if not outcome.differences else "   <-- differs"
        print(
            f"{row.patient.id:{wide}}  {row.disposition:15} {held.disposition!s:15} "
            f"{held.rule_id}{mark}"
        )
        for difference in outcome.differences:
            print(f"    {file}:{row.line}: {difference}.")
    return sum(bool(outcome.differences) for outcome in outcomes)


def _replay(args: argparse.Namespace) -> int:
    content = _content(args)
    refused = 0
    with open(args.file, encoding="utf-8-sig", errors="replace") as lines:
        for number, result in replay.replayed(content, lines):
            if isinstance(result, replay.PatientRefused):
                print(f"{args.file}:{number}: {result}.", file=sys.stderr)
                refused += 1
            else:
                print(result)
    return REFUSED if refused else 0


if __name__ == "__main__":
    sys.exit(main())
