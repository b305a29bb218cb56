"""Pieces of a reply to one stretch of sound, and what to do when the voice fails."""

from collections.abc import Iterable

from dialogue.reply import Piece
from local_voice.levels import SAMPLE_RATE
from local_voice.pronouncing import passages
from local_voice.seams import Audio, Played, Speaker, SynthesisFailed, Synthesizer


class Mouth:
    """The voice and the loudspeaker; without a voice everything is silent."""

    def __init__(self, voice: Synthesizer | None, speaker: Speaker) -> None:
        """`voice` None means that only captions are wanted."""
        self._voice = voice
        self.speaker = speaker

    def audio(self, pieces: Iterable[Piece]) -> tuple[Audio, bool]:
        """Return `pieces` as sound, and whether every word of them is in it.

        A passage that the voice cannot make is left out: what was made before, such
        as the emergency sentence, is still said.
        """
        pcm, whole = bytearray(), True
        if self._voice is None:
            return Audio(b""), True
        for passage in passages(pieces):
            if isinstance(passage, int):
                pcm += bytes(2 * (passage * SAMPLE_RATE // 1000))
                continue
            try:
                pcm += self._voice.render(passage).pcm
            except SynthesisFailed:
                whole = False
        return Audio(bytes(pcm)), whole

    def play(self, *parts: Audio) -> Played:
        """Play `parts` in a row; returns when the last sample is out."""
        return self.speaker.play(Audio(b"".join(part.pcm for part in parts)))
