"""Reads typed entries out of a table of a text file, and collects the problems."""

import re
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import TypeVar

from dialogue.content import problems
from dialogue.content.problems import Message, Place, Problem, suggest_name
from dialogue.content.yaml_reader import ListValue, TableValue, TextValue, Value

E = TypeVar("E", bound=Enum)

ID = re.compile(r"[a-z][a-z0-9_.-]*")


class ProblemLog:
    """What the files of one reading hold where, and what is wrong with them."""

    def __init__(self) -> None:
        """Begin with nothing known and nothing wrong."""
        self.problems: list[Problem] = []
        self._places: dict[tuple[str, ...], Place] = {}

    def put(self, place: Place, *path: str) -> None:
        """Remember that `path`, such as ("rule", id, "when"), stands at `place`."""
        self._places[path] = place

    def find_place(self, *path: str) -> Place:
        """Return where `path` stands, or else the nearest thing around it."""
        for end in range(len(path), 0, -1):
            if path[:end] in self._places:
                return self._places[path[:end]]
        return Place("data", 1)

    def report(self, message: Message, place: Place, /, **words: object) -> None:
        """Add a problem."""
        self.problems.append(message.at(place, **words))


class TableReader:
    """The entries of one table, each read once, by name and kind."""

    def __init__(
        self, value: Value, log: ProblemLog, *path: str, what: str = ""
    ) -> None:
        """Read from `value`; `path` and `what` name it in places and messages."""
        self.log = log
        self.what = what or " ".join((*path[:-1], f"'{path[-1]}'"))
        self.path = path
        self.place = value.place
        self._read: set[str] = set()
        table = value if isinstance(value, TableValue) else None
        if table is None:
            log.report(
                problems.WRONG_SHAPE,
                value.place,
                key=path[-1],
                what=path[0],
                found=describe_kind(value),
                wanted="a table of names and values",
            )
        self._entries = dict(table.entries) if table else {}
        self._keys = dict(table.keys) if table else {}
        self.broken = table is None
        log.put(value.place, *path)
        for key, place in self._keys.items():
            log.put(place, *path, key)

    def get(self, key: str) -> Value | None:
        """Return an entry as it stands, None when it is left out."""
        self._read.add(key)
        return self._entries.get(key)

    def need(self, key: str) -> Value | None:
        """Return an entry; note a problem when it is left out."""
        value = self.get(key)
        if value is None and not self.broken:
            self.report(problems.MISSING_KEY, key)
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; without a default the entry is required."""
        value = self.need(key) if default is None else self.get(key)
        return default or "" if value is None else self._read_text(key, value)

    def words(self, key: str, required: bool = False) -> tuple[str, ...]:
        """Return a list of texts, each at most once; nothing when left out."""
        value = self.need(key) if required else self.get(key)
        if value is None:
            return ()
        if not isinstance(value, ListValue):
            self._report_shape(key, value, "a list")
            return ()
        found: dict[str, None] = {}
        for item in value.items:
            text = self._read_text(key, item)
            if text in found:
                self.log.report(
                    problems.TWICE, item.place, word=text, key=key, what=self.what
                )
            found[text] = None
            self.log.put(item.place, *self.path, key, text)
        return tuple(found)

    def id(self, key: str) -> str:
        """Return an id that can stand in states, transcripts and prompt keys."""
        text = self.text(key)
        value = self.get(key)
        if text and value and not ID.fullmatch(text):
            self.log.report(problems.BAD_ID, value.place, id=text, what=self.what)
        return text

    def flag(self, key: str, default: bool | None = None) -> bool:
        """Return a yes or no."""
        value = self.need(key) if default is None else self.get(key)
        if value is None:
            return bool(default)
        return self._read_one_of(key, value, ("yes", "no")) == "yes"

    def choice(self, key: str, kind: type[E], default: E) -> E:
        """Return a member of `kind`; the entry is required, whatever `default`."""
        value = self.need(key)
        if value is None:
            return default
        text = self._read_one_of(key, value, [member.value for member in kind])
        return kind(text) if text else default

    def word(self, key: str, known: Iterable[str]) -> str:
        """Return a text that is one of `known`."""
        value = self.need(key)
        return "" if value is None else self._read_one_of(key, value, tuple(known))

    def number(self, key: str) -> int:
        """Return a whole number above zero."""
        value = self.need(key)
        text = "" if value is None else self._read_text(key, value)
        if re.fullmatch(r"[1-9][0-9]{0,5}", text):
            return int(text)
        if value is not None:
            self._report_value(problems.NOT_A_NUMBER, key, value, text)
        return 1

    def table(self, key: str, required: bool = True) -> "TableReader | None":
        """Return the table under `key`."""
        value = self.need(key) if required else self.get(key)
        if value is None:
            return None
        name = f"'{key}' of {self.what}"
        return TableReader(value, self.log, *self.path, key, what=name)

    def named_tables(
        self, key: str, required: bool = True
    ) -> "Iterator[tuple[str, TableReader]]":
        """Yield each table of the table under `key`, with its name."""
        part = self.table(key, required)
        for name in part.names() if part else ():
            entry = part.table(name) if part else None
            if entry is not None:
                yield name, entry

    def values(self, key: str) -> tuple[Value, ...]:
        """Return the entries of the list under `key`, which is required."""
        value = self.need(key)
        if isinstance(value, ListValue):
            return value.items
        if value is not None:
            self._report_shape(key, value, "a list")
        return ()

    def names(self) -> tuple[str, ...]:
        """Return the names of all entries and count them as known."""
        self._read.update(self._entries)
        return tuple(self._entries)

    def done(self) -> None:
        """Note every entry that nobody asked for."""
        for key in self._entries:
            if key not in self._read:
                hint = suggest_name(key, self._read)
                self.log.report(
                    problems.UNKNOWN_KEY,
                    self._keys[key],
                    key=key,
                    what=self.what,
                    hint=hint,
                )

    def find_place(self, key: str) -> Place:
        """Return where `key` stands, or the table's own place."""
        return self._keys.get(key, self.place)

    def report(self, message: Message, at: str, /, **words: object) -> None:
        """Add a problem at the line of the entry `at`."""
        filled = {"key": at, "what": self.what} | words
        self.log.report(message, self.find_place(at), **filled)

    def _read_text(self, key: str, value: Value) -> str:
        if isinstance(value, TextValue):
            return value.text
        self._report_shape(key, value, "one text")
        return ""

    def _read_one_of(self, key: str, value: Value, known: Iterable[str]) -> str:
        text = self._read_text(key, value)
        if text in known:
            return text
        if isinstance(value, TextValue):
            hint = suggest_name(text, known)
            self._report_value(problems.NOT_ONE_OF, key, value, text, hint=hint)
        return ""

    def _report_value(
        self, message: Message, key: str, value: Value, text: str, **words: object
    ) -> None:
        self.log.report(
            message, value.place, key=key, what=self.what, value=text, **words
        )

    def _report_shape(self, key: str, value: Value, wanted: str) -> None:
        self.log.report(
            problems.WRONG_SHAPE,
            value.place,
            key=key,
            what=self.what,
            found=describe_kind(value),
            wanted=wanted,
        )


def describe_kind(value: Value) -> str:
    """Return what `value` is, in words for an author."""
    if isinstance(value, TextValue):
        return "one text"
    return "a list" if isinstance(value, ListValue) else "a table"
