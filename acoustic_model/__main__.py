"""The commands of the recipe, each a step; heavy imports only where needed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from acoustic_model.data.recordings import find_clips
from acoustic_model.errors import RecipeError

SHIPPED = Path(__file__).parents[1] / "local_voice" / "model" / "en-US"

REPORT = Path(__file__).parent / "report"


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m acoustic_model", description=__doc__
    )
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name: str, help_: str, *parts: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help_)
        made.add_argument(
            "--work",
            type=Path,
            default=Path("build/acoustic"),
            help="folder for features and checkpoints (default: build/acoustic)",
        )
        if "data" in parts:
            made.add_argument(
                "--data", type=Path, required=True, help="folder of the recorded speech"
            )
        if "model" in parts:
            made.add_argument(
                "--model",
                type=Path,
                default=SHIPPED,
                help="the exported model's folder",
            )
        return made

    prepare = command("prepare", "recordings and synthetic voices to features", "data")
    prepare.add_argument(
        "--sets", type=int, default=3, help="differently augmented sets"
    )
    train = command("train", "features to a network; goes on where it stopped")
    train.add_argument("--epochs", type=int, default=34)
    train.add_argument(
        "--steps", type=int, help="at most so many of an epoch, chosen by chance"
    )
    command("export", "network to a model that Vosk loads", "model")
    _measuring(command)
    clips = command("clips", "copy clips of held-out people for our tests", "data")
    clips.add_argument("--into", type=Path, default=Path("tests/audio/en-US"))
    return parser


def _measuring(command: Callable[..., argparse.ArgumentParser]) -> None:
    evaluate = command(
        "evaluate", "figures on people the network never heard", "data", "model"
    )
    evaluate.add_argument(
        "--part",
        choices=["tune", "test"],
        default="test",
        help="tune: to choose costs; test: for the card, never to choose anything",
    )
    evaluate.add_argument(
        "--card", action="store_true", help="write the table into the model's CARD.md"
    )
    evaluate.add_argument(
        "--also",
        type=Path,
        action="append",
        default=[],
        metavar="PATH",
        help="another Vosk model, measured beside ours (again for more)",
    )
    evaluate.add_argument(
        "--only", choices=["figures", "beside", ""], default="", help="half of it"
    )
    evaluate.add_argument(
        "--every", type=int, default=1, help="engines over every so-many-th clip only"
    )
    states = command("states", "the same in each state of the loop", "data", "model")
    states.add_argument("--card", action="store_true", help="write it into CARD.md")
    report = command("report", "pictures of the last evaluate of the test part", "data")
    report.add_argument(
        "--trade", action="store_true", help="missed against false answers too, slow"
    )
    report.add_argument("--into", type=Path, default=REPORT)
    rejection = command(
        "rejection", "ways to refuse what is no answer, side by side", "data", "model"
    )
    rejection.add_argument(
        "--garbage", action="store_true", help="train a garbage label too, slow"
    )
    rejection.add_argument("--part", choices=["tune", "test"], default="tune")
    curve = command("curve", "what more data would help: trains with less", "data")
    curve.add_argument("--into", type=Path, default=REPORT)


def _run(given: argparse.Namespace) -> None:
    """Each step is imported only when asked for: their dependencies are heavy."""
    if "data" in given:
        # Before anything heavy is loaded, so that a wrong path is told at once.
        find_clips(given.data)
    if given.command == "prepare":
        from acoustic_model.data.prepare import prepare

        prepare(given.data, given.work, given.sets)
    elif given.command == "train":
        from acoustic_model.training.train import train

        train(given.work, given.epochs, given.steps)
    elif given.command == "export":
        from acoustic_model.exporting.export import export

        export(given.work, given.model)
    elif given.command == "evaluate":
        from acoustic_model.evaluation.evaluate import evaluate

        evaluate(
            given.data,
            given.work,
            given.model,
            given.part,
            given.also,
            given.card,
            given.only,
            given.every,
        )
    elif given.command == "states":
        from acoustic_model.evaluation.by_state import states

        states(given.data, given.work, given.model, given.card)
    elif given.command == "report":
        from acoustic_model.evaluation.report import report

        report(given.data, given.work, given.into, given.trade)
    elif given.command == "rejection":
        from acoustic_model.evaluation.rejection import rejection

        rejection(given.data, given.work, given.model, given.part, given.garbage)
    elif given.command == "curve":
        from acoustic_model.evaluation.learning_curve import curve

        curve(given.data, given.work, given.into)
    else:
        from acoustic_model.data.clips import copy_clips

        copy_clips(given.data, given.into)


def main() -> int:
    """0, or 2 with one sentence on stderr."""
    given = _arguments().parse_args()
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
