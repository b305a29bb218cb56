"""Commands of the recipe of the shipped model: one a step."""

import argparse
import sys
from pathlib import Path

from acoustic_model.errors import RecipeError

SHIPPED = Path(__file__).parents[1] / "local_voice" / "model" / "en-US"

REPORT, WORK = Path(__file__).parent / "report", Path("build/acoustic")


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m acoustic_model", description=__doc__
    )
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name: str, help_: str, *parts: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help_)
        kept = "folder for features and checkpoints (default: build/acoustic)"
        made.add_argument("--work", type=Path, default=WORK, help=kept)
        if "data" in parts:
            speech = "folder of the recorded speech"
            made.add_argument("--data", type=Path, required=True, help=speech)
        if "model" in parts:
            shipped = "the model's folder"
            made.add_argument("--model", type=Path, default=SHIPPED, help=shipped)
        return made

    prepare = command("prepare", "recordings and synthetic voices to features", "data")
    sets = "differently augmented sets"
    prepare.add_argument("--sets", type=int, default=3, help=sets)
    train = command("train", "features to a network; goes on where it stopped")
    train.add_argument("--epochs", type=int, default=34)
    steps = "at most so many of an epoch, chosen by chance"
    train.add_argument("--steps", type=int, help=steps)
    command("export", "network to a model that Vosk loads", "model")
    evaluate = command(
        "evaluate", "figures on people the network never heard", "data", "model"
    )
    part = "tune: to choose costs; test: for the card, never to choose anything"
    evaluate.add_argument("--part", choices=["tune", "test"], default="test", help=part)
    card = "write the table into the model's CARD.md"
    evaluate.add_argument("--card", action="store_true", help=card)
    states = command("states", "the same in each state of a session", "data", "model")
    states.add_argument("--card", action="store_true", help="write it into CARD.md")
    graphs = command("graphs", "beside the engine's own grammar", "data", "model")
    graphs.add_argument("--part", choices=["tune", "test"], default="test", help=part)
    every = "only every so-many-th clip, to look"
    graphs.add_argument("--few", type=int, default=1, help=every)
    report = command("report", "plots of the last evaluate of the test part", "data")
    trade = "missed against false answers too, slow"
    report.add_argument("--trade", action="store_true", help=trade)
    report.add_argument("--into", type=Path, default=REPORT)
    clips = command("clips", "copy clips of held-out people for our tests", "data")
    clips.add_argument("--into", type=Path, default=Path("tests/audio/en-US"))
    return parser


def _run(given: argparse.Namespace) -> None:
    """Import each step only when it is asked for: their dependencies are heavy."""
    if "data" in given:
        from acoustic_model.data.recordings import find_clips

        # Before anything heavier is loaded, so that a wrong path is named at once.
        find_clips(given.data)
    match given.command:
        case "prepare":
            from acoustic_model.data.prepare import prepare

            prepare(given.data, given.work, given.sets)
        case "train":
            from acoustic_model.training.train import train

            train(given.work, given.epochs, given.steps)
        case "export":
            from acoustic_model.exporting.export import export

            export(given.work, given.model)
        case "evaluate":
            from acoustic_model.evaluation.evaluate import evaluate

            evaluate(given.data, given.work, given.model, given.part, given.card)
        case "states":
            from acoustic_model.evaluation.by_state import measure_states

            measure_states(given.data, given.work, given.model, given.card)
        case "graphs":
            from acoustic_model.evaluation.graphs import compare_graphs

            compare_graphs(given.data, given.work, given.model, given.part, given.few)
        case "report":
            from acoustic_model.evaluation.report import report

            report(given.data, given.work, given.into, given.trade)
        case "clips":
            from acoustic_model.data.clips import copy_clips

            copy_clips(given.data, given.into)


def main() -> int:
    """Run one command; return 0, or 2 with one sentence on stderr."""
    given = _build_parser().parse_args()
    try:
        _run(given)
    except RecipeError as problem:
        print(problem, file=sys.stderr)
        return 2
    except ModuleNotFoundError as missing:
        print(
            f"{missing.name}: is not installed. The recipe needs the acoustic extra. "
            'Run: pip install -e ".[acoustic]"',
            file=sys.stderr,
        )
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
