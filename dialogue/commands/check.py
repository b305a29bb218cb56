"""`python -m dialogue check`: checks all data, or one locale against en-US."""

import argparse
from pathlib import Path

from dialogue.commands.console import BUNDLED, DIFFERS, complain
from dialogue.content.content_store import WALKED, ContentStore
from dialogue.loading import check_all, load_every_content
from dialogue.validation.locale_completeness import compare_locale

HELP = "check protocol, words and clinics"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `check`."""
    parser.add_argument("--data", type=Path, help="another data folder")
    parser.add_argument("--clinic", help="also check this profile file")
    parser.add_argument("--locale", help="list what this locale lacks or has too much")
    note = "note that every path was walked, so that a start need not walk them"
    parser.add_argument("--note-walk", action="store_true", help=note)


def run(args: argparse.Namespace) -> int:
    """Check and return the exit code."""
    if args.locale is not None:
        return _check_locale(args.locale, args.data)
    errors, warnings = check_all(args.data, args.clinic)
    for warning in warnings:
        print(f"warning: {warning}")
    for error in errors:
        complain(f"{error}")
    if errors:
        complain(f"{len(errors)} to mend, {len(warnings)} to look at.")
        return DIFFERS
    print(f"The data is in order; {len(warnings)} to look at.")
    if args.note_walk:
        note = (args.data or BUNDLED) / WALKED
        note.write_text(ContentStore(args.data).render_walked(), encoding="utf-8")
    for content in load_every_content(args.data):
        print(f"{content.protocol.id} in {content.locale}: {content.protocol.status}.")
        for why in content.unsigned:
            print(f"  A draft, because {why}.")
    return 0


def _check_locale(locale: str, data: Path | None) -> int:
    lines = compare_locale(locale, data)
    for line in lines:
        print(line)
    if lines:
        complain(f"{len(lines)} things to do in {locale}.")
        return DIFFERS
    print(f"{locale} is complete.")
    return 0
