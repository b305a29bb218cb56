"""The strict reader: what was typed is what is read, or the line is refused."""

from pathlib import Path

import pytest

from dialogue.content.content_store import ContentStore
from dialogue.content.problems import DataRefused
from dialogue.content.yaml_reader import (
    ListValue,
    TableValue,
    TextValue,
    Value,
    read_table,
)


def plain(value: Value) -> object:
    """Return `value` as dicts, lists and texts."""
    if isinstance(value, TextValue):
        return value.text
    if isinstance(value, ListValue):
        return [plain(item) for item in value.items]
    return {key: plain(entry) for key, entry in value.entries.items()}


def read(text: str) -> TableValue:
    """Read `text` as the file x.yaml."""
    return read_table("x.yaml", text.encode())


def refused(raw: bytes) -> list[str]:
    """Return the lines of the refusal of `raw`."""
    with pytest.raises(DataRefused) as refusal:
        read_table("x.yaml", raw)
    return str(refusal.value).split("\n")


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("null", "null"),
        ("~", "~"),
        ("0123456", "0123456"),
        ("911", "911"),
        ("1e3", "1e3"),
        ("2024-01-01", "2024-01-01"),
        ("12:30:45", "12:30:45"),
        ("draft # or approved", "draft"),
        ('"Call now # please: now"', "Call now # please: now"),
        ("'it''s here'", "it's here"),
        (
            ">-\n  Call now # please: now.\n  At once.",
            "Call now # please: now. At once.",
        ),
        ('""', ""),
        ("https://example.org/a#b", "https://example.org/a#b"),
        ("i don't know", "i don't know"),
    ],
)
def test_every_value_stays_the_text_that_was_typed(typed: str, text: str) -> None:
    """Nothing becomes a number, a date or a truth value, and no word is lost."""
    assert {"say": text} == plain(read(f"say: {typed}\n"))


def test_lists_and_tables_keep_order_and_lines() -> None:
    """Every key and value knows the line that it stands in."""
    table = read("a: [yes, no]\n\n# a note\nb:\n  - one\n  - c: two\n")
    assert {"a": ["yes", "no"], "b": ["one", {"c": "two"}]} == plain(table)
    assert {"a": 1, "b": 4} == {key: place.line for key, place in table.keys.items()}
    listed = table.entries["b"]
    assert isinstance(listed, ListValue)
    assert [5, 6] == [item.place.line for item in listed.items]


def test_prose_is_told_from_plain_text() -> None:
    """Quoted and block texts are marked, so that loaders can insist on them."""
    table = read("a: \"one\"\nb: 'two'\nc: >-\n  three\nd: four\n")
    marks = {k: v.prose for k, v in table.entries.items() if isinstance(v, TextValue)}
    assert {"a": True, "b": True, "c": True, "d": False} == marks


def test_windows_files_are_read() -> None:
    """A byte-order mark and carriage returns change nothing."""
    table = read_table("x.yaml", b"\xef\xbb\xbfsay: yes\r\nask:\r\n  - no\r\n")
    assert {"say": "yes", "ask": ["no"]} == plain(table)


def test_all_mistakes_of_a_file_are_told_at_once() -> None:
    """An author does not have to mend and try again for each single line."""
    lines = refused(b"a: *b\nc: one\nc: two\nd: some words # lost\ne:\n")
    assert ["x.yaml:1", "x.yaml:3", "x.yaml:4", "x.yaml:5"] == [
        line[:8] for line in lines
    ]


@pytest.mark.parametrize(
    "raw", [b"\xff\xfe", b"\x00", b"%YAML 1.1\n---\na: b", b"...", b"{", b'"']
)
def test_rubbish_is_refused_in_one_sentence(raw: bytes) -> None:
    """Bytes that are no data file give a line number and a remedy, never a crash."""
    for line in refused(raw):
        assert line.startswith("x.yaml:1: ")
        assert line.endswith(".")


def test_a_bomb_of_brackets_or_aliases_is_refused() -> None:
    """Deep nesting and references that multiply cannot use up the machine."""
    assert "levels deep" in refused(b"a: " + b"{b: " * 5000)[0]
    assert "levels deep" in refused(b"a:\n  " + b"- " * 5000 + b"x")[0]
    laughs = b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    assert {"x.yaml:1", "x.yaml:2", "x.yaml:3"} == {s[:8] for s in refused(laughs)}


def test_the_merge_key_is_an_ordinary_key() -> None:
    """The sign << copies nothing from elsewhere."""
    assert {"<<": "x"} == plain(read("<<: x\n"))


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="a device of Unix")
def test_a_file_without_end_is_not_read_to_it() -> None:
    """A clinic's file is looked at as far as the limit, and no further."""
    with pytest.raises(DataRefused, match="larger than 1000 kB"):
        ContentStore().read_clinic("/dev/zero")
