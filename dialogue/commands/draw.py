"""`python -m dialogue draw`: the protocol as text, or as an SVG diagram."""

import argparse
from pathlib import Path

from dialogue.booklet.diagram import list_outline, render_svg
from dialogue.loading import load_content

HELP = "draw the protocol, as text or SVG"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `draw`."""
    parser.add_argument("--svg", metavar="FILE", type=Path, help="write an SVG file")


def run(args: argparse.Namespace) -> int:
    """Draw the bundled protocol and return the exit code."""
    content = load_content()
    if args.svg is None:
        print("\n".join(list_outline(content)))
        return 0
    args.svg.write_text(render_svg(content), encoding="utf-8")
    print(f"The diagram is in {args.svg}.")
    return 0
