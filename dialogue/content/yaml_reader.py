"""Reads YAML strictly: every value is text and keeps its line.

Duplicate keys, tags, anchors and text that YAML would drop are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml
from yaml import events as parsed

from dialogue.content import problems
from dialogue.content.problems import DataRefused, Place, Problem

MOST_BYTES = 1_000_000
"""A larger file is none that a person wrote."""
MOST_LEVELS = 8
"""How deep tables and lists may stand in each other."""
_PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's parser, some five times faster, where PyYAML was built with it."""


@dataclass(frozen=True)
class TextValue:
    """One text; `yes`, `0123` and `2024-01-01` stay the words that were typed."""

    text: str
    place: Place
    prose: bool
    """Written in quotes or as a block, where nothing can be lost."""
    first_line: int = 0
    """The line in which the text itself begins: a block's is below its sign."""


@dataclass(frozen=True)
class ListValue:
    """Values in order."""

    items: tuple[Value, ...]
    place: Place


@dataclass(frozen=True)
class TableValue:
    """Values by key."""

    entries: Mapping[str, Value]
    keys: Mapping[str, Place]
    """Where each key stands."""
    place: Place


Value = TextValue | ListValue | TableValue


@lru_cache(maxsize=16)
def read_table(path: str, raw: bytes) -> TableValue:
    """Read the table that the file `path` with the bytes `raw` holds.

    Raises DataRefused with every line that is not plain text in tables and lists:
    YAML that would quietly change or drop what an author typed is refused. Parsing
    takes most of a start, and a file is often read twice: checked, then loaded.
    """
    text = _decode(path, raw)
    if "\ufeff" not in text:  # libyaml takes it for a space
        try:
            return _File(path, text, _PARSER).read()
        except (yaml.YAMLError, DataRefused):
            pass
    # What is refused, and in which words, is the same wherever PyYAML was built.
    return _read_or_explain(path, text)


def _read_or_explain(path: str, text: str) -> TableValue:
    file = _File(path, text, yaml.SafeLoader)
    try:
        return file.read()
    except yaml.MarkedYAMLError as error:
        # What was found before is the likelier cause: a quote that swallowed lines.
        raise DataRefused(file.problems or [_explain(path, error)]) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise DataRefused([problems.NOT_TEXT.at(Place(path, line))]) from error


