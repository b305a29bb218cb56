"""python -m skill rehearse: plays the list against an endpoint and prints it."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dialogue.loading import load_content
from skill.certification.checklist import ROWS
from skill.certification.endpoint import own_endpoint
from skill.certification.findings import SOURCES, Finding, Outcome, Row, check, worst
from skill.certification.target import Stage
from skill.errors import SkillRefused
from skill.publishing.store_listing import load_store

LOCALE = "en-US"


@dataclass(frozen=True)
class Played:
    """A row with all that was found."""

    row: Row
    findings: tuple[Finding, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.set_defaults(run=rehearse)
    parser.add_argument(
        "url",
        nargs="?",
        help="your endpoint, such as https://skill.clinic.example/alexa; "
        "without one an endpoint is started here",
    )
    parser.add_argument("--clinic", default="roseville", help="profile name or file")
    parser.add_argument("--privacy-url", help="the skill's privacy policy")
    parser.add_argument(
        "--brief", action="store_true", help="only the rows, without their checks"
    )


def rehearse(options: argparse.Namespace) -> int:
    """Play every row, print what came of it, and return 1 if one failed."""
    with _stage(options) as stage:
        print(f"Rehearsal of {stage.base}", flush=True)
        played = sorted((_played(row, stage) for row in ROWS), key=_number)
    for one in played:
        _print(one, brief=options.brief)
    used = {key for row in ROWS for key in row.source.split(", ")}
    print("\nRules:")
    for key, name in SOURCES.items():
        if key in used:
            print(f"  {key:7}{name}")
    return _summed_up(played)


@contextmanager
def _stage(options: argparse.Namespace) -> Iterator[Stage]:
    content = load_content(locale=LOCALE, clinic=options.clinic)
    store, privacy = load_store(LOCALE), options.privacy_url
    if options.url is None:
        with own_endpoint(options.clinic) as (base, client):
            yield Stage(base, content, store, privacy, client)
        return
    if not options.url.startswith(("https://", "http://")):
        raise SkillRefused(
            f"The endpoint is '{options.url}', but it must be an address that begins "
            "with https://; write it as Alexa will call it."
        )
    base = options.url.rstrip("/").removesuffix("/alexa")
    yield Stage(base, content, store, privacy)


def _played(row: Row, stage: Stage) -> Played:
    try:
        return Played(row, tuple(row.judge(stage)))
    except OSError as error:
        return Played(row, (check(False, "the endpoint can be reached", str(error)),))


def _number(played: Played) -> int:
    return int(played.row.number)


def _print(played: Played, *, brief: bool) -> None:
    row = played.row
    outcome = worst(played.findings).value
    print(f"{row.number:>3}  {outcome:13} {row.must} [{row.source}]")
    for finding in played.findings:
        if not brief or finding.outcome is Outcome.FAIL:
            print(f"       {finding.outcome.value:13} {finding.what}")


def _summed_up(played: list[Played]) -> int:
    counts = {
        outcome: sum(worst(one.findings) is outcome for one in played)
        for outcome in Outcome
    }
    print("\n" + ", ".join(f"{n} {outcome.value}" for outcome, n in counts.items()))
    if counts[Outcome.FAIL]:
        print("Not ready: see the rows marked FAIL.", file=sys.stderr)
        return 1
    return 0
