"""Small mistakes made in a copy of the data, and what an author must read then."""

import re
import shutil
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from dialogue.content.problems import Message, Problem

PROTOCOL = "protocols/back_spasm.yaml"
SOURCES = "protocols/sources.yaml"
FACTS = "protocols/seed_facts.csv"
PROMPTS = "locales/en-US/prompts.yaml"
LEXICON = "locales/en-US/lexicon.yaml"
ROSEVILLE = "clinics/roseville.yaml"
DFW = "clinics/dfw.yaml"


@dataclass(frozen=True)
class Mistake:
    """One mistake: in `file`, `old` became `new`."""

    message: Message
    file: str
    old: str | None
    """None: the whole file was replaced."""
    new: str | None
    """None: the file was deleted."""
    at: str | None
    """Words of the line that the problem must name; None: the first line."""
    says: str
    """Words that the problem must hold."""

    @property
    def title(self) -> str:
        """Return a name for the test report."""
        return f"{Path(self.file).stem}: {self.says}"


def bundled_copy(folder: Path) -> Path:
    """Return a copy of the bundled data in `folder`."""
    copy = folder / "data"
    with_all = Path(str(files("dialogue") / "data"))
    shutil.copytree(with_all, copy)
    return copy


def make_mistake(data: Path, mistake: Mistake) -> int:
    """Make the mistake in the copy `data`; return the line it must be found in."""
    path = data / mistake.file
    if mistake.new is None:
        path.unlink()
        return 1
    path.parent.mkdir(exist_ok=True)
    if mistake.old is None:
        text = mistake.new
    else:
        text = path.read_text("utf-8")
        assert mistake.old in text, f"{mistake.file} does not hold {mistake.old!r}"
        text = text.replace(mistake.old, mistake.new, 1)
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    if mistake.at is None:
        return 1
    lines = text.splitlines()
    return next(n for n, line in enumerate(lines, 1) if mistake.at in line)


def is_from(message: Message, problem: Problem) -> bool:
    """Tell whether `problem` has the words of `message`, blanks filled in."""
    parts = map(re.escape, re.split(r"\{\w+\}", message.what))
    return re.fullmatch(".*".join(parts), problem.what) is not None
