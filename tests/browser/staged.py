"""A real talk behind a real page, in a thread, for a browser to look at."""

import threading
from datetime import UTC, datetime

from dialogue.content.content import Content
from dialogue.loading import load_content
from local_voice.audio.speaker import MuteSpeaker
from local_voice.page.server import Page
from local_voice.session import standby
from local_voice.session.events import Happening, Says
from local_voice.session.ice_timer import IceTimer
from local_voice.session.manual_input import HandsListener
from local_voice.session.session import Loop
from local_voice.session.standby import wait_for_tap
from local_voice.tts.speech import Mouth

A_TUESDAY = datetime(2026, 3, 3, 16, tzinfo=UTC)
"""The clinic is open."""


class StagedTalk:
    """Back Talk without sound, answered by the page alone."""

    def __init__(self, clinic: str | None = "roseville") -> None:
        """Open the page on any free port; `start` begins the talk."""
        self.content: Content = load_content(clinic=clinic)
        self.page = Page(self.content, lambda line: None, port=0)
        self.loop = Loop(
            content=self.content,
            listener=HandsListener(),
            mouth=Mouth(None, MuteSpeaker()),
            now=lambda: A_TUESDAY,
            timer=IceTimer(),
            signals=False,
        )
        self.loop.pass_time = lambda seconds: wait_for_tap(self.loop.taps, seconds)
        self.page.join(self.loop)
        self.open_prompt: str | None = None
        """What is open now, by the protocol's own name."""
        self.loop.watchers += (self._note,)
        self._thread = threading.Thread(
            target=standby.hold, args=(self.loop,), kwargs={"stay": True}, daemon=True
        )

    def start(self) -> None:
        """Begin the talk; after its end the page can begin another."""
        self._thread.start()

    def _note(self, happening: Happening) -> None:
        if isinstance(happening, Says):
            self.open_prompt = happening.reply.open_prompt

    def close(self) -> None:
        """End talk and page, as Ctrl-C does."""
        while self._thread.is_alive():
            self.loop.tap(None)
            self._thread.join(0.05)
        self.page.close()
