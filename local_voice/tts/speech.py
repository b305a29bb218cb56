"""Speech output: prompts to one audio clip, at a volume, played by a loudspeaker.

A passage that the synthesizer fails on is left out. Raises DeviceLost.
"""

from collections.abc import Iterable
from dataclasses import dataclass
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


class VoiceAdjustment(Enum):
    """A change of rate or volume; the values are groups of the lexicon."""

    SLOWER = "slower"
    FASTER = "faster"
    LOUDER = "louder"
    QUIETER = "quieter"


@dataclass
class SpeechOutput:
    """Synthesizer and loudspeaker; without a synthesizer all speech is silent."""

    synthesizer: Synthesizer | None
    """None: only captions are wanted."""
    speaker: Speaker
    volume: float = 0.0
    """Decibels above or below the usual level."""

    @property
    def rate(self) -> int:
        """Return the words a minute, 0 without a synthesizer."""
        return self.synthesizer.rate if self.synthesizer else 0

    def adjust(self, adjustment: VoiceAdjustment) -> None:
        """Speak slower, faster, louder or quieter from here on, within the limits."""
        match adjustment:
            case VoiceAdjustment.LOUDER:
                self.volume = min(self.volume + VOLUME_STEP, VOLUMES[1])
            case VoiceAdjustment.QUIETER:
                self.volume = max(self.volume - VOLUME_STEP, VOLUMES[0])
            case VoiceAdjustment.SLOWER | VoiceAdjustment.FASTER if self.synthesizer:
                step = RATE_STEP if adjustment is VoiceAdjustment.FASTER else -RATE_STEP
                wanted = self.synthesizer.rate + step
                wanted = min(max(wanted, RATES.start), RATES.stop - 1)
                if wanted != self.synthesizer.rate:
                    self.synthesizer.set_rate(wanted)

    def render(self, prompts: Iterable[RenderedPrompt]) -> tuple[AudioClip, bool]:
        """Return `prompts` as sound, and whether every word of them is in it.

        A passage that the synthesizer cannot make is left out: what was made before,
        such as the emergency sentence, is still said.
        """
        parts = self._render_passages(prompts)
        pcm = b"".join(clip.pcm for _, clip in parts if clip)
        return AudioClip(pcm), all(clip is not None for _, clip in parts)

    def find_passage(self, prompts: Iterable[RenderedPrompt], sample: int) -> str:
        """Return the passage of `prompts` that sounds at `sample` of their sound."""
        found, ends = "", 0
        for passage, clip in self._render_passages(prompts):
            if passage and (not found or sample >= ends):
                found = passage
            ends += clip.samples if clip else 0
        return found

    def play(self, *parts: AudioClip) -> Playback:
        """Play `parts` in a row; returns when the last sample is out."""
        return self.speaker.play(self.join(*parts))

    def join(self, *parts: AudioClip) -> AudioClip:
        """Return `parts` in a row, at the volume that is wanted."""
        return AudioClip(amplify(b"".join(part.pcm for part in parts), self.volume))

    def _render_passages(
        self, prompts: Iterable[RenderedPrompt]
    ) -> list[tuple[str, AudioClip | None]]:
        """Return each passage with its sound, None where the synthesizer failed."""
        if self.synthesizer is None:
            return []
        parts: list[tuple[str, AudioClip | None]] = []
        for passage in get_passages(prompts):
            if parts:
                parts.append(("", SILENCE))
            try:
                parts.append((passage, self.synthesizer.render(passage)))
            except SynthesisError:
                parts.append((passage, None))
        return parts


def get_passages(prompts: Iterable[RenderedPrompt]) -> list[str]:
    """Return the text of each prompt, as it is read aloud.

    No figures of a number ever reach the synthesizer: it would read hundreds.
    """
    spoken = ("".join(map(get_spoken, prompt.segments)) for prompt in prompts)
    return [" ".join(text.split()) for text in spoken]
