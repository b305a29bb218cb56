"""`python -m dialogue draw`: the protocol as text, or as an SVG diagram."""

import argparse
from pathlib import Path

from dialogue.booklet.diagram import list_outline, render_svg
from dialogue.commands.console import add_content_options, load_chosen_content

HELP = "draw the protocol, as text or SVG"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `draw`."""
    drawn = "draw it into this file, instead of text"
    parser.add_argument("--out", metavar="FILE.svg", type=Path, help=drawn)
    parser.add_argument("--svg", dest="out", type=Path, help=argparse.SUPPRESS)
    add_content_options(parser)


def run(args: argparse.Namespace) -> int:
    """Draw the protocol and return the exit code."""
    content = load_chosen_content(args)
    if args.out is None:
        print("\n".join(list_outline(content)))
        return 0
    args.out.write_text(render_svg(content), encoding="utf-8")
    print(f"The diagram is in {args.out}.")
    return 0
