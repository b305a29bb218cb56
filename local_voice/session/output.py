"""Speaks a reply: words, caption, sound; goes on without synthesizer or loudspeaker."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from dialogue.content.content import Content
from dialogue.engine.rendering import render_reply, to_display_text
from dialogue.engine.reply import RenderedPrompt, RenderedReply, Reply
from dialogue.engine.state import State
from local_voice.audio import tones
from local_voice.audio.interfaces import AudioClip, DeviceLost
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.audio.speaker import MuteSpeaker
from local_voice.session import events
from local_voice.session.audio import InterruptiblePlayer, SessionAudio
from local_voice.session.errors import LoudspeakerLost
from local_voice.session.ice_timer import IceTimer
from local_voice.tts.speech import SpeechOutput

BEFORE_SIGNAL = AudioClip(bytes(2 * (SAMPLE_RATE * 15 // 100)))
JUST_SPOKEN = SAMPLE_RATE // 2
"""What ended less than half a second before an interruption may still echo in it."""
SORRY = Reply(says=("errors.something_wrong",))
TIME_IS_UP = Reply(says=("timer.end",))


@dataclass(frozen=True)
class SpokenReply:
    """A reply that was spoken."""

    ended_at: int
    """The sample of the microphone's clock from which the person is listened to."""
    interrupted: str | None = None
    """What we were just saying when the person began to speak; None: nobody did.
    Empty: they did, and we have been silent for a while."""


@dataclass
class Responder:
    """Speaks the replies of one session."""

    content: Content
    output: SpeechOutput
    audio: SessionAudio
    now: Callable[[], datetime | None]
    publish: events.EventListener
    has_buttons: Callable[[], bool]
    """Somebody has buttons and captions, and can go on without any sound."""
    signals: bool
    """Short tones: speak now, and not understood."""
    _replacements: Mapping[str, str] = field(default_factory=dict)

    def respond(
        self,
        reply: Reply,
        *,
        state: State | None = None,
        turn: int = 0,
        began: float | None = None,
        not_understood: bool = False,
        prepare: Callable[[Reply], None] = lambda reply: None,
        interruptible: bool = False,
    ) -> SpokenReply:
        """Speak `reply`; `began` is when it was clear that the person had ended.

        `prepare` gets the recogniser ready while a question is still spoken. Raises
        LoudspeakerLost.
        """
        began = time.perf_counter() if began is None else began
        prompts = self.render(reply).prompts
        rendered_at = time.perf_counter()
        clip, whole = self.output.render(prompts)
        ready_at = time.perf_counter()
        ready_ms = 1000 * (ready_at - began)
        synthesis_ms = 1000 * (ready_at - rendered_at)
        # Published before the first sound: an emergency must not wait for sound.
        self.publish(
            events.ResponseStarted(prompts, ready_ms, synthesis_ms, reply, state, turn)
        )
        if not whole:
            self.warn("trouble.voice")
        lead = [tones.NOT_UNDERSTOOD] if self.signals and not_understood else []
        if not reply.expects_answer:
            return SpokenReply(self.play(*lead, clip))
        prepare(reply)
        tail = [BEFORE_SIGNAL, tones.LISTENING] if self.signals else []
        if interruptible and self.audio.barge_in:
            player, before = self.audio.barge_in, sum(part.samples for part in lead)
            parts = [*lead, clip, *tail]
            return self._play_interruptibly(player, parts, prompts, before)
        return SpokenReply(self.play(*lead, clip, *tail))

    def play(self, *parts: AudioClip) -> int:
        """Play `parts` and return the sample at which they were over."""
        try:
            return self.output.play(*parts).ended_at
        except DeviceLost:
            return self._play_again(*parts)

    def signal(self, tone: AudioClip) -> int:
        """Play a short signal, where signals are wanted."""
        return self.play(tone if self.signals else AudioClip(b""))

    def ring(self, timer: IceTimer) -> None:
        """End `timer` and signal it twice."""
        timer.clear()
        self.publish(events.TimerEnded(cancelled=False))
        for _ in range(2):
            self.signal(tones.READY)

    def apologise(self) -> None:
        """Say that something failed; it names the emergency number."""
        self.respond(SORRY)

    def show(self, reply: Reply) -> None:
        """Show words without a sound."""
        self.publish(
            events.ResponseStarted(self.render(reply).prompts, 0.0, 0.0, reply)
        )

    def warn(self, key: str) -> None:
        """Show the words of one prompt as something to be mended."""
        text = to_display_text(self.render(Reply((key,))).prompts)
        self.publish(events.SessionWarning(text))

    def can_speak(self, reply: Reply) -> bool:
        """Tell whether the synthesizer can say all of `reply`, which is made now."""
        return self.output.render(self.render(reply).prompts)[1]

    def replace_prompts(self, replacements: Mapping[str, str]) -> None:
        """Say other prompts too, by key, in place of these from here on."""
        self._replacements = {**self._replacements, **replacements}

    def render(self, reply: Reply) -> RenderedReply:
        """Return the words of `reply`."""
        says = tuple(self._replacements.get(key, key) for key in reply.says)
        content = self.content
        reply = replace(reply, says=says, card=())
        return render_reply(reply, content.prompts, content.clinic, self.now())

    def _play_interruptibly(
        self,
        player: InterruptiblePlayer,
        parts: list[AudioClip],
        prompts: tuple[RenderedPrompt, ...],
        lead: int,
    ) -> SpokenReply:
        try:
            playback, listen_from = player.play(self.output.join(*parts))
        except DeviceLost:
            return SpokenReply(self._play_again(*parts))
        if listen_from is None:
            return SpokenReply(playback.ended_at)
        here = playback.ended_at - playback.began_at - lead
        just_spoken = (
            self.output.find_passage(prompts, sample)
            for sample in (here - JUST_SPOKEN, here)
        )
        return SpokenReply(listen_from, " ".join(just_spoken))

    def _play_again(self, *parts: AudioClip) -> int:
        self.warn("trouble.loudspeaker")
        if self.audio.reopen():
            return self.play(*parts)
        if not self.has_buttons():
            self.show(SORRY)
            raise LoudspeakerLost
        # Who has the page open reads on.
        self.output.speaker = MuteSpeaker()
        self.warn("sound.words_only")
        return self.play(*parts)
