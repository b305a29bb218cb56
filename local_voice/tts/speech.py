"""Pieces of a reply to one stretch of sound, and what to do when the voice fails."""

from collections.abc import Iterable
from enum import Enum

from dialogue.engine.rendering import get_spoken
from dialogue.engine.reply import PROMPT_PAUSE, RenderedPrompt
from local_voice.audio.interfaces import AudioClip, Playback, Speaker
from local_voice.audio.pcm import SAMPLE_RATE, amplify
from local_voice.tts.interfaces import SynthesisError, Synthesizer

RATES = range(100, 261)
"""Words a minute."""
RATE_STEP = 20
VOLUME_STEP = 3.0
VOLUMES = (-12.0, 9.0)
"""Decibels around the usual level; above it peaks are rounded off."""


SILENCE = AudioClip(bytes(2 * (PROMPT_PAUSE * SAMPLE_RATE // 1000)))
"""Between two prompts."""


class Adjust(Enum):
    """A change of our voice; the values are groups of the lexicon."""

    SLOWER = "slower"
    FASTER = "faster"
    LOUDER = "louder"
    QUIETER = "quieter"


class SpeechOutput:
    """The voice and the loudspeaker; without a voice everything is silent."""

    def __init__(self, voice: Synthesizer | None, speaker: Speaker) -> None:
        """`voice` None means that only captions are wanted."""
        self._voice = voice
        self.speaker = speaker
        self.volume = 0.0
        """Decibels above or below the usual level."""

    @property
    def rate(self) -> int:
        """Return the words a minute, 0 without a voice."""
        return self._voice.rate if self._voice else 0

    def adjust(self, how: Adjust) -> None:
        """Speak slower, faster, louder or quieter from here on, within the limits."""
        match how:
            case Adjust.LOUDER:
                self.volume = min(self.volume + VOLUME_STEP, VOLUMES[1])
            case Adjust.QUIETER:
                self.volume = max(self.volume - VOLUME_STEP, VOLUMES[0])
            case Adjust.SLOWER | Adjust.FASTER if self._voice:
                step = RATE_STEP if how is Adjust.FASTER else -RATE_STEP
                wanted = min(max(self._voice.rate + step, RATES.start), RATES.stop - 1)
                if wanted != self._voice.rate:
                    self._voice.set_rate(wanted)

    def audio(self, prompts: Iterable[RenderedPrompt]) -> tuple[AudioClip, bool]:
        """Return `prompts` as sound, and whether every word of them is in it.

        A passage that the voice cannot make is left out: what was made before, such
        as the emergency sentence, is still said.
        """
        parts = self._parts(prompts)
        pcm = b"".join(audio.pcm for _, audio in parts if audio)
        return AudioClip(pcm), all(audio is not None for _, audio in parts)

    def said_at(self, prompts: Iterable[RenderedPrompt], sample: int) -> str:
        """Return the passage of `prompts` that sounds at `sample` of their sound."""
        said, ends = "", 0
        for passage, audio in self._parts(prompts):
            if passage and (not said or sample >= ends):
                said = passage
            ends += audio.samples if audio else 0
        return said

    def play(self, *parts: AudioClip) -> Playback:
        """Play `parts` in a row; returns when the last sample is out."""
        return self.speaker.play(self.joined(*parts))

    def joined(self, *parts: AudioClip) -> AudioClip:
        """Return `parts` in a row, at the volume that is wanted."""
        return AudioClip(amplify(b"".join(part.pcm for part in parts), self.volume))

    def _parts(
        self, prompts: Iterable[RenderedPrompt]
    ) -> list[tuple[str, AudioClip | None]]:
        """Return each passage with its sound, None where the voice failed."""
        if self._voice is None:
            return []
        parts: list[tuple[str, AudioClip | None]] = []
        for passage in get_passages(prompts):
            if parts:
                parts.append(("", SILENCE))
            try:
                parts.append((passage, self._voice.render(passage)))
            except SynthesisError:
                parts.append((passage, None))
        return parts


def get_passages(prompts: Iterable[RenderedPrompt]) -> list[str]:
    """Return the text of each prompt, as it is read aloud.

    No figures of a number ever reach the synthesizer: it would read hundreds.
    """
    spoken = ("".join(map(get_spoken, prompt.segments)) for prompt in prompts)
    return [" ".join(text.split()) for text in spoken]
