"""Graphs on the disk: made once for what they depend on, checked before every load.

A set of graphs is a folder named by the SHA-256 of phrases, sounds, costs, network and
this code; in it a folder a state, which Vosk loads, with a hard link to the network.
States of equal phrases share one. A set is written under another name and then renamed.
Raises GraphError, PronunciationError, OSError.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path

from dialogue.garbage_collection import pause_garbage_collection
from local_voice.asr.graph import locale_data
from local_voice.asr.graph.builder import Graph
from local_voice.asr.graph.const_fst import GraphError
from local_voice.asr.graph.graph_check import check_graph
from local_voice.asr.graph.locale_data import LocaleData
from local_voice.asr.graph.network_units import (
    NETWORK,
    NetworkUnits,
    read_network_units,
)
from local_voice.asr.graph.phrases import PhraseList
from local_voice.asr.graph.pronunciation import Pronunciations
from local_voice.asr.graph.state_graph import COSTS, Costs, build_state_graph

CODE = sorted(Path(__file__).parent.glob("*.py"))
"""What the same phrases and costs are made into may change with it."""
FST, WORDS = "graph/HCLG.fst", "graph/words.txt"
MODEL_SETTINGS = "conf/model.conf"
SETTINGS = (MODEL_SETTINGS, "conf/mfcc.conf")
SUMS = "SHA256SUMS"
MOST_SETS = 6
"""Sets that are kept; the ones longest not used are deleted."""
WIDE_LATTICE = "--lattice-beam=8.0"
"""Where lengths are heard, the next likely ones are looked at too."""
VARIABLE = "BACKTALK_GRAPHS"


@dataclass(frozen=True)
class GraphSet:
    """The graphs of a session, ready to be loaded."""

    folders: Mapping[str, Path]
    """By state."""
    sums: Mapping[str, str]
    """SHA-256 of each state's graph, the same on every computer."""
    made: str = ""
    """Why they were made now; empty where they were there already."""
    seconds: float = 0.0
    """How long that took."""
    guessed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Sounds of words that only eSpeak knew, where the graphs were made now."""


@dataclass(frozen=True)
class GraphStore:
    """The graphs of one model, of one locale's phrases by state."""

    model: Path
    data: LocaleData
    units: NetworkUnits
    lists: Mapping[str, PhraseList]
    cache: Path
    costs: Costs = COSTS

    @property
    def folder(self) -> Path:
        """Return where the set is, or will be."""
        return self.cache / self._compute_key()[:32]

    def load(self) -> GraphSet:
        """Return the checked set; make it anew where it is missing or damaged."""
        folder = self.folder
        if not folder.exists():
            return self.make("they were not made yet")
        try:
            found = self._check(folder)
        except (GraphError, OSError, ValueError) as error:
            return self.make(f"{folder} was damaged: {error}")
        with contextlib.suppress(OSError):
            os.utime(folder)
        return found

    @pause_garbage_collection()
    def make(self, why: str) -> GraphSet:
        """Make the set anew, `why` for people, and return it checked."""
        began, folder = time.perf_counter(), self.folder
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            prefix="new-", dir=folder.parent, ignore_cleanup_errors=True
        ) as name:
            fresh = Path(name) / folder.name
            for state in self._folders:
                phrases = self.lists[state]
                graph = build_state_graph(
                    phrases, self.data, self.pronunciations, self.units, self.costs
                )
                self._write_state(fresh / state, graph, phrases)
            _write_sums(fresh, self._folders)
            if folder.exists():
                folder.rename(Path(name) / "old")
            with contextlib.suppress(OSError):  # another process was faster
                fresh.rename(folder)
        self._delete_old_sets(folder)
        found = self._check(folder)
        return replace(
            found,
            made=why,
            seconds=time.perf_counter() - began,
            guessed=dict(self.pronunciations.guessed),
        )

    @cached_property
    def pronunciations(self) -> Pronunciations:
        """Return the ways to say every phrase, found once for check and graphs."""
        return self.data.build_pronunciations(frozenset(self.units.names))

    @cached_property
    def _folders(self) -> Mapping[str, Sequence[str]]:
        """Return the states by the one whose folder they share."""
        found: dict[str, list[str]] = {}
        for state, phrases in self.lists.items():
            same = (first for first in found if self.lists[first] == phrases)
            found.setdefault(next(same, state), []).append(state)
        return found

    def _compute_key(self) -> str:
        inputs = {
            "code": list(map(_sum, CODE)),
            "costs": asdict(self.costs),
            "units": [self.units.names, self.units.blank, self.units.transitions],
            "model": [_sum(self.model / n) for n in (NETWORK, *SETTINGS)],
            "sounds": [_sum(self.data.folder / n) for n in locale_data.FILES],
            "phrases": {s: asdict(phrases) for s, phrases in self.lists.items()},
        }
        text = json.dumps(inputs, sort_keys=False, default=sorted)
        return hashlib.sha256(text.encode()).hexdigest()

    def _write_state(self, folder: Path, graph: Graph, phrases: PhraseList) -> None:
        for name in ("am", "conf", "graph"):
            (folder / name).mkdir(parents=True)
        (folder / FST).write_bytes(graph.fst)
        (folder / WORDS).write_text(graph.render_words(), "utf-8")
        for name in SETTINGS:
            text = (self.model / name).read_text("utf-8")
            if name == MODEL_SETTINGS and phrases.lengths:
                text = re.sub(r"(?m)^--lattice-beam=.*$", WIDE_LATTICE, text)
            (folder / name).write_text(text, "utf-8")
        try:
            (folder / NETWORK).hardlink_to(self.model / NETWORK)
        except OSError:  # another file system, or one without links
            shutil.copyfile(self.model / NETWORK, folder / NETWORK)

    def _check(self, folder: Path) -> GraphSet:
        """Check all files of a set; raises GraphError, OSError, ValueError."""
        listed = _read_sums(folder / SUMS)
        folders: dict[str, Path] = {}
        sums: dict[str, str] = {}
        for state, sharing in self._folders.items():
            for name in (FST, WORDS, NETWORK, *SETTINGS):
                if _sum(folder / state / name) != listed.get(f"{state}/{name}"):
                    raise GraphError(f"{state}/{name} is not what was written")
            check_graph(
                (folder / state / FST).read_bytes(),
                (folder / state / WORDS).read_text("utf-8"),
                self.units.transitions,
            )
            if _sum(folder / state / NETWORK) != _sum(self.model / NETWORK):
                raise GraphError(f"{state}/{NETWORK} is not the model's")
            folders |= dict.fromkeys(sharing, folder / state)
            sums |= dict.fromkeys(sharing, listed[f"{state}/{FST}"])
        return GraphSet(folders, sums)

    def _delete_old_sets(self, newest: Path) -> None:
        with contextlib.suppress(OSError):
            sets = [f for f in self.cache.iterdir() if (f / SUMS).is_file()]
            sets.sort(key=lambda f: (f == newest, f.stat().st_mtime))
            for old in sets[:-MOST_SETS]:
                shutil.rmtree(old, ignore_errors=True)


