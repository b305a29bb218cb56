"""Reads the skill's own words of a locale: name, opening sentences, store listing."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from dialogue.content.problems import DataRefused
from dialogue.content.schema import ProblemLog, TableReader
from dialogue.content.yaml_reader import read_table
from skill.errors import SkillRefused


@dataclass(frozen=True)
class Listing:
    """What people and reviewers read in the skill store."""

    name: str
    summary: str
    description: str
    disclaimer: str
    example_phrases: tuple[str, ...]
    keywords: tuple[str, ...]
    testing_instructions: str


@dataclass(frozen=True)
class Store:
    """The file says what each entry is."""

    invocation_name: str
    cancel: tuple[str, ...]
    more_samples: Mapping[str, tuple[str, ...]]
    bounds: Mapping[str, tuple[str, ...]]
    contractions: tuple[str, ...]
    statements: tuple[str, ...]
    topics: tuple[str, ...]
    describe: tuple[str, ...]
    listing: Listing


def load_store(locale: str) -> Store:
    """Return the skill's own words in `locale`; raises DataRefused line by line."""
    name = f"locales/{locale}/alexa.yaml"
    file = files("dialogue") / "data" / name
    if not file.is_file():
        raise SkillRefused(
            f"There is no dialogue/data/{name}, but every locale needs the skill's own "
            "words; write it after the example of locales/en-US/alexa.yaml."
        )
    return parse_store(name, file.read_bytes(), locale)


def parse_store(name: str, raw: bytes, locale: str) -> Store:
    """Return the words that the file `name` holds; raises DataRefused."""
    notes = ProblemLog()
    top = TableReader(read_table(name, raw), notes, "store", locale, what="the store")
    store = Store(
        invocation_name=top.text("invocation_name"),
        cancel=top.words("cancel", required=True),
        more_samples=_parse_groups(top.table("more_samples")),
        bounds=_parse_groups(top.table("bounds")),
        contractions=top.words("contractions", required=True),
        statements=top.words("statements", required=True),
        topics=top.words("topics", required=True),
        describe=top.words("describe", required=True),
        listing=_parse_listing(top.table("listing")),
    )
    top.done()
    if notes.problems:
        raise DataRefused(notes.problems)
    return store


def _parse_groups(part: TableReader | None) -> dict[str, tuple[str, ...]]:
    if part is None:
        return {}
    groups = {name: part.words(name, required=True) for name in part.names()}
    part.done()
    return groups


def _parse_listing(part: TableReader | None) -> Listing:
    if part is None:
        return Listing("", "", "", "", (), (), "")
    listing = Listing(
        name=part.text("name"),
        summary=part.text("summary"),
        description=part.paragraphs("description"),
        disclaimer=part.text("disclaimer"),
        example_phrases=part.words("example_phrases", required=True),
        keywords=part.words("keywords", required=True),
        testing_instructions=part.paragraphs("testing_instructions"),
    )
    part.done()
    return listing
