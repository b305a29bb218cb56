"""Stands in for Alexa's hearing: what the model makes of a line, as far as it is sure.

Only what the model spells out counts: a sample, a value, a carrier with more behind it,
a length where a sample has one. What Alexa takes in besides, by likeness, does not.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dialogue.understanding.words import Words
from skill.facts import Slots
from skill.request import Slot

_LENGTH = "AMAZON.DURATION"
_REST = "AMAZON.SearchQuery"
_UNITS = ((8760.0, "Y"), (720.0, "M"), (168.0, "W"), (24.0, "D"))


@dataclass(frozen=True)
class Hearing:
    """What one model hears."""

    model: Mapping[str, Any]
    words: Words

    def hear(self, line: str) -> tuple[str, Slots] | None:
        """Return the intent and slots of a line; None: it has no way in for sure."""
        said = to_alexa(line, self.words)
        if (intent := self._samples.get(said)) is not None:
            return intent, {}
        if (id_ := self._statements.get(said)) is not None:
            return "VolunteeredIntent", {"statement": Slot(said, id_, True)}
        if (described := self._find_description(said)) is not None:
            return described
        first, _, rest = said.partition(" ")
        if rest and first in self._carriers:
            return self._carriers[first], {"rest": Slot(rest, None, True)}
        return None

    @cached_property
    def _language(self) -> Mapping[str, Any]:
        return dict(self.model["interactionModel"]["languageModel"])

    @cached_property
    def _samples(self) -> Mapping[str, str]:
        return {s: i["name"] for i in self._language["intents"] for s in i["samples"]}

    @cached_property
    def _statements(self) -> Mapping[str, str]:
        return self._get_values("VOLUNTEERED_STATEMENT")

    def _get_values(self, kind: str) -> Mapping[str, str]:
        (found,) = (t for t in self._language["types"] if t["name"] == kind)
        return {
            phrase: value["id"]
            for value in found["values"]
            for phrase in (value["name"]["value"], *value["name"]["synonyms"])
        }

    @cached_property
    def _carriers(self) -> Mapping[str, str]:
        return {
            sample.partition(" {")[0]: intent["name"]
            for intent in self._language["intents"]
            for sample in intent["samples"]
            if any(slot["type"] == _REST for slot in intent.get("slots", []))
        }

    @cached_property
    def _descriptions(self) -> list[tuple[re.Pattern[str], Mapping[str, str]]]:
        (intent,) = (
            i for i in self._language["intents"] if i["name"] == "DescribeSpasmIntent"
        )
        types = {slot["name"]: slot["type"] for slot in intent["slots"]}
        groups = {
            name: f"(?P<{name}>{self._build_pattern(kind)})"
            for name, kind in types.items()
        }
        patterns = (
            re.compile(re.sub(r"\{(\w+)\}", lambda m: groups[m[1]], sample))
            for sample in intent["samples"]
            if "{" in sample
        )
        return [(pattern, types) for pattern in patterns]

    def _build_pattern(self, kind: str) -> str:
        if kind != _LENGTH:
            return "|".join(map(re.escape, self._get_values(kind)))
        spelling = self.words.spelling
        numbers = (*spelling.numbers, *(" ".join(c) for c in spelling.counts))
        return (
            rf"(?:{'|'.join(sorted(numbers, key=len, reverse=True))}|\d+) "
            rf"(?:{'|'.join(spelling.units)})"
        )

    def _find_description(self, said: str) -> tuple[str, Slots] | None:
        for pattern, types in self._descriptions:
            if (match := pattern.fullmatch(said)) is None:
                continue
            slots = {}
            for name, value in match.groupdict().items():
                if types[name] == _LENGTH:
                    slots[name] = Slot(self._to_iso(value), None, True)
                else:
                    id_ = self._get_values(types[name])[value]
                    slots[name] = Slot(value, id_, True)
            return "DescribeSpasmIntent", slots
        return None

    def _to_iso(self, length: str) -> str:
        """Return a length as Alexa writes it, in its own unit."""
        amount, _, unit = length.rpartition(" ")
        spelling = self.words.spelling
        hours = spelling.units[unit]
        counts = {" ".join(count): n for count, n in spelling.counts.items()}
        number = counts.get(amount, spelling.numbers.get(amount))
        number = float(amount) if number is None else number
        for size, letter in _UNITS:
            if hours == size:
                return f"P{number:g}{letter}"
        total = number * hours
        return f"PT{total:g}H" if total >= 1 else f"PT{total * 60:g}M"


def to_alexa(line: str, words: Words) -> str:
    """Return a line as Alexa writes speech: small letters, apostrophes, no figures.

    Numbers that are no name, as 911 is one, may stay: they stand in slots only.
    """
    plain = line.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    plain = re.sub(r"[^a-z0-9'. -]|\.(?!\d)", " ", plain).replace("-", " ")
    forms = {
        " ".join(written): " ".join(spoken)
        for written, spoken in words.spelling.forms.items()
        if any(letter.isdigit() for word in written for letter in word)
    }
    for written, spoken in forms.items():
        plain = re.sub(rf"\b{written}\b", spoken, plain)
    return " ".join(plain.split())
