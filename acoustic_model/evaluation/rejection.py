"""Ways to refuse what is no answer, measured on the same clips: what each costs."""

from __future__ import annotations

import dataclasses
import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import vosk

from acoustic_model.data.features import Sound
from acoustic_model.data.recordings import RATE, find_clips
from acoustic_model.data.vocabulary import (
    UNKNOWN_WORD,
    Vocabulary,
    phrase_of,
    read_vocabulary,
    word_of,
)
from acoustic_model.data.voices import RARE
from acoustic_model.errors import RecipeError
from acoustic_model.evaluation.decoder import BLOCK, PADDING, pcm_of
from acoustic_model.evaluation.garbage_label import export_with_garbage
from acoustic_model.evaluation.metrics import ANSWERS, percent
from acoustic_model.evaluation.second_model import Verifier, trained
from acoustic_model.evaluation.trials import Trial, real_trials, talk_trials, thinned
from acoustic_model.exporting.export import COSTS, export

# A wider lattice than the shipped one, whose second best is nearly always pruned.
WIDE_BEAM = "4.0"
ALTERNATIVES = 5
NEAR_PEAK = 10 ** (-25 / 20)
FRAME = RATE // 100
TWICE = {'the word "go" alone'}
"""Groups whose clips stand in another group too."""


@dataclass(frozen=True)
class Look:
    """What one decoding of a clip tells."""

    meaning: str
    confidence: float
    """Of the least certain word, 0 to 1."""
    margin: float
    """By how much the best text beats the next of another meaning."""


@dataclass(frozen=True)
class Judged:
    """One clip with all that the ways of refusing look at."""

    trial: Trial
    looks: dict[str, Look]
    seconds: float
    """How long it is loud: from the first to the last frame near the peak."""
    verified: float
    """How sure the second model is that it is this answer, 0 to 1."""


class Looking:
    """A model with one grammar."""

    def __init__(
        self, model: Path, words: Sequence[str], meanings: dict[str, str], best: int = 0
    ) -> None:
        self._model = vosk.Model(str(model))
        self._grammar = json.dumps(list(words))
        self._meanings = meanings
        self._best = best

    def look(self, sound: Sound) -> Look:
        """Decode a clip with half a second of silence around it."""
        ear = vosk.KaldiRecognizer(self._model, RATE, self._grammar)
        ear.SetWords(True)
        if self._best:
            ear.SetMaxAlternatives(self._best)
        pcm = pcm_of(np.pad(sound, PADDING))
        for start in range(0, len(pcm), 2 * BLOCK):
            ear.AcceptWaveform(pcm[start : start + 2 * BLOCK])
        told = json.loads(ear.FinalResult())
        if not self._best:
            sure = min((w["conf"] for w in told.get("result", [])), default=0.0)
            return Look(self._meaning(told["text"]), sure, 0.0)
        found = [
            (self._meaning(a["text"]), a["confidence"]) for a in told["alternatives"]
        ]
        best, score = found[0]
        others = [other for meaning, other in found[1:] if meaning != best]
        return Look(best, 1.0, score - max(others) if others else np.inf)

    def _meaning(self, text: str) -> str:
        return self._meanings.get(phrase_of(text), "") if " " not in text else ""


def loud_seconds(sound: Sound) -> float:
    """From the first frame within 25 decibels of the loudest to the last."""
    frames = len(sound) // FRAME
    levels = np.abs(sound[: frames * FRAME]).reshape(frames, FRAME).max(axis=1)
    loud = np.flatnonzero(levels >= levels.max() * NEAR_PEAK)
    return float(loud[-1] - loud[0] + 1) * FRAME / RATE if len(loud) else 0.0


