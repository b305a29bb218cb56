"""Our model, PocketSphinx and other Vosk models, each over all trials."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from acoustic_model.data.vocabulary import Vocabulary
from acoustic_model.evaluation import footprint
from acoustic_model.evaluation.decoder import Hearing, VoskEar
from acoustic_model.evaluation.metrics import Outcome, outcome_of
from acoustic_model.evaluation.side_by_side import Column
from acoustic_model.evaluation.trials import Trial

# What a small grammar of another engine can be asked to hear: with all our phrases
# PocketSphinx takes seconds for each clip.
SHORT = (
    *("yes", "yeah", "yep", "no", "nope", "nah", "not sure", "i don't know"),
    *("stop", "repeat", "help", "next", "back", "go back"),
)


def hear_all(
    ear: Hearing, trials: Iterable[Trial], vocabulary: Vocabulary
) -> list[Outcome]:
    """Decode all trials."""
    outcomes: list[Outcome] = []
    for trial in trials:
        heard = ear.hear(trial.sound)
        outcomes.append(outcome_of(trial, heard, vocabulary.meanings))
        if len(outcomes) % 1000 == 0:
            print(f"{ear.name}: {len(outcomes)} clips decoded", file=sys.stderr)
    return outcomes


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


def newest(folder: Path) -> float:
    """When the youngest file of a model was written, its texts for people left out."""
    files = [p for p in folder.rglob("*") if p.is_file() and p.suffix != ".md"]
    return max((p.stat().st_mtime for p in files), default=0.0)


def memory_of(kind: str, folder: Path, grammar: str) -> int:
    """Resident bytes of a fresh process with one engine."""
    done = subprocess.run(
        [sys.executable, footprint.__file__, kind, str(folder)],
        input=grammar,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


def columns(
    model: Path,
    also: list[Path],
    decoys: list[str],
    vocabulary: Vocabulary,
    trials: Callable[[], Iterable[Trial]],
) -> Iterator[Column]:
    """One engine after the other over the same trials."""
    from acoustic_model.evaluation.pocketsphinx_decoder import SphinxEar, sphinx_folder

    def column(ear: Hearing, kind: str, folder: Path) -> Column:
        outcomes = hear_all(ear, trials(), vocabulary)
        memory = memory_of(kind, folder, ear.grammar)
        size = size_of(folder)
        return Column(ear.name, ear.known, outcomes, ear.load_seconds, size, memory)

    phrases = vocabulary.phrases
    ours = VoskEar(model, phrases, decoys, "Back Talk, all phrases")
    yield column(ours, "vosk", model)
    ours = VoskEar(model, SHORT, decoys, "Back Talk, short list")
    yield column(ours, "vosk", model)
    sphinx = sphinx_folder()
    yield column(SphinxEar(SHORT, decoys, "PocketSphinx, short list"), "sphinx", sphinx)
    only = SphinxEar(("yes", "no"), [], "PocketSphinx, yes and no only")
    yield column(only, "sphinx", sphinx)
    for path in also:
        other = VoskEar(path, SHORT, decoys, f"{path.name}, short list")
        yield column(other, "vosk", path)
