"""`python -m dialogue schema`: writes JSON Schemas of our YAML files, for editors."""

import argparse
import json
from pathlib import Path

from dialogue.approval.sign_points import read_sign_points
from dialogue.booklet.worked_cases import parse_cases
from dialogue.clinic_profiles.draft import Draft, SiteDraft, render_profile
from dialogue.commands.console import BUNDLED, DIFFERS, complain
from dialogue.content.clinic_reader import read_clinic
from dialogue.content.content_store import LOCALE, WORDS_FOLDER, ContentStore
from dialogue.content.schema import ProblemLog
from dialogue.content.shapes import Schema, ShapeLog
from dialogue.content.words_reader import FILES as WORD_FILES
from dialogue.content.yaml_reader import read_table

HELP = "write JSON Schemas of the YAML files, by which editors complete and check"
FOLDER = BUNDLED / "schemas"

_EVERYTHING = "a profile with all entries"
_PROFILE = Draft(
    id="all",
    name="All",
    doctor="All",
    numbers={"appointments": "555-010-0199"},
    written="1 All Street",
    spoken="One All Street",
    hours={"monday": "08:00-17:00"},
    timezone="America/Chicago",
    closed_on=("2026-12-25",),
    sites=(SiteDraft("All", "2 All Street", "Two All Street", "555-010-0188"),),
    checked_on="2026-01-01",
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `schema`."""
    parser.add_argument(
        "--out", type=Path, default=FOLDER, help="folder (default: data/schemas)"
    )
    parser.add_argument(
        "--check", action="store_true", help="only tell whether they are up to date"
    )


def run(args: argparse.Namespace) -> int:
    """Write the schemas, or compare them, and return the exit code."""
    written = {
        args.out / f"{name}.json": json.dumps(schema, indent=1, sort_keys=True) + "\n"
        for name, schema in build_schemas().items()
    }
    if args.check:
        stale = [file for file, text in written.items() if _read(file) != text]
        for file in stale:
            complain(f"{file}: is not up to date. Run: python -m dialogue schema")
        return DIFFERS if stale else 0
    args.out.mkdir(parents=True, exist_ok=True)
    for file, text in written.items():
        file.write_text(text, encoding="utf-8")
    print(f"{len(written)} schemas are in {args.out}.")
    return 0


def build_schemas() -> dict[str, Schema]:
    """Return the schema of each kind of file, by name, as the shipped files have it."""
    shapes = ShapeLog()
    store = ContentStore(log=ProblemLog(shapes))
    for name in store.protocols:
        store.read_protocol(name)
    store.read_sources()
    read_sign_points(store)
    parse_cases(store.read_table("protocols/worked_cases.yaml"), store.log)
    store.read_prompts(LOCALE)
    store.read_lexicon(LOCALE, store.read_words(LOCALE))
    store.read_word_source(LOCALE)
    for name in store.clinics:
        store.read_clinic(name)
    profile = render_profile(_PROFILE).encode()
    read_clinic(read_table(_EVERYTHING, profile), store.log)
    files = {
        "protocol": [f"protocols/{name}.yaml" for name in store.protocols],
        "prompts": [f"locales/{LOCALE}/prompts.yaml"],
        "lexicon": [f"locales/{LOCALE}/lexicon.yaml"],
        "clinic": [f"clinics/{name}.yaml" for name in store.clinics] + [_EVERYTHING],
    }
    for name in ("sources", "sign_points", "worked_cases"):
        files[name] = [f"protocols/{name}.yaml"]
    for file in WORD_FILES:
        path = f"locales/{LOCALE}/{WORDS_FOLDER}/{file}"
        files[file.removesuffix(".yaml")] = [path]
    titles = {name: name.replace("_", " ").capitalize() for name in files}
    return {
        name: shapes.build_schema(paths, f"Back Talk: {titles[name]}")
        for name, paths in files.items()
    }


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.is_file() else ""
