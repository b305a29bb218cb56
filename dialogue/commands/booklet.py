"""`python -m dialogue booklet`: all that a clinician reviews, as HTML or PDF."""

import argparse
from pathlib import Path

from dialogue.booklet.booklet import build_booklet
from dialogue.command_line import INSTALL
from dialogue.commands.console import (
    CommandRefused,
    add_content_options,
    load_chosen_content,
)
from dialogue.printing.html import render_html

HELP = "print all of it for a clinician"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `booklet`."""
    file, where = Path("booklet.html"), "where to write it (default: booklet.html)"
    kinds = "FILE.html|FILE.pdf"
    parser.add_argument("--out", metavar=kinds, type=Path, default=file, help=where)
    add_content_options(parser)


def run(args: argparse.Namespace) -> int:
    """Write the booklet and return the exit code."""
    kind = args.out.suffix.lower()
    if kind not in (".html", ".pdf"):
        raise CommandRefused(
            f"The booklet cannot be written as '{args.out.name}'. Its name ends with "
            ".html or .pdf. Give it with --out booklet.pdf."
        )
    document = build_booklet(load_chosen_content(args))
    if kind == ".html":
        data = render_html(document).encode("utf-8")
    else:
        try:
            from dialogue.printing.pdf import render_pdf  # needs the extra `record`
        except ModuleNotFoundError as error:
            raise CommandRefused(
                f"A PDF needs the library {error.name}: "
                f"{INSTALL.format(extra='record')}. Or print an .html file."
            ) from error
        data = render_pdf(document)
    args.out.write_bytes(data)
    print(f"The booklet is in {args.out}. {document.foot}.")
    return 0
