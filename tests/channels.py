"""The channels that play-scripts run through, behind one small face."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dialogue import events
from dialogue.events import Event
from dialogue.interview import take_turn
from dialogue.loading import Content
from dialogue.prompts import word, written


@dataclass(frozen=True)
class Said:
    """What a channel said in one turn."""

    words: str
    open: bool
    """Whether it waits for an answer."""
    disposition: str | None = None
    because: str | None = None
    disposition_known: bool = True
    """False: the channel does not tell where a talk ended."""
    expected_instead: str | None = None
    """The documented difference of the channel: what must be said here instead."""


class Talk(Protocol):
    """One talk on one channel."""

    def open(self) -> Said:
        """Begin the talk."""

    def say(self, event: Event, words: str) -> Said:
        """Let the patient do `event`, which are these `words` or a direction."""

    def hang_up(self) -> None:
        """End the talk from the patient's side."""


class CoreTalk:
    """A talk with the core itself."""

    def __init__(self, content: Content, moment: datetime | None, *, timers: bool):
        self._content = content
        self._moment = moment
        self._timers = timers
        self._state = None

    def open(self) -> Said:
        """Begin the talk."""
        return self.say(events.Begin(timers=self._timers), "")

    def say(self, event: Event, words: str) -> Said:
        """Take one turn."""
        content = self._content
        self._state, reply = take_turn(content.protocol, self._state, event)
        worded = word(reply, content.prompts, content.clinic, self._moment)
        return Said(
            written(worded.pieces),
            reply.expects_answer,
            reply.disposition,
            reply.because,
        )

    def hang_up(self) -> None:
        """Do nothing: the core holds nothing open."""


CHANNELS: dict[str, Callable[..., Talk]] = {"core": CoreTalk}
