"""How soon an answer ends, and how often before its end, by people never trained on.

What an answer is, and when it has ended, is decided by the recogniser that ships. When
a person speaks is told by the same voice activity detection, over the whole clip. Few
sentences begin with an answer, so those of people trained on are a row besides: where
they pause is no matter of the network.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from statistics import median

import numpy as np

from acoustic_model.data.recordings import RATE, Clip, Sound, find_clips, read_sound
from acoustic_model.evaluation.decoder import (
    PADDING,
    ClipMicrophone,
    Decoder,
    to_samples,
)
from acoustic_model.evaluation.metrics import ANSWERS
from local_voice.asr.endpointing import FRAME_SAMPLES
from local_voice.asr.listener import Utterance
from local_voice.asr.vad import build_detector

TRAIN = "train"
SENTENCES = "sentences that go on behind a yes or a no"
MOST_WORDS = 60
"""Of "yes" and of "no"."""
SILENCE = np.zeros(RATE, np.float32)
LEAST_BEHIND = 2
"""Frames of speech behind an ending that make it a false one."""


@dataclass(frozen=True)
class AnswerEnding:
    """When one clip was taken for ended."""

    group: str
    said: str
    text: str
    waited: float
    """Seconds from the last speech that was heard."""
    is_false: bool
    """The person spoke on."""


def measure_endings(data: Path, model: Path, part: str) -> None:
    """Print the table, and the clips that were cut."""
    every = find_clips(data)
    clips = [clip for clip in every if clip.part == part]
    trained_on = [clip for clip in every if clip.part == TRAIN]
    chosen = [
        *_choose_words(clips),
        *_choose_sentences(clips, SENTENCES),
        *_choose_sentences(trained_on, f"{SENTENCES}, by people trained on"),
    ]
    with closing(Decoder(model)) as decoder:
        found = [_end(decoder, group, clip) for group, clip in chosen]
    print("\n".join(render_endings(found)))
    for one in found:
        if one.is_false:
            print(f"cut: {one.said} > {one.text}")


def render_endings(found: Iterable[AnswerEnding]) -> Iterator[str]:
    """Yield a row a group."""
    yield "| | clips | silence until it has ended, median | cut before their end |"
    yield "|---|---|---|---|"
    for group, members in groupby(found, lambda one: one.group):
        ones = list(members)
        waited = median(one.waited for one in ones)
        cut = sum(one.is_false for one in ones)
        yield f"| {group} | {len(ones)} | {1000 * waited:.0f} ms | {cut} |"


def _choose_words(clips: Iterable[Clip]) -> Iterator[tuple[str, Clip]]:
    every = list(clips)
    for word in sorted(ANSWERS):
        words = [c for c in every if (c.source, c.said) == ("speech_commands", word)]
        yield from ((f'"{word}"', clip) for clip in words[:MOST_WORDS])


def _choose_sentences(clips: Iterable[Clip], group: str) -> Iterator[tuple[str, Clip]]:
    for clip in clips:
        words = clip.said.split()
        if clip.source == "transcribed" and len(words) > 1 and words[0] in ANSWERS:
            yield group, clip


def _end(decoder: Decoder, group: str, clip: Clip) -> AnswerEnding:
    sound = np.concatenate([read_sound(clip.path), SILENCE])
    utterance = decoder.listen(ClipMicrophone(sound)) or Utterance("")
    ended, until = len(utterance.pcm) // 2, utterance.spoken_until or 0
    behind = sum(at >= ended for at in _find_speech(sound))
    waited = (ended - until) / RATE
    # Where nothing was recognised, no answer was taken that could be cut.
    is_false = bool(utterance.text) and behind >= LEAST_BEHIND
    return AnswerEnding(group, clip.said, utterance.text, waited, is_false)


def _find_speech(sound: Sound) -> Iterator[int]:
    """Yield the first sample of each frame of speech, as the microphone counts."""
    is_speech, _ = build_detector()
    samples = np.pad(to_samples(sound), PADDING)
    for at in range(0, len(samples) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        if is_speech(samples[at : at + FRAME_SAMPLES].tobytes()):
            yield at
