"""A transcript through the offline session, with a fake recogniser and voice."""

import queue
import threading
from datetime import datetime

from helpers.channel import Said
from helpers.fakes import (
    RecordingSynthesizer,
    ScriptedRecognizer,
    SilentMicrophone,
    SilentSpeaker,
)

from dialogue.content.content import Content
from dialogue.engine.events import Event
from local_voice.asr.grammar import build_grammars, get_all_phrases
from local_voice.asr.listener import AudioListener
from local_voice.session.audio import SessionAudio
from local_voice.session.events import ResponseStarted, SessionEnded, SessionEvent
from local_voice.session.ice_timer import IceTimer
from local_voice.session.session import VoiceSession
from local_voice.tts.speech import SpeechOutput

PATIENCE = 20
"""Seconds after which a session that says nothing is taken to hang."""


class OfflineTalk:
    """A session, which runs in a thread and hears one line a turn."""

    def __init__(self, content: Content, moment: datetime | None, *, timers: bool):
        """Listen for everything that the lexicon holds, as a general model would."""
        self._lines: queue.Queue[str] = queue.Queue()
        self._said: queue.Queue[SessionEvent] = queue.Queue()
        words = {word for p in get_all_phrases(content.lexicon) for word in p.split()}
        recognizer = ScriptedRecognizer(self._lines.get)
        listener = AudioListener(
            SilentMicrophone(),
            recognizer,
            build_grammars(content.lexicon, words),
            lambda: recognizer.is_speech,
        )
        self._session = VoiceSession(
            content,
            listener,
            SpeechOutput(RecordingSynthesizer(), SilentSpeaker()),
            SessionAudio(),
            now=lambda: moment,
            event_listeners=(self._said.put,),
            timer=IceTimer() if timers else None,
        )
        self._thread = threading.Thread(target=self._session.run, daemon=True)

    def open(self) -> Said:
        """Start the session."""
        self._thread.start()
        return self._next()

    def say(self, event: Event, words: str) -> Said:
        """Let the recogniser hear `words`; a tap goes in beside it."""
        if words.startswith("(taps"):
            self._session.inputs.put(event)
            words = "(silence)"
        self._lines.put(words)
        return self._next()

    def hang_up(self) -> None:
        """End a session that is still open."""
        if self._thread.is_alive():
            self._session.inputs.put(None)
            self._lines.put("(silence)")
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "the session hangs"

    def _next(self) -> Said:
        """Return what is said next, and whether the session goes on after it."""
        told = self._said.get(timeout=PATIENCE)
        while not isinstance(told, ResponseStarted):
            told = self._said.get(timeout=PATIENCE)
        ended = self._said.get(timeout=PATIENCE)
        if isinstance(ended, SessionEnded):
            return Said(told.text, False, ended.disposition, ended.rule_id)
        return Said(told.text, open=True)
