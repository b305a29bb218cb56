"""Builds the decoding graph, sounds to phrases, with OpenFst's command-line tools."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from ctypes.util import find_library
from dataclasses import dataclass, field
from pathlib import Path

from acoustic_model.errors import RecipeError
from acoustic_model.exporting.transitions import Transitions


@dataclass(frozen=True)
class Costs:
    """What a phrase costs beside its sounds; chosen on the tune part only."""

    phrase: float
    """Of every phrase and decoy: negative, since the grammar shares its
    probability among hundreds of phrases but gives silence half of it."""
    unknown: float
    """Of beginning an unknown word."""
    unknown_sound: float
    """Of each sound in an unknown word: more means fewer misses, more false answers."""
    own: Mapping[str, float]
    """Of single words of the model, in place of `phrase`."""


@dataclass
class Graph:
    """Arcs as OpenFst's text form has them; state 0 is the start."""

    transitions: Transitions
    arcs: list[tuple[int, int, int, int, float]] = field(default_factory=list)
    states: int = 1

    def add_state(self) -> int:
        """Add a state and return its number."""
        self.states += 1
        return self.states - 1

    def add_arc(self, a: int, b: int, heard: int, said: int, cost: float = 0.0) -> None:
        """Add one arc, from `a` to `b`."""
        self.arcs.append((a, b, heard, said, cost))

    def add_unit(self, start: int, unit: int, cost: float = 0.0) -> int:
        """Add a unit after a state, then perhaps blank; return the state it ends in."""
        ids = self.transitions.of_unit[unit]
        spoken, blank, end = self.add_state(), self.add_state(), self.add_state()
        self.add_arc(start, spoken, ids.enter, 0, cost)
        self.add_arc(spoken, spoken, ids.stay, 0)
        self.add_arc(spoken, end, 0, 0)
        self.add_arc(spoken, blank, ids.enter_blank, 0)
        self.add_arc(blank, blank, ids.stay_blank, 0)
        self.add_arc(blank, end, 0, 0)
        return end

    def add_silence(self, state: int) -> None:
        """Add silence that returns to the state."""
        quiet = self.add_state()
        self.add_arc(state, quiet, self.transitions.silence_enter, 0)
        self.add_arc(quiet, quiet, self.transitions.silence_stay, 0)
        self.add_arc(quiet, state, 0, 0)

    def to_text(self, final: int) -> str:
        """Return OpenFst's text form."""
        lines = [
            f"{a}\t{b}\t{heard}\t{said}\t{cost:.4f}"
            for a, b, heard, said, cost in sorted(self.arcs, key=lambda arc: arc[0])
        ]
        return "\n".join([*lines, f"{final}\t0.0"]) + "\n"


def build_graph_text(
    transitions: Transitions,
    numbers: Mapping[str, int],
    said: Mapping[str, list[list[int]]],
    unknown: tuple[str, Iterable[int]],
    costs: Costs,
) -> str:
    """Build one tree of all phrases, and the loop of unknown words, as OpenFst's text.

    In a tree, phrases that begin alike share their sounds: the graph is a third of
    the size, and far fewer paths are open while it is searched.
    """
    graph = Graph(transitions)
    root = graph.add_state()
    graph.add_arc(0, root, 0, 0)
    graph.add_silence(root)
    branches: dict[tuple[int, int], int] = {}
    for word, variants in said.items():
        for units in variants:
            state = root
            for unit in units:
                if (state, unit) not in branches:
                    branches[state, unit] = graph.add_unit(state, unit)
                state = branches[state, unit]
            cost = costs.own.get(word, costs.phrase)
            graph.add_arc(state, root, 0, numbers[word], cost)
    word, loop = unknown
    inside = graph.add_state()
    graph.add_arc(root, inside, 0, numbers[word], costs.unknown)
    for unit in loop:
        end = graph.add_unit(inside, unit, costs.unknown_sound)
        graph.add_arc(end, inside, 0, 0)
        graph.add_arc(end, root, 0, 0)
    return graph.to_text(root)


def _run(command: str, folder: Path, preload: str = "") -> None:
    environment = {**os.environ, "LD_PRELOAD": preload}
    done = subprocess.run(
        command, shell=True, cwd=folder, env=environment, capture_output=True
    )
    if done.returncode or done.stderr:
        raise RecipeError(
            f"graph: OpenFst failed ({done.stderr.decode(errors='replace').strip()}). "
            "The graph is made with its tools. Check that libfst-tools is complete."
        )


def write_graph(text: str, numbers: Mapping[str, int], graph: Path) -> None:
    """Write HCLr.fst, Gr.fst, words.txt and disambig_tid.int; raises RecipeError."""
    # There is no wheel that makes this kind of graph, so Debian's package is used; it
    # is needed only here, never to run the model.
    library = find_library("fstlookahead")
    if shutil.which("fstconvert") is None or library is None:
        raise RecipeError(
            "fstconvert: is not installed. The graph is made with OpenFst's tools. "
            "Install them, on Debian with apt-get install libfst-tools."
        )
    graph.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "h.txt").write_text(text)
        _run(
            "fstcompile h.txt | fstconnect | fstarcsort --sort_type=olabel > h", folder
        )
        convert = "fstconvert --fst_type=olabel_lookahead --save_relabel_opairs=pairs"
        _run(f"{convert} h HCLr.fst", folder, preload=library)
        pairs = (line.split() for line in (folder / "pairs").read_text().splitlines())
        # Looking ahead needs neighbouring numbers for neighbouring words, so the
        # words get new numbers, and words.txt has those.
        new = {int(old): int(number) for old, number in pairs}
        final = {word: new.get(number, number) for word, number in numbers.items()}
        loop = "".join(f"0\t0\t{n}\t{n}\t1.0\n" for n in final.values()) + "0\t0.0\n"
        (folder / "g.txt").write_text(loop)
        _run("fstcompile g.txt | fstarcsort > g", folder)
        _run("fstconvert --fst_type=const g Gr.fst", folder)
        for made in ("HCLr.fst", "Gr.fst"):
            shutil.copyfile(folder / made, graph / made)
    listing = "".join(f"{word} {number}\n" for word, number in final.items())
    (graph / "words.txt").write_text("<eps> 0\n" + listing, encoding="utf-8")
    (graph / "disambig_tid.int").write_text("")
