"""A real talk behind a real page, in a thread, for a browser to look at."""

import threading
from datetime import UTC, datetime
from pathlib import Path

from dialogue.content.content import Content
from dialogue.loading import load_content
from local_voice.audio.speaker import MuteSpeaker
from local_voice.page.server import LOCALHOST, Page
from local_voice.session import standby
from local_voice.session.audio import SessionAudio
from local_voice.session.events import ResponseStarted, SessionEvent
from local_voice.session.ice_timer import IceTimer
from local_voice.session.listeners import ManualInput
from local_voice.session.session import VoiceSession
from local_voice.tts.speech import SpeechOutput

A_TUESDAY = datetime(2026, 3, 3, 16, tzinfo=UTC)
"""The clinic is open."""


class StagedTalk:
    """Back Talk without sound, answered by the page alone."""

    def __init__(
        self,
        clinic: str | None = "roseville",
        address: str = LOCALHOST,
        folder: Path | None = None,
    ) -> None:
        """Open the page on any free port; `start` begins the talk."""
        self.content: Content = load_content(clinic=clinic)
        self.told: list[str] = []
        """What the console shows."""
        self.page = Page(self.content, self.told.append, address, 0, folder=folder)
        self.open_prompt: str | None = None
        """What is open now, by the protocol's own name."""
        self.session = VoiceSession(
            content=self.content,
            listener=ManualInput(),
            output=SpeechOutput(None, MuteSpeaker()),
            audio=SessionAudio(),
            event_listeners=(self._note, self.page.show_event),
            has_buttons=self.page.has_visitors,
            now=lambda: A_TUESDAY,
            timer=IceTimer(),
            signals=False,
        )
        self.page.connect(self.session)
        self._thread = threading.Thread(
            target=standby.run_session,
            args=(self.session,),
            kwargs={"stay": True},
            daemon=True,
        )

    def start(self) -> None:
        """Begin the talk; after its end the page can begin another."""
        self._thread.start()

    def _note(self, session_event: SessionEvent) -> None:
        if isinstance(session_event, ResponseStarted):
            self.open_prompt = session_event.reply.open_prompt

    def close(self) -> None:
        """End talk and page, as Ctrl-C does."""
        while self._thread.is_alive():
            self.session.receive(None)
            self._thread.join(0.05)
        self.page.close()
