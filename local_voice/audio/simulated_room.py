"""Simulates a room: a person and Back Talk on one sample clock, faster than real time.

It stands in for both devices, so that demonstrations, recordings and tests run the same
VAD, recogniser, dialogue and synthesizer as a live session, and decide the same.
"""

from collections.abc import Iterator

from local_voice.audio.interfaces import (
    BLOCK_SAMPLES,
    AudioChunk,
    AudioClip,
    Playback,
    Speaker,
)
from local_voice.audio.pcm import SAMPLE_RATE, measure_peak
from local_voice.audio.recorder import Recorder

AUDIBLE_DBFS = -50.0
"""Above this peak a block of the person's audio counts as a sound."""


class SimulatedPerson:
    """Whoever is in the room; this one never speaks."""

    def begin_turn(self) -> None:
        """Begin a turn: Back Talk listens from here on."""

    def read(self, samples: int) -> bytes:
        """Return the next `samples` of their audio; fewer where it ends."""
        return bytes(samples * 2)

    def read_during_playback(self, samples: int) -> bytes:
        """Return `samples` of their audio during our own speech: silence, usually."""
        return bytes(samples * 2)


class Silence(SimulatedPerson):
    """A room in which nobody speaks."""


class SimulatedRoom:
    """Microphone and speaker in one; the clock is the count of samples."""

    def __init__(
        self,
        person: SimulatedPerson,
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
        """Yield the person's audio from now on."""
        self._person.begin_turn()
        while True:
            pcm = self._person.read(BLOCK_SAMPLES)
            if not pcm:
                return
            block = AudioChunk(self.now, pcm)
            self._advance(pcm, bytes(len(pcm)))
            if self._aloud and any(pcm):
                self._aloud.play(AudioClip(pcm))
            yield block

    def play(self, audio: AudioClip) -> Playback:
        """Play into the room."""
        began = self.now
        if self._aloud:
            self._aloud.play(audio)
        theirs = self._person.read_during_playback(audio.samples)
        self._advance(theirs.ljust(len(audio.pcm), b"\0"), audio.pcm)
        return Playback(began, self.now, cut=False)

    def stop(self) -> None:
        """Silence the real loudspeaker; the room itself takes no time."""
        if self._aloud:
            self._aloud.stop()

    def pass_time(self, seconds: float) -> None:
        """Let `seconds` of nothing go by; the recording leaves them out."""
        self.left_out += round(seconds * SAMPLE_RATE)
        self.now += round(seconds * SAMPLE_RATE)

    def close(self) -> None:
        """Finish the recording."""
        if self._recorder:
            self._recorder.close()
        if self._aloud:
            self._aloud.close()

    def _advance(self, theirs: bytes, ours: bytes) -> None:
        self.now += len(ours) // 2
        if measure_peak(theirs) > AUDIBLE_DBFS:
            self.last_sound_at = self.now
        if self._recorder:
            self._recorder.write(theirs, ours)
