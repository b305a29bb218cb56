"""Reads typed entries out of a table of a text file, and collects the problems."""

import re
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import TypeVar

from dialogue.content import problems, shapes
from dialogue.content.problems import Message, Place, Problem, suggest_name
from dialogue.content.shapes import ShapeLog
from dialogue.content.yaml_reader import ListValue, TableValue, TextValue, Value

E = TypeVar("E", bound=Enum)
T = TypeVar("T")

_KINDS = {TextValue: "one text", ListValue: "a list", TableValue: "a table"}
ID = re.compile(r"[a-z][a-z0-9_.-]*")


class ProblemLog:
    """What the files of one reading hold where, and what is wrong with them."""

    def __init__(self, shapes: ShapeLog | None = None) -> None:
        """Begin with nothing known and nothing wrong; `shapes` notes what is read."""
        self.shapes = shapes
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

    def report(
        self, message: Message, at: Place | tuple[str, ...], /, **words: object
    ) -> None:
        """Add a problem at a place, or where a path stands."""
        place = at if isinstance(at, Place) else self.find_place(*at)
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
                found=_KINDS[type(value)],
                wanted="a table of names and values",
            )
        self._shape = log.shapes.open(value) if log.shapes else None
        self.entries = dict(table.entries) if table else {}
        self._keys = dict(table.keys) if table else {}
        self.broken = table is None
        log.put(value.place, *path)
        for key, place in self._keys.items():
            log.put(place, *path, key)

    def get(self, key: str, required: bool = False) -> Value | None:
        """Return an entry as it stands, None when it is left out."""
        self._read.add(key)
        self._note(key, None, required)
        value = self.entries.get(key)
        if required and value is None and not self.broken:
            self.report(problems.MISSING_KEY, key)
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; without a default the entry is required."""
        value = self.get(key, required=default is None)
        self._note(key, shapes.TEXT)
        return default or "" if value is None else self._read_text(key, value)

    def paragraphs(self, key: str) -> str:
        """Return a text that is read and not spoken, of one line or several."""
        value = self.get(key, required=True)
        self._note(key, shapes.TEXT)
        if isinstance(value, TextValue):
            return value.text
        return "" if value is None else self._read_text(key, value)

    def words(self, key: str, required: bool = False) -> tuple[str, ...]:
        """Return a list of texts, each at most once; nothing when left out."""
        found: dict[str, None] = {}
        for item in self.values(key, required):
            text = self._read_text(key, item)
            if text in found:
                self._report(problems.TWICE, key, item, word=text)
            found[text] = None
            self.log.put(item.place, *self.path, key, text)
        self._note(key, shapes.TEXTS)
        return tuple(found)

    def id(self, key: str) -> str:
        """Return an id that can stand in states, transcripts and prompt keys."""
        text = self.text(key)
        self._note(key, {"type": "string", "pattern": f"^{ID.pattern}$"})
        value = self.get(key)
        if text and value and not ID.fullmatch(text):
            self._report(problems.BAD_ID, key, value, id=text)
        return text

    def flag(self, key: str, default: bool | None = None) -> bool:
        """Return a yes or no."""
        self._note(key, {"enum": ["yes", "no"]})
        if (value := self.get(key, required=default is None)) is None:
            return bool(default)
        return self._read_one_of(key, value, ("yes", "no")) == "yes"

    def choice(self, key: str, kind: type[E], default: E) -> E:
        """Return a member of `kind`; the entry is required, whatever `default`."""
        self._note(key, {"enum": [member.value for member in kind]})
        if (value := self.get(key, required=True)) is None:
            return default
        text = self._read_one_of(key, value, [member.value for member in kind])
        return kind(text) if text else default

    def word(self, key: str, known: Iterable[str]) -> str:
        """Return a text that is one of `known`."""
        self._note(key, {"enum": [*known]})
        value = self.get(key, required=True)
        return "" if value is None else self._read_one_of(key, value, tuple(known))

    def number(self, key: str) -> int:
        """Return a whole number above zero."""
        self._note(key, shapes.NUMBER)
        if (value := self.get(key, required=True)) is None:
            return 1
        text = self._read_text(key, value)
        if re.fullmatch(r"[1-9][0-9]{0,5}", text):
            return int(text)
        self._report(problems.NOT_A_NUMBER, key, value, value=text)
        return 1

    def table(self, key: str, required: bool = True) -> "TableReader | None":
        """Return the table under `key`."""
        if (value := self.get(key, required)) is None:
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

    def mapping(
        self,
        key: str,
        read: "Callable[[TableReader, str], T]",
        required: bool = True,
    ) -> dict[str, T]:
        """Return what `read` makes of each entry of the table under `key`, by name."""
        part = self.table(key, required)
        return {name: read(part, name) for name in part.names()} if part else {}

    def values(self, key: str, required: bool = True) -> tuple[Value, ...]:
        """Return the entries of the list under `key`."""
        value = self.get(key, required)
        if isinstance(value, ListValue):
            return value.items
        if value is not None:
            self._report_shape(key, value, "a list")
        return ()

    def names(self) -> tuple[str, ...]:
        """Return the names of all entries and count them as known."""
        self._read.update(self.entries)
        if self._shape is not None:
            self._shape.is_open = True
        return tuple(self.entries)

    def done(self) -> None:
        """Note every entry that nobody asked for."""
        for key in self.entries:
            if key not in self._read:
                hint = suggest_name(key, self._read)
                self.report(problems.UNKNOWN_KEY, key, hint=hint)

    def find_place(self, key: str) -> Place:
        """Return where `key` stands, or the table's own place."""
        return self._keys.get(key, self.place)

    def report(self, message: Message, at: str, /, **words: object) -> None:
        """Add a problem at the line of the entry `at`."""
        filled = {"key": at, "what": self.what} | words
        self.log.report(message, self.find_place(at), **filled)

    def _note(
        self, key: str, kind: shapes.Schema | None, required: bool = False
    ) -> None:
        """Note that `key` was asked for, for the schema that editors read."""
        if self._shape is not None:
            self._shape.kinds[key] = kind or self._shape.kinds.get(key)
            if required:
                self._shape.required.add(key)

    def _read_text(self, key: str, value: Value) -> str:
        if isinstance(value, TextValue):
            if "\n" in value.text:
                self._report(problems.LINE_BREAK, key, value)
            return value.text
        self._report_shape(key, value, "one text")
        return ""

    def _read_one_of(self, key: str, value: Value, known: Iterable[str]) -> str:
        text = self._read_text(key, value)
        if text in known:
            return text
        if isinstance(value, TextValue):
            hint = suggest_name(text, known)
            self._report(problems.NOT_ONE_OF, key, value, value=text, hint=hint)
        return ""

    def _report_shape(self, key: str, value: Value, wanted: str) -> None:
        found = _KINDS[type(value)]
        self._report(problems.WRONG_SHAPE, key, value, found=found, wanted=wanted)

    def _report(
        self, message: Message, key: str, value: Value, /, **words: object
    ) -> None:
        self.log.report(message, value.place, key=key, what=self.what, **words)
