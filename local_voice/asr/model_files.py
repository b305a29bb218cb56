"""Finds the folder of a Vosk model and checks that it is whole, by its files alone.

The engine may end its process on a damaged model, and without an explicit path it would
go to the network. Raises ModelError.
"""

import hashlib
import os
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local_voice.asr.grammar import DECOYS, INVITED, find_missing_phrases
from local_voice.asr.graph.network_units import UNITS

SHIPPED = Path(__file__).parents[1] / "model" / "en-US"
VARIABLE = "BACKTALK_MODEL"
CHECKSUMS = "SHA256SUMS"
CURRENT = ("am/final.mdl", "conf/model.conf", "conf/mfcc.conf", "graph/words.txt")
OLD = ("final.mdl", "mfcc.conf", "words.txt")
STATIC_GRAPH = "HCLG.fst"
RUNTIME_GRAPH = ("HCLr.fst", "Gr.fst", "disambig_tid.int")
TEXTS = ("CARD.md", "LICENSE", "LICENSE.md", "README", "README.md", CHECKSUMS)
"""Files for people, which the engine never opens: they may lack a checksum."""
CHECKSUM = re.compile(r"([0-9a-f]{64}) [ *](.+)")
"""A line of `sha256sum`."""
MOST_TEXT_BYTES = 64 << 20
"""Of a file that is read here as a whole: two million words and more."""
MOST_BYTES = 8 << 30
"""Of a whole model; the largest that Vosk offers has some 4 GB."""
MOST_FILES = 1000
MAY_BE_EMPTY = ("disambig_tid.int",)
UNPACK = (
    "A model is an unpacked folder that holds am, conf and graph; unpack it first and "
    "name that folder."
)


class ModelError(Exception):
    """A model is missing, damaged or of another language; says what to do."""


class NoModel(ModelError):
    """No model is named, and none is shipped for the language."""


@dataclass(frozen=True)
class VoskModel:
    """A folder that Vosk can load, as far as its files tell."""

    folder: Path
    static: bool
    """What it knows was fixed when it was built: it takes no list of phrases."""
    words: frozenset[str]
    decoys: tuple[str, ...]
    shipped: bool
    closed: bool = False
    """It knows whole phrases, each as one word, and decoys of its own."""
    buildable: bool = False
    """It names the units of its network, so that graphs can be made for it."""


def find_model(
    given: str | None,
    environment: Mapping[str, str],
    locale: str = SHIPPED.name,
    wanted: tuple[str, ...] = INVITED,
) -> VoskModel:
    """Find the model given, else that of the environment, else the shipped one.

    It must know every phrase of `wanted`. Raises NoModel, ModelError.
    """
    named = given or environment.get(VARIABLE)
    own = SHIPPED.with_name(locale)
    if not named and not own.exists():
        raise NoModel(
            f"No speech model of {locale} is shipped. A spoken talk needs one of its "
            "language."
        )
    folder = Path(named) if named else own
    shipped = folder.resolve() == own.resolve()
    try:
        return _inspect(folder, shipped, wanted)
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"The model {folder} cannot be read: {error}.") from error


def _inspect(folder: Path, shipped: bool, wanted: tuple[str, ...]) -> VoskModel:
    remedy = "Install Back Talk again." if shipped else UNPACK
    if not folder.exists():
        raise ModelError(f"There is no model at {folder}. {remedy}")
    if not folder.is_dir():
        kind = (
            "a zip file"
            if folder.is_file() and zipfile.is_zipfile(folder)
            else "a file"
        )
        raise ModelError(f"The model {folder} is {kind}, not a folder. {UNPACK}")
    folder = _unwrap(folder)
    graph = _find_graph_folder(folder)
    if graph is None:
        missing = next(name for name in CURRENT if not (folder / name).exists())
        raise ModelError(
            f"{folder} is not a whole model: it has no {missing}. {remedy}"
        )
    static = (graph / STATIC_GRAPH).exists()
    _refuse_odd_files(folder)
    _refuse_gaps(folder, graph, static, remedy)
    if (folder / CHECKSUMS).exists():
        _refuse_changes(folder, _read_checksums(folder, remedy), remedy)
    elif shipped:
        raise ModelError(f"The model {folder} has no {CHECKSUMS}. {remedy}")
    return _read_words(folder, graph, static, shipped, wanted)


