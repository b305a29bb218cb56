"""A handful of words in four files, so that building them takes no time."""

from pathlib import Path

from dialogue.content.words_reader import AUTHOR_LISTS, BOUNDS, PLACES
from dialogue.understanding.meaning import COMMAND_GROUPS
from dialogue.understanding.words import Lists

_WORDS = """
spelling:
  forms: |
    can't = can not
  endings: |
    n't = not
    's = is
  hesitations: um
  stutters: my
numbers:
  words: |
    one = 1
    two = 2
  hundred: hundred
  between: and
  point: point
  counts: |
    a = 1
  halves: |
    and a half = 0.5
  fillers: full
  ages: years old
  units: |
    week, weeks = 168
rules:
  deg: really
verbs:
  is:
    yes: is
    no: is not
answers:
  yes:
    plain: |
      yes
  no:
    plain: |
      no
  unsure:
    plain: |
      maybe
topics:
  spasm: what is a spasm
commands:
"""
_SIGNS = """
frames:
  yes: |
    i have [a] <X>
  no: |
    no <X>
rows:
  fever:
    named: |
      fever
    told: |
      it ~is hot
"""


def write_small_words(folder: Path) -> None:
    """Write the four files of words into `folder`."""
    folder.mkdir(parents=True)
    commands = "".join(f"  {name}: say {name}\n" for name in COMMAND_GROUPS)
    commands = commands.replace("say emergency", "call now")
    (folder / "words.yaml").write_text(_WORDS.lstrip() + commands, encoding="utf-8")
    (folder / "signs.yaml").write_text(_SIGNS.lstrip(), encoding="utf-8")
    lengths = "".join(f"{name}: {name} {{length}}\n" for name in BOUNDS)
    lengths += "fixed: |\n  today = 24\nthan_that:\n  yes: longer\n  no: shorter\n"
    (folder / "lengths.yaml").write_text(lengths, encoding="utf-8")
    names = (*PLACES, *Lists.__dataclass_fields__, *AUTHOR_LISTS)
    surroundings = "".join(f"{name}: a {name.replace('_', ' ')}\n" for name in names)
    (folder / "surroundings.yaml").write_text(surroundings, encoding="utf-8")
