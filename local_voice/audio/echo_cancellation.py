"""Takes our own voice out of the microphone's sound; the WebRTC canceller.

The only file that imports pywebrtc_audio. Both it and numpy come with the extra
`barge-in`, so who needs this file imports it late.
"""

import numpy as np
from numpy.typing import NDArray
from pywebrtc_audio import EchoCanceller

from local_voice.audio.pcm import SAMPLE_RATE

STEP = SAMPLE_RATE // 100 * 2
"""Bytes of 10 ms: what the canceller takes at a time."""
WINDOW = SAMPLE_RATE // 5
"""200 ms: what is judged at a time."""
LATEST = SAMPLE_RATE // 2
"""So late an echo is looked for: its way changes where a computer is busy."""
REMOVED_DB = 25.0
"""Where more than this was removed, what is left is a remainder of our echo: a person
who is fainter at the microphone than our voice by so much is not heard over it."""
ALIKE = 0.5
"""The normalised correlation with what we play: people who speak beside our prompts
stay below it, a plain echo lies above; the tests show both. An echo of which a part was
removed may lie below: this is a second guard, behind the canceller."""
FAINT = 0.05
"""Where we play almost nothing, likeness is measured against this share of our mean."""
QUIET = 1.0
"""Mean square below which there is nothing to be judged."""
_SIZE = 1 << (WINDOW + LATEST + WINDOW - 1).bit_length()

Samples = NDArray[np.float64]


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


class DoubleTalk:
    """Keeps the last stretch of all three sounds, and judges it when asked."""

    def __init__(self) -> None:
        """Begin with silence."""
        self._heard, self._cleaned = np.zeros(WINDOW), np.zeros(WINDOW)
        self._played = np.zeros(WINDOW + LATEST)

    def take(self, heard: bytes, played: bytes, cleaned: bytes) -> None:
        """Add a block of each, 16-bit samples of equal length."""
        self._heard = _pushed(self._heard, heard)
        self._played = _pushed(self._played, played)
        self._cleaned = _pushed(self._cleaned, cleaned)

    def is_ours(self) -> bool:
        """Tell whether what is left is our own voice, or a remainder of it."""
        heard, left = np.mean(self._heard**2), np.mean(self._cleaned**2)
        if left < QUIET or heard > left * 10 ** (REMOVED_DB / 10):
            return True
        return likeness(self._cleaned, self._played) >= ALIKE


def likeness(sound: Samples, played: Samples) -> float:
    """Return how like `sound` is to the stretch of `played` that it is most like.

    0 to 1: the normalised cross-correlation at the best delay. The slopes are compared,
    not the samples: the hum that all voices share would make them alike.
    """
    sound, played = np.diff(sound, prepend=0.0), np.diff(played, prepend=0.0)
    spectra = np.fft.rfft(played, _SIZE) * np.conj(np.fft.rfft(sound, _SIZE))
    delays = len(played) - len(sound) + 1
    products = np.abs(np.fft.irfft(spectra, _SIZE)[:delays])
    sums = np.concatenate(([0.0], np.cumsum(played**2)))
    energies = sums[len(sound) :] - sums[:delays]
    least = FAINT * sums[-1] * len(sound) / len(played)
    beside = np.sqrt(np.maximum(energies, least) * np.sum(sound**2))
    return float(np.max(products / np.maximum(beside, QUIET)))


def _pushed(kept: Samples, pcm: bytes) -> Samples:
    new = np.frombuffer(pcm, dtype=np.int16).astype(np.float64)
    return np.concatenate((kept, new))[-len(kept) :]
