"""The skill's command: model."""

import argparse
import json
import sys
from pathlib import Path

from dialogue.loading import load_content
from dialogue.problems import DataRefused
from skill.interaction_model import (
    first_difference,
    interaction_model,
    load_store,
    written_model,
)
from skill.locales import SPARE
from skill.refusal import SkillRefused


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m skill")
    commands = parser.add_subparsers(dest="command", required=True)
    model = commands.add_parser("model", help="write Alexa's interaction model")
    model.add_argument("--locale", default=SPARE)
    model.add_argument(
        "--out", type=Path, help="default interaction_models/LOCALE.json"
    )
    model.add_argument(
        "--check", action="store_true", help="only say whether the file is up to date"
    )
    options = parser.parse_args(arguments)
    path = options.out or Path("interaction_models", f"{options.locale}.json")
    try:
        lexicon = load_content(locale=options.locale).lexicon
        whole = interaction_model(lexicon, load_store(options.locale))
        if options.check:
            return _check(path, written_model(whole))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written_model(whole), encoding="utf-8")
    except (SkillRefused, DataRefused, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Wrote {path}.")
    return 0


def _check(path: Path, new: str) -> int:
    """Return 1 and name the first difference when the file is stale."""
    remedy = f"Write it anew: python -m skill model --out {path}"
    try:
        old = path.read_text(encoding="utf-8")
        difference = first_difference(json.loads(old), json.loads(new))
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
