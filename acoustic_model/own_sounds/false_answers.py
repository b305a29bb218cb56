"""False answers in talk and kitchen noise that go on while nobody answers."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from acoustic_model.data.augmentation import get_held_out_noises
from acoustic_model.data.recordings import (
    RATE,
    Sound,
    find_clips,
    find_noises,
    read_sound,
)
from acoustic_model.own_sounds.figures import Bar
from acoustic_model.own_sounds.speakers import Person, hash_name, make_chance
from local_voice.own_sounds.features import SoundFeatures, trim
from local_voice.own_sounds.known_numbers import KnownNumbers
from local_voice.own_sounds.lesson import Lesson
from local_voice.own_sounds.matcher import Matcher
from local_voice.own_sounds.piece import LONGEST, find_pieces
from local_voice.own_sounds.recognizer import JUDGED_SECONDS

PEOPLE_OF_EACH = 5
"""So many people of each group teach."""
BARS = {"talk": 1.0, "kitchen noise": 2.0}
"""Sure answers an hour, at the most."""
_AROUND = RATE // 2
"""Half a second of a room around a taught clip."""


def measure_false_answers(
    data: Path, people: Sequence[Person], known: KnownNumbers
) -> Iterator[Bar]:
    """Yield sure answers an hour, the mean over people who chose nothing."""
    taught = (teach(person, known) for person in choose_people(people, PEOPLE_OF_EACH))
    matchers = [matcher for matcher in taught if matcher is not None]
    for name, audio in _read_streams(data):
        features = list(_find_features(audio, known))
        hours = len(audio) / RATE / 3600 * len(matchers)
        usual = sure = 0
        for matcher in matchers:
            for one in features:
                judged = matcher.judge(one)
                usual += judged.reaches(known.model, sure=False)
                sure += judged.reaches(known.model, sure=True)
        minutes = len(audio) / RATE / 60
        yield Bar(
            f"sure answers in an hour of {name} ({minutes:.0f} minutes, "
            f"{len(features)} pieces, {len(matchers)} people; usual limit "
            f"{usual / hours:.0f})",
            sure / hours,
            BARS[name],
        )


def choose_people(people: Sequence[Person], count: int) -> Iterator[Person]:
    """Yield so many people of each group, none of whom tunes."""
    left: dict[str, int] = {}
    for person in people:
        left.setdefault(person.group, count)
        if not person.tuning and left[person.group]:
            left[person.group] -= 1
            yield person


def teach(person: Person, known: KnownNumbers) -> Matcher | None:
    """Return what a person taught: two sounds with three examples; None for too few."""
    lesson, taught = Lesson(known), 0
    rng = make_chance("streams", person.name)
    for kind in rng.permutation(sorted(set(person.labels))):
        clips = [
            c for c, x in zip(person.clean, person.labels, strict=True) if x == kind
        ]
        if len(clips) < 3 or taught == 2:
            continue
        taught += 1
        for clip in clips[:3]:
            lesson.take(str(kind), _place(clip, rng))
    return lesson.build_matcher()


def _place(clip: Sound, rng: np.random.Generator) -> Sound:
    """Return a clip in a quiet room."""
    room = rng.normal(size=len(clip) + 2 * _AROUND) * np.abs(clip).max() * 1e-3
    room[_AROUND : _AROUND + len(clip)] += clip
    return room.astype(np.float32)


def _read_streams(data: Path) -> Iterator[tuple[str, Sound]]:
    rng, pause = make_chance("streams"), np.zeros(_AROUND, np.float32)
    talk = [
        part
        for clip in find_clips(data)
        if clip.source == "sentences" and not hash_name(clip.path.stem) % 2
        for part in (read_sound(clip.path), pause)
    ]
    noises = get_held_out_noises(find_noises(data)).values()
    for name, parts in (("talk", talk), ("kitchen noise", list(noises))):
        audio = np.concatenate(parts)
        yield name, (audio + rng.normal(size=len(audio)) * 1e-4).astype(np.float32)


def _find_features(audio: Sound, known: KnownNumbers) -> Iterator[SoundFeatures]:
    """Yield every piece of each stretch, though the product judges one alone only."""
    for begin in range(0, len(audio), JUDGED_SECONDS * RATE):
        for piece in find_pieces(audio[begin : begin + JUDGED_SECONDS * RATE]):
            if piece.seconds <= LONGEST:
                yield known.extractor.extract(trim(piece.clip))
