"""After a spoken talk: offers the record and the history, where they are wanted."""

import argparse
import os
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from dialogue.engine.events import Event
from dialogue.loading import Content
from dialogue.records.consent import Ended, Keeping, Ways, offer
from dialogue.records.history import history_file
from dialogue.records.recall import TakeTurn, recall
from dialogue.records.writer import folder_refused
from local_voice.problems import BAD_OPTIONS, LocalVoiceProblem
from local_voice.session.session import Afterwards


def keeping_wanted(options: argparse.Namespace) -> Keeping:
    """Return what the options want to be offered; refuses what cannot be kept."""
    folder = Path(options.record) if options.record is not None else None
    refused = folder_refused(folder) if folder is not None else ""
    if refused:
        raise LocalVoiceProblem(refused, BAD_OPTIONS)
    history = history_file(os.environ, Path.home()) if options.history else None
    return Keeping(folder, history)


def recalled(
    content: Content, keeping: Keeping, today: date, say: Callable[[str], None]
) -> tuple[Content, TakeTurn]:
    """Return content and turns that know the last time, where a history does."""
    content, take_turn, complaint = recall(content, keeping.history, today)
    if complaint:
        say(complaint)
    return content, take_turn


def offering(
    content: Content,
    keeping: Keeping,
    now: Callable[[], datetime | None],
    say: Callable[[str], None],
) -> Afterwards:
    """Return what follows the closing reply of a loop; `say` shows one line."""

    def afterwards(
        ended: Ended, ask: Callable[[str], Event | None], tell: Callable[[str], None]
    ) -> Event | None:
        moment = now()
        if moment is None:
            return None
        return offer(content, keeping, ended, moment.astimezone(), Ways(ask, tell, say))

    return afterwards
