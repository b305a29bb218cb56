"""`python -m dialogue prove`: the report, or the session that breaks a property."""

import argparse
from pathlib import Path

from dialogue.commands.console import DIFFERS
from dialogue.loading import load_content
from dialogue.verification.prover import prove
from dialogue.verification.report import (
    render_counterexample,
    render_extent,
    render_report,
)

HELP = "walk every talk; is each promise kept?"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `prove`."""
    parser.add_argument("--data", type=Path, help="another data folder")
    told = "things said unasked, and danger signs named, once a talk (default: 1)"
    parser.add_argument("--told", type=int, choices=(0, 1), default=1, help=told)
    samples = "talks taken by chance in which it is more (default: 2000)"
    parser.add_argument("--samples", type=int, default=2_000, metavar="N", help=samples)
    parser.add_argument(
        "--cores",
        type=int,
        choices=range(1, 65),
        default=2,
        metavar="N",
        help="processes that divide the work (default: 2)",
    )


def run(args: argparse.Namespace) -> int:
    """Prove the content and return the exit code; raises DataRefused."""
    content = load_content(data=args.data)
    proof = prove(content, cores=args.cores, told=bool(args.told), samples=args.samples)
    print("\n".join(render_report(proof)))
    print("", *render_extent(bool(args.told), args.samples > 0), sep="\n")
    if proof.counterexample is None:
        print("\nEvery property holds.")
        return 0
    print("\nA talk that breaks it, as a play-script:\n")
    print("\n".join(render_counterexample(content, proof.counterexample)))
    return DIFFERS
