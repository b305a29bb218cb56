"""Attacks the history: a kill and a full disk at every write of many notes."""

import shutil
from collections import Counter
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

from write_faults.failing_writes import (
    FAULTS,
    RAISED,
    FailingWrites,
    make_folder,
    run_in_child,
)

from dialogue.records.history import Entry, HistoryRefused, add_entry, entries

FIRST = date(2026, 3, 3)


def attack_history(notes: int, *, every: bool) -> Counter[str]:
    """Return how often each fault was tried, and what was lost ("LOST ...").

    `every` attacks each of the `notes`; else the first two, and those that make the
    file grow by a page.
    """
    folder = make_folder()
    file = folder / "history" / "history.sqlite3"
    counted: Counter[str] = Counter()
    try:
        for number in range(notes):
            before, after = folder / "before", folder / "after"
            _copy(file.parent, before)
            size = file.stat().st_size if file.exists() else 0
            add_entry(file, _build_entry(number))
            grown = number > 0 and file.stat().st_size > size
            counted["notes"] += 1
            counted["page splits"] += grown
            if not (every or number < 2 or grown):
                continue
            _copy(file.parent, after)
            _copy(before, file.parent)
            writes = _note(file, number, FailingWrites())
            for fault in FAULTS:
                for at in range(1, writes + 1):
                    _copy(before, file.parent)
                    code = _note(file, number, FailingWrites(fault, at))
                    counted[fault] += 1
                    lost = _find_loss(file, number)
                    if lost or code == RAISED:
                        counted[f"LOST at note {number}, {fault} {at}: {lost}"] += 1
            _copy(after, file.parent)
    finally:
        shutil.rmtree(folder)
    return counted


def _note(file: Path, number: int, faulty: FailingWrites) -> int:
    """Note session `number` in a child of its own; return how often that wrote."""

    def work() -> int:
        faulty.install_in_sqlite()
        with suppress(HistoryRefused):
            add_entry(file, _build_entry(number))
        return faulty.count

    return run_in_child(work)


def _find_loss(file: Path, number: int) -> str:
    """Return what is lost: the note in writing may be missing, and no other."""
    wanted = [_build_entry(n) for n in range(number)]
    try:
        found = entries(file)[::-1]
        if found not in (wanted, [*wanted, _build_entry(number)]):
            return f"{len(found)} rows of {number}"
        add_entry(file, _build_entry(number + 1))
        if len(entries(file)) != len(found) + 1:
            return "nothing can be noted any more"
    except ValueError as refusal:
        return f"{refusal}"
    return ""


def _build_entry(number: int) -> Entry:
    return Entry(FIRST + timedelta(days=number), "home_care_ice", number % 2 == 0)


def _copy(source: Path, target: Path) -> None:
    with suppress(FileNotFoundError):
        shutil.rmtree(target)
    if source.exists():
        shutil.copytree(source, target)
