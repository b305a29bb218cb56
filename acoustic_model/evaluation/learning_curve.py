"""What more data would help: the same training with a part of the speakers.

Each training has as many steps from the same start, over examples that are augmented
more often where there are fewer clips: only how many people and voices they come from
differs. The network is narrower and the training shorter than those of the shipped
model, so the levels are lower: what counts is how they rise.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from acoustic_model.data.split import is_of_share
from acoustic_model.data.vocabulary import read_vocabulary
from acoustic_model.evaluation.metrics import (
    ANSWERS,
    Outcome,
    measured_share,
    percent,
    save,
    saved,
)

if TYPE_CHECKING:
    from acoustic_model.data.prepare import Material

SHARES = (8, 4, 2, 1)
"""One of so many speakers is trained on; those of one share are in the next, too."""
STEPS = 4000
HIDDEN = 128
PART = "tune"
PEOPLE = "yes and no of people"
PAGE = """\
# What more data would help

Written by `python -m acoustic_model curve`. The same training with one of {shares}
speakers, from the same start and with as many steps, about {steps}; where there are
fewer clips, each is augmented more often. The network has {hidden} units a layer and
the training is short, so **all levels are lower than the shipped model's**. Measured
on the people and voices of the tune part, with 95 % confidence.

{table}

![curve](curve.svg)
"""


@dataclass(frozen=True)
class Point:
    """One training, and what it hears."""

    clips: int
    people: int
    voices: int
    outcomes: list[Outcome]


def _part(whole: Material, share: int) -> Material:
    """What a share of the speakers says."""
    clips = [clip for clip in whole.clips if is_of_share(clip.speaker, share)]
    return replace(whole, clips=clips, share=share)


def _trained(folder: Path, part: Material) -> Point:
    """Train on a share of the speakers, with as many steps as on all of them."""
    from acoustic_model.training.train import load_set, steps_of, train

    epochs = round(STEPS / steps_of(load_set(folder / "features-0.npz")))
    train(folder, epochs, hidden=HIDDEN)
    synthetic = {c.speaker for c in part.clips if c.source == "synthetic"}
    people = {c.speaker for c in part.clips if c.source != "synthetic"}
    return Point(len({c.path for c in part.clips}), len(people), len(synthetic), [])


def _heard(data: Path, work: Path, folder: Path) -> list[Outcome]:
    """What the model of one training hears; kept as long as the training is."""
    from acoustic_model.evaluation.decoder import VoskEar
    from acoustic_model.evaluation.measurement import hear_all
    from acoustic_model.evaluation.trials import (
        real_trials,
        synthetic_trials,
        talk_trials,
    )
    from acoustic_model.exporting.export import export
    from acoustic_model.training.train import CHECKPOINT

    kept, checkpoint = folder / "outcomes.json", folder / CHECKPOINT
    if not kept.is_file() or kept.stat().st_mtime < checkpoint.stat().st_mtime:
        vocabulary = read_vocabulary()
        export(folder, folder / "model")
        ear = VoskEar(
            folder / "model", vocabulary.phrases, vocabulary.decoys, folder.name
        )
        trials = [
            *real_trials(data, PART, vocabulary),
            *synthetic_trials(vocabulary, work, PART),
            *talk_trials(work, PART),
        ]
        save(hear_all(ear, trials, vocabulary), kept)
    return saved(kept)


def lines(point: Point) -> Iterator[tuple[str, int, int]]:
    """What is shown of a training: its name, how many were heard, of how many."""
    groups: dict[str, list[Outcome]] = {PEOPLE: []}
    for one in point.outcomes:
        if one.voice and one.wanted:
            groups.setdefault(f"phrases by {one.voice}", []).append(one)
        elif one.wanted in ANSWERS:
            groups[PEOPLE].append(one)
    for name, found in sorted(groups.items()):
        yield name, sum(o.found == o.wanted for o in found), len(found)


def table(points: Iterable[Point]) -> Iterator[str]:
    """One row a training: what it was made of, what it hears, what it invents."""
    found = list(points)
    names = [name for name, _, _ in lines(found[0])]
    heads = ("clips", "people", "synthetic voices", *names, "no answer, taken for one")
    yield "| " + " | ".join(heads) + " |"
    yield "|---" * len(heads) + "|"
    for point in found:
        shares = [measured_share(right, clips) for _, right, clips in lines(point)]
        others = [one for one in point.outcomes if not one.wanted]
        taken = percent(sum(o.found in ANSWERS for o in others), len(others))
        cells = (point.clips, point.people, point.voices, *shares, taken)
        yield "| " + " | ".join(map(str, cells)) + " |"


def curve(data: Path, work: Path, into: Path) -> None:
    """Train on every share, print the table, and write it with a picture.

    It goes on where it was cut short: all it makes stays in `work/curve`.
    """
    from acoustic_model.data.prepare import material
    from acoustic_model.evaluation import plots

    whole = material(data, work)
    parts = {share: _part(whole, share) for share in SHARES}
    folders = {share: work / "curve" / str(share) for share in SHARES}
    for share, part in parts.items():
        folders[share].mkdir(parents=True, exist_ok=True)
        # As many sets as make up for the clips that are missing.
        for seed in range(share):
            part.write(folders[share] / f"features-{seed}.npz", seed)
    points = []
    # Not before: processes are not forked safely once the network's library runs.
    for share, part in parts.items():
        point = _trained(folders[share], part)
        points.append(replace(point, outcomes=_heard(data, work, folders[share])))
        print(f"one of {share}: measured", file=sys.stderr)
    text = "\n".join(table(points))
    print(text)
    shares = ", ".join(map(str, SHARES[:-1])) + f" and {SHARES[-1]}"
    page = PAGE.format(shares=shares, steps=STEPS, hidden=HIDDEN, table=text)
    into.mkdir(parents=True, exist_ok=True)
    (into / "curve.md").write_text(page, encoding="utf-8")
    shown = [(point.clips, list(lines(point))) for point in points]
    plots.curve(shown, into / "curve.svg")
