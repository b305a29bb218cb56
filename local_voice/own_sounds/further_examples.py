"""Further examples out of a talk: doubtful sounds that a press has confirmed.

Nothing is learnt by itself. At the end of a talk the person is asked of each, and a
clear yes alone keeps it. Until then they are in memory only, one of each answer.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from dialogue.engine.events import Event
from dialogue.understanding.keys import NAMED_EVENTS
from local_voice.own_sounds.recognizer import JUDGED_BYTES

REMEMBER = {"yes": "own.ask.remember.yes", "no": "own.ask.remember.no"}
"""What is asked, by the answer that a sound stands for."""


@dataclass
class FurtherExamples:
    """What may be added to the profile in use."""

    keep: Callable[[str, bytes], bool]
    """Adds the sound of an answer to the profile; tells whether its check let it."""
    _doubt: tuple[str | None, str, bytes] = (None, "", b"")
    """The open prompt, and the sound that was doubtful there."""
    _confirmed: dict[str, bytes] = field(default_factory=dict)

    def note_sound(self, open_prompt: str | None, doubt: str, pcm: bytes) -> None:
        """Remember the newest sound, as long as `doubt` names what it may have been."""
        self._doubt = open_prompt, doubt, pcm[-JUDGED_BYTES:] if doubt else b""

    def note_press(self, open_prompt: str | None, event: Event | None) -> None:
        """Take a press that says what the sound before it may have said."""
        (asked, name, pcm), self._doubt = self._doubt, (None, "", b"")
        if name in REMEMBER and asked == open_prompt and NAMED_EVENTS[name] == event:
            self._confirmed[name] = pcm

    def take_confirmed(self) -> Iterator[tuple[str, bytes]]:
        """Yield answers and their sounds, and forget each."""
        while self._confirmed:
            yield self._confirmed.popitem()

    def clear(self) -> None:
        """Forget all sounds."""
        self._doubt = None, "", b""
        self._confirmed.clear()
