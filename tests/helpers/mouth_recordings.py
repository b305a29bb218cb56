"""Recordings of synthetic mouths: sounds that are no words, in a room."""

from pathlib import Path

import numpy as np

from acoustic_model.own_sounds.mouths import Mouth
from local_voice.audio.audio_files import write_wav

LEAD = 4000
"""Samples of the room, taken from the end of each recording, that come before it."""


def record_mouth(seed: int, kind: str, count: int) -> list[bytes]:
    """Return renditions of one sound, as 16-bit audio at 16 kHz."""
    mouth, rng = Mouth(seed), np.random.default_rng(seed)
    recorded = []
    for _ in range(count):
        sound = mouth.record(kind, rng)
        room = sound[-LEAD:]
        sound = np.concatenate([room, room[::-1], room, sound])
        recorded.append((np.clip(sound, -1, 1) * 32_767).astype("<i2").tobytes())
    return recorded


def write_mouth(folder: Path, seed: int, kinds: dict[str, str], count: int) -> None:
    """Write renditions of each sound as `NAME_0.wav` and so on."""
    for name, kind in kinds.items():
        for number, pcm in enumerate(record_mouth(seed, kind, count)):
            with (folder / f"{name}_{number}.wav").open("wb") as file:
                write_wav(file, pcm)
