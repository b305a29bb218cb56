"""The schemas for editors fit every shipped file, and refuse what is not known."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from helpers import invalid_clinics, invalid_entries
from helpers.invalid_data import Mistake
from jsonschema import Draft7Validator

from dialogue.__main__ import main
from dialogue.commands.console import BUNDLED
from dialogue.content import problems as p

SCHEMAS = BUNDLED / "schemas"
FILES = sorted(BUNDLED.rglob("*.yaml"))
OF_THE_SKILL = "alexa.yaml"
"""Is read by another package than the dialogue."""
KNOWN_TO_EDITORS = (
    p.UNKNOWN_KEY,
    p.MISSING_KEY,
    p.WRONG_SHAPE,
    p.NOT_ONE_OF,
    p.NOT_A_NUMBER,
    p.BAD_ID,
    p.TWICE,
)
NEEDED_WITH_HOURS = "timezone: America/Chicago"
"""Whether it is needed depends on another entry, which only the check looks at."""
MISTAKES = [
    mistake
    for mistake in (*invalid_entries.MISTAKES, *invalid_clinics.MISTAKES)
    if mistake.message in KNOWN_TO_EDITORS
    and mistake.old
    and mistake.new is not None
    and mistake.old != NEEDED_WITH_HOURS
    and "/understanding/" not in mistake.file
]


class Yaml12(yaml.SafeLoader):
    """Reads plain words as YAML 1.2 does, and so editors: `yes` is a text."""

    yaml_implicit_resolvers = {}  # noqa: RUF012


Yaml12.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"[-+]?[0-9]+$"), list("-+0123456789")
)
Yaml12.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"(true|false)$"), list("tf")
)


def read(text: str) -> Any:
    """Return what an editor finds in `text`; keys are texts, as in JSON."""
    return json.loads(json.dumps(yaml.load(text, Yaml12)))  # noqa: S506


def find_schema(file: Path) -> Draft7Validator:
    """Return the schema of a file of the data."""
    name = {"back_spasm": "protocol"}.get(file.stem, file.stem)
    name = "clinic" if file.parent.name == "clinics" else name
    return Draft7Validator(json.loads((SCHEMAS / f"{name}.json").read_text("utf-8")))


@pytest.mark.parametrize(
    "file", [f for f in FILES if f.name != OF_THE_SKILL], ids=lambda file: file.stem
)
def test_every_shipped_file_fits_its_schema(file: Path) -> None:
    """As an editor reads it; where it names a schema, it is this one."""
    text = file.read_text("utf-8")
    schema = find_schema(file)
    Draft7Validator.check_schema(schema.schema)
    assert [] == [error.message for error in schema.iter_errors(read(text))]
    if named := re.match(r"# yaml-language-server: \$schema=(\S+)\n", text):
        found = json.loads((file.parent / named[1]).read_text("utf-8"))
        assert schema.schema == found


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.title)
def test_a_mistake_in_the_form_of_a_file_is_seen_while_typing(mistake: Mistake) -> None:
    """An unknown, missing, doubled or misplaced entry, a word that is not set."""
    file = BUNDLED / mistake.file
    text = file.read_text("utf-8")
    assert mistake.old
    assert mistake.old in text
    broken = text.replace(mistake.old, f"{mistake.new}", 1)
    assert find_schema(file).is_valid(read(text))
    assert not find_schema(file).is_valid(read(broken))


def test_there_are_many_such_mistakes() -> None:
    """Of each kind that an editor can know."""
    assert {id(m.message) for m in MISTAKES} == {id(m) for m in KNOWN_TO_EDITORS}


def test_a_schema_that_is_stale_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The shipped ones are what the command writes; a changed one is named."""
    assert 0 == main(["schema", "--check"])
    assert 0 == main(["schema", "--out", str(tmp_path)])
    assert 0 == main(["schema", "--check", "--out", str(tmp_path)])
    file = tmp_path / "clinic.json"
    file.write_text(file.read_text("utf-8").replace("fax", "telex"), "utf-8")
    (tmp_path / "words.json").unlink()
    capsys.readouterr()
    assert 1 == main(["schema", "--check", "--out", str(tmp_path)])
    said = capsys.readouterr().err
    assert f"{file}: is not up to date. Run: python -m dialogue schema" in said
    assert 2 == len(said.splitlines())


def test_a_whole_profile_fits_too() -> None:
    """Entries that no shipped clinic has are known: other places, closed days."""
    schema = find_schema(BUNDLED / "clinics/dfw.yaml").schema["properties"]
    assert {"sites", "closed_on", "address", "hours", "timezone"} <= schema.keys()
    assert "address" in schema["sites"]["additionalProperties"]["required"]