def _variants(work: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    """Models with other costs of the loop of unknown words, and a wider lattice."""
    for name, change in (
        ("loop cheaper", {"unknown_sound": COSTS.unknown_sound - 0.3}),
        ("loop dearer", {"unknown_sound": COSTS.unknown_sound + 0.3}),
        ("wide", {}),
    ):
        path = folder / name.replace(" ", "_")
        export(work, path, dataclasses.replace(COSTS, **change))
        if name == "wide":
            conf = path / "conf" / "model.conf"
            text = conf.read_text()
            conf.write_text(
                text.replace("--lattice-beam=1.0", f"--lattice-beam={WIDE_BEAM}")
            )
        yield name, path


def judged(
    work: Path,
    model: Path,
    vocabulary: Vocabulary,
    trials: Iterable[Trial],
    verifier: Verifier,
    garbage: bool,
) -> list[Judged]:
    """Look at every clip in every way."""
    if not model.is_dir():
        raise RecipeError(f"{model}: is missing. Run python -m acoustic_model export.")
    vosk.SetLogLevel(-1)
    phrases = [word_of(phrase) for phrase in vocabulary.phrases]
    whole = [*phrases, *vocabulary.decoys, UNKNOWN_WORD]
    rare = {word_of(p) for p, m in vocabulary.meanings.items() if m in RARE}
    short = [word for word in whole if word not in rare]
    with tempfile.TemporaryDirectory() as name:
        ears = {
            "shipped": Looking(model, whole, vocabulary.meanings),
            "no loop": Looking(model, whole[:-1], vocabulary.meanings),
            "no decoys": Looking(model, [*phrases, UNKNOWN_WORD], vocabulary.meanings),
            "no statements": Looking(model, short, vocabulary.meanings),
        }
        for variant, path in _variants(work, Path(name)):
            best = ALTERNATIVES if variant == "wide" else 0
            ears[variant] = Looking(path, whole, vocabulary.meanings, best)
        if garbage:
            path = Path(name) / "garbage"
            export_with_garbage(work, path)
            ears["garbage"] = Looking(path, whole, vocabulary.meanings)
        result: list[Judged] = []
        for trial in trials:
            looks = {way: ear.look(trial.sound) for way, ear in ears.items()}
            # The same clip a little faster: what is right stays right.
            quicker = np.interp(
                np.arange(0, len(trial.sound), 1.04),
                np.arange(len(trial.sound)),
                trial.sound,
            ).astype(np.float32)
            looks["faster"] = ears["shipped"].look(quicker)
            sure = verifier.sure(trial.sound, looks["shipped"].meaning)
            result.append(Judged(trial, looks, loud_seconds(trial.sound), sure))
            if len(result) % 200 == 0:
                print(f"{len(result)} clips judged", file=sys.stderr)
        return result


def _refusing(refused: Callable[[Judged], bool]) -> Callable[[Judged], str]:
    def meaning(one: Judged) -> str:
        found = one.looks["shipped"].meaning
        return "" if found in ANSWERS and refused(one) else found

    return meaning


def _in_way(way: str) -> Callable[[Judged], str]:
    return lambda one: one.looks[way].meaning


def _with_margin(least: float) -> Callable[[Judged], str]:
    def meaning(one: Judged) -> str:
        look = one.looks["wide"]
        return "" if look.meaning in ANSWERS and look.margin < least else look.meaning

    return meaning


GARBAGE = "a trained garbage label in place of the loop"
WAYS: tuple[tuple[str, Callable[[Judged], str]], ...] = (
    ("shipped: loop of sounds and decoys", _in_way("shipped")),
    ("without the loop of sounds", _in_way("no loop")),
    ("without decoys", _in_way("no decoys")),
    ("without statements of danger and durations", _in_way("no statements")),
    ("loop cheaper by 0.3 a sound", _in_way("loop cheaper")),
    ("loop dearer by 0.3 a sound", _in_way("loop dearer")),
    (GARBAGE, _in_way("garbage")),
    ("word confidence at least 0.7", _refusing(lambda o: _sure(o) < 0.7)),
    ("word confidence at least 0.95", _refusing(lambda o: _sure(o) < 0.95)),
    ("wide lattice alone", _in_way("wide")),
    ("wide lattice, margin of 1 over the next", _with_margin(1.0)),
    ("wide lattice, margin of 3 over the next", _with_margin(3.0)),
    ("loud for at most 1.0 s", _refusing(lambda o: o.seconds > 1.0)),
    ("loud for 0.1 to 0.8 s", _refusing(lambda o: not 0.1 <= o.seconds <= 0.8)),
    (
        "a second look, 4 % faster, must agree",
        _refusing(lambda o: o.looks["faster"].meaning != o.looks["shipped"].meaning),
    ),
    ("a second model must be 10 % sure", _refusing(lambda o: o.verified < 0.1)),
    ("a second model must be 50 % sure", _refusing(lambda o: o.verified < 0.5)),
)


def _sure(one: Judged) -> float:
    return one.looks["shipped"].confidence


def table(found: list[Judged]) -> Iterator[str]:
    """One row a way: answers heard, and what was answered that should not be."""
    yield (
        "| way | yes | no | swapped | other words answered | talk and rows of words "
        "answered |"
    )
    yield "|---|---|---|---|---|---|"
    single = {"other single words"}
    for name, meaning_of in WAYS:
        if name == GARBAGE and "garbage" not in found[0].looks:
            continue
        meanings = [(one.trial, meaning_of(one)) for one in found]
        heard = [
            percent(
                sum(m == word for t, m in meanings if t.meaning == word),
                sum(t.meaning == word for t, _ in meanings),
            )
            for word in ("yes", "no")
        ]
        swapped = sum(
            t.meaning in ANSWERS and m in ANSWERS - {t.meaning} for t, m in meanings
        )
        false = [
            percent(
                sum(m in ANSWERS for t, m in meanings if _is(t, single) is of_words),
                sum(_is(t, single) is of_words for t, _ in meanings),
            )
            for of_words in (True, False)
        ]
        yield (
            f"| {name} | {heard[0]} | {heard[1]} | {swapped} | "
            + " | ".join(false)
            + " |"
        )


def _is(trial: Trial, groups: set[str]) -> bool | None:
    """Whether a clip that is no answer is of these groups; None for an answer."""
    return None if trial.meaning else trial.group in groups


def rejection(data: Path, work: Path, model: Path, part: str, garbage: bool) -> None:
    """Print the table for one part of the speakers."""
    vocabulary = read_vocabulary()
    clips = find_clips(data)
    verifier = trained(clips)
    trials = [
        *(t for t in real_trials(data, part, vocabulary) if t.group not in TWICE),
        *thinned(talk_trials(work, part)),
    ]
    kept = [t for t in trials if not t.meaning or t.meaning in ANSWERS]
    judgements = judged(work, model, vocabulary, kept, verifier, garbage)
    print(*table(judgements), sep="\n")
