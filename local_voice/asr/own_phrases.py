"""A clinic's own phrases: each line is a phrase and one that Back Talk knows.

`you betcha = yes`: lower case, letters and apostrophes; a line that begins with # is a
comment. They are heard and taken for what they stand for. Raises OwnPhrasesError.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

MOST_BYTES = 1 << 20
RULE = 'A line is a phrase, " = " and a phrase that the lexicon has.'
NONE: Mapping[str, str] = MappingProxyType({})


class OwnPhrasesError(Exception):
    """A file of phrases cannot be used; says where, why and what to do."""


@dataclass(frozen=True)
class OwnPhrases:
    """The phrases of one file."""

    aliases: Mapping[str, str]
    """Each phrase with the known one that it stands for."""
    lines: Mapping[str, int]
    file: Path


def read_own_phrases(file: Path, known: Mapping[str, object]) -> OwnPhrases:
    """Read a file; `known` are the phrases of the lexicon."""
    try:
        if file.stat().st_size > MOST_BYTES:
            raise OwnPhrasesError(
                f"{file}: is larger than {MOST_BYTES >> 20} MB, and so is no list of "
                "phrases. Name another file."
            )
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OwnPhrasesError(
            f"{file}: cannot be read ({error}). Own phrases are a text file in UTF-8. "
            "Name another one, or leave --phrases out."
        ) from error
    aliases, lines = dict[str, str](), dict[str, int]()
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        own, meant = parse_line(f"{file}:{number}", line, known)
        if own in aliases:
            raise OwnPhrasesError(
                f"{file}:{number}: {own!r} stands in line {lines[own]} already. One "
                "phrase has one meaning. Delete one of the two lines."
            )
        aliases[own], lines[own] = meant, number
    if not aliases:
        raise OwnPhrasesError(
            f"{file}: holds no phrase. {RULE} Add one, or leave --phrases out."
        )
    return OwnPhrases(aliases, lines, file)


def parse_line(where: str, line: str, known: Mapping[str, object]) -> tuple[str, str]:
    """Return the phrase of a line and what it stands for."""
    own, sign, meant = (to_phrase(part) for part in line.partition("="))
    if not sign or not own or not meant:
        raise OwnPhrasesError(
            f"{where}: {line.strip()[:60]!r} is no pair of phrases. {RULE} Write it so."
        )
    if odd := re.search(r"[^\w' ]|[\d_]", own):
        raise OwnPhrasesError(
            f"{where}: {own[:60]!r} has {odd[0]!r}. A phrase has letters and "
            "apostrophes. Write it in words, as it is said."
        )
    if own in known:
        raise OwnPhrasesError(
            f"{where}: {own!r} is understood already. A phrase has one meaning. Delete "
            "the line."
        )
    if meant not in known:
        raise OwnPhrasesError(
            f"{where}: {meant!r} is no phrase of the lexicon. {RULE} Write one of "
            "those, such as yes, stop or next."
        )
    return own, meant


def to_phrase(text: str) -> str:
    """Return `text` in the lexicon's spelling."""
    plain = text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return " ".join(plain.split())
