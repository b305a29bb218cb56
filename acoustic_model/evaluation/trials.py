"""Trials of a model: clips of people and voices that no training had."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from acoustic_model.data import voices
from acoustic_model.data.augmentation import HELD_OUT_NOISE, get_held_out_noises
from acoustic_model.data.excerpts import find_excerpts
from acoustic_model.data.meaning import CHECKED, find_meaning, is_meant
from acoustic_model.data.recordings import (
    RATE,
    Clip,
    Sound,
    find_clips,
    find_noises,
    read_sound,
)
from acoustic_model.data.vocabulary import Vocabulary
from acoustic_model.evaluation.channel_trials import (
    MU_LAW,
    UP_TO_4_KHZ,
    build_channel_trials,
)
from acoustic_model.evaluation.decoder import Trial
from acoustic_model.evaluation.degradation import degrade
from acoustic_model.evaluation.metrics import (
    ANSWERS,
    NATURAL,
    NATURAL_ENGINE,
    SYNTHETIC,
)

NOISE_PIECE = 2 * RATE
LONG_NOISES = "long noises, 2 s each"
PEOPLE_ANSWER = "phrases of people: a yes or a no in other words, and in a sentence"
PEOPLE_OTHER = "phrases of people: commands and the rest"
CUT_OUT = "phrases cut out of people's sentences"
SPELLED = "spelled letters, numbers, other commands (AN4)"
TALK = "synthetic talk"
SHORT = 3
SHORT_SENTENCES = "people's words and short sentences that are no answer"
SENTENCES = "people's sentences that are no answer"
BY_ALL_WAYS = {
    *('"yes"', '"no"', "other single words"),
    *(PEOPLE_ANSWER, PEOPLE_OTHER, CUT_OUT),
}
TALK_SHARE = 4
# So that several states or costs can be measured in minutes.
EVERY = {
    "other single words": 4,
    SPELLED: 2,
    TALK: 2,
    SENTENCES: 3,
    LONG_NOISES: 3,
}


@dataclass(frozen=True)
class Spoken:
    """Where synthetic clips are, and which of them are used."""

    work: Path
    choice: voices.Choice = field(default_factory=voices.Choice)

    @property
    def folder(self) -> Path:
        """Return the folder of the clips."""
        return self.work / "synthetic"

    def say(self, orders: list[voices.Order]) -> list[Clip]:
        """Return the chosen clips, made where they are missing."""
        return voices.synthesize(self.choice.choose(orders), self.folder)


def build_clean_trials(clips: list[Clip]) -> Iterator[Trial]:
    """Yield the recordings as they are."""
    for clip in clips:
        meaning, sound = find_meaning(clip.said), read_sound(clip.path)
        meant = bool(meaning)
        if clip.source == "speech_commands":
            group = f'"{clip.said}"' if meant else "other single words"
            if clip.said == "go":
                yield Trial('the word "go" alone', clip.said, sound)
        elif clip.source == "an4" and meant and meaning != CHECKED:
            group = f'"{clip.said}" (AN4)'
        elif clip.source == "phrases":
            if not meant:
                continue
            yes_or_no = find_meaning(clip.said) in ANSWERS
            group = PEOPLE_ANSWER if yes_or_no else PEOPLE_OTHER
        elif clip.source == "excerpts":
            if not is_meant(clip.said):
                continue
            group = CUT_OUT
        elif clip.source == "transcribed":
            if meant:
                # Cut out, it is among the phrases.
                continue
            few = len(clip.said.split()) <= SHORT
            group = SHORT_SENTENCES if few else SENTENCES
        else:
            group = {
                "an4": SPELLED,
                "sentences": "sentences said in the room",
                "silence": "silence and background noise",
            }[clip.source]
        yield Trial(group, clip.said, sound, talk=group == SPELLED)


def build_degraded_trials(
    clips: list[Clip], noises: dict[str, Sound], rng: np.random.Generator
) -> Iterator[Trial]:
    """Yield yes and no in noise, faintly, fast, far away, cut and over a telephone."""
    names = sorted(noises)
    answers = [c for c in clips if c.said in ("yes", "no")]
    for number, clip in enumerate(answers):
        noise = noises[names[number % len(names)]]
        for one in degrade(read_sound(clip.path), noise, rng):
            group = f"{clip.said}, {one.label}"
            yield Trial(group, clip.said, one.sound, "", one.kind, one.value)


def build_noise_trials(noises: dict[str, Sound]) -> Iterator[Trial]:
    """Yield two-second pieces of the held-out noises, at three loudnesses."""
    for name, noise in noises.items():
        group = LONG_NOISES
        if name == HELD_OUT_NOISE:
            group = "exercise bike (a noise never trained on), 2 s each"
        for start in range(0, len(noise) - NOISE_PIECE, NOISE_PIECE):
            piece = noise[start : start + NOISE_PIECE]
            for gain in (1.0, 0.1, 0.01):
                yield Trial(group, name, (piece * gain).astype(np.float32))
    for seconds in (1, 2, 5):
        silence = np.zeros(seconds * RATE, np.float32)
        yield Trial("digital silence", "silence", silence)


def build_synthetic_trials(
    vocabulary: Vocabulary, spoken: Spoken, part: str
) -> Iterator[Trial]:
    """Yield every phrase by the voices kept out of training.

    Those by natural voices also come narrowed.
    """
    orders = voices.build_held_out_orders(vocabulary, spoken.folder, part)
    for clip in spoken.say(orders):
        sound = read_sound(clip.path)
        group = f"{SYNTHETIC}{vocabulary.meanings[clip.said]}"
        yield Trial(group, clip.said, sound, clip.speaker)
        if clip.speaker.startswith(NATURAL_ENGINE):
            for way in (UP_TO_4_KHZ, MU_LAW):
                group, sent = f"{NATURAL}, {way.label}", way.send(sound)
                yield Trial(group, clip.said, sent, "", way.kind, way.value)


def build_trials_in_ways(spoken: Spoken, part: str) -> Iterator[Trial]:
    """Yield phrases needed most, and plain answers with a filler, in several ways.

    They are counted by phrase only: the rows by voice are about all phrases alike.
    """
    orders = voices.build_orders_in_ways(voices.IN_WAYS, spoken.folder, part)
    for clip in spoken.say(orders):
        group = f'{SYNTHETIC}"{clip.said}" in {voices.WAYS} ways'
        yield Trial(group, clip.said, read_sound(clip.path))


def build_talk_trials(spoken: Spoken, part: str) -> Iterator[Trial]:
    """Yield sentences and rows of words that no training had, by those voices."""
    for clip in spoken.say(voices.build_held_out_talk_orders(spoken.folder, part)):
        yield Trial(TALK, clip.said, read_sound(clip.path), talk=True)


def build_ways_trials(clips: list[Clip]) -> Iterator[Trial]:
    """Yield yes, no, people's phrases and other words by narrow and noisy ways."""
    chosen = [t for t in build_clean_trials(clips) if t.group in BY_ALL_WAYS]
    talking = [c for c in clips if c.source == "transcribed"][::TALK_SHARE]
    talk = tuple(read_sound(clip.path) for clip in talking)
    yield from build_channel_trials([*thin_out(chosen)], talk, np.random.default_rng(6))


