"""What every channel looks like to a transcript."""

from dataclasses import dataclass
from typing import Protocol

from dialogue.engine.events import Event


@dataclass(frozen=True)
class Said:
    """What a channel said in one turn."""

    words: str
    open: bool
    """Whether it waits for an answer."""
    disposition: str | None = None
    rule_id: str | None = None
    told: bool = True
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
