"""`python -m dialogue words`: builds the table of the words that are understood."""

import argparse
from pathlib import Path

from dialogue.commands.console import BUNDLED, DIFFERS, complain
from dialogue.content.content_store import WORDS_FOLDER, ContentStore
from dialogue.content.word_table import TABLE

HELP = "build the table of the words anew, or see whether it is fresh"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `words`."""
    parser.add_argument("--data", type=Path, help="another data folder")
    parser.add_argument("--check", action="store_true", help="write nothing")


def run(args: argparse.Namespace) -> int:
    """Write the table of every locale, or name the stale ones; return the exit code."""
    data = args.data or BUNDLED
    code = 0
    for locale in ContentStore(data).locales:
        text = ContentStore(data).render_words(locale)
        file = data / "locales" / locale / WORDS_FOLDER / TABLE
        if args.check:
            if not file.is_file() or file.read_text("utf-8") != text:
                complain(f"{file}: stale. Run python -m dialogue words.")
                code = DIFFERS
        else:
            file.write_text(text, encoding="utf-8")
            print(f"{file}: {len(text) / 1e6:.1f} MB.")
    return code
