"""Commands of the recipe of the shipped model: one a step."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from acoustic_model.errors import RecipeError

if TYPE_CHECKING:
    from acoustic_model.data.voices import Choice

SHIPPED = Path(__file__).parents[1] / "local_voice" / "model" / "en-US"

NETWORK = Path("am/final.mdl")
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
    share = "of all clips that stands in one set, chosen by chance (default: 1, all)"
    prepare.add_argument("--share", type=float, default=1.0, help=share)
    excerpts = command(
        "excerpts", "words cut out of people's sentences", "data", "model"
    )
    of_whom = "train: for prepare; tune or test: for evaluate (default: train)"
    every_part = ["train", "tune", "test"]
    excerpts.add_argument("--part", choices=every_part, default="train", help=of_whom)
    speak = command("speak", "synthetic clips alone; other steps make theirs, too")
    for made in (prepare, speak):
        processes = "at a time (default: 2)"
        made.add_argument("--processes", type=int, default=2, help=processes)
    train = command("train", "features to a network; goes on where it stopped")
    train.add_argument("--epochs", type=int, default=34)
    steps = "at most so many of an epoch, chosen by chance"
    train.add_argument("--steps", type=int, help=steps)
    start = "folder of a model: a new training begins with its weights"
    train.add_argument("--start", type=Path, help=start)
    phrases_of = "folder of a model: also by the decision for one of its phrases"
    train.add_argument("--discriminative", type=Path, metavar="MODEL", help=phrases_of)
    export = command("export", "network to a model that Vosk loads", "model")
    graph_of = "a model whose graph is copied: without OpenFst's tools"
    export.add_argument("--graph-of", type=Path, help=graph_of)
    mix = (
        "checkpoints that are mixed, each with its share; what is left of 1 falls on "
        "the first weights (default: all of the work folder's checkpoint)"
    )
    parts = "CHECKPOINT=SHARE"
    export.add_argument("--mix", nargs="+", type=_read_share, metavar=parts, help=mix)
    evaluate = command(
        "evaluate", "figures on people the network never heard", "data", "model"
    )
    sounds = command("sounds", "sounds mistaken in whole sentences", "data", "model")
    part = "tune: to choose costs; test: for the card, never to choose anything"
    for made in (evaluate, sounds):
        parts = ["tune", "test"]
        made.add_argument("--part", choices=parts, default="test", help=part)
    card = "write the table into the model's CARD.md"
    evaluate.add_argument("--card", action="store_true", help=card)
    only = "words in the names of the only groups that are decoded, to look"
    evaluate.add_argument("--only", default="", help=only)
    states = command("states", "the same in each state of a session", "data", "model")
    states.add_argument("--card", action="store_true", help="write it into CARD.md")
    graphs = command("graphs", "beside the engine's own grammar", "data", "model")
    graphs.add_argument("--part", choices=["tune", "test"], default="test", help=part)
    every = "only every so-many-th clip, to look"
    graphs.add_argument("--few", type=int, default=1, help=every)
    endings = command("endings", "how soon an answer ends", "data", "model")
    endings.add_argument("--part", choices=["tune", "test"], default="test", help=part)
    lengths = command("lengths", "lengths of time by synthetic voices", "model")
    for made in (prepare, speak, evaluate, states, lengths):
        engines = "synthesizers, with commas between them (default: all)"
        made.add_argument("--engines", type=_read_engines, help=engines)
        spoken = "use the synthetic clips that are there and make none"
        made.add_argument("--spoken-only", action="store_true", help=spoken)
    report = command("report", "plots of the last evaluate of the test part", "data")
    trade = "missed against false answers too, slow"
    report.add_argument("--trade", action="store_true", help=trade)
    report.add_argument("--into", type=Path, default=REPORT)
    sounds = "network, strangers and limits of a person's own sounds, measured"
    own = command("own-sounds", sounds, "data")
    own.add_argument("--card", action="store_true", help="write it into their CARD.md")
    kept = "take the small network that ships, in place of training it anew"
    own.add_argument("--keep-embedding", action="store_true", help=kept)
    clips = command("clips", "copy clips of held-out people for our tests", "data")
    clips.add_argument("--into", type=Path, default=Path("tests/audio/en-US"))
    return parser


def _read_engines(text: str) -> frozenset[str]:
    from acoustic_model.data.synthesizers import ENGINES

    named = frozenset(text.split(","))
    if unknown := named - ENGINES:
        raise argparse.ArgumentTypeError(
            f"{', '.join(sorted(unknown))}: no such synthesizer. There are "
            f"{', '.join(sorted(ENGINES))}."
        )
    return named


def _read_share(text: str) -> tuple[Path, float]:
    path, _, share = text.rpartition("=")
    try:
        return Path(path), float(share)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text}: is no checkpoint with its share. Write, for instance, "
            "build/acoustic/checkpoint.pkl=0.5."
        ) from None


def _read_choice(given: argparse.Namespace) -> "Choice":
    from acoustic_model.data.voices import ENGINES, Choice

    return Choice(given.engines or ENGINES, given.spoken_only)


def _run(given: argparse.Namespace) -> None:
    """Import each step only when it is asked for: their dependencies are heavy."""
    if "data" in given:
        from acoustic_model.data.recordings import find_clips

        # Before anything heavier is loaded, so that a wrong path is named at once.
        find_clips(given.data)
    match given.command:
        case "prepare":
            from acoustic_model.data.prepare import Request, prepare

            choice = _read_choice(given)
            request = Request(given.sets, given.share, choice, given.processes)
            prepare(given.data, given.work, request)
        case "excerpts":
            from acoustic_model.data.excerpts import cut_excerpts
            from acoustic_model.exporting.network_reader import read_network

            layers = read_network(given.model / NETWORK)
            cut_excerpts(given.data, given.work, layers, given.part)
        case "speak":
            from acoustic_model.data.prepare import speak

            speak(given.work, _read_choice(given), given.processes)
        case "train":
            from acoustic_model.exporting.network_reader import read_network
            from acoustic_model.training.rivals import build_rivals
            from acoustic_model.training.train import train

            start = given.start and read_network(given.start / NETWORK)
            phrases_of = given.discriminative
            rivals = phrases_of and build_rivals(phrases_of)
            train(given.work, given.epochs, given.steps, start, rivals)
        case "export":
            from acoustic_model.exporting.export import export
            from acoustic_model.training.train import CHECKPOINT

            shares = given.mix or [(given.work / CHECKPOINT, 1.0)]
            export(shares, given.model, graph_of=given.graph_of)
        case "evaluate":
            from acoustic_model.evaluation.evaluate import Spoken, evaluate

            spoken = Spoken(given.work, _read_choice(given))
            chosen = given.part, given.card, given.only
            evaluate(given.data, spoken, given.model, *chosen)
        case "sounds":
            from acoustic_model.evaluation.sounds import measure_sounds

            measure_sounds(given.data, given.model, given.part)
        case "states":
            from acoustic_model.evaluation.by_state import measure_states
            from acoustic_model.evaluation.trials import Spoken

            spoken = Spoken(given.work, _read_choice(given))
            measure_states(given.data, spoken, given.model, given.card)
        case "graphs":
            from acoustic_model.evaluation.graphs import compare_graphs

            compare_graphs(given.data, given.work, given.model, given.part, given.few)
        case "endings":
            from acoustic_model.evaluation.endings import measure_endings

            measure_endings(given.data, given.model, given.part)
        case "lengths":
            from acoustic_model.evaluation.lengths import measure_lengths
            from acoustic_model.evaluation.trials import Spoken

            measure_lengths(Spoken(given.work, _read_choice(given)), given.model)
        case "report":
            from acoustic_model.evaluation.report import report

            report(given.data, given.work, given.into, given.trade)
        case "own-sounds":
            from acoustic_model.own_sounds.build import build_own_sounds

            kept = given.keep_embedding
            build_own_sounds(
                given.data, given.work, card=given.card, keep_embedding=kept
            )
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
