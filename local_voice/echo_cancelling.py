"""Takes our own voice out of the microphone's sound; the WebRTC canceller, optional.

The only file that imports pywebrtc_audio, and numpy, which it wants.
"""

from collections.abc import Callable

from local_voice.levels import SAMPLE_RATE
from local_voice.problems import LocalVoiceProblem

STEP = SAMPLE_RATE // 100 * 2
"""Bytes of 10 ms: what the canceller takes at a time."""

Canceller = Callable[[bytes, bytes], bytes]
"""Takes what was heard and what was played meanwhile, whole steps of equal length."""


def canceller(delay: float = 0.0) -> Canceller:
    """Return a fresh canceller; `delay` is how late our echo comes, in seconds.

    Raises LocalVoiceProblem where the extra is not installed.
    """
    try:
        import numpy
        from pywebrtc_audio import EchoCanceller
    except ImportError as error:
        raise LocalVoiceProblem(
            "--barge-in aec needs the echo canceller: "
            "pip install 'backtalk[barge-in]'. With a headset use --barge-in headset."
        ) from error
    made = EchoCanceller(sample_rate=SAMPLE_RATE, stream_delay_ms=round(delay * 1000))

    def cancel(heard: bytes, played: bytes) -> bytes:
        cleaned = bytearray()
        for start in range(0, len(heard), STEP):
            near, far = (
                numpy.frombuffer(sound[start : start + STEP], dtype=numpy.int16)
                for sound in (heard, played)
            )
            cleaned += made.process(near, far).tobytes()
        return bytes(cleaned)

    return cancel
