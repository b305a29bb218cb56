"""Listens to nobody: keys and buttons answer, and nobody is hurried."""

import time
from collections.abc import Callable

from local_voice.asr.grammar import GrammarState
from local_voice.asr.listener import Utterance

LOOK_EVERY = 0.02
"""Seconds between two looks for a tap."""


class HandsListener:
    """Takes the place of an ear where there is no microphone, or none is wanted."""

    def prepare(self, state: GrammarState) -> None:
        """Hands need no preparation."""

    def listen(
        self,
        from_sample: int,
        patience: float | None = None,
        interrupted: Callable[[], bool] = lambda: False,
        ended_by_hand: Callable[[], bool] = lambda: False,
    ) -> Utterance | None:
        """Return when there is a tap; silence means nothing here."""
        while not interrupted():
            time.sleep(LOOK_EVERY)
        return None
