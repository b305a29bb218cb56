"""Reads the words that are understood: four files of templates, pairs and lists."""

from collections.abc import Mapping
from math import inf

from dialogue.content import word_messages
from dialogue.content.problems import Place
from dialogue.content.schema import ProblemLog, TableReader
from dialogue.content.word_building import find_template
from dialogue.content.yaml_reader import ListValue, TableValue, TextValue, Value
from dialogue.engine.protocol import GIVEN
from dialogue.understanding.meaning import COMMAND_GROUPS
from dialogue.understanding.normalisation import Spelling, Tokens, split
from dialogue.understanding.word_source import (
    FRAME_END,
    STATEMENT_GROUPS,
    Path,
    WordSource,
)
from dialogue.understanding.words import Lists, RowTraits

WORDS, SIGNS, LENGTHS, SURROUNDINGS = FILES = (
    "words.yaml",
    "signs.yaml",
    "lengths.yaml",
    "surroundings.yaml",
)
STRENGTHS = ("plain", "hedged", "listed")
BOUNDS = ("exact", "loose", "over", "under", "unclear", "range", "vague")
PLACES = (
    "filler",
    "circumstance",
    "hedge",
    "fine",
    "back",
    "old",
    "turn",
    "fix",
)
AUTHOR_LISTS = ("articles", "dropped")
"""Lists that only the reading of templates needs."""


def read_word_source(
    tables: Mapping[str, TableValue], log: ProblemLog, locale: str
) -> WordSource:
    """Read the files, by their names; what is wrong goes to `log`.

    A locale that is being translated may have words.yaml alone: answers and commands
    are understood then, and nothing else is.
    """
    reader = _Reader(log, locale)
    top = {
        name: TableReader(table, log, "words", locale, name, what=name)
        for name, table in tables.items()
    }
    if SIGNS in top and SURROUNDINGS not in top:
        place = tables[SIGNS].place
        log.report(word_messages.NO_SURROUNDINGS, place)
    lists = reader.read_lists(top[SURROUNDINGS]) if SURROUNDINGS in top else {}
    names = (*Lists.__dataclass_fields__, *AUTHOR_LISTS)
    source = WordSource(
        locale=locale,
        spelling=reader.read_spelling(top[WORDS]),
        rules=reader.read_rules(top[WORDS]),
        verbs=reader.read_verbs(top[WORDS]),
        templates=reader.templates,
        fixed=reader.fixed,
        rows=reader.rows,
        mentions=reader.mentions,
        lists={name: lists.get(name, ()) for name in names},
    )
    reader.read_meanings(top[WORDS])
    if SIGNS in top:
        reader.read_signs(top[SIGNS])
    if LENGTHS in top:
        reader.read_lengths(top[LENGTHS])
    for name in PLACES if SURROUNDINGS in top else ():
        reader.read_templates(top[SURROUNDINGS], name, ("surroundings", name))
    for table in top.values():
        table.done()
    return source


