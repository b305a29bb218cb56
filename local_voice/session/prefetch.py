"""Prefetching of speech: renders every prompt ahead, so that replies start at once."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from datetime import datetime

from dialogue.content.content import Content
from dialogue.engine.rendering import render_reply
from dialogue.engine.reply import Reply
from local_voice.session.events import SessionEvent, VoiceChanged
from local_voice.tts.interfaces import SynthesisError, Synthesizer
from local_voice.tts.recording_script import is_spoken
from local_voice.tts.speech import get_passages

BETWEEN_PASSAGES = 0.01
"""Seconds between two renderings, in which the session may have the synthesizer."""


class Prefetcher:
    """A thread that renders everything once; a failure is left to the session."""

    def __init__(
        self,
        content: Content,
        synthesizer: Synthesizer,
        now: Callable[[], datetime | None],
    ) -> None:
        """Start nothing yet."""
        self._content, self._synthesizer, self._now = content, synthesizer, now
        self._ended, self._again = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin, beside the session."""
        self._thread.start()

    def stop(self) -> None:
        """End; returns when the synthesizer is free."""
        self._ended.set()
        self._again.set()
        if self._thread.is_alive():
            self._thread.join()

    def note_event(self, event: SessionEvent) -> None:
        """Begin anew where the rate or the volume was changed."""
        if isinstance(event, VoiceChanged):
            self._again.set()

    def list_passages(self) -> Iterator[str]:
        """Yield every passage: the questions in their order, then all others."""
        content = self._content
        asked = [q.id for q in content.protocol.questions]
        keys = [f"{kind}.{id_}" for kind in ("ask", "again") for id_ in asked]
        every = filter(is_spoken, dict.fromkeys([*keys, *content.prompts]))
        replies = [Reply((key,)) for key in every]
        named = [key for key, words in content.prompts.items() if "{sign}" in words]
        signs = [id_ for id_ in asked if f"sign.{id_}" in content.prompts]
        replies += [
            Reply((key,), signs=((key, (id_,)),)) for key in named for id_ in signs
        ]
        for reply in replies:
            now = self._now()
            try:
                rendered = render_reply(reply, content.prompts, content.clinic, now)
            except ValueError:
                continue  # it needs something of a clinic that this one does not have
            yield from get_passages(rendered.prompts)

    def _run(self) -> None:
        while not self._ended.is_set():
            self._again.clear()
            for text in self.list_passages():
                if self._again.wait(BETWEEN_PASSAGES):
                    break
                with contextlib.suppress(SynthesisError):
                    self._synthesizer.prefetch(text)
            self._again.wait()
