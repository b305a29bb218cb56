"""Patients with a story: which questions they answer with yes, and in whose voice."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from virtual_room.room_acoustics import reverberate, scale_speech

from dialogue.content.content import Content
from dialogue.engine.events import Answered, Begin, Checked, Event, NoInput, NoMatch
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer
from dialogue.engine.state import State
from local_voice.audio.audio_files import stream_audio
from local_voice.audio.interfaces import BLOCK_SAMPLES
from local_voice.session.events import ResponseStarted, SessionEvent, UserTurnEnded

CLIPS = Path(__file__).parents[1] / "audio" / "en-US"

FRESH = ("adult", "started_within_three_days")
STORIES: Mapping[str, frozenset[str]] = {
    "numb": frozenset({"numb_bottom"}),
    "fever": frozenset({"adult", "fever"}),
    "same spot": frozenset({*FRESH, "same_spot_returns"}),
    "lifted": frozenset({*FRESH, "hard_effort"}),
    "sat long": frozenset({*FRESH, "held_still"}),
}
"""By name: the questions that are answered with yes; all others with no."""

OFFERS = ("offer_steps", "timer.offer", "reading.menu")


@dataclass
class Patient:
    """Knows which question is open, and what the story says to it."""

    yes: frozenset[str]
    open_prompt: str | None = None
    spoken: list[bool] = field(default_factory=list)
    misses: int = 0
    """Answers that were not understood, so that they were asked for again."""
    wrong: int = 0
    """Answers that were taken for another one."""

    def watch(self, session_event: SessionEvent) -> None:
        """Follow the talk."""
        match session_event:
            case ResponseStarted(keys=keys):
                self.open_prompt = _asked_in(keys)
            case UserTurnEnded(event=event) if self.spoken:
                self._judge(event)

    def says_yes(self) -> bool:
        """Return the answer to the open question, which counts as spoken now."""
        self.spoken.append(self.open_prompt in self.yes)
        return self.spoken[-1]

    def _judge(self, event: Event) -> None:
        meant = Answer.YES if self.spoken[-1] else Answer.NO
        if isinstance(event, NoMatch | NoInput | Checked):
            self.misses += 1
        elif event != Answered(meant):
            self.wrong += 1


def _asked_in(keys: Sequence[str]) -> str | None:
    """Return the question or offer that a reply ends with."""
    for key in reversed(keys):
        kind, _, rest = key.partition(".")
        if key in OFFERS or kind in ("ask", "again"):
            return key if key in OFFERS else rest
    return None


def get_right_end(content: Content, yes: frozenset[str]) -> str | None:
    """Return the disposition that these answers lead to, by the core alone."""
    state: State | None = None
    event: Event = Begin(timers=True)
    while True:
        state, reply = take_turn(content.protocol, state, event)
        if not reply.expects_answer:
            return reply.disposition
        event = Answered(Answer.YES if reply.open_prompt in yes else Answer.NO)


def build_recorded_voice(seed: int) -> Callable[[bool], bytes]:
    """Return the voices of real people: another one for each answer."""
    order = random.Random(seed)
    lists: dict[bool, Iterator[bytes]] = {}
    for says_yes, name in ((True, "yes"), (False, "no")):
        files = sorted(CLIPS.glob(f"{name}_*.wav"))
        order.shuffle(files)
        lists[says_yes] = _round(files)
    return lambda says_yes: next(lists[says_yes])


def _round(files: Sequence[Path]) -> Iterator[bytes]:
    while True:
        for file in files:
            yield read_recording(file)


def read_recording(file: Path) -> bytes:
    """Return the sound of a recorded clip."""
    return b"".join(stream_audio(str(file), BLOCK_SAMPLES))


def simulate_microphone(sound: bytes, *, far: bool) -> bytes:
    """Return a word as it arrives: at the usual level, or with the room's echo."""
    return reverberate(scale_speech(sound)) if far else scale_speech(sound)
