"""Removes our own voice from the microphone's audio, and judges what is left of it.

The canceller is WebRTC's; this is the only file that imports pywebrtc_audio. The judge
is a double-talk detector by cross-correlation (Benesty, Morgan and Cho, IEEE
Transactions on Speech and Audio Processing, 2000): what is like the sound that we play
is ours. Both libraries come with the extra `barge-in`, so importers import late.
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
    """Removes from the microphone's audio what was played meanwhile."""

    def __init__(self, delay: float = 0.0) -> None:
        """Begin untrained; `delay` is how late our echo comes, in seconds."""
        late = round(delay * 1000)
        self._engine = EchoCanceller(sample_rate=SAMPLE_RATE, stream_delay_ms=late)
        self._double_talk = DoubleTalk()

    def clean(self, captured: bytes, played: bytes) -> bytes:
        """Return `captured` without our voice; both are as long, in steps of 10 ms."""
        cleaned = bytearray()
        for start in range(0, len(captured), STEP):
            near, far = (
                np.frombuffer(sound[start : start + STEP], dtype=np.int16)
                for sound in (captured, played)
            )
            cleaned += self._engine.process(near, far).tobytes()
        self._double_talk.take(captured, played, bytes(cleaned))
        return bytes(cleaned)

    def leaves_own_voice(self) -> bool:
        """Tell whether what is left of the last 200 ms is our own voice."""
        return self._double_talk.is_ours()


class DoubleTalk:
    """Judges whether the last 200 ms hold a person's speech or a rest of our echo."""

    def __init__(self) -> None:
        """Begin with silence."""
        self._captured, self._cleaned = np.zeros(WINDOW), np.zeros(WINDOW)
        self._played = np.zeros(WINDOW + LATEST)

    def take(self, captured: bytes, played: bytes, cleaned: bytes) -> None:
        """Add a block of each, 16-bit samples, equally long."""
        self._captured = _push(self._captured, captured)
        self._played = _push(self._played, played)
        self._cleaned = _push(self._cleaned, cleaned)

    def is_ours(self) -> bool:
        """Tell whether what is left is our own voice, or a rest of it."""
        captured, left = np.mean(self._captured**2), np.mean(self._cleaned**2)
        if left < QUIET or captured > left * 10 ** (REMOVED_DB / 10):
            return True
        return get_likeness(self._cleaned, self._played) >= ALIKE


def get_likeness(sound: Samples, played: Samples) -> float:
    """Return the likeness of `sound` to the nearest stretch of `played`, 0 to 1.

    It is the normalised cross-correlation at the best delay. The slopes are compared,
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


def _push(kept: Samples, pcm: bytes) -> Samples:
    new = np.frombuffer(pcm, dtype=np.int16).astype(np.float64)
    return np.concatenate((kept, new))[-len(kept) :]
