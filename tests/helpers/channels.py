"""The channels that transcripts run through, behind one small face."""

from collections.abc import Callable
from datetime import datetime

from helpers.alexa_channel import AlexaTalk
from helpers.channel import Said, Talk
from helpers.offline_channel import OfflineTalk

from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.events import Event
from dialogue.engine.interview import take_turn
from dialogue.engine.rendering import render_reply, to_display_text
from dialogue.engine.state import State


class CoreTalk:
    """A talk with the core itself."""

    def __init__(self, content: Content, moment: datetime | None, *, timers: bool):
        """Talk with `content` at the fixed `moment`."""
        self._content = content
        self._moment = moment
        self._timers = timers
        self._state: State | None = None

    def open(self) -> Said:
        """Begin the talk."""
        return self.say(events.Begin(timers=self._timers), "")

    def say(self, event: Event, words: str) -> Said:
        """Take one turn."""
        content = self._content
        self._state, reply = take_turn(content.protocol, self._state, event)
        worded = render_reply(reply, content.prompts, content.clinic, self._moment)
        return Said(
            to_display_text(worded.prompts),
            reply.expects_answer,
            reply.disposition,
            reply.rule_id,
        )

    def hang_up(self) -> None:
        """Do nothing: the core holds nothing open."""


CHANNELS: dict[str, Callable[..., Talk]] = {
    "core": CoreTalk,
    "alexa": AlexaTalk,
    "offline": OfflineTalk,
}
