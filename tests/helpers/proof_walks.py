"""Walks of the proof that are short enough for a test."""

from collections.abc import Callable

from dialogue.engine import events
from dialogue.engine.events import Event
from dialogue.verification.walks import AFTER, NO, UNSURE, YES, PlainWalk

Tried = Callable[[str], tuple[Event, ...]]


class ShortWalk(PlainWalk):
    """Sessions in which `tried` gives what is said at each open prompt."""

    name = "short"

    def __init__(self, tried: Tried, *once: Event) -> None:
        """Walk with `once` said once besides, wherever nothing is pending."""
        self.tried = tried
        self.once = once

    def list_events(self, space, node):
        """Return what is tried at the open prompt."""
        return (*self.tried(str(node.reply.open_prompt)), *self.once)

    def choose_next(self, before, node):
        """Go on with answers alone once something was said; be deaf no further."""
        if node.event in self.once:
            return AFTER
        return None if len(node.state.unheard) > 3 else self


class AnswersWalk(PlainWalk):
    """Every path of yes, no and unsure."""

    name = "answers"

    def list_events(self, space, node):
        """Return the three answers."""
        return YES, NO, UNSURE


def at(**tried: Event | tuple[Event, ...]) -> Tried:
    """Return what is tried at the prompts named, and a no at all others.

    Once advice is given the session goes on to its end.
    """

    def find(open_prompt: str) -> tuple[Event, ...]:
        said = tried.get(open_prompt.replace(".", "_"))
        if said is None:
            said = (
                events.Next() if "." in open_prompt or "_steps" in open_prompt else NO
            )
        return said if isinstance(said, tuple) else (said,)

    return find
