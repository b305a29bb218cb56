"""python -m skill: writes the interaction model and the package, rehearses."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from dialogue.content.problems import DataRefused
from dialogue.loading import load_content
from dialogue.standard_streams import run_command
from dialogue.version import get_program_version
from skill.certification.command import add_arguments as add_rehearsal
from skill.errors import SkillRefused
from skill.locales import FALLBACK_LOCALE
from skill.publishing.interaction_model import (
    build_model,
    find_difference,
    render_model,
)
from skill.publishing.manifest import Publication
from skill.publishing.package import write_package
from skill.publishing.store_listing import load_store
from skill.settings import parse_switch


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    return run_command(lambda: _run(arguments), no_output=1, no_reader=0)


def _run(arguments: list[str] | None) -> int:
    parser = argparse.ArgumentParser(prog="python -m skill")
    version = f"Back Talk {get_program_version()}"
    parser.add_argument("--version", action="version", version=version)
    commands = parser.add_subparsers(dest="command", required=True)
    _add_model(commands.add_parser("model", help="write Alexa's interaction model"))
    _add_package(
        commands.add_parser("package", help="write the folder that `ask` deploys")
    )
    add_rehearsal(
        commands.add_parser("rehearse", help="play Amazon's certification list")
    )
    options = parser.parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except (SkillRefused, DataRefused, OSError) as error:
        print(error, file=sys.stderr)
        return 1


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_write_model)
    parser.add_argument("--locale", default=FALLBACK_LOCALE)
    parser.add_argument(
        "--out", type=Path, help="default interaction_models/LOCALE.json"
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


def _add_package(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_write_package)
    parser.add_argument("--out", type=Path, default=Path("build"))
    parser.add_argument("--locale", default=FALLBACK_LOCALE)
    parser.add_argument(
        "--clinic", help="profile name or file; default BACKTALK_CLINIC"
    )
    parser.add_argument(
        "--endpoint",
        help="https address or ARN of a Lambda function; default BACKTALK_ENDPOINT",
    )
    parser.add_argument(
        "--privacy-url",
        help="the clinic's privacy policy for the skill; default BACKTALK_PRIVACY_URL",
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


if __name__ == "__main__":
    sys.exit(main())
