"""Stand-ins for the parts at the edges; each shows what its seam asks for."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from local_voice.asr.interfaces import RecognitionResult
from local_voice.audio.interfaces import (
    BLOCK_SAMPLES,
    AudioChunk,
    AudioClip,
    DeviceLost,
    Playback,
)
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.tts.interfaces import SynthesisError
from skill.security.envelope import parse_envelope
from skill.security.verifier import SigningHeaders


class AcceptingVerifier:
    """Lets every request in: for tests of what comes behind the signature."""

    def check_headers(self, headers: object) -> SigningHeaders:
        """Return nothing to verify by."""
        return SigningHeaders("", b"")

    def verify_body(self, signing: SigningHeaders, body: bytes) -> dict[str, Any]:
        """Return the request, whoever sent it."""
        return parse_envelope(body)


SPEECH_FRAMES = 10
"""So many frames of each scripted line count as speech, 0.3 s."""


class ScriptedRecognizer:
    """Hears a script instead of sound: one line a listening, "" for silence."""

    def __init__(self, next_line: Callable[[], str]) -> None:
        """`next_line` gives what is said after the gate opens."""
        self._next_line = next_line
        self._line: str | None = None
        self._frames = 0
        self.phrases: list[tuple[str, ...]] = []

    def begin(
        self, phrases: Sequence[str], decoys: Sequence[str] = (), graph: str = ""
    ) -> None:
        """Note what is listened for."""
        if not phrases:
            raise ValueError("nothing to listen for")
        self.phrases.append(tuple(phrases))
        self._line, self._frames = None, 0

    def feed(self, pcm: bytes) -> str:
        """Return the whole line at once."""
        if self._line is None:
            self._line = as_heard(self._next_line())
        self._frames += 1
        return self._line

    def is_speech(self, frame: bytes) -> bool:
        """Stand in for the detector: the beginning of a line is speech."""
        return bool(self._line) and self._frames <= SPEECH_FRAMES

    def finish(self) -> RecognitionResult:
        """Return the line."""
        return RecognitionResult(self._line or "", -10.0, looked_twice=False, ms=0.0)

    def close(self) -> None:
        """End nothing."""


def as_heard(words: str) -> str:
    """Return words as a recogniser writes them; `(unintelligible)` is unknown sound."""
    if words == "(unintelligible)":
        return "[unk]"
    return "" if words.startswith("(") else re.sub(r"[^\w' ]", " ", words.lower())


class SilentMicrophone:
    """Gives silence for ever, or until it is lost."""

    def __init__(self, lost_after: int | None = None) -> None:
        """`lost_after` is a count of blocks."""
        self._left = lost_after
        self.now = 0

    def blocks(self) -> Iterator[AudioChunk]:
        """Yield silence."""
        while True:
            if self._left is not None:
                self._left -= 1
                if self._left < 0:
                    self._left = None
                    raise DeviceLost("unplugged")
            yield AudioChunk(self.now, bytes(2 * BLOCK_SAMPLES))
            self.now += BLOCK_SAMPLES

    def turn(self, on: bool) -> None:
        """Be off or on; it makes no difference."""

    def close(self) -> None:
        """Give nothing back."""


class SilentSpeaker:
    """Takes what is played and is done at once; may lose its device."""

    def __init__(self, lost_at: int | None = None) -> None:
        """`lost_at` is the number of the playback, from 0, that fails once."""
        self.played: list[AudioClip] = []
        self.stopped = 0
        self._lost_at = lost_at

    def play(self, audio: AudioClip) -> Playback:
        """Note what was played."""
        if self._lost_at == len(self.played):
            self._lost_at = None
            raise DeviceLost("unplugged")
        self.played.append(audio)
        return Playback(0, 0, cut=False)

    def stop(self) -> None:
        """Count it."""
        self.stopped += 1

    def close(self) -> None:
        """Give nothing back."""


class RecordingSynthesizer:
    """Notes what it should say; gives 10 ms of sound a word."""

    def __init__(self, fails_on: str = "\0") -> None:
        """Fail on every text that holds `fails_on`."""
        self.texts: list[str] = []
        self.rate = 150
        self._fails_on = fails_on

    def set_rate(self, rate: int) -> None:
        """Note it."""
        self.rate = rate

    def render(self, text: str) -> AudioClip:
        """Return sound as long as `text`."""
        if self._fails_on in text:
            raise SynthesisError(text)
        self.texts.append(text)
        return AudioClip(b"\1\0" * (len(text.split()) * SAMPLE_RATE // 100))

    def prefetch(self, text: str) -> None:
        """Render it, as an engine does."""
        self.render(text)

    def close(self) -> None:
        """End nothing."""
