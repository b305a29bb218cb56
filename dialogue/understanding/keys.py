"""Keys that stand for an event, the same in every terminal: `y` is a yes."""

from collections.abc import Mapping

from dialogue.engine import events
from dialogue.engine.events import Event
from dialogue.engine.protocol import Answer

NAMED_EVENTS: Mapping[str, Event] = {
    "yes": events.Answered(Answer.YES),
    "no": events.Answered(Answer.NO),
    "unsure": events.Answered(Answer.UNSURE),
    "next": events.Next(),
    "repeat": events.Repeat(),
    "back": events.Previous(),
    "help": events.Help(),
    "stop": events.Stop(),
}
"""What a key or a button can do, by name."""
KEYS = {
    "yes": ("y", "1"),
    "no": ("n", "2"),
    "unsure": ("u", "3"),
    "repeat": ("r", "0"),
    "help": ("h",),
    "next": (".",),
    "back": (",",),
    "stop": ("q",),
}
"""By name of the event."""


def find_typed_event(line: str) -> Event | None:
    """Return what a line that is one key amounts to, None for any other line."""
    typed = line.strip().lower()
    return next((NAMED_EVENTS[n] for n, keys in KEYS.items() if typed in keys), None)