def _read_words(
    folder: Path, graph: Path, static: bool, shipped: bool, wanted: tuple[str, ...]
) -> VoskModel:
    lines = _read_text(folder, graph / "words.txt").splitlines()
    words = frozenset(line.split()[0] for line in lines if line.split())
    own = folder / "decoys.txt"
    lacking = find_missing_phrases(words, wanted, closed=own.exists())
    if lacking:
        raise ModelError(
            f"The model {folder} cannot hear what people are asked to say: "
            f"{', '.join(lacking)}. It is damaged, too small, or of another language."
        )
    decoys = _read_text(folder, own).split() if own.exists() else DECOYS
    buildable = (folder / UNITS).is_file() and not static
    closed = own.exists()
    return VoskModel(folder, static, words, tuple(decoys), shipped, closed, buildable)


def _unwrap(folder: Path) -> Path:
    """Return the one model inside `folder`, where it was unzipped into a folder."""
    if _find_graph_folder(folder) is None:
        inside = [f for f in folder.iterdir() if f.is_dir() and _find_graph_folder(f)]
        if len(inside) == 1:
            return inside[0]
    return folder


def _find_graph_folder(folder: Path) -> Path | None:
    for names, graph in ((CURRENT, folder / "graph"), (OLD, folder)):
        if all((folder / name).exists() for name in names):
            return graph
    return None


def _refuse_gaps(folder: Path, graph: Path, static: bool, remedy: str) -> None:
    files = [graph / n for n in ((STATIC_GRAPH,) if static else RUNTIME_GRAPH)]
    files += [f for f in folder.rglob("*") if f.suffix in (".mdl", ".conf")]
    files.append(graph / "words.txt")
    for file in files:
        name = file.relative_to(folder)
        if not file.exists():
            raise ModelError(f"The model {folder} has no {name}. {remedy}")
        where = f"In the model {folder} the file {name}"
        if file.stat().st_size == 0 and file.name not in MAY_BE_EMPTY:
            raise ModelError(f"{where} is empty. {remedy}")
        # An unreadable file would end the engine without a word.
        if not os.access(file, os.R_OK):
            raise ModelError(f"{where} may not be read.")


def _refuse_odd_files(folder: Path) -> None:
    """Refuse what is no file, and more than a model holds, before anything is read."""
    count = size = 0
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        if path.is_dir() and not path.is_symlink():
            continue
        if not path.is_file():
            # A pipe would be waited for, and a link to a folder leads anywhere.
            raise ModelError(
                f"In the model {folder} {name} is no file. A model holds files and "
                "folders only; remove it."
            )
        count, size = count + 1, size + path.stat().st_size
        if count > MOST_FILES or size > MOST_BYTES:
            raise ModelError(
                f"The folder {folder} holds more than {MOST_FILES} files or "
                f"{MOST_BYTES >> 30} GB, and so is no model. {UNPACK}"
            )


def _read_text(folder: Path, file: Path) -> str:
    if file.stat().st_size > MOST_TEXT_BYTES:
        raise ModelError(
            f"In the model {folder} the file {file.relative_to(folder)} is larger than "
            f"{MOST_TEXT_BYTES >> 20} MB, and so is no list of words."
        )
    return file.read_text("utf-8")


def _read_checksums(folder: Path, remedy: str) -> dict[Path, str]:
    """Return the checksum of each file that the model lists, by its name inside."""
    listed = {}
    for line in _read_text(folder, folder / CHECKSUMS).splitlines():
        found = CHECKSUM.fullmatch(line)
        name = Path(found[2]) if found else None
        if not found or not name or name.is_absolute() or ".." in name.parts:
            raise ModelError(
                f"In the model {folder} {CHECKSUMS} holds the line {line[:99]!r}. "
                f"Each has the checksum of a file inside the folder and its "
                f"name. {remedy}"
            )
        listed[name] = found[1]
    return listed


def _refuse_changes(folder: Path, listed: Mapping[Path, str], remedy: str) -> None:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and name not in listed and f"{name}" not in TEXTS:
            raise ModelError(
                f"In the model {folder} the file {name} is not listed in {CHECKSUMS}. "
                f"Nobody vouches for it. Remove it. {remedy}"
            )
    for name, wanted in listed.items():
        if _get_checksum(folder / name) != wanted:
            raise ModelError(
                f"In the model {folder} the file {name} is not what was shipped. "
                f"{remedy}"
            )


def _get_checksum(file: Path) -> str:
    if not file.is_file():
        return "gone"
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
