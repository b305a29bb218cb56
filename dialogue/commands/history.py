"""`python -m dialogue history`: shows what was noted of talks, or deletes it all."""

from collections.abc import Callable
from pathlib import Path

from dialogue.records.history import delete, entries

WAYS = ("show", "delete")


def run(what: str, file: Path, say: Callable[[str], None]) -> int:
    """Show or delete the history in `file`; return the exit code.

    Raises HistoryRefused where it cannot be read or deleted.
    """
    if what == "delete":
        say(f"Deleted: {file}" if delete(file) else "There is no history.")
        return 0
    talks = entries(file)
    for talk in talks:
        spot = ", in the same spot" if talk.same_spot else ""
        say(f"{talk.day}  {talk.disposition}{spot}")
    say(f"Noted in {file}: {len(talks)}." if talks else "There is no history.")
    return 0