def build_real_trials(data: Path, part: str) -> Iterator[Trial]:
    """Yield the recordings of the part as they are, and its noises."""
    clips = [clip for clip in find_clips(data) if clip.part == part]
    yield from build_clean_trials(clips)
    yield from build_noise_trials(get_held_out_noises(find_noises(data)))


def thin_out(trials: Iterable[Trial]) -> Iterator[Trial]:
    """Yield only every so-many-th of the large groups that are no answer.

    They are always the same.
    """
    seen: Counter[str] = Counter()
    for trial in trials:
        every = 1 if trial.meaning else EVERY.get(trial.group, 1)
        if seen[trial.group] % every == 0:
            yield trial
        seen[trial.group] += 1


def build_all_trials(
    data: Path, part: str, vocabulary: Vocabulary, spoken: Spoken
) -> Iterator[Trial]:
    """Yield everything, always the same; `vocabulary` is spoken by the voices."""
    clips = [clip for clip in find_clips(data) if clip.part == part]
    cut_out = [*find_excerpts(spoken.work, part)]
    noises = get_held_out_noises(find_noises(data))
    yield from build_real_trials(data, part)
    yield from build_clean_trials(cut_out)
    yield from build_degraded_trials(clips, noises, np.random.default_rng(5))
    yield from build_ways_trials([*clips, *cut_out])
    yield from build_synthetic_trials(vocabulary, spoken, part)
    yield from build_trials_in_ways(spoken, part)
    yield from build_talk_trials(spoken, part)
