"""The second way in: a sound that is well over the room begins an utterance.

Clicks, taps and hums are no speech to a VAD. Where a person has taught sounds, this
detector takes any of them as well. Levels are in dBFS.
"""

import math
from collections import deque

from local_voice.asr.endpointing import SPEECH_ON
from local_voice.asr.vad import Detector
from local_voice.audio.pcm import SILENCE_DBFS, measure_rms, to_dbfs

LOUDER_BY = 9.0
"""Decibels over the room from which on a sound may be an answer."""
QUIET_SHARE = 0.15
"""Where among its frames, by loudness, the room is."""
FLOOR_DBFS = -75.0
"""No room is taken for quieter than this."""
HOP_BYTES = 320
"""10 ms."""
REMEMBERED = 500
"""Frames, 5 s, from which the room is taken."""
LEARNT = 30
"""Frames, 0.3 s, that only tell the room."""
BEGIN = 3
"""Frames, 30 ms, that are well over the room when a sound begins."""
SHORT_LOUDER_BY = 3.0
"""Decibels more that these are on average where some are not: a click may be shorter,
and a room that is loud for 10 ms by chance is not."""


class SoundDetector:
    """Tells of each frame whether it is speech, or belongs to any other sound."""

    def __init__(self, is_speech: Detector, room: "deque[float] | None" = None) -> None:
        """`room` holds the levels heard before, and is added to."""
        self._is_speech = is_speech
        self._room = deque[float](maxlen=REMEMBERED) if room is None else room
        self._loud = self._left = 0
        self._newest: deque[float] = deque(maxlen=BEGIN)
        """Powers of the newest frames."""

    def __call__(self, frame: bytes) -> bool:
        """Return whether `frame`, 32 ms, is part of a sound.

        A click is shorter than what endpointing takes for speech, so a begin counts for
        as many frames as that needs.
        """
        begun = False
        for at in range(0, len(frame), HOP_BYTES):
            level = to_dbfs(measure_rms(frame[at : at + HOP_BYTES]))
            begun |= self._note(level)
        if begun:
            self._left = SPEECH_ON
        speech = self._is_speech(frame)
        self._left -= 1
        return speech or self._left >= 0

    def _note(self, level: float) -> bool:
        """Take 10 ms; tell whether a sound has begun or goes on."""
        if level <= SILENCE_DBFS:
            # Exact zeros are padding or a muted microphone, no room.
            self._loud = 0
            self._newest.clear()
            return False
        limit = self._find_limit() if len(self._room) >= LEARNT else math.inf
        self._loud = self._loud + 1 if level > limit else 0
        self._newest.append(10 ** (level / 10))
        self._room.append(level)
        mean = 10 * math.log10(sum(self._newest) / BEGIN)
        return self._loud >= BEGIN or mean > limit + SHORT_LOUDER_BY

    def _find_limit(self) -> float:
        quiet = sorted(self._room)[int(len(self._room) * QUIET_SHARE)]
        return max(quiet, FLOOR_DBFS) + LOUDER_BY
