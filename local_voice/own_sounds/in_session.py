"""A person's own sounds in a session: who hears them, and who decides."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dialogue.engine.events import Event
from dialogue.understanding.asked import Asked
from local_voice.asr.listener import Utterance
from local_voice.own_sounds.decision import Decision, SoundDecider
from local_voice.own_sounds.further_examples import FurtherExamples
from local_voice.own_sounds.recognizer import FAILED, OwnSoundRecognizer


@dataclass
class OwnSounds:
    """The profile in use."""

    name: str
    recognizer: OwnSoundRecognizer
    decider: SoundDecider
    is_taught: bool = True
    """False while a lesson is held."""
    notices: tuple[str, ...] = ()
    """Keys of prompts about the profile, shown when a session begins."""
    further: FurtherExamples | None = None
    """None where nothing may be added to the profile."""
    was_told: bool = False
    """The person was told that the sounds are lost."""

    @property
    def is_lost(self) -> bool:
        """Tell whether the sounds cannot be heard any more."""
        return self.recognizer.is_lost

    def begin(self) -> None:
        """Begin another interview, without what was heard in the last one."""
        self.decider.begin()
        if self.further is not None:
            self.further.clear()

    @contextmanager
    def attend(self, *, takes_any: bool = False) -> Iterator[None]:
        """Hear the sounds inside; with `takes_any` every sound is an utterance."""
        with self.recognizer.attend(takes_any=takes_any):
            yield

    def decide(
        self, open_prompt: str | None, asked: Asked, utterance: Utterance, usual: Event
    ) -> Decision:
        """Return what `utterance` amounts to, beside what was understood of it."""
        match = utterance.result.own if utterance.result else None
        if match is None:
            return Decision(usual)
        # What began while we spoke may be our own echo.
        heard = FAILED if utterance.early else match
        decision = self.decider.decide(open_prompt, asked, heard, usual)
        if self.further is not None:
            self.further.note_sound(open_prompt, decision.doubt, utterance.pcm)
        return decision

    def note_press(self, open_prompt: str | None, event: Event | None) -> None:
        """Note what a key or button said, behind a sound or by itself."""
        if self.further is not None:
            self.further.note_press(open_prompt, event)
