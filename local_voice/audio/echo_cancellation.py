"""Takes our own voice out of the microphone's sound; the WebRTC canceller.

The only file that imports pywebrtc_audio. Both it and numpy come with the extra
`barge-in`, so who needs this file imports it late.
"""

import numpy as np
from pywebrtc_audio import EchoCanceller

from local_voice.audio.double_talk import DoubleTalk
from local_voice.audio.pcm import SAMPLE_RATE

STEP = SAMPLE_RATE // 100 * 2
"""Bytes of 10 ms: what the canceller takes at a time."""


class WebrtcCanceller:
    """Cleans what was heard by what was played meanwhile."""

    def __init__(self, delay: float = 0.0) -> None:
        """Know nothing of the room; `delay` is how late our echo comes, in seconds."""
        late = round(delay * 1000)
        self._engine = EchoCanceller(sample_rate=SAMPLE_RATE, stream_delay_ms=late)
        self._double_talk = DoubleTalk()

    def clean(self, heard: bytes, played: bytes) -> bytes:
        """Return `heard` without our voice; both are whole steps of equal length."""
        cleaned = bytearray()
        for start in range(0, len(heard), STEP):
            near, far = (
                np.frombuffer(sound[start : start + STEP], dtype=np.int16)
                for sound in (heard, played)
            )
            cleaned += self._engine.process(near, far).tobytes()
        self._double_talk.take(heard, played, bytes(cleaned))
        return bytes(cleaned)

    def leaves_us(self) -> bool:
        """Tell whether what it left of the last moments is our own voice."""
        return self._double_talk.is_ours()
