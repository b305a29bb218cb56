"""`python -m dialogue history`: shows what was noted of sessions, or deletes it."""

import argparse
import os
from pathlib import Path

from dialogue.records.history import delete, entries, get_history_file

HELP = "show or delete what was noted of talks"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the choice between showing and deleting."""
    parser.add_argument("what", choices=("show", "delete"))


def run(args: argparse.Namespace) -> int:
    """Show or delete the history and return the exit code; raises HistoryRefused."""
    file = get_history_file(os.environ, Path.home())
    if args.what == "delete":
        print(f"Deleted: {file}" if delete(file) else "There is no history.")
        return 0
    sessions = entries(file)
    for session in sessions:
        spot = ", in the same spot" if session.same_spot else ""
        print(f"{session.day}  {session.disposition}{spot}")
    print(f"Noted in {file}: {len(sessions)}." if sessions else "There is no history.")
    return 0
