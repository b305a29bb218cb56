"""Finds the folder of a Vosk model and checks that it is whole, by its files alone.

The engine may end its process on a damaged model, and without an explicit path it would
go to the network. Raises ModelError.
"""

import hashlib
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local_voice.asr.grammar import DECOYS, INVITED, find_missing_phrases

SHIPPED = Path(__file__).parents[1] / "model" / "en-US"
VARIABLE = "BACKTALK_MODEL"
CHECKSUMS = "SHA256SUMS"
CURRENT = ("am/final.mdl", "conf/model.conf", "conf/mfcc.conf", "graph/words.txt")
OLD = ("final.mdl", "mfcc.conf", "words.txt")
STATIC_GRAPH = "HCLG.fst"
RUNTIME_GRAPH = ("HCLr.fst", "Gr.fst", "disambig_tid.int")
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
        kind = "a zip file" if zipfile.is_zipfile(folder) else "a file"
        raise ModelError(f"The model {folder} is {kind}, not a folder. {UNPACK}")
    folder = _unwrap(folder)
    graph = _find_graph_folder(folder)
    if graph is None:
        missing = next(name for name in CURRENT if not (folder / name).exists())
        raise ModelError(
            f"{folder} is not a whole model: it has no {missing}. {remedy}"
        )
    static = (graph / STATIC_GRAPH).exists()
    _refuse_gaps(folder, graph, static, remedy)
    if (folder / CHECKSUMS).exists():
        _refuse_changes(folder, remedy)
    elif shipped:
        raise ModelError(f"The model {folder} has no {CHECKSUMS}. {remedy}")
    return _read_words(folder, graph, static, shipped, wanted)


def _read_words(
    folder: Path, graph: Path, static: bool, shipped: bool, wanted: tuple[str, ...]
) -> VoskModel:
    lines = (graph / "words.txt").read_text("utf-8").splitlines()
    words = frozenset(line.split()[0] for line in lines if line.split())
    own = folder / "decoys.txt"
    lacking = find_missing_phrases(words, wanted, closed=own.exists())
    if lacking:
        raise ModelError(
            f"The model {folder} cannot hear what people are asked to say: "
            f"{', '.join(lacking)}. It is damaged, too small, or of another language."
        )
    decoys = own.read_text("utf-8").split() if own.exists() else DECOYS
    return VoskModel(folder, static, words, tuple(decoys), shipped, own.exists())


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


def _refuse_changes(folder: Path, remedy: str) -> None:
    for line in (folder / CHECKSUMS).read_text("utf-8").splitlines():
        wanted, _, name = line.partition(" ")
        file = folder / name.lstrip(" *")
        if not file.exists() or hashlib.sha256(file.read_bytes()).hexdigest() != wanted:
            raise ModelError(
                f"In the model {folder} the file {file.relative_to(folder)} is not "
                f"what was shipped. {remedy}"
            )
