"""Our model, PocketSphinx and other Vosk models over the same clips, in one table."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from acoustic_model import footprint
from acoustic_model.counting import ANSWERS, Outcome, outcome_of, percent
from acoustic_model.hearing import Hearing, VoskEar
from acoustic_model.trials import Trial
from acoustic_model.vocabulary import Vocabulary

# What a small grammar of another engine can be asked to hear: with all our phrases
# PocketSphinx takes seconds for each clip.
SHORT = (
    *("yes", "yeah", "yep", "no", "nope", "nah", "not sure", "i don't know"),
    *("stop", "repeat", "help", "next", "back", "go back"),
)
ROWS: tuple[tuple[str, Callable[[Outcome], bool]], ...] = (
    ('"yes" heard', lambda o: o.group.startswith('"yes"')),
    ('"no" heard', lambda o: o.group.startswith('"no"')),
    ('"stop" heard', lambda o: o.group.startswith('"stop"')),
    ("yes and no at 10 dB heard", lambda o: (o.kind, o.value) == ("noise", 10)),
    ("yes and no at 5 dB heard", lambda o: (o.kind, o.value) == ("noise", 5)),
    ("yes and no at -50 dBFS heard", lambda o: (o.kind, o.value) == ("loudness", -50)),
    ("other words answered", lambda o: o.group == "other single words"),
    ('"go" alone answered', lambda o: o.group == 'the word "go" alone'),
    ("spelled and numbers answered", lambda o: o.group.startswith("spelled")),
    ("sentences in the room answered", lambda o: o.group.startswith("sentences")),
    ("noise and silence answered", lambda o: o.said in NOT_SPOKEN),
)
NOT_SPOKEN = {
    *("", "silence", "exercise_bike", "doing_the_dishes", "dude_miaowing"),
    *("pink_noise", "running_tap", "white_noise"),
}
MEASURED_HARD = {("noise", 10), ("noise", 5), ("loudness", -50)}


@dataclass(frozen=True)
class Column:
    """One engine's figures."""

    name: str
    known: int
    outcomes: list[Outcome]
    load_seconds: float
    size: int
    """Bytes on disk."""
    memory: int
    """Resident bytes of a process that loaded it and decoded a second."""


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
    from acoustic_model.sphinx import SphinxEar, sphinx_folder

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


def _cell(outcomes: list[Outcome], chosen: Callable[[Outcome], bool]) -> str:
    found = [one for one in outcomes if chosen(one)]
    meant = any(one.wanted for one in found)
    count = sum(
        one.found == one.wanted if meant else one.found in ANSWERS for one in found
    )
    return percent(count, len(found))


def side_by_side(found: list[Column]) -> Iterator[str]:
    """The table: one row a figure, one column an engine."""

    def row(name: str, cells: Iterable[str]) -> str:
        return f"| {name} | " + " | ".join(cells) + " |"

    yield row("", (c.name for c in found))
    yield row("---", ("---" for _ in found)).replace(" ", "")
    yield row("phrases it listened for", (str(c.known) for c in found))
    for name, chosen in ROWS:
        clips = sum(map(chosen, found[0].outcomes))
        yield row(f"{name} ({clips})", (_cell(c.outcomes, chosen) for c in found))
    yield row("yes and no swapped, clean and hard", (_swaps(c) for c in found))
    yield row("decoding a second of sound, median", (_speed(c) for c in found))
    yield row("loading", (f"{c.load_seconds:.2f} s" for c in found))
    yield row("memory, resident", (f"{c.memory / 1e6:.0f} MB" for c in found))
    yield row("size on disk", (f"{c.size / 1e6:.1f} MB" for c in found))


def _swaps(column: Column) -> str:
    answers = [o for o in column.outcomes if o.wanted in ANSWERS]
    swapped = sum(o.found in ANSWERS and o.found != o.wanted for o in answers)
    return f"{swapped} of {len(answers)}"


def _speed(column: Column) -> str:
    return f"{median(o.milliseconds / o.seconds for o in column.outcomes):.0f} ms"
