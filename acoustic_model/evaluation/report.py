"""The report of an evaluation: pictures and a page that shows them."""

from __future__ import annotations

import dataclasses
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from acoustic_model.data.vocabulary import Vocabulary, read_vocabulary
from acoustic_model.evaluation import plots
from acoustic_model.evaluation.decoder import VoskEar
from acoustic_model.evaluation.evaluate import OUTCOMES
from acoustic_model.evaluation.measurement import hear_all
from acoustic_model.evaluation.metrics import ANSWERS, Outcome, percent, saved
from acoustic_model.evaluation.trials import Trial, real_trials, talk_trials, thinned
from acoustic_model.exporting.export import COSTS, export

SHIFTS = (6.0, 3.0, 1.5, 0.0, -1.5, -3.0)
"""What is added to the costs of yes and no: more, and fewer of either are heard."""
TRADE = "trade.json"
ALONG = (
    ("noise", "speech over noise, dB"),
    ("loudness", "loudest sample, dB under (below 0) or over full scale"),
    ("late start", "lost at the start of the word, ms"),
    ("echo", "direct sound over its echo, dB"),
    ("low bit rate", "kbit/s"),
    ("speed", "played at % of its speed"),
)
PAGE = """\
# How well the shipped model hears

Drawn by `python -m acoustic_model report` from the last `evaluate`; the figures as
tables are in the model's card. All clips are of people and voices that were kept
out of training. Bars show where the true share lies with 95 % confidence.

{trade}## What is heard as what

Clean clips, real and synthetic together; rows in per cent.

![confusion](confusion.svg)

## Hardships

Yes and no of the same people, made harder by computation.

{hard}

## By synthetic voice

{voices}

![voices](voices.svg)
"""


TRADE_OFF = """\
## Missed answers against false ones

Each point adds a number to the costs of yes and no in the graph: to the right more is
heard, and more is taken for an answer. As shipped, {missed:.1f} % of the answers are
missed and {false:.1f} % of what is no answer is taken for one.

![trade-off](trade_off.svg)

"""


def _trade(
    data: Path, work: Path, vocabulary: Vocabulary
) -> Iterator[tuple[float, float, float]]:
    """Shift, missed and false answers in per cent, of the test part."""
    kept = work / TRADE
    if (
        kept.is_file()
        and kept.stat().st_mtime > (work / "checkpoint.pkl").stat().st_mtime
    ):
        yield from (tuple(point) for point in json.loads(kept.read_text()))
        return
    trials = [*real_trials(data, "test", vocabulary), *talk_trials(work, "test")]
    answers = [t for t in trials if t.meaning in ANSWERS]
    others = [t for t in thinned(trials) if not t.meaning]
    points = []
    for shift in SHIFTS:
        points.append((shift, *_at(work, shift, vocabulary, answers, others)))
        print(f"costs of yes and no {shift:+g}: {points[-1][1:]}", file=sys.stderr)
    kept.write_text(json.dumps(points))
    yield from points


def _at(
    work: Path,
    shift: float,
    vocabulary: Vocabulary,
    answers: list[Trial],
    others: list[Trial],
) -> tuple[float, float]:
    own = {w: c + shift if w in ANSWERS else c for w, c in COSTS.own.items()}
    with tempfile.TemporaryDirectory() as name:
        model = Path(name)
        export(work, model, dataclasses.replace(COSTS, own=own))
        decoys = list(vocabulary.decoys)
        ear = VoskEar(model, vocabulary.phrases, decoys, f"shift {shift:+g}")
        missed = hear_all(ear, answers, vocabulary)
        false = hear_all(ear, others, vocabulary)
    return (
        100 * sum(o.found != o.wanted for o in missed) / len(missed),
        100 * sum(o.found in ANSWERS for o in false) / len(false),
    )


def _by_voice(outcomes: list[Outcome]) -> str:
    counted: dict[str, list[bool]] = {}
    for one in outcomes:
        if one.voice and one.wanted:
            counted.setdefault(one.voice, []).append(one.found == one.wanted)
    shares = (
        f"{name} {percent(sum(found), len(found))} of {len(found)}"
        for name, found in sorted(counted.items())
    )
    return "Phrases heard right: " + ", ".join(shares) + "."


def report(data: Path, work: Path, into: Path, trade: bool) -> None:
    """Write the pictures and README.md into a folder; `trade` decodes for minutes."""
    outcomes = saved(work / OUTCOMES.format(part="test"))
    into.mkdir(parents=True, exist_ok=True)
    told = ""
    if trade:
        points = list(_trade(data, work, read_vocabulary()))
        plots.trade_off(points, into / "trade_off.svg")
        _, missed, false = next(point for point in points if point[0] == 0)
        told = TRADE_OFF.format(missed=missed, false=false)
    plots.confusion(outcomes, into / "confusion.svg")
    hard = []
    for kind, axis in ALONG:
        name = kind.replace(" ", "_")
        plots.along(outcomes, kind, axis, into / f"{name}.svg")
        hard.append(f"![{kind}]({name}.svg)")
    plots.voices(outcomes, into / "voices.svg")
    page = PAGE.format(trade=told, hard="\n".join(hard), voices=_by_voice(outcomes))
    (into / "README.md").write_text(page, encoding="utf-8")
    print(f"{into}: {len(list(into.iterdir()))} files", file=sys.stderr)
