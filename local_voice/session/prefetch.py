"""Renders what may be said next ahead of time, so that every reply starts at once."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from datetime import datetime

from dialogue.content.content import Content
from dialogue.engine.rendering import render_reply
from dialogue.engine.reply import Reply
from local_voice.session.events import Happening, VoiceChanged
from local_voice.tts.interfaces import SynthesisError, Synthesizer
from local_voice.tts.speech import get_passages

A_BREATH = 0.01
"""Seconds between two renderings, in which the talk itself may have the voice."""


class Rehearsal:
    """A thread that says everything to itself; a failure is left to the talk."""

    def __init__(
        self, content: Content, voice: Synthesizer, now: Callable[[], datetime | None]
    ) -> None:
        """Start nothing yet."""
        self._content = content
        self._voice = voice
        self._now = now
        self._ended = threading.Event()
        self._again = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin, beside the talk."""
        self._thread.start()

    def stop(self) -> None:
        """End; returns when the voice is free."""
        self._ended.set()
        self._again.set()
        if self._thread.is_alive():
            self._thread.join()

    def watch(self, happening: Happening) -> None:
        """Begin anew where the voice has become another."""
        if isinstance(happening, VoiceChanged):
            self._again.set()

    def texts(self) -> Iterator[str]:
        """Yield every passage: the questions in their order, then all others."""
        content = self._content
        asked = [q.id for q in content.protocol.questions]
        keys = [f"{kind}.{id_}" for kind in ("ask", "again") for id_ in asked]
        for key in dict.fromkeys([*keys, *content.prompts]):
            try:
                worded = render_reply(
                    Reply((key,)), content.prompts, content.clinic, self._now()
                )
            except ValueError:
                continue  # it needs something of a clinic that this one does not have
            yield from get_passages(worded.prompts)

    def _run(self) -> None:
        while not self._ended.is_set():
            self._again.clear()
            for text in self.texts():
                if self._again.wait(A_BREATH):
                    break
                with contextlib.suppress(SynthesisError):
                    self._voice.render(text)
            self._again.wait()
