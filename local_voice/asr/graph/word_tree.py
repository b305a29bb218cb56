"""The words between hubs, by their sounds: beginnings shared, and endings as well.

Words that leave one hub share a tree. As soon as only one word is left in a branch, it
is written with its cost, and what follows are sounds alone: these steps are shared by
all words that go on alike, whichever hub they left. A word written so early is marked
as begun, and a mark of its own stands where it ends.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from local_voice.asr.interfaces import BEGUN, ENDED

Sounds = tuple[str, ...]
"""Names of units, in the order in which they are said."""


@dataclass(frozen=True, order=True)
class Ending:
    """Where a word leads, what is written for it, and what it costs."""

    hub: int
    word: str
    """Empty: it is heard and not written."""
    cost: float


@dataclass(frozen=True, order=True)
class Way:
    """Leads to a step, and may write a word."""

    step: int
    word: str
    cost: float


@dataclass(frozen=True)
class Step:
    """One sound, and what may follow it."""

    sound: str
    ways: tuple[Way, ...]
    endings: tuple[Ending, ...]


@dataclass
class _Branch:
    """The words that begin with the same sounds."""

    branches: dict[str, "_Branch"] = field(default_factory=dict)
    endings: list[Ending] = field(default_factory=list)
    only: Ending | None = None
    """What all of them have in common, if they are one word."""


@dataclass
class WordTrees:
    """Words by the hub that they leave; `build_steps` shares what can be shared."""

    _roots: dict[int, _Branch] = field(default_factory=dict)
    _steps: dict[Step, int] = field(default_factory=dict)

    def add(self, start: int, variants: Iterable[Sounds], ending: Ending) -> None:
        """Add a word that leaves the hub `start`, said in any of `variants`."""
        root = self._roots.setdefault(start, _Branch())
        for sounds in variants:
            branch = root
            for sound in sounds:
                branch = branch.branches.setdefault(sound, _Branch())
            if ending not in branch.endings:
                branch.endings.append(ending)

    def build_steps(self) -> tuple[tuple[Step, ...], Mapping[int, tuple[Way, ...]]]:
        """Return the steps, each behind those it leads to, and the ways of each hub."""
        self._steps.clear()
        hubs = {}
        for start, root in self._roots.items():
            _find_only(root)
            hubs[start] = tuple(self._share(root, None))
        return tuple(self._steps), hubs

    def _share(self, branch: _Branch, written: Ending | None) -> Iterator[Way]:
        """Yield the ways that leave a branch, `written` being its word if it was."""
        for sound, longer in branch.branches.items():
            only = written or longer.only
            endings = [_end_written(only)] if only else longer.endings
            step = Step(
                sound,
                tuple(sorted(self._share(longer, only))),
                tuple(sorted(endings)) if longer.endings else (),
            )
            number = self._steps.setdefault(step, len(self._steps))
            if only and not written:
                yield Way(number, only.word and BEGUN + only.word, only.cost)
            else:
                yield Way(number, "", 0.0)


def _find_only(branch: _Branch) -> Ending | None:
    """Note in each branch the one ending of all its words, and return this one's."""
    found = {_find_only(longer) for longer in branch.branches.values()}
    found.update(branch.endings)
    branch.only = found.pop() if len(found) == 1 else None
    return branch.only


def _end_written(ending: Ending) -> Ending:
    return Ending(ending.hub, ending.word and ENDED, 0.0)
