"""What the graphs know of a spoken language: tables of sounds, and words by their use.

A folder a locale, beside this package: own.txt, dictionary.txt and ipa.txt are tables
of sounds; speech.txt has words in sections, heard.txt phrases. Raises
PronunciationError, OSError.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from local_voice.asr.graph.espeak_phonemes import guess_sounds
from local_voice.asr.graph.pronunciation import (
    Contractions,
    PronunciationError,
    Pronunciations,
    Table,
    read_table,
)

FOLDER = Path(__file__).parents[1] / "locales"
OWN, DICTIONARY, IPA, SPEECH = "own.txt", "dictionary.txt", "ipa.txt", "speech.txt"
HEARD = "heard.txt"
FILES = (OWN, DICTIONARY, IPA, SPEECH, HEARD)
CONTRACTED_INSIDE = "contracted before a word"
SECTIONS = (
    *(
        "voice",
        "bare",
        "skip",
        "join",
        "correct",
        "often",
        "at once",
        "half",
        "subject",
    ),
    *("contracted", CONTRACTED_INSIDE, "opposite", "lead", "counted", "rivals"),
)
ALL_OTHERS = "*"
Sections = Mapping[str, tuple[tuple[int, str], ...]]
"""Lines by section, each with its number."""


@dataclass(frozen=True)
class LocaleData:
    """The tables and words of one locale."""

    folder: Path
    own: Table
    dictionary: Table
    ipa: Table
    voice: str
    bare: frozenset[str]
    """Answers of one word, beside which anything more is reported."""
    skip: tuple[str, ...]
    """May stand at both ends of what is said."""
    joiners: tuple[str, ...]
    """May stand between an answer and a statement."""
    corrections: tuple[str, ...]
    """May stand between a no and the yes that takes its place."""
    often: frozenset[str]
    at_once: frozenset[str]
    half: frozenset[str]
    """Phrases that are left where a voice swallows the end of the opposite."""
    subjects: tuple[str, ...]
    """Put before a phrase that lacks its subject."""
    contracted: Contractions
    opposites: tuple[tuple[str, str], ...]
    """A word and what stands in its place in the opposite of a phrase."""
    leads: tuple[str, ...]
    """May stand before a length."""
    counted: Mapping[str, tuple[str, ...]]
    """The units that may follow a number; those of `*` follow all others."""
    rivals: tuple[str, ...]
    """Further numbers."""
    heard: tuple[str, ...]
    """Phrases as people say them, beside the shortest of each template."""

    def build_pronunciations(self, units: frozenset[str]) -> Pronunciations:
        """Return the ways to say every phrase, by `units` of a network."""
        guess = partial(guess_sounds, rules=self.ipa, voice=self.voice)
        tables = self.own, self.dictionary
        return Pronunciations(*tables, units, guess, self.contracted)


def find_locale_folder(locale: str) -> Path | None:
    """Return the folder of a locale, None where none is shipped."""
    folder = FOLDER / locale
    return folder if folder.is_dir() else None


def read_locale_data(folder: Path, units: frozenset[str]) -> LocaleData:
    """Read a locale's folder; every sound must be a unit of the network."""
    sections = read_sections(folder / SPEECH, SECTIONS)

    def get(name: str) -> tuple[str, ...]:
        return tuple(line for _, line in sections[name])

    def get_pairs(name: str) -> tuple[tuple[str, str], ...]:
        return tuple(
            _split_pair(folder / SPEECH, number, line)
            for number, line in sections[name]
        )

    return LocaleData(
        folder,
        own=read_table(folder / OWN, units),
        dictionary=read_table(folder / DICTIONARY, units),
        ipa=read_table(folder / IPA, units),
        voice=get("voice")[0],
        bare=frozenset(get("bare")),
        skip=get("skip"),
        joiners=get("join"),
        corrections=get("correct"),
        often=frozenset(get("often")),
        at_once=frozenset(get("at once")),
        half=frozenset(get("half")),
        subjects=get("subject"),
        contracted=Contractions(get_pairs("contracted"), get_pairs(CONTRACTED_INSIDE)),
        opposites=get_pairs("opposite"),
        leads=get("lead"),
        counted={number: tuple(u.split()) for number, u in get_pairs("counted")},
        rivals=get("rivals"),
        heard=_read_lines(folder / HEARD),
    )


def read_sections(file: Path, names: tuple[str, ...]) -> Sections:
    """Read lines in sections of these names, all of which must be there."""
    found: dict[str, list[tuple[int, str]]] = {}
    section = ""
    for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if text.startswith("["):
            section = text.strip("[]")
            if section not in names or section in found:
                raise PronunciationError(
                    f"{file}:{number}: {text} is unknown or a second one. The sections "
                    f"are {', '.join(names)}. Correct its name."
                )
            found[section] = []
        elif not section:
            raise PronunciationError(
                f"{file}:{number}: {text!r} stands before the first [section]. Put it "
                "below the section it belongs to."
            )
        else:
            found[section].append((number, text))
    missing = [name for name in names if name not in found]
    if missing:
        raise PronunciationError(
            f"{file}: has no section [{missing[0]}]. Each is needed. Add it."
        )
    return {name: tuple(lines) for name, lines in found.items()}


def _read_lines(file: Path) -> tuple[str, ...]:
    """Return the lines of a file but comments, each once."""
    lines = (line.strip() for line in file.read_text("utf-8").splitlines())
    return tuple(dict.fromkeys(x for x in lines if x and not x.startswith("#")))


def _split_pair(file: Path, number: int, line: str) -> tuple[str, str]:
    left, colon, right = line.partition(":")
    if not colon or not left.strip():
        raise PronunciationError(
            f"{file}:{number}: {line!r} has no colon. A line here is a word, a colon "
            "and words. Correct the line."
        )
    return left.strip(), " ".join(right.split())
