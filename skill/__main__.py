"""python -m skill: writes the interaction model and the package, rehearses."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dialogue.command_line import (
    INSTALL,
    CommandLineRefused,
    add_clinic,
    add_locale,
    build_program,
    fill_settings,
)
from dialogue.content.problems import DataRefused
from dialogue.loading import load_content
from dialogue.standard_streams import run_command
from skill.errors import SkillRefused
from skill.publishing.interaction_model import (
    build_model,
    find_difference,
    render_model,
)
from skill.publishing.manifest import Publication
from skill.publishing.package import write_package
from skill.publishing.store_listing import load_store
from skill.settings import parse_switch

PROGRAM = "skill", "backtalk-skill"
"""The names of the module and of the installed program."""
ABOUT = "The Alexa channel: what Amazon is given, and the rehearsal of its review."
GROUPS = {"to publish it": ("model", "package"), "before a submission": ("rehearse",)}
"""Titles of the help, and the commands below them."""
EXAMPLES = (
    "model --check                          is the model up to date?",
    "rehearse https://skill.clinic.example/alexa",
)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    return run_command(lambda: _run(arguments), no_output=1, no_reader=0)


def _run(arguments: list[str] | None) -> int:
    parser = build_program(PROGRAM, ABOUT, COMMANDS, GROUPS, EXAMPLES)
    options = parser.parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        fill_settings(options, os.environ, Path.home())
        return run(options)
    except (CommandLineRefused, SkillRefused, DataRefused, OSError) as error:
        print(error, file=sys.stderr)
        return 1


def _add_model_options(parser: argparse.ArgumentParser) -> None:
    add_locale(parser)
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE.json",
        help="default: interaction_models/LOCALE.json",
    )
    parser.add_argument(
        "--check", action="store_true", help="only say whether the file is up to date"
    )


def _write_model(options: argparse.Namespace) -> int:
    path = options.out or Path("interaction_models", f"{options.locale}.json")
    content = load_content(locale=options.locale)
    whole = build_model(content, load_store(options.locale))
    if options.check:
        return _check_model(path, render_model(whole))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render_model(whole), encoding="utf-8")
    print(f"Wrote {path}.")
    return 0


def _add_package_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("build"),
        metavar="FOLDER",
        help="(default: %(default)s)",
    )
    # Its name stands in the store: nobody's is taken unasked.
    add_clinic(parser, default=None)
    add_locale(parser)
    parser.add_argument(
        "--endpoint",
        metavar="ADDRESS",
        help="https address or ARN of a Lambda function (default: BACKTALK_ENDPOINT)",
    )
    parser.add_argument(
        "--privacy-url",
        metavar="ADDRESS",
        help="the clinic's privacy policy for the skill (default: "
        "BACKTALK_PRIVACY_URL)",
    )
    parser.add_argument(
        "--wildcard", action="store_true", help="the certificate is one for *.domain"
    )


def _write_package(options: argparse.Namespace) -> int:
    plan = Publication(
        endpoint=_get_required(options.endpoint, "--endpoint", "BACKTALK_ENDPOINT"),
        privacy_url=_get_required(
            options.privacy_url, "--privacy-url", "BACKTALK_PRIVACY_URL"
        ),
        wildcard=options.wildcard,
        screens=parse_switch(os.environ, "BACKTALK_SCREENS", "on"),
        timers=parse_switch(os.environ, "BACKTALK_TIMERS", "off"),
    )
    clinic = _get_required(options.clinic, "--clinic", "BACKTALK_CLINIC")
    known = write_package(options.out, options.locale, clinic, plan)
    print(f"Wrote {options.out}. Deploy it there with: ask deploy")
    for line in known:
        print(f"Note: {line}")
    return 0


def _add_rehearsal_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "url",
        nargs="?",
        help="your endpoint, such as https://skill.clinic.example/alexa; "
        "without one an endpoint is started here",
    )
    add_clinic(parser)
    add_locale(parser)
    parser.add_argument(
        "--privacy-url", metavar="ADDRESS", help="the skill's privacy policy"
    )
    parser.add_argument(
        "--brief", action="store_true", help="only the rows, without their checks"
    )


def _rehearse(options: argparse.Namespace) -> int:
    try:
        from skill.certification.command import rehearse  # needs the extra `alexa`
    except ModuleNotFoundError as error:
        raise SkillRefused(
            f"The rehearsal needs the library {error.name}: "
            f"{INSTALL.format(extra='alexa')}."
        ) from error
    return rehearse(options)


def _get_required(option: str | None, flag: str, variable: str) -> str:
    value = (option or os.environ.get(variable, "")).strip()
    if not value:
        raise SkillRefused(
            f"{variable} is not set, but the package needs it; set it or give {flag}."
        )
    return value


def _check_model(path: Path, new: str) -> int:
    """Return 1 and name the first difference when the file is stale."""
    remedy = f"Write it anew: python -m skill model --out {path}"
    try:
        old = path.read_text(encoding="utf-8")
        difference = find_difference(json.loads(old), json.loads(new))
    except (OSError, ValueError, RecursionError):
        print(f"{path} is not a readable model. {remedy}", file=sys.stderr)
        return 1
    if old == new:
        print(f"{path} is up to date.")
        return 0
    difference = difference or "only its layout differs"
    print(f"{path} is stale: {difference}. {remedy}", file=sys.stderr)
    return 1


@dataclass(frozen=True)
class _Command:
    HELP: str
    add_options: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


COMMANDS = {
    "model": _Command(
        "write Alexa's interaction model", _add_model_options, _write_model
    ),
    "package": _Command(
        "write the folder that `ask` deploys", _add_package_options, _write_package
    ),
    "rehearse": _Command(
        "play Amazon's certification list", _add_rehearsal_options, _rehearse
    ),
}


if __name__ == "__main__":
    sys.exit(main())
