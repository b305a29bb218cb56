"""Being interrupted by speech: stop first, understand second."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
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
from local_voice.audio.playback_reference import Reference

NOTICED, WINDOW = 4, 6
"""The person speaks when 4 of 6 frames are speech, 128 ms: more than a door, and as
long as the vowel of a short "stop"."""
IN_FRONT = SAMPLE_RATE // 2
"""So much sound before the moment of noticing is listened to again."""
FRAME_BYTES = 2 * FRAME_SAMPLES
LOOK_EVERY = 0.02


class StartedSpeaker(Protocol):
    """A loudspeaker that goes on by itself while the microphone is watched."""

    def start(self, audio: AudioClip) -> None:
        """Begin to play; raises DeviceLost."""

    def ended(self) -> Playback | None:
        """Return how the playback ended, None while it goes on; raises DeviceLost."""

    def stop(self) -> None:
        """Be silent now."""


class EchoCanceller(Protocol):
    """Takes our own voice out of the microphone's sound."""

    def clean(self, heard: bytes, played: bytes) -> bytes:
        """Return `heard` without what was `played` meanwhile."""

    def leaves_us(self) -> bool:
        """Tell whether what it left of the last moments is our own voice."""


class CleanMicrophone:
    """A microphone whose sound can be put back, with our own voice taken out of it."""

    def __init__(
        self,
        microphone: Microphone,
        reference: Reference | None = None,
        canceller: EchoCanceller | None = None,
    ) -> None:
        """Without `canceller` the sound stays as it is: a headset has no echo."""
        self._microphone = microphone
        self._reference = reference
        self._canceller = canceller
        self._again: deque[AudioChunk] = deque()

    def blocks(self) -> Iterator[AudioChunk]:
        """Yield what was put back, then sound as it comes, in blocks of 20 ms."""
        while self._again:
            yield self._again.popleft()
        waiting, at = bytearray(), 0
        for block in self._microphone.blocks():
            if not waiting:
                at = block.at
            waiting += block.pcm
            while len(waiting) >= 2 * BLOCK_SAMPLES:
                pcm = bytes(waiting[: 2 * BLOCK_SAMPLES])
                del waiting[: 2 * BLOCK_SAMPLES]
                yield AudioChunk(at, self._cleaned(at, pcm))
                at += BLOCK_SAMPLES

    def put_back(self, blocks: list[AudioChunk]) -> None:
        """Let `blocks` come again."""
        self._again.extendleft(reversed(blocks))

    def hears_us(self) -> bool:
        """Tell whether the last sound is our own voice, as far as that is known."""
        return self._canceller is not None and self._canceller.leaves_us()

    def close(self) -> None:
        """Give the device back."""
        self._microphone.close()

    def _cleaned(self, at: int, pcm: bytes) -> bytes:
        if self._canceller is None or self._reference is None:
            return pcm
        return self._canceller.clean(pcm, self._reference.take(at, BLOCK_SAMPLES))


class Interrupter:
    """Plays, and watches the microphone meanwhile."""

    def __init__(
        self,
        microphone: CleanMicrophone,
        speaker: StartedSpeaker,
        detector: Callable[[], Detector],
        *,
        tail: float = 0.0,
    ) -> None:
        """`tail` is what the listener holds back after our speech, in seconds."""
        self._microphone = microphone
        self._speaker = speaker
        self._detector = detector
        self._kept = IN_FRONT + round(tail * SAMPLE_RATE)

    def play(self, audio: AudioClip) -> tuple[Playback, int | None]:
        """Play `audio`; where the person begins to speak, be silent at once.

        Returns the sample from which to listen then; the listener gets the sound from
        half a second before that moment once more. Raises DeviceLost.
        """
        is_speech, waiting = self._detector(), bytearray()
        recent: deque[bool] = deque(maxlen=WINDOW)
        kept: deque[AudioChunk] = deque(maxlen=self._kept // BLOCK_SAMPLES + 1)
        self._speaker.start(audio)
        try:
            for block in self._microphone.blocks():
                kept.append(block)
                waiting += block.pcm
                while len(waiting) >= FRAME_BYTES:
                    speech = is_speech(bytes(waiting[:FRAME_BYTES]))
                    recent.append(speech and not self._microphone.hears_us())
                    del waiting[:FRAME_BYTES]
                played = self._speaker.ended()
                if played is not None:
                    return played, None
                if sum(recent) >= NOTICED:
                    return self._stopped(), self._put_back(kept)
        except DeviceLost:
            # The listening that follows will find out which device it was.
            pass
        while (played := self._speaker.ended()) is None:
            time.sleep(LOOK_EVERY)
        return played, None

    def _stopped(self) -> Playback:
        self._speaker.stop()
        played = self._speaker.ended()
        assert played is not None  # noqa: S101 (a stopped playback has ended)
        return played

    def _put_back(self, kept: deque[AudioChunk]) -> int:
        """Let the sound come again; what we fell silent for is known as speech.

        Heard without the sound before it, the same word is not always taken for it.
        """
        since = kept[-1].at - WINDOW * FRAME_SAMPLES
        self._microphone.put_back([replace(b, spoken=b.at >= since) for b in kept])
        return kept[0].at
