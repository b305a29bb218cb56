"""The report of an evaluation: plots and the page that shows them."""

import dataclasses
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from acoustic_model.evaluation import plots
from acoustic_model.evaluation.channel_trials import BABBLE, BAND, ROOM
from acoustic_model.evaluation.decoder import Decoder, Trial
from acoustic_model.evaluation.evaluate import OUTCOMES
from acoustic_model.evaluation.metrics import (
    ANSWERS,
    Outcome,
    count_by_voice,
    load_outcomes,
    render_percent,
)
from acoustic_model.evaluation.trials import (
    Spoken,
    build_real_trials,
    build_talk_trials,
    thin_out,
)
from acoustic_model.exporting.export import COSTS, export
from acoustic_model.training.train import CHECKPOINT

SHIFTS = (6.0, 3.0, 1.5, 0.0, -1.5, -3.0)
"""What is added to the costs of yes and no: more, and fewer of either are heard."""
TRADE = "trade.json"
ALONG = (
    ("noise", "speech over noise, dB"),
    ("loudness", "loudest sample, dB under (below 0) or over full scale"),
    ("late start", "lost at the start of the word, ms"),
    ("echo", "direct sound over its echo, dB"),
    ("low bit rate", "kbit/s"),
    (BAND, "nothing above, Hz"),
    (BABBLE, "speech over two people who talk behind, dB"),
    (ROOM, "echo at 3 m, s"),
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

## Degradations

Yes and no of the same people, degraded by computation.

{degradations}

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


def report(data: Path, work: Path, into: Path, trade: bool) -> None:
    """Write the plots and README.md into a folder; `trade` decodes for minutes."""
    outcomes = load_outcomes(work / OUTCOMES.format(part="test"))
    into.mkdir(parents=True, exist_ok=True)
    trade_off = ""
    if trade:
        points = list(_measure_trade_off(data, work))
        plots.draw_trade_off(points, into / "trade_off.svg")
        _, missed, false = next(point for point in points if point[0] == 0)
        trade_off = TRADE_OFF.format(missed=missed, false=false)
    plots.draw_confusion(outcomes, into / "confusion.svg")
    images = []
    for kind, axis in ALONG:
        name = kind.replace(" ", "_")
        plots.draw_degradation(outcomes, kind, axis, into / f"{name}.svg")
        images.append(f"![{kind}]({name}.svg)")
    plots.draw_voices(outcomes, into / "voices.svg")
    page = PAGE.format(
        trade=trade_off, degradations="\n".join(images), voices=_render_voices(outcomes)
    )
    (into / "README.md").write_text(page, encoding="utf-8")
    print(f"{into}: {len(list(into.iterdir()))} files", file=sys.stderr)


def _measure_trade_off(data: Path, work: Path) -> Iterator[tuple[float, float, float]]:
    stored, checkpoint = work / TRADE, work / CHECKPOINT
    if stored.is_file() and stored.stat().st_mtime > checkpoint.stat().st_mtime:
        yield from (tuple(point) for point in json.loads(stored.read_text()))
        return
    trials = [*build_real_trials(data, "test")]
    trials += build_talk_trials(Spoken(work), "test")
    answers = [t for t in trials if t.meaning in ANSWERS]
    others = [t for t in thin_out(trials) if not t.meaning]
    points = []
    for shift in SHIFTS:
        points.append((shift, *_measure_shift(work, shift, answers, others)))
        print(f"costs of yes and no {shift:+g}: {points[-1][1:]}", file=sys.stderr)
    stored.write_text(json.dumps(points))
    yield from points


def _measure_shift(
    work: Path, shift: float, answers: list[Trial], others: list[Trial]
) -> tuple[float, float]:
    own = {w: c + shift if w in ANSWERS else c for w, c in COSTS.own.items()}
    with tempfile.TemporaryDirectory() as name:
        model = Path(name)
        export(work, model, dataclasses.replace(COSTS, own=own))
        with closing(Decoder(model)) as decoder:
            missed = decoder.decode_all(answers)
            false = decoder.decode_all(others)
    return (
        100 * sum(o.found != o.wanted for o in missed) / len(missed),
        100 * sum(o.found in ANSWERS for o in false) / len(false),
    )


def _render_voices(outcomes: list[Outcome]) -> str:
    shares = (
        f"{name} {render_percent(sum(found), len(found))} of {len(found)}"
        for name, found in sorted(count_by_voice(outcomes).items())
    )
    return "Phrases heard right: " + ", ".join(shares) + "."
