"""Says a reply: words, caption, sound; goes on where voice or loudspeaker fails."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dialogue.content.content import Content
from dialogue.engine.rendering import render_reply, to_display_text
from dialogue.engine.reply import RenderedPrompt, RenderedReply, Reply
from dialogue.engine.state import State
from local_voice.audio import tones
from local_voice.audio.interfaces import AudioClip, DeviceLost, Playback
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.audio.speaker import MuteSpeaker
from local_voice.problems import DEVICE_LOST, LocalVoiceProblem
from local_voice.session.events import Says, Trouble, Watcher
from local_voice.tts.speech import Mouth

BEFORE_SIGNAL = AudioClip(bytes(2 * (SAMPLE_RATE * 15 // 100)))
JUST_SAID = SAMPLE_RATE // 2
"""What ended less than half a second before an interruption may still echo in it."""
SORRY = Reply(says=("errors.something_wrong",))

Interruptible = Callable[[AudioClip], tuple[Playback, int | None]]
"""Plays; where the person begins to speak it falls silent at once and tells the sample
from which to listen."""


@dataclass(frozen=True)
class Spoken:
    """A reply that was said."""

    ended_at: int
    """The sample of the microphone's clock from which the person is listened to."""
    interrupted: str | None = None
    """What we were just saying when the person began to speak; None: nobody did.
    Empty: they did, and we have been silent for a while."""


@dataclass(frozen=True)
class Voicing:
    """How replies of one talk are said."""

    content: Content
    mouth: Mouth
    now: Callable[[], datetime | None]
    tell: Watcher
    aim: Callable[[Reply], None]
    """Gets the ear ready while we still speak."""
    recover: Callable[[], bool]
    signals: bool
    by_hand: Callable[[], bool] = lambda: False
    """Somebody has buttons and captions, and can go on without any sound."""
    interruptible: Interruptible | None = None
    instead: Mapping[str, str] = field(default_factory=dict)
    """Prompt keys that this talk says in place of others."""

    def say(
        self,
        reply: Reply,
        *,
        state: State | None = None,
        turn: int = 0,
        began: float | None = None,
        not_understood: bool = False,
        uninterrupted: bool = False,
    ) -> Spoken:
        """Say `reply`; `began` is when it was clear that the person had ended."""
        began = time.perf_counter() if began is None else began
        worded = self.worded(reply)
        worded_at = time.perf_counter()
        audio, whole = self.mouth.audio(worded.prompts)
        ready_at = time.perf_counter()
        # Written before the first sound: an emergency must not wait for a voice.
        self.tell(
            Says(
                worded.prompts,
                ready_ms=1000 * (ready_at - began),
                synthesis_ms=1000 * (ready_at - worded_at),
                reply=reply,
                state=state,
                turn=turn,
            )
        )
        if not whole:
            self.trouble("trouble.voice")
        before = [tones.NOT_UNDERSTOOD] if self.signals and not_understood else []
        after = []
        if reply.expects_answer:
            self.aim(reply)
            after = [BEFORE_SIGNAL, tones.LISTENING] if self.signals else []
            if self.interruptible and not uninterrupted:
                lead = sum(part.samples for part in before)
                return self._interruptibly(
                    [*before, audio, *after], worded.prompts, lead
                )
        return Spoken(self.play(*before, audio, *after))

    def _interruptibly(
        self, parts: list[AudioClip], prompts: tuple[RenderedPrompt, ...], lead: int
    ) -> Spoken:
        if self.interruptible is None:
            return Spoken(self.play(*parts))
        try:
            played, listen_from = self.interruptible(self.mouth.joined(*parts))
        except DeviceLost:
            return Spoken(self._play_again(*parts))
        if listen_from is None:
            return Spoken(played.ended_at)
        here = played.ended_at - played.began_at - lead
        said = (self.mouth.said_at(prompts, s) for s in (here - JUST_SAID, here))
        return Spoken(listen_from, " ".join(said))

    def play(self, *parts: AudioClip) -> int:
        """Play `parts` and return the sample at which they were over."""
        try:
            return self.mouth.play(*parts).ended_at
        except DeviceLost:
            return self._play_again(*parts)

    def signal(self, tone: AudioClip) -> int:
        """Play a short signal, where signals are wanted."""
        return self.play(tone if self.signals else AudioClip(b""))

    def apologise(self) -> None:
        """Say that something failed; it names the emergency number."""
        self.say(SORRY)

    def show(self, reply: Reply) -> None:
        """Show words without a sound."""
        self.tell(Says(self.worded(reply).prompts, 0.0, 0.0, reply))

    def trouble(self, key: str) -> None:
        """Show the words of one prompt as something to be mended."""
        self.tell(Trouble(to_display_text(self.worded(Reply((key,))).prompts)))

    def worded(self, reply: Reply) -> RenderedReply:
        """Return the words of `reply`."""
        says = tuple(self.instead.get(key, key) for key in reply.says)
        content = self.content
        reply = Reply(says, reply.open_prompt, reply.reprompt)
        return render_reply(reply, content.prompts, content.clinic, self.now())

    def _play_again(self, *parts: AudioClip) -> int:
        self.trouble("trouble.loudspeaker")
        if self.recover():
            return self.play(*parts)
        if not self.by_hand():
            self.show(SORRY)
            raise LocalVoiceProblem("The loudspeaker did not come back.", DEVICE_LOST)
        # Who has the page open reads on.
        self.mouth.speaker = MuteSpeaker()
        self.trouble("sound.words_only")
        return self.play(*parts)
