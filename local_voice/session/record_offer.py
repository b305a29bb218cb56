"""After a spoken talk: offers the record and the history, where they are wanted."""

import argparse
import os
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from dialogue.content.content import Content
from dialogue.engine.events import Event
from dialogue.records.consent import (
    EndedSession,
    Prompter,
    RetentionOptions,
    offer_retention,
)
from dialogue.records.history import get_history_file
from dialogue.records.recall import TakeTurn, recall
from dialogue.records.writer import folder_refused
from local_voice.problems import BAD_OPTIONS, LocalVoiceProblem
from local_voice.session.session import Afterwards


def keeping_wanted(options: argparse.Namespace) -> RetentionOptions:
    """Return what the options want to be offered; refuses what cannot be kept."""
    folder = Path(options.record) if options.record is not None else None
    refused = folder_refused(folder) if folder is not None else ""
    if refused:
        raise LocalVoiceProblem(refused, BAD_OPTIONS)
    history = get_history_file(os.environ, Path.home()) if options.history else None
    return RetentionOptions(folder, history)


def recalled(
    content: Content, keeping: RetentionOptions, today: date, say: Callable[[str], None]
) -> tuple[Content, TakeTurn]:
    """Return content and turns that know the last time, where a history does."""
    content, take_turn, complaint = recall(content, keeping.history, today)
    if complaint:
        say(complaint)
    return content, take_turn


def offering(
    content: Content,
    keeping: RetentionOptions,
    now: Callable[[], datetime | None],
    say: Callable[[str], None],
) -> Afterwards:
    """Return what follows the closing reply of a loop; `say` shows one line."""

    def afterwards(
        ended: EndedSession,
        ask: Callable[[str], Event | None],
        tell: Callable[[str], None],
    ) -> Event | None:
        moment = now()
        if moment is None:
            return None
        return offer_retention(
            content, keeping, ended, moment.astimezone(), Prompter(ask, tell, say)
        )

    return afterwards