class _Reader:
    """Reads the parts of the four files into one source."""

    def __init__(self, log: ProblemLog, locale: str) -> None:
        self._log = log
        self._locale = locale
        self.templates: dict[Path, tuple[str, ...]] = {}
        self.fixed: dict[str, tuple[float, float]] = {}
        self.rows: dict[str, RowTraits] = {}
        self.mentions: dict[str, tuple[str, ...]] = {}

    def read_spelling(self, top: TableReader) -> Spelling:
        part = top.table("spelling", required=False)
        numbers = top.table("numbers", required=False)
        if part is None or numbers is None:
            return EMPTY_SPELLING
        spelling = Spelling(
            forms={
                left: _to_words(right)
                for left, right in self._read_phrase_pairs(part, "forms").items()
            },
            endings={
                left.replace(" ", ""): _to_words(right)
                for left, right in self._read_pairs(part, "endings").items()
            },
            hesitations=self._read_words(part, "hesitations"),
            stutters=self._read_words(part, "stutters"),
            numbers={
                word: int(value)
                for word, value in self._read_values(numbers, "words").items()
            },
            hundred=self._read_words(numbers, "hundred"),
            between=self._read_words(numbers, "between"),
            point=self._read_words(numbers, "point"),
            counts=_to_phrases(self._read_values(numbers, "counts")),
            halves=_to_phrases(self._read_values(numbers, "halves")),
            fillers=self._read_words(numbers, "fillers"),
            units=self._read_values(numbers, "units"),
            ages=tuple(_to_words(text) for text in self.read_block(numbers, "ages")),
        )
        part.done()
        numbers.done()
        return spelling

    def read_rules(self, top: TableReader) -> dict[str, tuple[str, ...]]:
        part = top.table("rules", required=False)
        if part is None:
            return {}
        return {
            name: self.read_block(part, name, ("rules", name)) for name in part.names()
        }

    def read_verbs(self, top: TableReader) -> dict[str, dict[bool, tuple[str, ...]]]:
        verbs = {}
        for name, part in top.named_tables("verbs", required=False):
            verbs[name] = {
                affirmed: self.read_block(part, form, ("verbs", name, form))
                for form, affirmed in (("yes", True), ("no", False))
            }
            part.done()
        return verbs

    def read_meanings(self, top: TableReader) -> None:
        """Read answers, commands and topics."""
        if (answers := top.table("answers")) is not None:
            for answer in GIVEN:
                if (part := answers.table(answer.value)) is None:
                    continue
                for strength in STRENGTHS:
                    path = ("answers", answer.value, strength)
                    self.read_templates(part, strength, path, required=False)
                part.done()
            answers.done()
        if (commands := top.table("commands")) is not None:
            for name in COMMAND_GROUPS:
                self.read_templates(commands, name, ("commands", name))
            commands.done()
        if (topics := top.table("topics", required=False)) is not None:
            for name in topics.names():
                self.read_templates(topics, name, ("topics", name))

    def read_signs(self, top: TableReader) -> None:
        if (frames := top.table("frames")) is not None:
            for polarity in ("yes", "no"):
                self.read_templates(frames, polarity, ("frames", polarity))
                self._check_frames(("frames", polarity))
            frames.done()
        for row, part in top.named_tables("rows"):
            for group in STATEMENT_GROUPS:
                path = ("rows", row, group)
                self.read_templates(part, group, path, required=False)
            self.mentions[row] = self.read_block(part, "word", required=False)
            self.rows[row] = RowTraits(
                asks=part.text("asks", default=""),
                now=part.flag("now", default=False),
                lists=part.flag("lists", default=False),
                doubtful=self.read_block(part, "doubtful", required=False),
            )
            self._log.put(part.place, "row", self._locale, row)
            part.done()

    def read_lengths(self, top: TableReader) -> None:
        for bound in BOUNDS:
            self.read_templates(top, bound, ("lengths", bound))
        self.read_templates(top, "at_least", ("lengths", "at_least"), required=False)
        found = self._read_pairs(top, "fixed", ("lengths", "fixed"))
        for template, text in found.items():
            if (hours := _parse_hours(text)) is None:
                words = {"key": "fixed", "what": top.what, "value": text}
                self._log.report(
                    word_messages.BAD_HOURS,
                    find_template(
                        self._log, self._locale, ("lengths", "fixed"), template
                    ),
                    **words,
                )
            else:
                self.fixed[template] = hours
        self.templates[("lengths", "fixed")] = tuple(self.fixed)
        if (than := top.table("than_that")) is not None:
            for polarity in ("yes", "no"):
                self.read_templates(than, polarity, ("than_that", polarity))
            than.done()

    def read_lists(self, top: TableReader) -> dict[str, tuple[str, ...]]:
        names = (*Lists.__dataclass_fields__, *AUTHOR_LISTS)
        return {name: self.read_block(top, name) for name in names}

    def read_templates(
        self, part: TableReader, key: str, path: Path, *, required: bool = True
    ) -> None:
        """Read one block of templates into `templates`."""
        if found := self.read_block(part, key, path, required=required):
            self.templates[path] = found

    def read_block(
        self, part: TableReader, key: str, path: Path = (), *, required: bool = True
    ) -> tuple[str, ...]:
        """Return the templates or phrases of a block, each with its line noted."""
        found: dict[str, None] = {}
        for line, text in self._read_lines(part, key, required=required):
            for piece in _split_commas(text):
                place = Place(part.place.path, line)
                if piece in found:
                    words = {"template": piece, "key": key, "what": part.what}
                    self._log.report(word_messages.TEMPLATE_TWICE, place, **words)
                found[piece] = None
                self._log.put(place, "template", self._locale, *path, piece)
        return tuple(found)

    def _read_lines(
        self, part: TableReader, key: str, *, required: bool
    ) -> list[tuple[int, str]]:
        value: Value | None = part.get(key, required=required)
        if value is None:
            return []
        if not isinstance(value, TextValue):
            found = "a list" if isinstance(value, ListValue) else "a table"
            words = {"key": key, "what": part.what, "found": found}
            self._log.report(word_messages.NOT_A_BLOCK, value.place, **words)
            return []
        lines = enumerate(value.text.split("\n"), value.first_line)
        kept = ((n, line.partition("#")[0].strip()) for n, line in lines)
        return [(n, line) for n, line in kept if line]

    def _read_pairs(
        self, part: TableReader, key: str, path: Path = ()
    ) -> dict[str, str]:
        pairs: dict[str, str] = {}
        for line, text in self._read_lines(part, key, required=True):
            place = Place(part.place.path, line)
            left, sign, right = text.rpartition("=")
            words = {"key": key, "what": part.what, "line": text}
            if not sign or not left.strip() or not right.strip():
                self._log.report(word_messages.BAD_PAIR, place, **words)
                continue
            for piece in _split_commas(left):
                if piece in pairs:
                    words["left"] = piece
                    self._log.report(word_messages.PAIR_TWICE, place, **words)
                pairs[piece] = right.strip()
                self._log.put(place, "template", self._locale, *path, piece)
        return pairs

    def _read_phrase_pairs(self, part: TableReader, key: str) -> dict[Tokens, str]:
        pairs = self._read_pairs(part, key)
        return {_to_words(left): right for left, right in pairs.items()}

    def _read_values(self, part: TableReader, key: str) -> dict[str, float]:
        values: dict[str, float] = {}
        for left, text in self._read_pairs(part, key).items():
            try:
                values[left] = float(text)
            except ValueError:
                words = {"key": key, "what": part.what, "value": text}
                self._log.report(
                    word_messages.BAD_VALUE,
                    find_template(self._log, self._locale, (), left),
                    **words,
                )
        return values

    def _read_words(self, part: TableReader, key: str) -> frozenset[str]:
        return frozenset(self.read_block(part, key))

    def _check_frames(self, path: Path) -> None:
        for template in self.templates.get(path, ()):
            if template.count(FRAME_END) != 1 or not template.endswith(FRAME_END):
                place = find_template(self._log, self._locale, path, template)
                self._log.report(word_messages.FRAME_END, place, template=template)


EMPTY_SPELLING = Spelling(
    forms={}, endings={}, hesitations=frozenset(), stutters=frozenset(), numbers={},
    hundred=frozenset(), between=frozenset(), point=frozenset(), counts={}, halves={},
    fillers=frozenset(), units={}, ages=(),
)  # fmt: skip
"""Of a locale that writes every word as it is heard."""


def _split_commas(text: str) -> list[str]:
    return [piece for part in text.split(",") if (piece := " ".join(part.split()))]


def _to_words(text: str) -> Tokens:
    """Return words as they are split in speech; an ending keeps its apostrophe."""
    found: list[str] = []
    for word in text.split():
        found += [word] if word.startswith("'") else split(word)
    return tuple(found)


def _to_phrases(values: Mapping[str, float]) -> dict[Tokens, float]:
    return {_to_words(phrase): value for phrase, value in values.items()}


def _parse_hours(text: str) -> tuple[float, float] | None:
    """Return least and most of `24`, `504+` or `48..72`."""
    low, dots, high = text.partition("..")
    try:
        if dots:
            return float(low), float(high)
        if text.endswith("+"):
            return float(text.removesuffix("+")), inf
        return 0.0, float(text)
    except ValueError:
        return None