def _decode(path: str, raw: bytes) -> str:
    if len(raw) > MOST_BYTES:
        too_large = problems.TOO_LARGE.at(Place(path, 1), most=MOST_BYTES // 1000)
        raise DataRefused([too_large])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise DataRefused([problems.NOT_UTF8.at(Place(path, line))]) from error
    tabs = [n for n, line in enumerate(text.split("\n"), 1) if "\t" in line]
    if tabs:
        raise DataRefused([problems.TAB.at(Place(path, n)) for n in tabs])
    return text


class _File:
    """Builds values from the parser's events; keeps what is wrong until the end."""

    def __init__(self, path: str, text: str, parser: type[Any]) -> None:
        self._path = path
        self._lines = text.splitlines()
        self._events: Iterator[parsed.Event] = yaml.parse(text, parser)
        self._is_fast = parser is not yaml.SafeLoader
        self.problems: list[Problem] = []

    def read(self) -> TableValue:
        """Return the one table that the file holds."""
        value: Value | None = None
        for event in self._events:
            if isinstance(event, parsed.DocumentStartEvent):
                if value is not None or event.version or event.tags:
                    place = self._get_place(event)
                    self.problems.append(problems.NOT_ONE_TABLE.at(place))
                value = self._read_value(next(self._events), 1)
        if value is None or (isinstance(value, TextValue) and not value.text):
            raise DataRefused([problems.EMPTY_FILE.at(Place(self._path, 1))])
        if not isinstance(value, TableValue):
            self.problems.append(problems.NOT_ONE_TABLE.at(value.place))
        if self.problems or not isinstance(value, TableValue):
            raise DataRefused(self.problems)
        return value

    def _get_place(self, event: parsed.Event) -> Place:
        return Place(self._path, event.start_mark.line + 1 if event.start_mark else 1)

    def _read_value(self, event: parsed.Event, level: int) -> Value:
        place = self._get_place(event)
        if level > MOST_LEVELS:
            raise DataRefused([problems.TOO_DEEP.at(place, most=MOST_LEVELS)])
        anchor = getattr(event, "anchor", None)
        if anchor is not None or getattr(event, "tag", None) is not None:
            self.problems.append(problems.SPECIAL_SIGN.at(place))
        if isinstance(event, parsed.SequenceStartEvent):
            return ListValue(tuple(self._read_items(level)), place)
        if isinstance(event, parsed.MappingStartEvent):
            return self._read_table(place, level)
        if isinstance(event, parsed.ScalarEvent):
            return self._read_text(event, place)
        return TextValue("", place, prose=True)

    def _read_items(self, level: int) -> Iterator[Value]:
        for event in self._events:
            if isinstance(event, parsed.SequenceEndEvent):
                return
            yield self._read_value(event, level + 1)

    def _read_table(self, place: Place, level: int) -> TableValue:
        entries: dict[str, Value] = {}
        keys: dict[str, Place] = {}
        for event in self._events:
            if isinstance(event, parsed.MappingEndEvent):
                break
            key = self._read_value(event, level + 1)
            value = self._read_value(next(self._events), level + 1)
            if not isinstance(key, TextValue):
                self.problems.append(problems.KEY_NOT_TEXT.at(key.place))
                continue
            if key.text in entries:
                first = keys[key.text].line
                words = {"key": key.text, "first": first}
                self.problems.append(problems.DUPLICATE_KEY.at(key.place, **words))
            entries[key.text] = value
            keys[key.text] = key.place
        return TableValue(entries, keys, place)

    def _read_text(self, event: parsed.ScalarEvent, place: Place) -> TextValue:
        prose = bool(event.style)
        end = event.end_mark.line + 1 if event.end_mark else place.line
        if event.style in ("'", '"') and end > place.line:
            # Quotes that close on a later line: mostly, one was forgotten.
            self.problems.append(problems.NOT_CLOSED.at(place, sign="quote"))
        if not prose:
            self._check_plain(event, place)
        if not event.value.isprintable():
            self._check_signs(event.value, place, end)
        first_line = place.line
        if event.style in ("|", ">"):
            text = event.value
            first_line += 1 + len(text) - len(text.lstrip("\n"))
        return TextValue(event.value.strip(), place, prose, first_line)

    def _check_signs(self, text: str, place: Place, end: int) -> None:
        """Refuse what nobody sees: one such sign silences a sentence, 911 included."""
        if (odd := next(filter(_is_invisible, text), None)) is None:
            return
        lines = range(place.line, min(end, len(self._lines)) + 1)
        # Where it is written as an escape, it stands in no line itself.
        line = next((n for n in lines if odd in self._lines[n - 1]), place.line)
        found = problems.UNPRINTABLE.at(
            Place(place.path, line), code=f"U+{ord(odd):04X}"
        )
        self.problems.append(found)

    def _check_plain(self, event: parsed.ScalarEvent, place: Place) -> None:
        if self._is_fast and "?" in event.value:
            raise yaml.YAMLError  # in brackets, only the parser in Python refuses it
        if not event.value:
            self.problems.append(problems.EMPTY_VALUE.at(place))
        end = event.end_mark
        if " " not in event.value or end is None:
            return
        rest = self._lines[end.line][end.column :]
        if re.match(r"\s+#", rest) or end.line + 1 > place.line:
            self.problems.append(problems.LOST_TEXT.at(place))


def _is_invisible(sign: str) -> bool:
    return not sign.isprintable() and sign != "\n"


def _explain(path: str, error: yaml.MarkedYAMLError) -> Problem:
    """Return the parser's complaint in words that an author can act on."""
    opened = error.context_mark
    context = f"{error.context}"
    here = error.problem_mark or opened
    line = here.line + 1 if here else 1
    if "mapping values are not allowed" in f"{error.problem}":
        return problems.COLON_IN_TEXT.at(Place(path, line))
    if "undefined alias" in f"{error.problem}" or "cannot start" in f"{error.problem}":
        return problems.SPECIAL_SIGN.at(Place(path, line))
    if opened and ("quoted scalar" in context or "flow" in context):
        sign = "quote" if "quoted" in context else "bracket"
        return problems.NOT_CLOSED.at(Place(path, opened.line + 1), sign=sign)
    return problems.NOT_READABLE.at(Place(path, line))