def open_graph_store(
    model: Path,
    data_folder: Path,
    build_lists: Callable[[LocaleData], Mapping[str, PhraseList]],
    cache: Path,
) -> GraphStore:
    """Read a model's units and a locale's data, and return the graphs of both."""
    units = read_network_units(model)
    data = locale_data.read_locale_data(data_folder, frozenset(units.names))
    return GraphStore(model, data, units, build_lists(data), cache)


def get_cache_folder(environment: Mapping[str, str], home: Path | None) -> Path | None:
    """Return the folder where graphs should be kept; None without any `home`."""
    if given := environment.get(VARIABLE):
        return Path(given)
    caches = environment.get("XDG_CACHE_HOME")
    folder = Path(caches) if caches else home and home / ".cache"
    return folder and folder / "backtalk" / "graphs"


def find_cache_folder(environment: Mapping[str, str], home: Path | None) -> Path:
    """Return the folder where graphs are kept; a private one where none can be."""
    folder = get_cache_folder(environment, home)
    if folder is None:
        return _make_private_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return _make_private_folder()


def _make_private_folder() -> Path:
    """Make a folder that goes with this process: the home may not be written to."""
    import atexit

    folder = Path(tempfile.mkdtemp(prefix="backtalk-graphs-"))
    atexit.register(partial(shutil.rmtree, folder, ignore_errors=True))
    return folder


def _write_sums(folder: Path, states: Iterable[str]) -> None:
    names = [f"{s}/{n}" for s in states for n in (FST, WORDS, NETWORK, *SETTINGS)]
    lines = (f"{_sum(folder / name)}  {name}\n" for name in names)
    (folder / SUMS).write_text("".join(lines), "utf-8")


def _read_sums(file: Path) -> Mapping[str, str]:
    lines = (line.split("  ") for line in file.read_text("utf-8").splitlines())
    return {name: value for value, name in lines}


def _sum(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
