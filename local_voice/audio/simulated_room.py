"""A pretend room: a person and Back Talk on one sample clock, as fast as it can.

It stands for both devices, so that demonstrations, recordings and tests run the
same detector, ear, core and voice as a real talk, and decide the same.
"""

from collections.abc import Iterator
from typing import Protocol

from local_voice.audio.interfaces import (
    BLOCK_SAMPLES,
    AudioChunk,
    AudioClip,
    Playback,
    Speaker,
)
from local_voice.audio.pcm import SAMPLE_RATE, peak_dbfs
from local_voice.audio.recorder import Recorder

AUDIBLE_DBFS = -50.0
"""Above this a block of the person's sound counts as a sound."""


class Person(Protocol):
    """Whoever is in the room with us. They politely wait while we speak."""

    def our_turn_ended(self) -> None:
        """Take note that Back Talk listens from here on."""

    def sound(self, samples: int) -> bytes:
        """Return the next `samples` of their sound; shorter where it ends."""

    def while_we_speak(self, samples: int) -> bytes:
        """Return their sound during our own speech."""


class Nobody:
    """Makes no sound."""

    def our_turn_ended(self) -> None:
        """Stay silent."""

    def sound(self, samples: int) -> bytes:
        """Return silence."""
        return bytes(samples * 2)

    def while_we_speak(self, samples: int) -> bytes:
        """Return silence."""
        return bytes(samples * 2)


class Room:
    """Microphone and loudspeaker in one; time is the count of samples."""

    def __init__(
        self,
        person: Person,
        recorder: Recorder | None = None,
        aloud: Speaker | None = None,
    ) -> None:
        """`aloud` also plays everything on a real loudspeaker, in real time."""
        self._person = person
        self._recorder = recorder
        self._aloud = aloud
        self.now = 0
        self.left_out = 0
        """Samples in which nothing happened and nothing was recorded."""
        self.last_sound_at: int | None = None
        """The sample after the person's last sound; who measures may reset it."""

    def blocks(self) -> Iterator[AudioChunk]:
        """Yield the person's sound from now on."""
        self._person.our_turn_ended()
        while True:
            pcm = self._person.sound(BLOCK_SAMPLES)
            if not pcm:
                return
            block = AudioChunk(self.now, pcm)
            self._pass(pcm, bytes(len(pcm)))
            if self._aloud and any(pcm):
                self._aloud.play(AudioClip(pcm))
            yield block

    def play(self, audio: AudioClip) -> Playback:
        """Speak into the room."""
        began = self.now
        if self._aloud:
            self._aloud.play(audio)
        theirs = self._person.while_we_speak(audio.samples)
        self._pass(theirs.ljust(len(audio.pcm), b"\0"), audio.pcm)
        return Playback(began, self.now, cut=False)

    def stop(self) -> None:
        """Silence the real loudspeaker; the room itself takes no time."""
        if self._aloud:
            self._aloud.stop()

    def pass_time(self, seconds: float) -> None:
        """Let time go by in which nothing happens; the recording leaves it out."""
        self.left_out += round(seconds * SAMPLE_RATE)
        self.now += round(seconds * SAMPLE_RATE)

    def close(self) -> None:
        """Finish the recording."""
        if self._recorder:
            self._recorder.close()
        if self._aloud:
            self._aloud.close()

    def _pass(self, theirs: bytes, ours: bytes) -> None:
        self.now += len(ours) // 2
        if peak_dbfs(theirs) > AUDIBLE_DBFS:
            self.last_sound_at = self.now
        if self._recorder:
            self._recorder.write(theirs, ours)
