"""The data folder, bundled or given: finds its files by name and reads them."""

from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from dialogue.content import clinic_reader, lexicon_reader, problems, protocol_reader
from dialogue.content.problems import DataRefused, Place, suggest_name
from dialogue.content.schema import ProblemLog
from dialogue.content.word_building import build_checked_words
from dialogue.content.word_table import TABLE, parse_table, render_table
from dialogue.content.words_reader import FILES as WORD_FILES
from dialogue.content.words_reader import read_word_source
from dialogue.content.yaml_reader import MOST_BYTES, TableValue, read_table
from dialogue.engine.clinic import Clinic
from dialogue.engine.protocol import Source, TriageProtocol
from dialogue.understanding.lexicon import Lexicon
from dialogue.understanding.word_source import WordSource
from dialogue.understanding.words import Words

PROTOCOL = "back_spasm"
"""The protocol that is loaded where none is named."""
LOCALE = "en-US"
"""The locale that is complete; others are compared with it."""
WORDS_FOLDER = "understanding"
"""Inside a locale: the words that are understood."""
SEED_FACTS = "protocols/seed_facts.csv"
WALKED = "protocols/walked.txt"
"""The protocols of which every path was walked, each by its checksum."""
NO_PROTOCOLS = ("sources", "sign_points", "worked_cases")
"""Files beside the protocols that are none."""


