"""From files to protocol, prompts, lexicon and clinic; knows the names on disk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar

from dialogue import problems
from dialogue.clinic import Clinic
from dialogue.fields import Notes
from dialogue.loading_clinic import clinic_from
from dialogue.loading_protocol import protocol_from, sources_from
from dialogue.loading_words import lexicon_from, prompts_from
from dialogue.names import check_names
from dialogue.problems import DataRefused, Place, did_you_mean
from dialogue.protocol import Source, TriageProtocol
from dialogue.textfile import TableValue, read_table
from dialogue.understanding import Lexicon

T = TypeVar("T")


@dataclass(frozen=True)
class Content:
    """Everything that a talk needs, read and checked name by name."""

    protocol: TriageProtocol
    prompts: Mapping[str, str]
    lexicon: Lexicon
    clinic: Clinic | None
    """None: no clinic is set, and no number but the emergency number is said."""
    sources: Mapping[str, Source]
    locale: str


def load_content(
    protocol: str = "back_spasm",
    locale: str = "en-US",
    clinic: str | Path | None = None,
    data: Path | None = None,
) -> Content:
    """Return the content that stands in `data`, or else the bundled one.

    `clinic` is a bundled name, such as "roseville", or the path of a file. Raises
    DataRefused with one line per problem; nothing is guessed or left out.
    """
    notes = Notes()
    content = read_content(notes, protocol, locale, clinic, data)
    if notes.problems:
        raise DataRefused(notes.problems)
    return content


def read_content(
    notes: Notes,
    protocol: str,
    locale: str,
    clinic: str | Path | None,
    data: Path | None,
) -> Content:
    """Return the content as far as it can be read; what is wrong goes to `notes`.

    Raises DataRefused where a file is no table at all.
    """
    shelf = Shelf(data, notes)
    content = Content(
        protocol=shelf.read(f"protocols/{protocol}.yaml", protocol_from),
        prompts=shelf.read(f"locales/{locale}/prompts.yaml", prompts_from),
        lexicon=shelf.read(
            f"locales/{locale}/lexicon.yaml",
            lambda table, notes: lexicon_from(table, notes, locale),
        ),
        clinic=None if clinic is None else shelf.clinic(clinic),
        sources=shelf.read("protocols/sources.yaml", sources_from),
        locale=locale,
    )
    if not notes.problems:
        check_names(content.protocol, content.lexicon, content.sources, notes)
    return content


class Shelf:
    """The folder that the data stands in, bundled or given."""

    def __init__(self, data: Path | None, notes: Notes) -> None:
        """Read from `data`, or else from inside the installed program."""
        self._root: Traversable = data or files("dialogue") / "data"
        self._notes = notes

    def read(self, name: str, build: Callable[[TableValue, Notes], T]) -> T:
        """Return what `build` makes of the file `name`."""
        return build(read_table(name, self.bytes(name)), self._notes)

    def clinic(self, clinic: str | Path) -> Clinic:
        """Return a clinic by bundled name or by the path of its file."""
        name = f"clinics/{clinic}.yaml"
        if isinstance(clinic, str) and self._root.joinpath(name).is_file():
            return self.read(name, clinic_from)
        path = Path(clinic)
        raw = _bytes(path, f"{clinic}", self.names("clinics"))
        return clinic_from(read_table(f"{clinic}", raw), self._notes)

    def names(self, folder: str) -> list[str]:
        """Return the names of the YAML files, or of the folders, in `folder`."""
        place = self._root.joinpath(folder)
        found = place.iterdir() if place.is_dir() else ()
        return sorted(
            item.name.removesuffix(".yaml")
            for item in found
            if item.is_dir() or item.name.endswith(".yaml")
        )

    def bytes(self, name: str) -> bytes:
        """Return the bytes of the file `name`."""
        folder, _, _ = name.rpartition("/")
        return _bytes(self._root.joinpath(name), name, self.names(folder))


def _bytes(file: Traversable, name: str, known: list[str]) -> bytes:
    try:
        return file.read_bytes()
    except (OSError, ValueError) as error:
        hint = did_you_mean(name.rpartition("/")[2].removesuffix(".yaml"), known)
        message = problems.NOT_FOUND.at(Place(name, 1), name=name, hint=hint)
        raise DataRefused([message]) from error
