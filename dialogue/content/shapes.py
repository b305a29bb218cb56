"""Notes which entries the readers ask for, and builds a JSON Schema of a file from it.

What the readers of our YAML files know stands in them once, as calls of `TableReader`.
So a schema is not written beside them: the shipped files are read, the calls noted, and
what was asked of all tables in one place is put together. It knows names, kinds and set
words; what only the check knows (a name that means nothing, a source that is missing)
is not in it. Format: JSON Schema draft 7, which editors know, for YAML 1.2, where `yes`
is a word.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from dialogue.content.yaml_reader import ListValue, TableValue, Value

Schema = dict[str, Any]

TEXT: Schema = {"type": ["string", "number", "boolean"]}
"""Our reader takes any value as the words that were typed."""
TEXTS: Schema = {"type": "array", "items": TEXT, "uniqueItems": True}
NUMBER: Schema = {"type": "integer", "minimum": 1, "maximum": 999_999}


@dataclass
class Shape:
    """What was asked of one table."""

    value: TableValue
    kinds: dict[str, Schema | None] = field(default_factory=dict)
    """By entry; None where its reader looks at the value itself."""
    required: set[str] = field(default_factory=set)
    is_open: bool = False
    """Its names are the author's."""


class ShapeLog:
    """The tables of the files that were read, and what was asked of each."""

    def __init__(self) -> None:
        """Begin with nothing read."""
        self._shapes: dict[int, Shape] = {}
        self._files: dict[str, TableValue] = {}

    def open(self, value: Value) -> Shape | None:
        """Return the notes on a table; None where a table belongs and none stands."""
        if not isinstance(value, TableValue):
            return None
        self._files.setdefault(value.place.path, value)
        return self._shapes.setdefault(id(value), Shape(value))

    def build_schema(self, paths: Iterable[str], title: str) -> Schema:
        """Return the schema of files of one kind, each of which was read."""
        whole = _merge([self._build(self._files[path]) for path in paths])
        head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": title}
        return head | whole

    def _build(self, value: Value | None) -> Schema:
        if isinstance(value, ListValue):
            items = _merge([self._build(item) for item in value.items])
            return {"type": "array", "items": items}
        if not isinstance(value, TableValue):
            return TEXT
        shape = self._shapes.get(id(value))
        if shape is None:
            return {"type": "object"}
        if shape.is_open:
            entries = [
                self._build_entry(shape.kinds.get(key), entry)
                for key, entry in value.entries.items()
            ]
            return {"type": "object", "additionalProperties": _merge(entries)}
        return {
            "type": "object",
            "properties": {
                key: self._build_entry(kind, value.entries.get(key))
                for key, kind in shape.kinds.items()
            },
            "required": sorted(shape.required),
            "additionalProperties": False,
        }

    def _build_entry(self, kind: Schema | None, value: Value | None) -> Schema:
        if kind is not None:
            return kind
        return {} if value is None else self._build(value)


def _merge(schemas: Iterable[Schema]) -> Schema:
    """Return what fits every value that one of `schemas` was built of."""
    kinds: list[Schema] = []
    for schema in schemas:
        if schema and schema not in kinds:
            kinds.append(schema)
    if len(kinds) < 2:
        return kinds[0] if kinds else {}
    if all("enum" in kind for kind in kinds):
        return {"enum": sorted({word for kind in kinds for word in kind["enum"]})}
    if all(kind.get("type") == "array" for kind in kinds):
        return {**kinds[0], "items": _merge([kind["items"] for kind in kinds])}
    if all(kind.get("type") == "object" for kind in kinds):
        return _merge_objects(kinds)
    return {"anyOf": kinds}


def _merge_objects(kinds: list[Schema]) -> Schema:
    kinds = [{"properties": {}, "required": [], **kind} for kind in kinds]
    names = dict.fromkeys(name for kind in kinds for name in kind["properties"])
    properties = {
        name: _merge(k["properties"][name] for k in kinds if name in k["properties"])
        for name in names
    }
    required = set.intersection(*(set(kind["required"]) for kind in kinds))
    others = [kind.get("additionalProperties") or {} for kind in kinds]
    return {
        "type": "object",
        **({"properties": properties, "required": sorted(required)} if names else {}),
        "additionalProperties": _merge(others) or not names,
    }
