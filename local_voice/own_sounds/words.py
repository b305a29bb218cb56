"""What is said about own sounds: prompts beside those of the protocol, by locale.

They are no clinical content, so they stand here and no signature covers them. Raises
DataRefused where the file is malformed.
"""

from dataclasses import replace
from importlib.resources import files

from dialogue.content.content import Content
from dialogue.content.yaml_reader import TextValue, read_table

LOCALES = "locales"
OWN = "own."
"""How the keys of these prompts begin."""
REPLACED = {"check.yes": "own.check.yes", "check.no": "own.check.no"}
"""Prompts that are put otherwise where a sound was heard and no words."""


def has_own_words(locale: str) -> bool:
    """Tell whether own sounds can be spoken about in `locale`."""
    return files(__package__).joinpath(LOCALES, f"{locale}.yaml").is_file()


def add_own_words(content: Content) -> Content:
    """Return `content` with the prompts about own sounds added to its own."""
    file = files(__package__).joinpath(LOCALES, f"{content.locale}.yaml")
    table = read_table(file.name, file.read_bytes())
    words = {
        key: " ".join(value.text.split())
        for key, value in table.entries.items()
        if isinstance(value, TextValue)
    }
    return replace(content, prompts={**content.prompts, **words})
