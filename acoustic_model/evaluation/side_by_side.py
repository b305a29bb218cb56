"""Engines over the same clips, in one table: one row a figure, one column an engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from statistics import median

from acoustic_model.evaluation.metrics import ANSWERS, Outcome, percent

ROWS: tuple[tuple[str, Callable[[Outcome], bool]], ...] = (
    ('"yes" heard', lambda o: o.group.startswith('"yes"')),
    ('"no" heard', lambda o: o.group.startswith('"no"')),
    ('"stop" heard', lambda o: o.group.startswith('"stop"')),
    ("yes and no at 10 dB heard", lambda o: (o.kind, o.value) == ("noise", 10)),
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
MEASURED_HARD = {("noise", 10)}


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
