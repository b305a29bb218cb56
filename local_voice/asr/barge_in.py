"""Barge-in: falls silent when the person speaks, and lets what they said come again.

Moments are samples of the microphone's clock. Raises DeviceLost.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import Protocol

from local_voice.asr.endpointing import FRAME_SAMPLES
from local_voice.asr.vad import Detector
from local_voice.audio.interfaces import (
    BLOCK_SAMPLES,
    AudioChunk,
    AudioClip,
    DeviceLost,
    Microphone,
    Playback,
)
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.audio.playback_reference import PlaybackReference

NOTICED, WINDOW = 4, 6
"""The person speaks when 4 of 6 frames are speech, 128 ms: more than a door, and as
long as the vowel of a short "stop"."""
IN_FRONT = SAMPLE_RATE // 2
"""Samples before the moment of detection that are listened to again."""
FRAME_BYTES = 2 * FRAME_SAMPLES
LOOK_EVERY = 0.02
"""Seconds between two polls of the speaker."""


class PollableSpeaker(Protocol):
    """A speaker that plays in the background."""

    def start(self, audio: AudioClip) -> None:
        """Begin to play; raises DeviceLost."""

    def poll(self) -> Playback | None:
        """Return the playback once it has ended, else None; raises DeviceLost."""

    def stop(self) -> None:
        """Fall silent at once."""


class EchoCanceller(Protocol):
    """Removes our own voice from the microphone's audio."""

    def clean(self, captured: bytes, played: bytes) -> bytes:
        """Return `captured` without what was `played` meanwhile."""

    def leaves_own_voice(self) -> bool:
        """Tell whether what is left of the last moments is our own voice."""


@dataclass
class CleanMicrophone:
    """A microphone without our own voice, whose audio can be put back."""

    microphone: Microphone
    reference: PlaybackReference | None = None
    canceller: EchoCanceller | None = None
    """None: the audio stays as it is, since a headset has no echo."""
    _again: deque[AudioChunk] = field(default_factory=deque)

    def blocks(self) -> Iterator[AudioChunk]:
        """Yield what was put back, then audio as it comes, in blocks of 20 ms."""
        while self._again:
            yield self._again.popleft()
        waiting, at = bytearray(), 0
        for block in self.microphone.blocks():
            if not waiting:
                at = block.at
            waiting += block.pcm
            while len(waiting) >= 2 * BLOCK_SAMPLES:
                pcm = bytes(waiting[: 2 * BLOCK_SAMPLES])
                del waiting[: 2 * BLOCK_SAMPLES]
                if self.canceller and self.reference:
                    ours = self.reference.take(at, BLOCK_SAMPLES)
                    pcm = self.canceller.clean(pcm, ours)
                yield AudioChunk(at, pcm)
                at += BLOCK_SAMPLES

    def put_back(self, blocks: list[AudioChunk]) -> None:
        """Let `blocks` come again."""
        self._again.extendleft(reversed(blocks))

    def hears_own_voice(self) -> bool:
        """Tell whether the last audio is our own voice, as far as that is known."""
        return self.canceller is not None and self.canceller.leaves_own_voice()

    def close(self) -> None:
        """Close the device."""
        self.microphone.close()


@dataclass
class BargeInDetector:
    """Plays, and runs a VAD on the microphone meanwhile."""

    microphone: CleanMicrophone
    speaker: PollableSpeaker
    detector: Callable[[], Detector]
    """Builds a VAD."""
    _: KW_ONLY
    tail: float = 0.0
    """Seconds that our voice hangs in the room."""

    def play(self, audio: AudioClip) -> tuple[Playback, int | None]:
        """Play `audio`; where the person begins to speak, fall silent at once.

        Returns the playback, and the sample from which to listen where they did: the
        audio from half a second before comes again. Raises DeviceLost.
        """
        is_speech, waiting = self.detector(), bytearray()
        recent: deque[bool] = deque(maxlen=WINDOW)
        again = IN_FRONT + round(self.tail * SAMPLE_RATE)
        kept: deque[AudioChunk] = deque(maxlen=again // BLOCK_SAMPLES + 1)
        self.speaker.start(audio)
        try:
            for block in self.microphone.blocks():
                kept.append(block)
                waiting += block.pcm
                while len(waiting) >= FRAME_BYTES:
                    speech = is_speech(bytes(waiting[:FRAME_BYTES]))
                    recent.append(speech and not self.microphone.hears_own_voice())
                    del waiting[:FRAME_BYTES]
                played = self.speaker.poll()
                if played is not None:
                    return played, None
                if sum(recent) >= NOTICED:
                    self.speaker.stop()
                    played = self.speaker.poll()
                    assert played is not None  # noqa: S101 (it has just ended)
                    return played, self._put_back(kept)
        except DeviceLost:
            # The listening that follows will find out which device it was.
            pass
        while (played := self.speaker.poll()) is None:
            time.sleep(LOOK_EVERY)
        return played, None

    def _put_back(self, kept: deque[AudioChunk]) -> int:
        """Let the audio come again; what we fell silent for is known as speech.

        Heard without the sound before it, the same word is not always taken for it.
        """
        since = kept[-1].at - WINDOW * FRAME_SAMPLES
        self.microphone.put_back([replace(b, spoken=b.at >= since) for b in kept])
        return kept[0].at