class ContentStore:
    """The folder that the data stands in.

    Each `read_` method raises DataRefused where the file cannot be used at all; what
    is wrong with single entries goes to `log`.
    """

    def __init__(self, data: Path | None = None, log: ProblemLog | None = None) -> None:
        """Read from `data`, or else from inside the installed program."""
        self._root: Traversable = data or files("dialogue") / "data"
        self.log = log or ProblemLog()

    def read_protocol(self, name: str) -> TriageProtocol:
        """Read a protocol by name."""
        table = self.read_table(f"protocols/{name}.yaml")
        return protocol_reader.read_protocol(table, self.log)

    def is_walked(self, name: str) -> bool:
        """Tell whether a protocol is, byte for byte, one that was walked before."""
        try:
            noted = self._root.joinpath(WALKED).read_text("utf-8").split()
        except (OSError, UnicodeError):
            return False
        return self._find_checksum(name) in noted

    def render_walked(self) -> str:
        """Return the note that every protocol of the folder was walked."""
        return "".join(
            f"{self._find_checksum(name)}  {name}\n" for name in self.protocols
        )

    def _find_checksum(self, name: str) -> str:
        return sha256(self.read_bytes(f"protocols/{name}.yaml")).hexdigest()

    def read_sources(self) -> dict[str, Source]:
        """Read the sources that every protocol draws on."""
        table = self.read_table("protocols/sources.yaml")
        return protocol_reader.read_sources(table, self.log)

    def read_prompts(self, locale: str) -> dict[str, str]:
        """Read the words that are said in `locale`."""
        table = self.read_table(f"locales/{locale}/prompts.yaml")
        return lexicon_reader.read_prompts(table, self.log, locale)

    def read_words(self, locale: str) -> Words:
        """Read the words that are understood in `locale`.

        They come from the table that was built of them, unless they have changed
        since: then from the four files, which takes some seconds.
        """
        folder = f"locales/{locale}/{WORDS_FOLDER}"
        try:
            raw = self._root.joinpath(f"{folder}/{TABLE}").read_bytes()
        except OSError:
            raw = b""
        words = parse_table(raw, self._read_word_files(locale))
        return self.build_words(locale) if words is None else words

    def build_words(self, locale: str) -> Words:
        """Build the words of `locale` from its files; raises DataRefused."""
        source = self.read_word_source(locale)
        words = build_checked_words(source, self.log)
        if words is None or self.log.problems:
            raise DataRefused(self.log.problems)
        return words

    def read_word_source(self, locale: str) -> WordSource:
        """Read the four files of words as they are written."""
        folder = f"locales/{locale}/{WORDS_FOLDER}"
        names = self._find_word_files(locale)
        tables = {name: self.read_table(f"{folder}/{name}") for name in names}
        return read_word_source(tables, self.log, locale)

    def render_words(self, locale: str) -> str:
        """Return the table of the words of `locale`, as it is kept beside them."""
        words = self.build_words(locale)
        return render_table(words, self._read_word_files(locale))

    def _read_word_files(self, locale: str) -> list[bytes]:
        folder = f"locales/{locale}/{WORDS_FOLDER}"
        names = self._find_word_files(locale)
        return [
            self.read_bytes(f"{folder}/{name}") if name in names else b""
            for name in WORD_FILES
        ]

    def _find_word_files(self, locale: str) -> list[str]:
        """Return the files of words that are there; a translation may have one yet."""
        stems = self.find_names(f"locales/{locale}/{WORDS_FOLDER}")
        first, *others = WORD_FILES
        return [first, *(n for n in others if n.removesuffix(".yaml") in stems)]

    def read_lexicon(self, locale: str, words: Words) -> Lexicon:
        """Read the phrases of `locale` by their meaning."""
        table = self.read_table(f"locales/{locale}/lexicon.yaml")
        own = lexicon_reader.read_own_phrases(table, self.log, locale)
        return Lexicon(words, own)

    def read_clinic(self, clinic: str | Path) -> Clinic:
        """Read a clinic by bundled name or by the path of its file."""
        if clinic in self.clinics:
            table = self.read_table(f"clinics/{clinic}.yaml")
        else:
            raw = _read_bytes(Path(clinic), f"{clinic}", self.clinics)
            table = read_table(f"{clinic}", raw)
        return clinic_reader.read_clinic(table, self.log)

    def read_seed_facts(self) -> str:
        """Read the table of seed facts, as it stands."""
        return self.read_bytes(SEED_FACTS).decode("utf-8", "replace")

    def read_table(self, name: str) -> TableValue:
        """Read the table of one file of the data, by its path inside."""
        return read_table(name, self.read_bytes(name))

    def read_bytes(self, name: str) -> bytes:
        """Read one file of the data, by its path inside."""
        folder, _, _ = name.rpartition("/")
        known = self.find_names(folder)
        if folder.startswith("locales/"):
            known = known or self.find_names("locales", suffix="")
        return _read_bytes(self._root.joinpath(name), name, known)

    @property
    def protocols(self) -> list[str]:
        """Return the names of all protocols; the usual one where there is none."""
        names = self.find_names("protocols")
        return [name for name in names if name not in NO_PROTOCOLS] or [PROTOCOL]

    @property
    def locales(self) -> list[str]:
        """Return all locales; the usual one where there is none."""
        return self.find_names("locales", suffix="") or [LOCALE]

    @property
    def clinics(self) -> list[str]:
        """Return the names of the bundled clinics."""
        return self.find_names("clinics")

    def find_names(self, folder: str, suffix: str = ".yaml") -> list[str]:
        """Return the names in `folder` that end with `suffix`, without it, sorted."""
        place = self._root.joinpath(folder)
        names = [item.name for item in place.iterdir()] if place.is_dir() else []
        return sorted(
            name.removesuffix(suffix)
            for name in names
            if name.endswith(suffix) and not name.startswith(".")
        )


def _read_bytes(file: Traversable, name: str, known: list[str]) -> bytes:
    try:
        with file.open("rb") as opened:
            raw = bytes(opened.read(MOST_BYTES + 1))
    except (OSError, ValueError) as error:
        stem = name.rpartition("/")[2].removesuffix(".yaml")
        hint = suggest_name(stem, known) if known else "Give the folder that holds it."
        message = problems.NOT_FOUND.at(Place(name, 1), name=name, hint=hint)
        raise DataRefused([message]) from error
    if len(raw) > MOST_BYTES:
        too_large = problems.TOO_LARGE.at(Place(name, 1), most=MOST_BYTES // 1000)
        raise DataRefused([too_large])
    return raw
