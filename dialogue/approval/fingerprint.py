"""The fingerprint of all that a signature covers: item by item, a short checksum."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from dialogue.approval.sign_points import SignPoint
from dialogue.content.content import Content
from dialogue.engine.protocol import TriageProtocol
from dialogue.understanding.lexicon import Lexicon

SHORT = 16
"""Characters of a checksum that stand for one item."""

APART = ("id", "status", "reviewed_by", "reviewed_on")
"""Fields of the protocol that are no content."""

_LISTS: Mapping[str, str] = {
    "questions": "question",
    "rules": "rule",
    "care_lines": "care_line",
    "dispositions": "disposition",
    "statements": "statement",
    "volunteered": "volunteered",
    "explanations": "explanation",
}
_FIRST = ("threshold", "question", "rule", "care_line", "disposition", "prompt")
"""What a change is named by, where one edit changes several items."""
_KINDS = {
    "phrases": "the phrases",
    "point": "open point",
    "order": "the order of the",
    "protocol": "the protocol's",
    "prompt": "the words",
}
_WORDS = {
    "ask": "words",
    "again": "simpler words",
    "help": "explanation",
    "sign": "short name",
    "one_thing": "reason for two parts",
}
_PARTS = {
    "when": "condition",
    "only_if": "condition under which it is asked",
    "source": "sources",
    "read_back": "read-back",
    "unsure_means": "meaning of unsure",
    "known_from": "fact that answers it in advance",
    "stage": "stage",
    "says": "words in order",
    "sets": "meaning",
}


def build_fingerprint(content: Content, points: Sequence[SignPoint]) -> dict[str, str]:
    """Return a short checksum of every item by its name, `rule.<id>.when`.

    Covered are the protocol, the words and phrases of one locale, the sources and
    the open points; a clinic's profile is not.
    """
    items = dict(_list_protocol(content.protocol))
    items |= {f"prompt.{key}": words for key, words in content.prompts.items()}
    items |= dict(_list_phrases(content.lexicon))
    items |= {f"source.{key}": source for key, source in content.sources.items()}
    items |= {f"point.{point.id}": point for point in points}
    return {name: _digest(value)[:SHORT] for name, value in sorted(items.items())}


def compute_checksum(items: Mapping[str, str]) -> str:
    """Return the checksum of all items together: 64 characters, 0 to 9 and a to f."""
    return _digest(dict(sorted(items.items())))


def describe_changes(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[str, ...]:
    """Return in words what differs between two readings, most telling first."""
    changes = []
    for name in sorted(old.keys() | new.keys(), key=_rank):
        if name not in old:
            changes.append(f"{describe_item(name)} came in")
        elif name not in new:
            changes.append(f"{describe_item(name)} went out")
        elif old[name] != new[name]:
            changes.append(f"{describe_item(name)} changed")
    return tuple(changes)


def describe_item(name: str) -> str:
    """Return the name of an item for people: "rule 'home_002_ice': its condition"."""
    kind, _, rest = name.partition(".")
    if kind == "prompt":
        words, _, about = rest.partition(".")
        if words in _WORDS:
            return f"question '{about}': its {_WORDS[words]}"
    if kind in _LISTS.values():
        id_, _, part = rest.rpartition(".")
        part = _PARTS.get(part, part.replace("_", " "))
        return f"{kind.replace('_', ' ')} '{id_}': its {part}"
    if kind in ("order", "protocol"):
        return f"{_KINDS[kind]} {rest.replace('_', ' ')}"
    return f"{_KINDS.get(kind, kind)} '{rest}'"


def _rank(name: str) -> tuple[int, str]:
    kind = name.partition(".")[0]
    return (_FIRST.index(kind) if kind in _FIRST else len(_FIRST), name)


def _list_protocol(protocol: TriageProtocol) -> Iterator[tuple[str, Any]]:
    for field in fields(protocol):
        value = getattr(protocol, field.name)
        if field.name == "thresholds":
            yield from ((f"threshold.{name}", hours) for name, hours in value.items())
        elif field.name in _LISTS:
            yield f"order.{field.name}", [_get_id(entry) for entry in value]
            for entry in value:
                yield from _list_fields(_LISTS[field.name], entry)
        elif field.name not in APART:
            yield f"protocol.{field.name}", value


def _list_fields(kind: str, entry: Any) -> Iterator[tuple[str, Any]]:
    for field in fields(entry):
        if field.name not in ("id", "key"):
            yield f"{kind}.{_get_id(entry)}.{field.name}", getattr(entry, field.name)


def _get_id(entry: Any) -> str:
    return str(getattr(entry, "id", None) or entry.key)


def _list_phrases(lexicon: Lexicon) -> Iterator[tuple[str, Any]]:
    """Yield what is understood; the order of templates and phrases means nothing."""
    for group, digest in lexicon.words.digests.items():
        yield f"phrases.{group}", digest
    for field in fields(lexicon.own):
        value = getattr(lexicon.own, field.name)
        if isinstance(value, Mapping):
            for name, phrases in value.items():
                yield f"phrases.{field.name}.{name}", sorted(phrases)
        else:
            yield f"phrases.{field.name}", sorted(value)


def _digest(value: Any) -> str:
    text = json.dumps(_to_plain(value), ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _to_plain(value: Any) -> Any:
    """Return `value` as lists, tables and texts, the same on every machine."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _to_plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _to_plain(entry) for key, entry in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_to_plain(entry) for entry in value]
    return value if isinstance(value, bool | int | str | None) else f"{value:g}"
