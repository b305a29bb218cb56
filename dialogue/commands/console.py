"""What the commands share: exit codes, refusals, the option --clinic, the keyboard."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from dialogue.content.content import Content
from dialogue.loading import load_content

DIFFERS, REFUSED, INTERRUPTED = 1, 2, 130
"""Exit codes: a check that found something; unusable arguments, files and data; ^C."""

BUNDLED = Path(__file__).parents[1] / "data"
"""The data folder of this checkout."""

Ask = Callable[[str], str]
Say = Callable[[str], None]


class CommandRefused(Exception):
    """A command cannot be carried out; the text says why and what to do."""


def add_clinic_option(parser: argparse.ArgumentParser) -> None:
    """Add the choice of a clinic."""
    choices = "a bundled profile, a file, or none (default: roseville)"
    parser.add_argument("--clinic", default="roseville", help=choices)


def load_chosen_content(args: argparse.Namespace) -> Content:
    """Load the content with the clinic and, where there is a choice, the locale."""
    clinic = None if args.clinic == "none" else args.clinic
    return load_content(locale=getattr(args, "locale", "en-US"), clinic=clinic)


def find_asker() -> Ask | None:
    """Return how to ask whoever sits at the keyboard, None where nobody does."""
    return input if sys.stdin.isatty() else None


def complain(line: str) -> None:
    """Print one line for people, beside what the command prints."""
    print(line, file=sys.stderr)
