"""A made-up language: every letter of ours becomes one with an accent.

Whatever plain letter still reaches a person did not come from the locale's folder.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from helpers.invalid_data import bundled_copy

from dialogue.content.content_store import WORDS_FOLDER
from dialogue.content.yaml_reader import (
    ListValue,
    TableValue,
    TextValue,
    Value,
    read_table,
)
from dialogue.validation.locale_completeness import FILES

LOCALE = "xx-XX"
PLAIN = "abcdefghijklmnopqrstuvwxyz"
STRANGE = "áƀćďéƒǵĥíĵķĺḿńóṕǫŕśţúṽẃẋýź"
NO_WORDS = ("asks", "now", "lists")
_NO_WORD = re.compile(r"(<\w+>|~\w+|\{[^}]*\}|<X>)")
_TO_STRANGE = str.maketrans(PLAIN + PLAIN.upper(), STRANGE + STRANGE.upper())
CLINIC = """clinic: pseudo
name: "{name}"
emergency_number: "911"
lines:
  phone: {{number: "555-010-0199", purpose: appointments, spoken: yes}}
  other: {{number: "555-010-0188", purpose: general, spoken: yes}}
address: {{spoken: "{street}", written: "{street}"}}
hours:
  monday: "08:00-17:15"
  tuesday: "08:00-17:15"
  wednesday: "08:30-17:05"
  thursday: closed
  friday: "12:00-17:00"
  saturday: closed
  sunday: closed
timezone: America/Chicago
source: ourselves
"""


def strange(words: str) -> str:
    """Return `words` in the made-up language; names in braces stay."""
    parts = re.split(r"(\{.*?\})", words)
    return "".join(
        part if part.startswith("{") else part.translate(_TO_STRANGE) for part in parts
    )


def pseudo_data(folder: Path) -> Path:
    """Return a data folder that has the made-up language as a second locale."""
    data = bundled_copy(folder)
    own = data / "locales" / LOCALE
    own.mkdir()
    (own / WORDS_FOLDER).mkdir()
    for file in FILES:
        table = read_table(file, (data / "locales/en-US" / file).read_bytes())
        lines = _written(table, file, "")
        (own / file).write_text("\n".join(lines) + "\n", encoding="utf-8")
    clinic = CLINIC.format(name=strange("Our Clinic"), street=strange("Long Street"))
    (folder / "pseudo.yaml").write_text(clinic, encoding="utf-8")
    return data


def _written(table: TableValue, file: str, before: str) -> list[str]:
    lines: list[str] = []
    deep = "  " * before.count(".")
    for key, value in table.entries.items():
        if isinstance(value, TableValue):
            inner = _written(value, file, f"{before}{key}.")
            lines += [f"{deep}{_key(key)}:", *inner]
        elif isinstance(value, ListValue):
            lines.append(f"{deep}{_key(key)}:")
            lines += [f"{deep}  - {_quoted(item)}" for item in value.items]
        elif file.startswith(WORDS_FOLDER):
            # A row's settings are no words; a rule may be called the same.
            row = before.startswith("rows.")
            lines += _write_words(deep, key, value, NO_WORDS if row else ())
        else:
            lines.append(f"{deep}{_key(key)}: {_quoted(value)}")
    return lines


def _write_words(
    deep: str, key: str, value: TextValue, kept: tuple[str, ...]
) -> list[str]:
    """Return a block of templates or pairs; what is no word of a language stays.

    So do the entries named in `kept`.
    """
    if key in kept:
        return [f"{deep}{key}: {value.text}"]
    lines = [f"{deep}{key}: |"]
    for line in value.text.split("\n"):
        parts = _NO_WORD.split(line.partition("#")[0].strip())
        # Every second part is a rule, a verb or a placeholder.
        said = (p if n % 2 else strange(p) for n, p in enumerate(parts))
        if words := "".join(said).strip():
            lines.append(f"{deep}  {words}")
    return lines


def _key(name: str) -> str:
    return f'"{name}"' if " " in name else name


def _quoted(value: Value) -> str:
    assert not isinstance(value, ListValue | TableValue)
    words = (
        " ".join(strange(value.text).split()).replace("\\", "\\\\").replace('"', '\\"')
    )
    return f'"{words}"'


def plain_letters(words: str) -> str:
    """Return the plain letters in `words`, which the locale's folder did not give."""
    return "".join(letter for letter in words if letter.lower() in PLAIN)


def said_in_model(
    model: Mapping[str, object], phrase: str
) -> tuple[str, dict[str, tuple[str, str]]]:
    """Return the intent that Alexa would take `phrase` for, and its slots.

    A sample that fits whole wins; else one with a single slot whose value fits. A slot
    has what was said and the id that it stands for.
    """
    language = model["interactionModel"]["languageModel"]
    for intent in language["intents"]:
        if phrase in intent["samples"]:
            return intent["name"], {}
    ids = {
        (kind["name"], said): value["id"]
        for kind in language["types"]
        for value in kind["values"]
        for said in (value["name"]["value"], *value["name"]["synonyms"])
    }
    for intent in language["intents"]:
        types = {slot["name"]: slot["type"] for slot in intent.get("slots", ())}
        for sample in intent["samples"]:
            before, _, rest = sample.partition("{")
            name, _, after = rest.partition("}")
            said = phrase.removeprefix(before).removesuffix(after)
            fits = f"{before}{said}{after}" == phrase and name in types
            if fits and (types[name], said) in ids:
                return intent["name"], {name: (said, ids[types[name], said])}
    raise AssertionError(f"{phrase!r} is nowhere in the model")
